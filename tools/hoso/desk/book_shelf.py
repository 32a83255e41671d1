"""The books somebody may print, and whether they may read all that a book is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hoso.books.catalogue import BOOKS, Book
from hoso.books.page import Page
from hoso.desk.asking import Asking, Denied
from hoso.desk.class_told import pupil_said
from hoso.desk.seen import Sight, is_noted
from hoso.gate.policy import YEAR
from hoso.gate.readable import place_name
from hoso.model import Key, Kind

#: Of these a book prints no more than a name, unless it is about the person.
_NAMED_ONLY = {"hoc-sinh": "hoc_sinh", "nhan-su": "nhan_su"}
#: The page that stands for a book in lists; the others are read as the words of their scope.
_STANDS = {"quy-che": "quy-che", "bang-tong-hop": "tong-hop", "hoc-ba": "hoc-sinh",
           "bai-day": "bai-day", "van-ban": "van-ban", "giay-de-nghi": "de-nghi-sua",
           "so-de-nghi": "de-nghi-sua"}  # fmt: skip
#: Books that say of each page they are made of only what is about one pupil.
_OF_ONE_PUPIL = frozenset({"hoc-ba"})
_PLANS = {"truong": "ke-hoach", "giao-vien": "ke-hoach-giao-vien"}


@dataclass(frozen=True, slots=True)
class Volume:
    """One book to print: what it is called and where it is."""

    title: str
    address: str


def books() -> list[Book]:
    """The books of the catalogue that have volumes to choose from."""
    return [book for book in BOOKS if book.name in _STANDS or book.name == "ke-hoach"]


def volumes(ask: Asking, book: Book, year: str) -> Iterator[Volume]:
    """The volumes of a year that somebody may read, by what stands for each."""
    sight = Sight(ask.person)
    for scope in book.volumes(ask.school, year):
        kind, key = _page(ask, book.name, scope, year)
        if kind is None or not sight.printed(kind, key):
            continue
        if book.name == "hoc-ba":
            title = f"{pupil_said(scope[0], ask.school)} ({scope[0]})"
        elif book.name == "so-de-nghi":
            title = f"{book.title} {year}"
        else:
            title = place_name(kind, key, ask.school, named=True)
        yield Volume(title, f"/doc/sach/{book.name}/{'/'.join(scope)}")


def let_read(ask: Asking, page: Page, name: str, scope: tuple[str, ...]) -> None:
    """Denied where a book is made of a page that somebody may neither read nor print.

    Books name people; a name alone is no reading of a file. Of other pupils a pupil's own book
    says nothing, so whoever may print the pupil may have it with all the years behind it.
    """
    sight = Sight(ask.person)
    if name in _OF_ONE_PUPIL and sight.prints(*_page(ask, name, scope, ask.policy.year)):
        return
    for source in page.sources:
        place = ask.school.table.find(source.path)
        if place is None:
            raise Denied("sổ này in từ một tệp không thuộc loại hồ sơ nào")
        hole = _NAMED_ONLY.get(place.kind.name)
        if hole is not None and place.key[hole] not in scope:
            continue
        if not sight.printed(place.kind, place.key):
            name = place_name(place.kind, place.key, ask.school, named=False)
            raise Denied(f"sổ này in cả trang “{name}” mà quy chế không cho thầy cô đọc hoặc in")


def noted(ask: Asking, page: Page, name: str, scope: tuple[str, ...]) -> None:
    """Leaves one line for a printed book that holds restricted pages."""
    places = (ask.school.table.find(source.path) for source in page.sources)
    if any(place is not None and is_noted(place.kind) for place in places):
        ask.noted("/".join(("in", name, *scope)))


def _page(ask: Asking, name: str, scope: tuple[str, ...], year: str) -> tuple[Kind | None, Key]:
    if name == "ke-hoach":
        kind = ask.school.kinds.get(_PLANS.get(scope[1], "ke-hoach-to"))
        return kind, {} if kind is None else _plan_key(kind, scope)
    kind = ask.school.kinds.get(_STANDS[name])
    if kind is None:
        return None, {}
    if kind.holes[:1] == (YEAR,) and len(kind.holes) == len(scope) + 1:
        return kind, dict(zip(kind.holes, (year, *scope), strict=True))
    return kind, dict(zip(kind.holes, scope, strict=False))


def _plan_key(kind: Kind, scope: tuple[str, ...]) -> Key:
    year, whose, name = scope
    rest = {"to": whose} if "to" in kind.holes else {}
    return {YEAR: year, **rest, kind.holes[-1]: name}
