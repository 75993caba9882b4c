"""Answers one file in a process of its own, and prints what that took: python -m bench.matching.solve FILE OUT [PLAN]

Reading and writing of files is not in the time; the memory is the most that the process ever had.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from pathlib import Path

from network.matching import HelperFinder
from network.matching.answering import HELPERS, answer
from network.matching.formats import InstanceFile, read_instance, read_schedule


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("original", type=Path, nargs="?")
    parser.add_argument("--seconds", type=float)
    options = parser.parse_args()
    file = read_instance(options.file.read_bytes())
    original = read_schedule(options.original.read_bytes(), file.instance) if options.original else None
    started = time.perf_counter()
    found = answer(file, original, seconds=options.seconds)
    took = time.perf_counter() - started
    options.out.write_bytes(found.content)
    print(
        json.dumps(
            {
                "seconds": took,
                "megabytes": _most_memory(),
                "bound": found.bound,
                "slow_question": _slow_question(file),
            }
        )
    )


def _most_memory() -> float:
    """Megabytes. What getrusage says is no less than what the process had that started this one."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    (kilobytes,) = re.findall(r"VmHWM:\s*(\d+) kB", status)
    return int(kilobytes) / 1024


def _slow_question(file: InstanceFile) -> float | None:
    """Milliseconds that all but one in twenty questions take at most."""
    if not file.queries:
        return None
    finder = HelperFinder(file.instance)
    times = []
    for query in file.queries:
        started = time.perf_counter()
        finder.best(query.asker, query.theme, query.day, count=HELPERS)
        times.append(1000 * (time.perf_counter() - started))
    return sorted(times)[len(times) * 95 // 100]


if __name__ == "__main__":
    main()
