"""The regulation and the plans of the reference school: nothing left out, and sums right."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from hoso.gate.frame import with_frame
from hoso.model import Kind, Record
from hoso.rules.subjects import ELECTIVES, LESSONS
from hoso.schema.kinds import load_kinds
from hoso.schema.school import TreeSchool
from hoso.store.tree import FolderTree

HERE = Path(__file__).resolve().parents[2]
PROSE = HERE / "tools/hoso/demo/prose"
STARTER = HERE / "tools/hoso/starter/files"
YEARS = ("2025-2026", "2026-2027")
#: Demands of the seed in each article of its regulation; the decision itself has Q0 to Q3.
DEMANDS = {1: 2, 2: 2, 3: 9, 4: 19, 5: 4, 6: 15, 7: 6, 8: 3, 9: 2, 10: 4, 11: 8, 12: 1, 13: 3}
KINDS = load_kinds(FolderTree(HERE))
SCHOOL = TreeSchool(FolderTree(PROSE), KINDS)
NEW_SCHOOL = TreeSchool(FolderTree(STARTER), KINDS)
REGULATIONS = [
    pytest.param(SCHOOL.get("quy-che", nam_hoc=YEARS[0]), id=YEARS[0]),
    pytest.param(SCHOOL.get("quy-che", nam_hoc=YEARS[1]), id=YEARS[1]),
    pytest.param(NEW_SCHOOL.get("quy-che", nam_hoc=YEARS[1]), id="a new school"),
]


def _clauses(regulation: Record) -> Iterator[Mapping[str, Any]]:
    for article in regulation.data["dieu"].values():
        yield from article["khoan"].values()


def _rights(regulation: Record) -> Iterator[Mapping[str, Any]]:
    for clause in _clauses(regulation):
        yield from clause.get("quyen", {}).values()


def _holders(regulation: Record, what: str, kind: str) -> set[str]:
    return {
        right["vai"]
        for right in _rights(regulation)
        if right["viec"] == what and kind in right["loai"]
    }


@pytest.mark.parametrize("nam_hoc", YEARS)
def test_every_demand_of_the_seed_stands_in_some_clause(nam_hoc: str) -> None:
    regulation = SCHOOL.get("quy-che", nam_hoc=nam_hoc)
    assert regulation is not None
    carried = {code for clause in _clauses(regulation) for code in clause.get("nguon", ())}
    wanted = {f"Q{number}" for number in range(4)} | {
        f"D{article}.{number}"
        for article, count in DEMANDS.items()
        for number in range(1, count + 1)
    }
    assert len(wanted) == 82
    assert carried == wanted


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("regulation", REGULATIONS)
def test_every_kind_has_a_writer_and_someone_else_who_approves(
    regulation: Record, kind: Kind
) -> None:
    writers = _holders(regulation, "ghi", kind.name)
    approvers = _holders(regulation, "duyet", kind.name)
    assert writers
    assert approvers - writers


@pytest.mark.parametrize("regulation", REGULATIONS)
def test_rights_name_kinds_parts_of_their_keys_and_fields_that_exist(regulation: Record) -> None:
    for right in _rights(regulation):
        for name in right["loai"]:
            kind = with_frame(KINDS)[name]
            assert set(right.get("pham_vi", ())) <= set(kind.holes)
            for place in right.get("truong", ()):
                assert kind.field(tuple(place.split("/"))) is not None, place


@pytest.mark.parametrize("regulation", REGULATIONS)
def test_every_declared_role_has_a_right_and_an_article_or_is_held_for_a_duty_outside(
    regulation: Record,
) -> None:
    outside = {"thu-quy", "to-truong-van-phong"}
    used = {right["vai"] for right in _rights(regulation)}
    assert set(regulation.data["vai"]) - used <= outside
    for role in regulation.data["vai"].values():
        assert role["dieu"] in regulation.data["dieu"]


@pytest.mark.parametrize("regulation", REGULATIONS)
def test_steps_of_approval_begin_at_one_and_leave_no_gap(regulation: Record) -> None:
    for kind in KINDS:
        steps = {
            right.get("buoc", 1)
            for right in _rights(regulation)
            if right["viec"] in ("kiem-tra", "duyet") and kind in right["loai"]
        }
        assert steps == set(range(1, len(steps) + 1)), kind


def _rows(body: str) -> Iterator[list[str]]:
    for line in body.splitlines():
        if line.startswith("|"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def _span(cell: str) -> tuple[int, int] | None:
    found = re.fullmatch(r"Tiết (\d+)(?:–(\d+))?", cell)
    return None if found is None else (int(found[1]), int(found[2] or found[1]))


SUBJECT_PLANS = [
    pytest.param(plan, id=plan.path.removeprefix("content/ke-hoach/"))
    for plan in SCHOOL.all("ke-hoach-to")
    if "mon" in plan.data
]


@pytest.mark.parametrize("plan", SUBJECT_PLANS)
def test_a_subject_plan_gives_every_lesson_of_the_programme_once_over_35_weeks(
    plan: Record,
) -> None:
    lessons = LESSONS[plan.data["mon"]][plan.data["khoi"]]
    rows = [(row[0], span) for row in _rows(plan.body) if (span := _span(row[3])) is not None]
    next_lesson = 1
    for _, (first, last) in rows:
        assert first == next_lesson
        assert last >= first
        next_lesson = last + 1
    assert next_lesson - 1 == lessons
    weeks = {int(re.findall(r"Tuần (\d+)", cell)[0]) for cell, _ in rows}
    assert weeks == set(range(1, 36))


@pytest.mark.parametrize("nam_hoc", YEARS)
def test_the_school_plan_gives_every_subject_the_hours_of_the_programme(nam_hoc: str) -> None:
    plan = SCHOOL.get("ke-hoach", nam_hoc=nam_hoc, ma="ke-hoach-giao-duc-nha-truong")
    assert plan is not None
    labels = KINDS["ke-hoach-to"].field(("mon",))
    assert labels is not None
    printed = {
        "ngoai-ngu-1": "Ngoại ngữ 1 (Tiếng Anh)",
        "nghe-thuat": "Nghệ thuật (Âm nhạc, Mĩ thuật)",
    }
    rows: dict[str, list[list[str]]] = {}
    for row in _rows(plan.body):
        rows.setdefault(row[0], []).append(row[1:])
    for subject, lessons in LESSONS.items():
        year, terms = rows[printed.get(subject, labels["x-labels"][subject])]
        for grade in range(1, 6):
            total = lessons.get(grade)
            assert year[grade - 1] == ("" if total is None else str(total))
            halves = [int(part) for part in terms[grade - 1].split(" / ") if part]
            assert sum(halves) == (total or 0)
    totals = rows["**Tổng số tiết bắt buộc**"][0]
    for grade, cell in enumerate(totals, start=1):
        assert int(cell.replace(".", "")) == sum(of.get(grade, 0) for of in LESSONS.values())
    if nam_hoc == YEARS[1]:
        assert rows["Ngoại ngữ 1 (tự chọn)"][0][0] == str(ELECTIVES["ngoai-ngu-1-tu-chon"][1])


@pytest.mark.parametrize(
    "record",
    [pytest.param(lesson, id=lesson.path.rpartition("/")[2]) for lesson in SCHOOL.all("bai-day")],
)
def test_a_lesson_plan_has_the_four_parts_and_says_what_both_sides_do(record: Record) -> None:
    parts = re.findall(r"^## (.*)$", record.body, re.MULTILINE)
    assert parts == [
        "I. Yêu cầu cần đạt",
        "II. Đồ dùng dạy học",
        "III. Các hoạt động dạy học chủ yếu",
        "IV. Điều chỉnh sau bài dạy",
    ]
    tables = [row for row in _rows(record.body) if row[0] == "Hoạt động của giáo viên"]
    assert len(tables) == 4
    assert all(all(row) for row in _rows(record.body))
