"""Pictures and attachments that published pages speak of; no other file leaves the school."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hoso.model import Privacy
from hoso.site.pictures import size_of
from hoso.site.prose import Shelf
from hoso.site.public import Publication, PublicRecord
from hoso.site.staged import PLACES, Picture, Staged, mentioned_files, place_of
from hoso.site.words import measured
from hoso.store.tree import Tree

_PAGES = ("tin-tuc", "thong-bao", "van-ban", "su-kien", "cong-khai", "ke-hoach", "trang")


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Published files by the path they are staged under, and where every page's text came from."""

    files: Mapping[str, Staged]
    sizes: Mapping[str, tuple[int, int]]
    shelf: Shelf
    sources: Mapping[str, str]

    def picture(self, record: PublicRecord) -> Picture | None:
        """The picture a page shows in lists and when shared."""
        name = record.text("anh")
        path = f"hinh/{record.key.get('nam', '')}/{name}"
        if not name or path not in self.sizes:
            return None
        width, height = self.sizes[path]
        return Picture(
            path=path,
            width=width,
            height=height,
            size=len(self.files[path].content),
            alt=record.text("anh_mo_ta"),
        )

    def attachment(self, record: PublicRecord) -> dict[str, str] | None:
        """The PDF attached to a page, as templates want it: its address and how large it is."""
        name = record.text("tep")
        year = record.key.get("nam") or record.text("ngay")[:4]
        path = f"tep/{year}/{name}"
        if not name or path not in self.files:
            return None
        return {"tep": path, "co": measured(len(self.files[path].content))}


def gather(tree: Tree, publication: Publication, also: str = "") -> Library:
    """The files that public pages name, read from the tree; `also` is text that may name more."""
    pages = [record for kind in _PAGES for record in publication.all(kind)]
    named = mentioned_files(also)
    for record in pages:
        named |= mentioned_files(record.body)
        named |= {record.text("anh"), record.text("tep")}
    files, sizes, staged = {}, {}, {}
    for record in pages:
        staged[record.path] = place_of(record)
    for kind in ("hinh-anh", "tep"):
        for record in publication.all(kind):
            if record.key["ten"] not in named or record.kind.privacy is not Privacy.PUBLIC:
                continue
            path = PLACES[kind].format_map(record.key)
            content = tree.read(record.path)
            files[path] = Staged(path=path, content=content, sources=(record.source,))
            staged[record.path] = path
            size = size_of(content)
            if size is not None:
                sizes[path] = size
    return Library(
        files=files,
        sizes=sizes,
        shelf=Shelf(staged=staged, sizes=sizes),
        sources={path: source for source, path in staged.items()},
    )
