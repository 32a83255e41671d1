"""A post or plan as the public will read it, and the pictures that come with its proposal.

The text goes through the public site's own reader of prose, which lets nothing harmful out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markdown import Markdown
from markupsafe import Markup

from hoso.books.markdown import EXTENSIONS
from hoso.desk.pages import templates
from hoso.desk.told_standing import person_said
from hoso.model import Record
from hoso.proposals.stages import Standing
from hoso.rules.naming import dated
from hoso.schema.school import TreeSchool
from hoso.site.prose import Place, SafeProse, Shelf
from hoso.store.tree import Tree

#: Where the files of a page stand until it is known at which address that is.
_HERE = "kem-xem-truoc/"
_KINDS: Mapping[bytes, str] = {
    b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"%PDF-": "application/pdf",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A page as it will look: its head, its picture with the words for it, its text.

    `notes` stand beside the day: who wrote it, whom it is for, how long it counts.
    """

    title: str
    categories: tuple[str, ...]
    notes: tuple[str, ...]
    tags: tuple[str, ...]
    summary: str
    day: str
    picture: str
    picture_said: str
    text: Markup

    @property
    def on(self) -> str:
        """Its day as people write it."""
        return dated(self.day)

    @property
    def facts(self) -> tuple[str, ...]:
        """What stands around it, in a row."""
        day = (f"ngày đăng {self.on}",) if self.day else ()
        return ("Như người đọc sẽ thấy", *day, *self.categories, *self.notes)


def preview(found: Standing, path: str, school: TreeSchool) -> Preview | None:
    """A Markdown page of a proposal as it shall be; None where it cannot be read."""
    record = school.at(path)
    return None if record is None else shown(record, school, f"{found.name.slug}/tep/")


def article(record: Record, school: TreeSchool, at: str) -> Markup:
    """A Markdown page as the public site lays it out, its files at addresses that begin so."""
    made = templates().get_template("bai-cong-khai.html")
    text = made.render(preview=shown(record, school, _HERE)).replace(f'"{_HERE}', f'"{at}')
    return Markup(text)  # noqa: S704 - a template that escapes, around prose that is sieved


def shown(record: Record, school: TreeSchool, under: str) -> Preview:
    """A Markdown page as it will look, its files served at addresses that begin with `under`."""
    data, tree = record.data, school.tree
    picture = _picture(record, tree)
    return Preview(
        title=str(data.get("tieu_de", "")), categories=tuple(_words(record, "chuyen_muc")),
        notes=tuple(_notes(record, school)), tags=tuple(_words(record, "the")),
        summary=str(data.get("tom_tat", "")),
        day=str(data.get("ngay", "")), picture=under + picture if picture else "",
        picture_said=str(data.get("anh_mo_ta", "")), text=prose_of(record, tree, under),
    )  # fmt: skip


def media_type(raw: bytes) -> str | None:
    """What a file is, by its first bytes; None for all that is neither picture nor PDF."""
    if raw[:4] == b"RIFF" and raw[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for start, kind in _KINDS.items() if raw.startswith(start)), None)


def prose_of(record: Record, tree: Tree, under: str, page: str = "") -> Markup:
    """The text of a page as the public reads it; `under` its files stand, seen from its `page`."""
    files = {
        entry.path: under + entry.path
        for folder in ("content/hinh", "content/tep")
        for entry in tree.entries(folder)
    }
    # Addresses come out relative to the page of the proposal, below which the files are served.
    prose = SafeProse(
        shelf=Shelf(staged=files, sizes={}), place=Place(source=record.path, staged=page)
    )
    made = Markdown(extensions=[*EXTENSIONS, prose], output_format="html")
    return Markup(made.convert(record.body))  # noqa: S704 - sieved by the site's own list


def _words(record: Record, name: str) -> Iterator[str]:
    """What a list of a page holds, as people read it; nothing where it is no list."""
    found = record.data.get(name)
    for each in found if isinstance(found, list | tuple) else ():
        yield record.kind.label((name, 0), str(each))


def _notes(record: Record, school: TreeSchool) -> Iterator[str]:
    writers = ", ".join(person_said(each, school) for each in _words(record, "tac_gia"))
    if writers:
        yield f"Người viết: {writers}"
    readers = ", ".join(_words(record, "doi_tuong"))
    if readers:
        yield f"Gửi: {readers}"
    if "het_han" in record.data:
        yield f"Có giá trị đến hết ngày {dated(str(record.data['het_han']))}"


def _picture(record: Record, tree: Tree) -> str:
    name, year = str(record.data.get("anh", "")), record.key.get("nam", "")
    path = f"content/hinh/{year}/{name}"
    return path if name and tree.entry(path) is not None else ""
