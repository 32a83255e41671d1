"""Work shared among processes comes back whole, in order, and with its errors."""

import os
from pathlib import Path

import pytest

from hoso.findings import HosoError
from hoso.site.forks import shared


def squared(number):
    return number * number


def test_results_come_in_the_order_of_the_jobs():
    assert list(shared(range(100), squared, 3)) == [number * number for number in range(100)]


def test_several_processes_take_part():
    workers = set(shared(range(100), lambda _: os.getpid(), 3))
    assert len(workers) == 3
    assert os.getpid() in workers


def test_a_few_jobs_stay_here():
    assert set(shared(range(5), lambda _: os.getpid(), 2)) == {os.getpid()}


def test_large_results_pass():
    assert [len(text) for text in shared(range(40), lambda n: "ấ" * n * 100_000, 2)] == [
        n * 100_000 for n in range(40)
    ]


def test_what_another_process_changes_stays_there():
    seen = []
    assert list(shared(range(100), seen.append, 2)) == [None] * 100
    assert 0 < len(seen) < 100


def test_the_part_of_this_process_may_be_left_to_the_caller():
    results = list(shared(range(100), squared, 2, lambda _: None))
    assert None in results
    assert {number: found for number, found in enumerate(results) if found is not None} == {
        number: number * number for number, found in enumerate(results) if found is not None
    }
    assert any(results)


def refuse_seventeen(number):
    if number == 17:
        raise HosoError("mười bảy")
    return number


def test_an_error_is_raised_in_its_turn():
    results = shared(range(40), refuse_seventeen, 2)  # the seventeenth is another process's
    assert [next(results) for _ in range(17)] == list(range(17))
    with pytest.raises(HosoError, match="mười bảy"):
        next(results)


class Stubborn(Exception):
    def __init__(self, one, two):
        super().__init__(one)


def fail_stubbornly(number):
    if number == 20:
        raise Stubborn(number, number)


def test_an_error_that_cannot_travel_keeps_its_words():
    with pytest.raises(RuntimeError, match="Stubborn: 20"):
        list(shared(range(40), fail_stubbornly, 2))


def test_a_process_that_dies_is_noticed():
    with pytest.raises(RuntimeError, match="ended before"):
        list(shared(range(40), lambda _: os._exit(9), 2, squared))


def children():
    """The processes this one has started and not yet buried; other tests may have some too."""
    task = Path(f"/proc/{os.getpid()}/task")
    return {pid for each in task.iterdir() for pid in (each / "children").read_text().split()}


def test_no_process_is_left_behind_after_the_last_result():
    before = children()
    results = shared(range(40), squared, 2)
    assert [next(results) for _ in range(40)][-1] == 39 * 39
    assert children() == before


def test_no_process_is_left_behind_when_nobody_listens_any_more():
    before = children()
    results = shared(range(1000), lambda n: "x" * 100_000, 2)
    next(results)
    assert len(children() - before) == 1
    results.close()
    assert children() == before
