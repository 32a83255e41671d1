"""Markdown that people wrote becomes HTML that can do no harm.

1. Raw HTML is text: the parts of Python-Markdown that would let it through are taken out.
2. Links and pictures are looked up among the pages and files that are published; what is not
   there loses its link. Other sites may be linked (http, https, mailto, tel), never loaded.
3. Last of all, every element and attribute that is not on the lists below is taken away,
   whichever extension made it.
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from markdown import Extension, Markdown
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor

_SPACES = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\ufeff]+")
_ALLOWED: dict[str, set[str]] = {
    "a": {"href", "title", "class", "id"},
    "abbr": {"title"},
    "figure": set(), "figcaption": set(),
    "img": {"src", "alt", "title", "width", "height", "loading", "decoding"},
    "div": {"class", "role", "tabindex", "aria-label"},
    "p": {"class"}, "li": {"id", "class"}, "sup": {"id"},
    "table": {"class"}, "th": {"style", "scope"}, "td": {"style"},
    "ol": {"start"},
    "code": {"class"}, "span": {"class"},
    **{f"h{level}": {"id"} for level in range(1, 7)},
    **{
        name: set()
        for name in ("ul", "blockquote", "pre", "em", "strong", "del", "hr", "br", "dl", "dt", "dd",
                     "sub", "thead", "tbody", "tr")
    },
}  # fmt: skip
_STYLE = re.compile(r"text-align: (?:left|right|center);")
_ID = re.compile(r"(?:muc-[a-z0-9-]+|fn(?:ref)?\d*:[\w-]+)")
_MARK = re.compile(r"\x02(\d+)\x03")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """What a page may link to: published files by the path they were written under, and sizes."""

    staged: Mapping[str, str]
    sizes: Mapping[str, tuple[int, int]]


@dataclass(slots=True, kw_only=True)
class Place:
    """The page being read: where its text came from and where it is staged."""

    source: str = ""
    staged: str = ""
    is_ours: bool = False


@dataclass
class SafeProse(Extension):
    """Everything above as one Markdown extension; `place` is set before each page is read."""

    shelf: Shelf
    place: Place = field(default_factory=Place)

    def __post_init__(self) -> None:
        super().__init__()

    def extendMarkdown(self, md: Markdown) -> None:
        if self.place.is_ours:
            return
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")
        if "attr_list" in md.treeprocessors:
            md.treeprocessors.deregister("attr_list")
        md.inlinePatterns.register(_BareAddress(), "bare_address", 10)
        md.treeprocessors.register(_Headings(md), "headings", 25)
        md.treeprocessors.register(_Links(md, self), "links", 1)
        md.treeprocessors.register(_Frames(md), "frames", -5)
        md.treeprocessors.register(_Sieve(md), "sieve", -10)


def safe_address(address: str) -> bool:
    """Whether a browser that follows this address stays within http, https, mailto, tel or us."""
    plain = _SPACES.sub("", html.unescape(address)).lower()
    if plain.startswith(("http://", "https://", "mailto:", "tel:")):
        return True
    path = re.split(r"[?#]", plain, maxsplit=1)[0]
    return ":" not in path.partition("/")[0] and not path.startswith("//") and "\\" not in path


class _BareAddress(InlineProcessor):
    """An e-mail or web address written plainly becomes a link."""

    ANCESTOR_EXCLUDES = ("a",)

    def __init__(self) -> None:
        super().__init__(
            r"(?<![\w@/.:-])(?:([a-z0-9][a-z0-9._-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)+)"
            r"|(https?://[^\s<>\"'\x02\x03]*[^\s<>\"'\x02\x03.,;:!?)\]]))"
        )

    def handleMatch(  # type: ignore[override]
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int]:
        link = Element("a", href=m[2] or f"mailto:{m[1]}")
        link.text = m[0]
        return link, m.start(0), m.end(0)


class _Headings(Treeprocessor):
    """The page's title is its only first-level heading; levels below never skip one."""

    def run(self, root: Element) -> None:
        previous = 1
        headings = [each for each in root.iter() if re.fullmatch("h[1-6]", str(each.tag))]
        shift = 1 if any(each.tag == "h1" for each in headings) else 0
        for heading in headings:
            level = min(int(heading.tag[1]) + shift, previous + 1, 6)
            heading.tag = f"h{level}"
            previous = level


