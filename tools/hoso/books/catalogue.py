"""Every book that can be printed: what it is called, what it covers, where its pages come from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from hoso.books import (
    class_summary,
    correction,
    documents,
    lock_minutes,
    plans,
    regulation,
    report_book,
)
from hoso.books.chronicle import Chronicle
from hoso.books.documents import Pictures
from hoso.books.page import Page
from hoso.findings import HosoError
from hoso.model import Record, School
from hoso.schema.school import TreeSchool

Scope = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """What a book is written from: the school's records, its pictures, what history tells."""

    school: TreeSchool
    picture: Pictures
    told: Chronicle = field(default_factory=Chronicle)


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """One kind of book; `scope` are the words that say which, optional ones in brackets."""

    name: str
    title: str
    scope: Scope
    example: str
    page: Callable[[Desk, Scope], Page]
    volumes: Callable[[School, str], Iterator[Scope]]
    archived: Callable[[Desk, Scope, str], Page | None] | None = None

    def keep(self, desk: Desk, scope: Scope, nam_hoc: str) -> Page | None:
        """The page as the archive of a school year keeps it; None where it keeps none."""
        if self.archived is None:
            return self.page(desk, scope)
        return self.archived(desk, scope, nam_hoc)


def book_called(name: str) -> Book:
    """The book of that name; HosoError with the names there are."""
    for book in BOOKS:
        if book.name == name:
            return book
    raise HosoError(f"không có sổ “{name}”; có: {', '.join(book.name for book in BOOKS)}")


def page_of(book: Book, desk: Desk, scope: Scope) -> Page:
    """The page of a book; HosoError when the scope has too few or too many words."""
    needed = [word for word in book.scope if not word.startswith("[")]
    if not len(needed) <= len(scope) <= len(book.scope):
        raise HosoError(
            f"sổ {book.name} cần: {' '.join(book.scope)}; "
            f"ví dụ: hoso book {book.name} {book.example}"
        )
    return book.page(desk, scope)


def _found(school: School, kind: str, **key: str) -> Record:
    record = school.get(kind, **key)
    if record is None:
        path = school.kind(kind).fill(key)
        raise HosoError(f"không có {path}, hoặc tệp có lỗi: xem bằng hoso check")
    return record


def _decision(desk: Desk, scope: Scope) -> Page:
    return regulation.decision(desk.school, _found(desk.school, "quy-che", nam_hoc=scope[0]))


def _regulation(desk: Desk, scope: Scope) -> Page:
    return regulation.regulation(desk.school, _found(desk.school, "quy-che", nam_hoc=scope[0]))


def _regulations(school: School, nam_hoc: str) -> Iterator[Scope]:
    if school.get("quy-che", nam_hoc=nam_hoc) is not None:
        yield (nam_hoc,)


def _no_volumes(school: School, nam_hoc: str) -> Iterator[Scope]:
    """The decision alone is part of the regulation's volume."""
    return iter(())


def _summary(desk: Desk, scope: Scope) -> Page:
    return class_summary.class_summary(desk.school, *scope)


def _summaries(school: School, nam_hoc: str) -> Iterator[Scope]:
    for record in school.all("tong-hop", nam_hoc=nam_hoc):
        yield (nam_hoc, record.key["lop"], record.key["ky"])


def _report_book(desk: Desk, scope: Scope) -> Page:
    return report_book.report_book(desk.school, scope[0], scope[1] if len(scope) > 1 else None)


def _kept_report_book(desk: Desk, scope: Scope, nam_hoc: str) -> Page:
    return report_book.report_book(desk.school, scope[0], nam_hoc, attach_sources=True)


def _report_books(school: School, nam_hoc: str) -> Iterator[Scope]:
    rooms = school.all("lop", nam_hoc=nam_hoc)
    for pupil in sorted({pupil for room in rooms for pupil in room.data["hoc_sinh"]}):
        yield (pupil,)


def _plan(desk: Desk, scope: Scope) -> Page:
    nam_hoc, whose, name = scope
    if whose == "truong":
        record = _found(desk.school, "ke-hoach", nam_hoc=nam_hoc, ma=name)
        return documents.plan(desk.school, record, desk.picture)
    if whose == "giao-vien":
        record = _found(desk.school, "ke-hoach-giao-vien", nam_hoc=nam_hoc, nhan_su=name)
        return plans.teacher_plan(desk.school, record, desk.picture)
    record = _found(desk.school, "ke-hoach-to", nam_hoc=nam_hoc, to=whose, ma=name)
    return plans.team_plan(desk.school, record, desk.picture)


def _plans(school: School, nam_hoc: str) -> Iterator[Scope]:
    for record in school.all("ke-hoach", nam_hoc=nam_hoc):
        yield (nam_hoc, "truong", record.key["ma"])
    for record in school.all("ke-hoach-to", nam_hoc=nam_hoc):
        yield (nam_hoc, record.key["to"], record.key["ma"])
    for record in school.all("ke-hoach-giao-vien", nam_hoc=nam_hoc):
        yield (nam_hoc, "giao-vien", record.key["nhan_su"])


def _lesson(desk: Desk, scope: Scope) -> Page:
    nam_hoc, lop, name = scope
    record = _found(desk.school, "bai-day", nam_hoc=nam_hoc, lop=lop, ma=name)
    return plans.lesson_plan(desk.school, record, desk.picture)


