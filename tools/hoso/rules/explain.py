"""Why a pupil has the result of a year: every datum read, what decided, and by which article."""

from __future__ import annotations

from collections.abc import Iterator

from hoso.model import Record, School
from hoso.rules.assessment_tt27 import ARTICLE, About, Datum, Reason, Result, YearResult
from hoso.rules.days import day, written
from hoso.rules.pupil_year import ClassYear, Mark, PupilYear, class_year
from hoso.rules.rewards import EXCELLENT, OUTSTANDING, missing_for_outstanding
from hoso.rules.subjects import QUALITIES
from hoso.rules.words import (
    COMPLETION,
    PLANS,
    REWARDS,
    joined,
    subject_name,
    trait_name,
)

_NEEDS = {
    Result.EXCELLENT: "mọi môn T, mọi phẩm chất, năng lực T, mọi bài kiểm tra từ 9 điểm",
    Result.GOOD: "mọi môn T, mọi phẩm chất, năng lực T, mọi bài kiểm tra từ 7 điểm",
    Result.COMPLETED: "mọi môn T hoặc H, mọi phẩm chất, năng lực T hoặc Đ, mọi bài từ 5 điểm",
}
_ABOUT = {
    About.SUBJECT: "Mức của môn học",
    About.SCORE: "Điểm kiểm tra",
    About.TRAIT: "Mức của phẩm chất, năng lực",
}


def class_at_year_end(school: School, nam_hoc: str, hoc_sinh: str) -> Record | None:
    """The class list the pupil was on last in a school year, or None if on none."""
    found = [
        room for room in school.all("lop", nam_hoc=nam_hoc) if hoc_sinh in room.data["hoc_sinh"]
    ]
    return max(found, key=lambda room: day(room.data["hoc_sinh"][hoc_sinh]["vao"]), default=None)


def explain(school: School, nam_hoc: str, hoc_sinh: str) -> Iterator[str]:
    """The lines of the explanation; none when the pupil was in no class that year."""
    listed = class_at_year_end(school, nam_hoc, hoc_sinh)
    if listed is None:
        return
    yield f"{hoc_sinh}, lớp {listed.key['lop']}, năm học {nam_hoc}"
    room = class_year(school, nam_hoc, listed.key["lop"])
    if room is None:
        yield "Thông tư 27/2020/TT-BGDĐT không áp dụng cho khối lớp và năm học này."
        return
    year = room.pupil(hoc_sinh)
    yield from _stay(listed, hoc_sinh)
    yield ""
    yield "Môn học, hoạt động giáo dục cuối năm"
    yield from (_mark(school, room, year, mark) for mark in year.marks)
    yield ""
    yield f"Phẩm chất, năng lực cuối năm ({_at(room.traits, year.traits_path, hoc_sinh)})"
    yield from _traits(school, year)
    yield from _plan(school, year)
    yield ""
    yield from _outcome(school, year.outcome)
    if year.assessed_in_summer:
        subjects = [subject_name(school, mon) for mon in year.summer_retests]
        names = joined(subjects + [trait_name(school, name) for name in year.summer_traits])
        before = _result(school, year.before_summer.result)
        yield f"Trước đánh giá bổ sung trong hè ({names}): {before}"
        yield from _obstacles(school, year.before_summer)
    yield ""
    yield from _recorded(school, room, year)


def _stay(listed: Record, pupil: str) -> Iterator[str]:
    entry = listed.data["hoc_sinh"][pupil]
    if "ra" in entry:
        yield f"Đã ra khỏi lớp ngày {written(day(entry['ra']))}."


def _mark(school: School, room: ClassYear, year: PupilYear, mark: Mark) -> str:
    known = mark.level is not None
    parts = [_level(school, About.SUBJECT, str(mark.level)) if known else "chưa có mức"]
    if mark.tested:
        parts.append("chưa có điểm" if mark.score is None else f"điểm {mark.score}")
    if mark.subject in year.adjusted:
        parts.append("theo yêu cầu đã điều chỉnh")
    if mark.retests:
        parts.append(f"đánh giá lại {', '.join(written(day(when)) for when in mark.retests)}")
    place = _at(room.pages.get(mark.subject), mark.path, year.pupil)
    return f"  {subject_name(school, mark.subject)}: {', '.join(parts)} ({place})"


def _traits(school: School, year: PupilYear) -> Iterator[str]:
    by_level: dict[str | None, list[str]] = {}
    for name, level in year.traits.items():
        by_level.setdefault(level, []).append(trait_name(school, name))
    for level, names in by_level.items():
        shown = "Chưa có mức" if level is None else _level(school, About.TRAIT, level)
        yield f"  {shown}: {joined(names, most=len(names))}"


