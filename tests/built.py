"""A built site read from its files: pages, links, anchors, pictures, without a browser."""

from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

URL_ATTRIBUTES = {
    "a": ("href",),
    "link": ("href",),
    "img": ("src",),
    "script": ("src",),
    "source": ("src", "srcset"),
    "form": ("action",),
    "iframe": ("src",),
    "object": ("data",),
    "video": ("src", "poster"),
    "audio": ("src",),
    "use": ("href",),
}


@dataclass
class BuiltPage:
    """What one HTML file says, as far as the tests ask."""

    path: Path
    address: str
    language: str = ""
    title: str = ""
    metas: dict[str, str] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    images: list[dict[str, str | None]] = field(default_factory=list)
    references: list[tuple[str, str]] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self, page: BuiltPage) -> None:
        super().__init__(convert_charrefs=True)
        self.page = page
        self.inside: list[str] = []

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag == "html":
            self.page.language = values.get("lang") or ""
        if tag == "meta" and (name := values.get("property") or values.get("name")):
            self.page.metas[name] = values.get("content") or ""
        if tag == "img":
            self.page.images.append(values)
        if identifier := values.get("id"):
            self.page.ids.add(identifier)
        if tag == "a" and values.get("name"):
            self.page.ids.add(values["name"])
        for attribute in URL_ATTRIBUTES.get(tag, ()):
            if value := values.get(attribute):
                self.page.references.append((tag, value))
        if tag == "h1":
            self.page.headings.append("")
        if tag in {"title", "h1", "svg"}:
            self.inside.append(tag)

    def handle_endtag(self, tag):
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data):
        if self.inside == ["title"]:
            self.page.title += data
        if self.inside == ["h1"]:
            self.page.headings[-1] += data


@dataclass(frozen=True)
class BuiltSite:
    """All files of one built site."""

    folder: Path

    @cached_property
    def files(self) -> list[str]:
        """Every file, by its path below the folder."""
        found = (path for path in self.folder.rglob("*") if path.is_file())
        return sorted(path.relative_to(self.folder).as_posix() for path in found)

    @cached_property
    def pages(self) -> list[BuiltPage]:
        """Every HTML file read."""
        return [self._read(name) for name in self.files if name.endswith(".html")]

    @cached_property
    def by_file(self) -> dict[str, BuiltPage]:
        return {page.path.relative_to(self.folder).as_posix(): page for page in self.pages}

    def _read(self, name: str) -> BuiltPage:
        page = BuiltPage(self.folder / name, name.removesuffix("index.html"))
        reader = _Reader(page)
        reader.feed(page.path.read_text(encoding="utf-8"))
        reader.close()
        return page

    def file_at(self, address: str) -> str | None:
        """The file a web server would answer with, or None."""
        name = unquote(address)
        candidates = [name + "index.html"] if name in {""} or name.endswith("/") else [name]
        return next((found for found in candidates if found in self._known), None)

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.files)

    def broken(self, page: BuiltPage, site_url: str) -> list[str]:
        """The references of a page that lead nowhere inside the site; other hosts are not asked."""
        return [
            reference
            for tag, reference in page.references
            if not self._leads_somewhere(page, tag, reference, site_url)
        ]

    def _leads_somewhere(self, page: BuiltPage, tag: str, reference: str, site_url: str) -> bool:
        target = urlsplit(urljoin(site_url + page.address, reference))
        home = urlsplit(site_url)
        if target.scheme not in {"http", "https"} or target.netloc != home.netloc:
            return True
        if not target.path.startswith(home.path):
            return False
        name = self.file_at(target.path.removeprefix(home.path))
        if name is None:
            return False
        if not target.fragment or tag == "use" or name not in self.by_file:
            return True
        fragment = unquote(target.fragment)
        return fragment.startswith("__") or fragment in self.by_file[name].ids
