import os
import tempfile
import time
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.formats import number_format

from network.commands import PlainCommand, why_closed
from network.matching import InstanceError
from network.matching.answering import Answer, answer, why_nobody
from network.matching.formats import InstanceFile, Kind, Schedule, read_instance, read_schedule

BAR = 40


class Command(PlainCommand):
    help = (
        "Match the people of a file (sparring-instance/1): a round, a plan, a repair, buddies or helpers. "
        "The answer is the same for the same file and seed. Ends with 1 when a file cannot be used."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("instance", type=Path, help="who can meet, and when")
        parser.add_argument("out", type=Path, help="where to write the answer")
        parser.add_argument("original", type=Path, nargs="?", help="the plan to repair (sparring-schedule/1)")
        parser.add_argument("--seed", type=int, default=0, help="decides between answers that are equally good")
        parser.add_argument("--seconds", type=_seconds, help="how long a plan may be improved")

    def handle(
        self,
        *args: Any,
        instance: Path,
        out: Path,
        original: Path | None,
        seed: int,
        seconds: float | None,
        **options: Any,
    ) -> None:
        try:
            file, schedule = self._read(instance, original)
            started = time.perf_counter()
            with self._bar() as progress:
                found = answer(file, schedule, seed=seed, seconds=seconds, progress=progress)
            took = time.perf_counter() - started
        except InstanceError as error:
            raise CommandError(str(error)) from None
        _write(out, found.content)
        if not found.matched and file.kind != Kind.BOOKING:
            self.stdout.write(why_nobody(file.instance))
        self.stdout.write(_summary(file.kind, found, took))
        if not found.is_settled:
            self.stdout.write("Tiden gik, før alt var prøvet: mere tid kan give en bedre plan.")

    def _read(self, instance: Path, original: Path | None) -> tuple[InstanceFile, Schedule | None]:
        file = read_instance(_content(instance))
        for remark in file.remarks:
            self.stderr.write(remark, self.style.WARNING)
        if original is None:
            if file.kind == Kind.REPAIR:
                raise CommandError("En reparation skal have den plan, der skal repareres, som tredje fil.")
            return file, None
        if file.kind != Kind.REPAIR:
            raise CommandError("En plan at reparere kan kun gives sammen med en fil, der beder om en reparation.")
        schedule = read_schedule(_content(original), file.instance)
        if schedule.instance not in {None, file.id}:
            told = f"Planen er lavet til »{schedule.instance}«, ikke til »{file.id}«."
            self.stderr.write(told, self.style.WARNING)
        return file, schedule

    @contextmanager
    def _bar(self) -> Iterator[Callable[[float], None] | None]:
        """How far it is, on a line of its own, where somebody looks."""
        if not self.stderr.isatty():
            yield None
            return

        def tell(share: float) -> None:
            done = round(BAR * share)
            self.stderr.write(f"\r[{'#' * done}{'.' * (BAR - done)}] {share:4.0%}", str, ending="")
            self.stderr.flush()

        yield tell
        tell(1)
        self.stderr.write("")


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds < float("inf"):
        raise ArgumentTypeError("not a time")
    return seconds


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path} kan ikke læses: {why_closed(error)}") from None


def _write(path: Path, content: bytes) -> None:
    """All of it or nothing: whoever reads the file meanwhile finds the old one. What is no file is written into."""
    beside = None
    path = path.resolve()
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(content)
            return
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            beside = Path(file.name)
            file.write(content)
        beside.chmod(0o666 & ~_umask())
        beside.replace(path)
    except OSError as error:
        if beside:
            beside.unlink(missing_ok=True)
        raise CommandError(f"{path} kan ikke skrives: {why_closed(error)}") from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _summary(kind: Kind, found: Answer, took: float) -> str:
    if kind == Kind.BOOKING:
        parts = [f"Spørgsmål med hjælp: {_number(found.matched)}", f"Uden: {_number(found.left_out)}"]
    else:
        parts = [f"Matchet: {_number(found.matched)}", f"Uden makker: {_number(found.left_out)}"]
        if kind != Kind.BUDDIES:
            parts.append(f"Grupper på tre: {_number(found.threes)}")
    if found.gain is not None:
        worth = f"Værdi: {_number(found.gain)}"
        if found.bound:
            # Rounded down: it is 100 % only where nothing is missing.
            share = 10_000 * found.gain // found.bound / 100
            worth += f" af højst {_number(found.bound)} ({_number(share, 2)} %)"
        parts.append(worth)
    parts.append(f"Tid: {_number(took, 1)} sekunder")
    return ". ".join(parts) + "."


def _number(value: float, decimals: int = 0) -> str:
    return number_format(value, decimals, force_grouping=True)