def _plan(school: School, year: PupilYear) -> Iterator[str]:
    if year.plan is None:
        return
    decision = year.plan["quyet_dinh"]
    yield ""
    yield (
        f"Kế hoạch giáo dục cá nhân theo quyết định {decision['so']} "
        f"ngày {written(day(decision['ngay']))} ({PLANS})"
    )
    for what, subjects in (
        ("Miễn", year.exempt),
        ("Điều chỉnh yêu cầu", year.adjusted),
    ):
        if subjects:
            yield f"  {what}: {joined(subject_name(school, mon) for mon in subjects)}"


def _outcome(school: School, outcome: YearResult) -> Iterator[str]:
    if outcome.result is None:
        yield f"Kết quả tính được: chưa đủ dữ liệu, chưa xếp được ({ARTICLE})"
        for about in About:
            names = [_name(school, datum) for datum in outcome.missing if datum.about is about]
            if names:
                yield f"  Còn thiếu {_ABOUT[about].lower()}: {joined(names, most=len(names))}"
        return
    yield f"Kết quả tính được: {_result(school, outcome.result)} ({ARTICLE})"
    if outcome.result in _NEEDS:
        yield f"  Đủ điều kiện: {_NEEDS[outcome.result]}."
    yield from _obstacles(school, outcome)


def _obstacles(school: School, outcome: YearResult) -> Iterator[str]:
    """What kept the result from the next better one, equal reasons on one line."""
    if not outcome.decided_by:
        return
    better = outcome.decided_by[0].better
    yield f"  Chưa đạt {_result(school, better)} ({_NEEDS[better]}) vì:"
    lines: dict[str, list[str]] = {}
    for reason in outcome.decided_by:
        name = _name(school, reason.datum)
        if reason.datum.about is About.SCORE:
            name = f"{name} ({reason.value})"
        lines.setdefault(_lack(school, reason), []).append(name)
    for what, names in lines.items():
        yield f"    {what}: {joined(names, most=len(names))}"


def _lack(school: School, reason: Reason) -> str:
    about = reason.datum.about
    if about is About.SCORE:
        return f"{_ABOUT[about]} dưới {reason.needed} ({reason.article})"
    had, needed = (_level(school, about, str(value)) for value in (reason.value, reason.needed))
    return f"{_ABOUT[about]} là {had}, cần từ {needed} ({reason.article})"


def _level(school: School, about: About, value: str) -> str:
    if about is About.SUBJECT:
        return school.kind("danh-gia-mon").label(("hoc_sinh", "", "muc"), value)
    field = ("hoc_sinh", "", "pham_chat", QUALITIES[0])
    return school.kind("pham-chat-nang-luc").label(field, value)


def _name(school: School, datum: Datum) -> str:
    named = trait_name if datum.about is About.TRAIT else subject_name
    return named(school, datum.name)


def _recorded(school: School, room: ClassYear, year: PupilYear) -> Iterator[str]:
    page = school.get("tong-hop", **room.key)
    row = {} if page is None else page.data.get("hoc_sinh", {}).get(year.pupil, {})
    if page is None or not row:
        yield f"Trang tổng hợp chưa ghi gì về học sinh này ({room.path('tong-hop')})."
        return
    at = ("hoc_sinh", year.pupil)
    yield f"Đã ghi ở trang tổng hợp ({_at(page, page.path, year.pupil)})"
    if "ket_qua" in row:
        same = "khớp" if row["ket_qua"] == year.outcome.code else "khác kết quả tính được"
        yield f"  Kết quả: {page.kind.label((*at, 'ket_qua'), row['ket_qua'])} ({same})"
    if "xet_rieng" in row:
        decision = row["xet_rieng"]["quyet_dinh"]
        yield (
            f"  Xét riêng theo {row['xet_rieng']['can_cu']}, quyết định {decision['so']} "
            f"ngày {written(day(decision['ngay']))}"
        )
    titles = row.get("khen_thuong", ())
    for position, title in enumerate(titles):
        label = page.kind.label((*at, "khen_thuong", position), title)
        yield f"  Khen thưởng: {label} ({REWARDS})"
    if not {EXCELLENT, OUTSTANDING} & set(titles):
        yield f"  Khen thưởng cuối năm: không có danh hiệu ({REWARDS})"
        if row.get("ket_qua") == Result.GOOD.value:
            yield f"    Học sinh Tiêu biểu còn thiếu {joined(missing_for_outstanding(row))}"
    if "len_lop" in row:
        label = page.kind.label((*at, "len_lop"), row["len_lop"])
        yield f"  Lên lớp: {label} ({COMPLETION})"


def _result(school: School, result: Result | None) -> str:
    if result is None:
        return "chưa xếp được"
    return school.kind("tong-hop").label(("hoc_sinh", "", "ket_qua"), result.value)


def _at(page: Record | None, path: str, pupil: str) -> str:
    return f"chưa có {path}" if page is None else f"{path}:{page.line(('hoc_sinh', pupil))}"