class _Links(Treeprocessor):
    """Links and pictures point at what is published, or nowhere."""

    def __init__(self, md: Markdown, prose: SafeProse) -> None:
        super().__init__(md)
        self.prose = prose

    def run(self, root: Element) -> None:
        for element in root.iter():
            if element.tag == "a":
                self._link(element)
            elif element.tag == "img":
                self._picture(element)

    def _link(self, link: Element) -> None:
        address = _plain(link.get("href", ""))
        if not safe_address(address):
            _unlink(link)
        elif not re.match(r"[a-z]+:|#|/", address, re.IGNORECASE):
            path, mark, anchor = address.partition("#")
            found = self._find(path)
            if found is None:
                _unlink(link)
            else:
                link.set("href", found + mark + anchor)

    def _picture(self, picture: Element) -> None:
        place, shelf = self.prose.place, self.prose.shelf
        found = self._find(_plain(picture.get("src", "")))
        if found is None:
            picture.tag = "em"
            picture.text = picture.get("alt", "")
            picture.attrib.clear()
            return
        picture.set("src", found)
        staged = posixpath.normpath(posixpath.join(posixpath.dirname(place.staged), found))
        if staged in shelf.sizes:
            width, height = shelf.sizes[staged]
            picture.set("width", str(width))
            picture.set("height", str(height))
        picture.set("loading", "lazy")
        picture.set("decoding", "async")

    def _find(self, written: str) -> str | None:
        """The staged file that a path written in the source means, relative to the staged page."""
        place = self.prose.place
        folder = posixpath.dirname(place.source)
        target = posixpath.normpath(posixpath.join(folder, written))
        candidates = [target]
        if re.fullmatch(r"[a-z0-9-]+\.(?:jpg|png|webp|pdf)", written):
            shelf = "tep" if written.endswith(".pdf") else "hinh"
            candidates.append(f"content/{shelf}/{posixpath.basename(folder)}/{written}")
        for candidate in candidates:
            staged = self.prose.shelf.staged.get(candidate)
            if staged is not None:
                return posixpath.relpath(staged, posixpath.dirname(place.staged))
        return None


def _unlink(link: Element) -> None:
    link.tag = "span"
    link.attrib.clear()


def _plain(address: str) -> str:
    """An address without the marks that Markdown leaves for escaped letters until the very end."""
    return _MARK.sub(lambda mark: chr(int(mark[1])), address).replace("\x02amp\x03", "&")


class _Frames(Treeprocessor):
    """Wide tables scroll by themselves and by keyboard; a picture alone is a figure."""

    def run(self, root: Element) -> None:
        tables = 0
        for parent in list(root.iter()):
            for place, child in enumerate(list(parent)):
                if child.tag == "table":
                    tables += 1
                    parent[place] = _framed(child, f"Bảng {tables}, cuộn ngang được")
                elif child.tag == "p" and _is_lone_picture(child):
                    _become_figure(child)


def _framed(table: Element, label: str) -> Element:
    for cell in list(table.iter("th")):
        if cell.text or len(cell):
            cell.set("scope", "col")
        else:
            cell.tag = "td"
    table.set("class", "bang")
    frame = Element("div")
    frame.set("class", "bang-cuon")
    frame.set("role", "region")
    frame.set("tabindex", "0")
    frame.set("aria-label", label)
    frame.tail, table.tail = table.tail, None
    frame.append(table)
    return frame


def _is_lone_picture(paragraph: Element) -> bool:
    return (
        len(paragraph) == 1
        and paragraph[0].tag == "img"
        and not (paragraph.text or "").strip()
        and not (paragraph[0].tail or "").strip()
    )


def _become_figure(paragraph: Element) -> None:
    paragraph.tag = "figure"
    title = paragraph[0].attrib.pop("title", "")
    if title:
        caption = Element("figcaption")
        caption.text = title
        paragraph.append(caption)


class _Sieve(Treeprocessor):
    """Nothing leaves that is not on the lists."""

    def run(self, root: Element) -> None:
        for element in list(root.iter())[1:]:
            tag = str(element.tag)
            if tag not in _ALLOWED:
                element.tag = "span"
                element.attrib.clear()
            for name, value in list(element.attrib.items()):
                if name not in _ALLOWED.get(tag, ()) or not _is_fit(name, value):
                    del element.attrib[name]
            if tag == "a" and "href" not in element.attrib:
                element.tag = "span"
            elif tag == "a" and re.match("https?:", element.get("href", ""), re.IGNORECASE):
                element.set("rel", "noopener noreferrer")


def _is_fit(name: str, value: str) -> bool:
    if name in {"href", "src"}:
        return safe_address(_plain(value))
    if name == "id":
        return _ID.fullmatch(value) is not None
    if name == "style":
        return _STYLE.fullmatch(value) is not None
    if name == "class":
        return re.fullmatch(r"[a-z0-9 -]+", value) is not None and "md-" not in value
    return True
