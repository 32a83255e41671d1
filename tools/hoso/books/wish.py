"""A correction request in words: its page, its fields, who had a hand in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hoso.books.chronicle import Edit, Passage, Step
from hoso.books.page import Reading
from hoso.model import Pointer, Record
from hoso.rules.naming import Wording
from hoso.schema.school import TreeSchool

NOTHING = "(trống)"
#: What a statement decided, as the person who made it would write it.
_DEEDS = {"kiem-tra": "Đã kiểm tra, đề nghị duyệt", "duyet": "Duyệt"}


class Wish:
    """A request as a book prints it; every name it says is noted as printed."""

    def __init__(self, school: TreeSchool, reading: Reading, record: Record) -> None:
        self.reading = reading
        self.record = reading.take(record)
        #: Where the page to be corrected is kept.
        self.path = str(record.data["tep"])
        self._place = school.table.find(self.path)
        self._words = Wording(school, self._name_of)

    @property
    def page(self) -> str:
        """The page to be corrected."""
        return self.path if self._place is None else self._words.page(*self._place)

    def asked(self) -> tuple[Edit, ...]:
        """The changes that the request asks for, in the order it lists them."""
        return tuple(
            Edit(place=place, old=wish.get("cu"), new=wish.get("moi"))
            for place, wish in self.record.data["truong"].items()
        )

    def rows(self, edits: tuple[Edit, ...]) -> list[list[str]]:
        """Changes as lines of a table: the field, the old and the new value."""
        return [
            [self._field(each.place), self._value(each.place, each.old),
             self._value(each.place, each.new)]
            for each in edits
        ]  # fmt: skip

    @property
    def reason(self) -> str:
        """Why, as the form offers it to choose."""
        return self.record.kind.label(("ly_do",), self.record.data["ly_do"])

    def evidence(self) -> Iterator[tuple[str, str, str]]:
        """Of each piece of evidence its kind, its description and its SHA-256."""
        for digest, entry in self.record.data["minh_chung"].items():
            kind = self.record.kind.label(("minh_chung", "", "loai"), entry["loai"])
            yield kind, entry.get("mo_ta", ""), digest

    def person(self, staff: str) -> str:
        """A member of staff by name and identifier."""
        name = self.reading.staff_name(staff)
        return staff if name == staff else f"{name} ({staff})"

    def role(self, role: str) -> str:
        """A role as the year's regulation calls it."""
        place = ("vai", role, "ten")
        found = self.reading.get("quy-che", [place], nam_hoc=self.record.key["nam_hoc"])
        known: Mapping[str, Mapping[str, str]] = {} if found is None else found.data["vai"]
        return known[role]["ten"] if role in known else role

    def said(self, step: Step) -> str:
        """What somebody's statement says."""
        words = _DEEDS.get(step.deed, step.deed)
        return f"{words} (được chứng thực)" if step.witnessed else words

    def approver(self, passage: Passage) -> Step | None:
        """Who had the last word."""
        return next((each for each in reversed(passage.steps) if each.deed == "duyet"), None)

    def _field(self, place: str) -> str:
        return place if self._place is None else self._words.field(self._place.kind, _at(place))

    def _value(self, place: str, value: str | None) -> str:
        if value is None or self._place is None:
            return NOTHING if value is None else value
        return self._words.value(self._place.kind, _at(place), value)

    def _name_of(self, kind: str, identifier: str) -> str | None:
        hole = kind.replace("-", "_")
        found = self.reading.get(kind, [("ho_ten",)], **{hole: identifier})
        return None if found is None else str(found.data["ho_ten"])


def _at(place: str) -> Pointer:
    return tuple(place.split("/"))
