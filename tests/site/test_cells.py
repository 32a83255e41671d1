"""Small counts stay hidden even from a reader who does every sum there is."""

import itertools
import random
import re
from datetime import date

import pytest
from schools import reference, school

from hoso.site.cells import Shown, Sum, protect
from hoso.site.figures import figures

ROWS, COLUMNS = ("a", "b"), ("x", "y", "z")


def two_way(numbers, rows=ROWS, columns=COLUMNS):
    """A table of numbers with totals both ways."""
    counts = {(column, row): next(numbers) for row in rows for column in columns}
    counts |= {("n", row): sum(counts[column, row] for column in columns) for row in rows}
    for column in ("n", *columns):
        counts[column, "t"] = sum(counts[column, row] for row in rows)
    sums = [Sum((column, "t"), tuple((column, row) for row in rows)) for column in ("n", *columns)]
    sums += [Sum(("n", row), tuple((column, row) for column in columns)) for row in (*rows, "t")]
    return counts, sums


def worlds(counts, sums, states, threshold, most=40):
    """Every table that agrees with what is shown, found without the code under test."""
    inner = [name for name in counts if name[0] != "n" and name[1] != "t"]
    ranges = []
    for name in inner:
        if states[name] is Shown.EXACT:
            ranges.append([counts[name]])
        elif states[name] is Shown.SMALL:
            ranges.append(range(1, threshold))
        else:
            ranges.append(range(min(most, counts[name] + 6) + 1))
    for values in itertools.product(*ranges):
        world = dict(zip(inner, values, strict=True))
        if all(_agrees(name, states, counts, threshold, total)
               for name, total in _totals(world, counts)):  # fmt: skip
            yield world | dict(_totals(world, counts))


def _totals(world, counts):
    rows = {row for _, row in world}
    columns = {column for column, _ in world}
    for name in counts:
        column, row = name
        if name not in world:
            yield (
                name,
                sum(
                    world[c, r]
                    for c in (columns if column == "n" else [column])
                    for r in (rows if row == "t" else [row])
                ),
            )


def _agrees(name, states, counts, threshold, total):
    if states[name] is Shown.EXACT:
        return total == counts[name]
    return states[name] is Shown.WITHHELD or 0 < total < threshold


@pytest.mark.parametrize("seed", range(60))
def test_every_small_count_could_be_another(seed):
    rng = random.Random(seed)
    pool = [0, 0, 1, 1, 2, 3, 4, 5, 6, 7]
    counts, sums = two_way(iter(lambda: rng.choice(pool), None))
    states = protect(counts, sums, 5)
    possible = list(worlds(counts, sums, states, 5))
    assert counts in possible
    for name, count in counts.items():
        if 0 < count < 5:
            assert states[name] is not Shown.EXACT
            assert len({world[name] for world in possible}) > 1, (name, counts, states)


def test_large_counts_without_small_neighbours_are_shown():
    counts, sums = two_way(iter([20, 30, 40, 25, 35, 45]))
    assert set(protect(counts, sums, 5).values()) == {Shown.EXACT}


def test_a_lone_small_count_takes_a_few_neighbours_with_it_and_no_more():
    counts, sums = two_way(iter([20, 30, 1, 25, 35, 45]))
    states = protect(counts, sums, 5)
    assert states["z", "a"] is Shown.SMALL
    assert list(states.values()).count(Shown.WITHHELD) == 3


def test_a_count_that_can_be_computed_is_protected_though_no_table_shows_it():
    counts = {("hs", "1"): 30, ("nu", "1"): 28, ("nam", "1"): 2}
    sums = [Sum(("hs", "1"), (("nu", "1"), ("nam", "1")))]
    states = protect(counts, sums, 5, computable=[("nam", "1")])
    assert Shown.WITHHELD in {states["hs", "1"], states["nu", "1"]}


def test_what_is_public_anyway_is_never_hidden():
    counts = {("ht", "q"): 1, ("gv", "q"): 20, ("t", "q"): 21}
    sums = [Sum(("t", "q"), (("ht", "q"), ("gv", "q")))]
    assert set(protect(counts, sums, 5, known=counts).values()) == {Shown.EXACT}


def test_equal_input_gives_equal_output():
    counts, sums = two_way(iter([20, 3, 1, 2, 35, 4]))
    assert protect(counts, sums, 5) == protect(counts, sums, 5)


@pytest.fixture(scope="module")
def year():
    _, read = school(reference())
    return read, figures(read, "2025-2026", date(2026, 11, 23))


@pytest.mark.parametrize("name", ["quy-mo", "ket-qua-giao-duc", "bien-dong", "doi-ngu"])
def test_no_published_table_holds_a_small_count(year, name):
    table = year[1].table(name)
    public = {"Số lớp", "Lớp 2 buổi/ngày", "Bình quân học sinh/lớp", "Tổng số"}
    for row in table.rows:
        for heading, cell in zip(table.headings[1:], row[1:], strict=True):
            number = re.fullmatch(r"(\d+)(?: \(.*\))?", cell)
            if heading not in public and number:
                assert int(number[1]) == 0 or int(number[1]) >= 5, (row[0], heading, cell)


def test_the_tables_agree_with_the_records(year):
    read, found = year
    table = found.table("quy-mo")
    total = dict(zip(table.headings, table.rows[-1], strict=True))
    pupils = [
        place
        for room in read.all("lop", nam_hoc="2025-2026")
        for place in room.data["hoc_sinh"].values()
        if place["vao"] <= "2026-05-29" <= place.get("ra", "9999")
    ]
    assert total["Số học sinh"] == str(len(pupils))
    assert total["Số lớp"] == "10"
    assert [row[0] for row in table.rows] == [*(f"Khối {n}" for n in range(1, 6)), "Toàn trường"]


def test_a_higher_threshold_of_the_school_year_hides_more(year):
    files = dict(reference())
    path = "records/2025-2026/nam-hoc.yml"
    text = files[path].decode()
    assert "nguong_an_so_lieu: 5\n" in text
    files[path] = text.replace("nguong_an_so_lieu: 5\n", "nguong_an_so_lieu: 20\n").encode()
    _, read = school(files)
    table = figures(read, "2025-2026", date(2026, 11, 23)).table("ket-qua-giao-duc")
    cells = [cell for row in table.rows for cell in row[1:]]
    assert "<20" in cells
    assert "<5" not in cells