def _lessons(school: School, nam_hoc: str) -> Iterator[Scope]:
    for record in school.all("bai-day", nam_hoc=nam_hoc):
        yield (nam_hoc, record.key["lop"], record.key["ma"])


def _document(desk: Desk, scope: Scope) -> Page:
    nam, name = scope
    record = _found(desk.school, "van-ban", nam=nam, ma=name)
    return documents.document(desk.school, record, desk.picture)


def _documents(school: School, nam_hoc: str) -> Iterator[Scope]:
    """The school's own documents that have a text, dated from August to July of the year."""
    first, last = nam_hoc.split("-")
    profile = school.get("truong")
    for record in (*school.all("van-ban", nam=first), *school.all("van-ban", nam=last)):
        ours = profile is not None and record.data["co_quan"] == profile.data["ten"]
        if ours and record.body.strip() and f"{first}-08" <= record.data["ngay"] < f"{last}-08":
            yield (record.key["nam"], record.key["ma"])


def _correction(desk: Desk, scope: Scope) -> Page:
    (name,) = scope
    found = desk.school.all("de-nghi-sua", ma=name)
    if len(found) != 1:
        raise HosoError(f"không có giấy đề nghị {name}, hoặc tệp có lỗi: xem bằng hoso check")
    return correction.correction_form(desk.school, found[0], desk.told)


def _corrections(school: School, nam_hoc: str) -> Iterator[Scope]:
    for record in school.all("de-nghi-sua", nam_hoc=nam_hoc):
        yield (record.key["ma"],)


def _register(desk: Desk, scope: Scope) -> Page:
    return correction.correction_register(desk.school, scope[0], desk.told)


def _registers(school: School, nam_hoc: str) -> Iterator[Scope]:
    if school.all("de-nghi-sua", nam_hoc=nam_hoc) or school.all("mo-so", nam_hoc=nam_hoc):
        yield (nam_hoc,)


def _minutes(desk: Desk, scope: Scope) -> Page:
    nam_hoc, name = scope
    return lock_minutes.lock_minutes(desk.school, nam_hoc, name, desk.told)


def _kept_minutes(desk: Desk, scope: Scope, nam_hoc: str) -> Page | None:
    """Minutes of what the log tells to have fallen due; before that there is nothing to minute."""
    closing = desk.told.closings.get("/".join(scope))
    return None if closing is None or closing.due is None else _minutes(desk, scope)


def _locks(school: School, nam_hoc: str) -> Iterator[Scope]:
    year = school.get("nam-hoc", nam_hoc=nam_hoc)
    for name in () if year is None else year.data["lich_khoa"]:
        yield (nam_hoc, name)


BOOKS: tuple[Book, ...] = (
    Book(
        name="quyet-dinh",
        title="Quyết định ban hành quy chế",
        scope=("NĂM_HỌC",),
        example="2026-2027",
        page=_decision,
        volumes=_no_volumes,
    ),
    Book(
        name="quy-che",
        title="Quyết định, quy chế kèm theo và bảng quyền",
        scope=("NĂM_HỌC",),
        example="2026-2027",
        page=_regulation,
        volumes=_regulations,
    ),
    Book(
        name="bang-tong-hop",
        title="Bảng tổng hợp kết quả đánh giá giáo dục của lớp",
        scope=("NĂM_HỌC", "LỚP", "THỜI_ĐIỂM"),
        example="2025-2026 3A cuoi-nam",
        page=_summary,
        volumes=_summaries,
    ),
    Book(
        name="hoc-ba",
        title="Học bạ của một học sinh",
        scope=("MÃ_HỌC_SINH", "[ĐẾN_NĂM_HỌC]"),
        example="HS7K3QZ9",
        page=_report_book,
        volumes=_report_books,
        archived=_kept_report_book,
    ),
    Book(
        name="ke-hoach",
        title="Kế hoạch của trường, của tổ hoặc của giáo viên",
        scope=("NĂM_HỌC", "truong|TỔ|giao-vien", "MÃ"),
        example="2026-2027 giao-vien NV0012",
        page=_plan,
        volumes=_plans,
    ),
    Book(
        name="bai-day",
        title="Kế hoạch bài dạy",
        scope=("NĂM_HỌC", "LỚP", "MÃ"),
        example="2026-2027 4A phan-so",
        page=_lesson,
        volumes=_lessons,
    ),
    Book(
        name="van-ban",
        title="Văn bản của trường",
        scope=("NĂM", "MÃ"),
        example="2026 88-qd-thch-quy-che-ho-so-dien-tu",
        page=_document,
        volumes=_documents,
    ),
    Book(
        name="giay-de-nghi",
        title="Giấy đề nghị thay đổi thông tin",
        scope=("MÃ_GIẤY",),
        example="DN7K3QZ9",
        page=_correction,
        volumes=_corrections,
    ),
    Book(
        name="so-de-nghi",
        title="Sổ giấy đề nghị thay đổi thông tin và lệnh mở sổ của một năm học",
        scope=("NĂM_HỌC",),
        example="2026-2027",
        page=_register,
        volumes=_registers,
    ),
    Book(
        name="bien-ban-khoa-so",
        title="Biên bản khóa sổ",
        scope=("NĂM_HỌC", "LẦN_KHÓA"),
        example="2026-2027 cuoi-ky-1",
        page=_minutes,
        volumes=_locks,
        archived=_kept_minutes,
    ),
)
