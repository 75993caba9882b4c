import os
import threading

import pytest

from search.engines import parallel
from search.engines.parallel import CHUNK, FEW, chunks

MANY = CHUNK * (FEW + 12) + 3


def seen_by(things: list[int]) -> tuple[int, list[int]]:
    return os.getpid(), things


def test_many_things_are_shared_with_other_processes_and_come_in_order(monkeypatch):
    monkeypatch.setattr(parallel.threading, "active_count", lambda: 1)
    answers = list(chunks(seen_by, iter(range(MANY))))

    assert [thing for things, __ in answers for thing in things] == list(range(MANY))
    assert all(seen == things for things, (__, seen) in answers)
    processes = {process for __, (process, __) in answers}
    # Not how many others: where processors are busy, one of them may have done all before the next got started.
    assert os.getpid() not in processes or len(os.sched_getaffinity(0)) == 1


def test_a_few_things_stay_here():
    assert {process for __, (process, __) in chunks(seen_by, range(CHUNK * FEW))} == {os.getpid()}


def test_beside_another_thread_nothing_is_copied():
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert {process for __, (process, __) in chunks(seen_by, range(MANY))} == {os.getpid()}
    finally:
        done.set()
        thread.join()


def test_things_are_made_as_they_are_needed(monkeypatch):
    monkeypatch.setattr(parallel.threading, "active_count", lambda: 1)
    made = []

    def things():
        for number in range(MANY):
            made.append(number)
            yield number

    next(answers := chunks(seen_by, things()))
    processors = len(os.sched_getaffinity(0))
    assert len(made) == min(MANY, CHUNK * max(FEW + 1, 2 * processors + 1))
    answers.close()


def refuse_the_last(things: list[int]) -> int:
    if MANY - 1 in things:
        raise ValueError("the last")
    return len(things)


def test_what_goes_wrong_elsewhere_is_told_here(monkeypatch):
    monkeypatch.setattr(parallel.threading, "active_count", lambda: 1)
    with pytest.raises(ValueError, match="the last"):
        list(chunks(refuse_the_last, range(MANY)))
