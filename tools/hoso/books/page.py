"""What one printed book is made of: its data, the records they came from, and its edition."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hoso.model import Pointer, Record, School
from hoso.schema.spelling import spell


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The part of a record that a book prints, in the canonical spelling of its kind.

    An excerpt is still a record of its kind: a class page keeps one pupil, a staff file the name.
    """

    path: str
    blob: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One book before typesetting; a pure function of the records it was read from."""

    template: str
    title: str  # shown in the PDF's metadata, so it never names a pupil
    author: str
    date: str
    data: Mapping[str, Any]
    sources: tuple[Source, ...]
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    attached: Mapping[str, str] = field(default_factory=dict)  # file name to text


@dataclass(frozen=True, slots=True)
class Edition:
    """Which state of the records a book shows: the commit, if any, and the sources' digest."""

    commit: str | None
    digest: str

    @property
    def line(self) -> str:
        """What stands at the foot of every page."""
        state = "bản chưa ghi vào lịch sử" if self.commit is None else f"bản ghi {self.commit[:12]}"
        return f"{state} · {self.seal}"

    @property
    def seal(self) -> str:
        """The start of the digest, short enough to be read aloud."""
        return "mã số liệu " + " ".join(self.digest[i : i + 4] for i in range(0, 16, 4))


def edition(page: Page, commit: str | None) -> Edition:
    """The edition of a page: its digest changes if a printed value changes, and only then."""
    return Edition(commit, digest(page.sources))


def digest(sources: Iterable[Source]) -> str:
    """SHA-256 over the paths and texts of sources, each followed by a zero byte, in path order."""
    lines = (f"{source.path}\0{source.text}\0" for source in sources)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def together(sources: Iterable[Source]) -> str:
    """The YAML records among some sources as one file: each under its path, two spaces in."""
    return "".join(
        f"{source.path}:\n" + "".join(f"  {line}" for line in source.text.splitlines(True))
        for source in sources
    )


class Reading:
    """Reads records for one book and remembers exactly which parts of them were taken."""

    def __init__(self, school: School) -> None:
        self.school = school
        self._taken: dict[str, tuple[Record, set[Pointer]]] = {}

    def take(self, record: Record, *pointers: Pointer) -> Record:
        """Note that these parts of a record are printed; without pointers, all of it."""
        _, taken = self._taken.setdefault(record.path, (record, set()))
        taken.update(pointers or ((),))
        return record

    def get(self, kind: str, pointers: Iterable[Pointer] = (), /, **key: str) -> Record | None:
        """The record with this key, noted as printed, or None where there is none."""
        record = self.school.get(kind, **key)
        return None if record is None else self.take(record, *pointers)

    def staff_name(self, staff: str) -> str:
        """The name of a member of staff; the id stands for itself where there is no file."""
        found = self.get("nhan-su", [("ho_ten",)], nhan_su=staff)
        return staff if found is None else str(found.data["ho_ten"])

    def sources(self) -> tuple[Source, ...]:
        """Everything taken so far, in path order."""
        return tuple(
            Source(path=path, blob=record.blob, text=_excerpt(record, pointers))
            for path, (record, pointers) in sorted(self._taken.items())
        )


def _excerpt(record: Record, pointers: set[Pointer]) -> str:
    if () in pointers:
        return spell(record.kind, record.data, record.body)
    kept: dict[str, Any] = {}
    for pointer in sorted(pointers, key=len):
        _copy(record.data, kept, pointer)
    return spell(record.kind, kept)


def _copy(whole: Mapping[str, Any], kept: dict[str, Any], pointer: Pointer) -> None:
    """Carry the value at a pointer over, with the mappings on the way to it."""
    name, *rest = pointer
    if not isinstance(name, str) or name not in whole:
        return
    if not rest:
        kept[name] = whole[name]
        return
    if kept.get(name) is not whole[name]:
        _copy(whole[name], kept.setdefault(name, {}), tuple(rest))
