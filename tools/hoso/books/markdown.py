"""Markdown bodies as a tree of plain data that a template can lay out; never as markup.

The parser is the site's. Of the HTML it gives, known elements become nodes and every other
element leaves only its text, so whatever a writer or an attacker types is printed, not obeyed.

A block is {"t": "p" | "h" | "list" | "table" | "quote" | "note" | "code" | "picture" | "terms" |
"rule", …}; an inline is a text or {"t": "b" | "i" | "sub" | "sup" | "del" | "code" | "br" | "a" |
"foot" | "picture", "c": […]}.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from markdown import Markdown

from hoso.books.html_tree import Element, read_html

#: Those of the public site (`mkdocs.yml`), so that a plan reads the same on paper; a test compares.
EXTENSIONS = ("admonition", "def_list", "footnotes", "sane_lists", "tables")
_INLINE = {
    "strong": "b",
    "b": "b",
    "em": "i",
    "i": "i",
    "sub": "sub",
    "sup": "sup",
    "del": "del",
    "code": "code",
    "a": "a",
}
#: Elements that only hold blocks; what else is a block has a way of its own in `_Layout`.
_BOXES = frozenset(
    {"div", "section", "article", "figure", "figcaption", "details", "summary", "li", "dd", "dt"}
)

Node = dict[str, Any]
Inline = str | Node


def blocks(text: str) -> list[Node]:
    """The blocks of a Markdown body, headings renumbered so that no level is skipped."""
    html = Markdown(extensions=list(EXTENSIONS), output_format="html").convert(text)
    root = read_html(html)
    return _without_skips(_Layout(root).blocks(root))


def plain(inlines: list[Inline]) -> str:
    """The text of inlines without their emphasis."""
    return "".join(
        part if isinstance(part, str) else " " if part["t"] == "br" else plain(part.get("c", []))
        for part in inlines
    )


def pictures(nodes: object) -> Iterator[Node]:
    """Every picture of a tree of blocks."""
    if isinstance(nodes, dict):
        if nodes.get("t") == "picture":
            yield nodes
        for value in nodes.values():
            yield from pictures(value)
    elif isinstance(nodes, list):
        for value in nodes:
            yield from pictures(value)


class _Layout:
    """Turns elements into nodes; footnotes move from the end of the text to their marks."""

    def __init__(self, root: Element) -> None:
        self._notes = {
            item.attributes["id"]: item
            for box in root.below()
            if box.classes == ["footnote"]
            for item in box.below()
            if item.tag == "li" and item.attributes.get("id", "").startswith("fn:")
        }
        self._ways: dict[str, Callable[[Element], list[Node]]] = {
            "p": self._paragraph,
            "ul": self._list,
            "ol": self._list,
            "table": self._table,
            "hr": lambda _: [{"t": "rule"}],
            "pre": lambda element: [{"t": "code", "c": [element.text().rstrip("\n")]}],
            "blockquote": lambda element: [{"t": "quote", "c": self.blocks(element)}],
            "dl": self._terms,
            **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), self._heading),
            **dict.fromkeys(_BOXES, self._box),
        }

    def blocks(self, element: Element) -> list[Node]:
        found: list[Node] = []
        loose: list[Element | str] = []
        for child in element.children:
            if isinstance(child, Element) and child.tag in self._ways:
                found.extend(_paragraphs(self.inlines(loose)))
                loose = []
                found.extend(self._ways[child.tag](child))
            else:
                loose.append(child)
        return found + _paragraphs(self.inlines(loose))

    def _paragraph(self, element: Element) -> list[Node]:
        return _paragraphs(self.inlines(element.children))

    def _heading(self, element: Element) -> list[Node]:
        words = _trimmed(self.inlines(element.children))
        return [{"t": "h", "level": int(element.tag[1]), "c": words}] if words else []

    def _list(self, element: Element) -> list[Node]:
        start = element.attributes.get("start", "1")
        return [
            {
                "t": "list",
                "ordered": element.tag == "ol",
                "start": int(start) if re.fullmatch("[0-9]{1,6}", start) else 1,
                "items": [self.blocks(item) for item in element.inside("li")],
            }
        ]

    def _box(self, element: Element) -> list[Node]:
        if "footnote" in element.classes:
            return []
        inside = self.blocks(element)
        if "admonition" not in element.classes:
            return inside
        titled = any(part.classes == ["admonition-title"] for part in element.inside("p"))
        title = inside[0].get("c", []) if titled and inside else []
        return [{"t": "note", "title": title, "c": inside[1:] if title else inside}]

    def _terms(self, element: Element) -> list[Node]:
        pairs: list[Node] = []
        for child in element.inside("dt", "dd"):
            if child.tag == "dt":
                pairs.append({"term": _trimmed(self.inlines(child.children)), "c": []})
            elif pairs:
                pairs[-1]["c"].extend(self.blocks(child))
        return [{"t": "terms", "items": pairs}]

    def _table(self, element: Element) -> list[Node]:
        cells = [
            [
                {
                    "c": _trimmed(self.inlines(cell.children)),
                    "align": _alignment(cell),
                    "head": cell.tag == "th",
                }
                for cell in row.inside("th", "td")
            ]
            for row in element.below()
            if row.tag == "tr"
        ]
        width = max(map(len, cells), default=0)
        if width == 0:
            return []
        for row in cells:
            row.extend({"c": [], "align": "", "head": False} for _ in range(width - len(row)))
        # PDF/UA wants a heading row: where there is none, the first row stands in.
        head = next((row for row in cells if all(cell["head"] for cell in row)), cells[0])
        rows = [row for row in cells if row is not head]
        return [{"t": "table", "head": head, "rows": rows, "widths": _widths(cells)}]

    def inlines(self, children: list[Element | str]) -> list[Inline]:
        found: list[Inline] = []
        for child in children:
            if isinstance(child, str):
                found.append(re.sub("[ \t\r\n]+", " ", child))
            else:
                found.extend(self._inline(child))
        return found

    def _inline(self, child: Element) -> list[Inline]:
        if child.tag == "br":
            return [{"t": "br"}]
        if child.tag == "img":
            return [{"t": "picture", **{word: child.attributes.get(word, "") for word in _IMG}}]
        if any(name.startswith("footnote") for name in child.classes):
            return []
        note = self._note_of(child)
        if note is not None:
            return [{"t": "foot", "c": note}]
        if child.tag not in _INLINE:
            return self.inlines(child.children)
        node: Node = {"t": _INLINE[child.tag], "c": self.inlines(child.children)}
        if child.tag == "a":
            node["href"] = _safe_link(child.attributes.get("href", ""))
        return [node]

    def _note_of(self, element: Element) -> list[Inline] | None:
        mark = element.children[0] if element.tag == "sup" and element.children else None
        if not isinstance(mark, Element) or mark.classes != ["footnote-ref"]:
            return None
        item = self._notes.get(mark.attributes.get("href", "")[1:])
        return None if item is None else _trimmed(self.inlines(item.children))


_IMG = ("src", "alt")


def _paragraphs(inlines: list[Inline]) -> list[Node]:
    """One paragraph, or the picture that is all it holds, or nothing."""
    words = _trimmed(inlines)
    if len(words) == 1 and isinstance(words[0], dict) and words[0]["t"] == "picture":
        return [words[0]]
    return [{"t": "p", "c": words}] if words else []


def _trimmed(inlines: list[Inline]) -> list[Inline]:
    """Without blanks at either end, and without neighbouring texts left apart."""
    joined: list[Inline] = []
    for part in inlines:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        else:
            joined.append(part)
    for end, strip in ((0, str.lstrip), (-1, str.rstrip)):
        while joined and isinstance(joined[end], str):
            kept = strip(str(joined[end]), " \u00a0")
            if kept:
                joined[end] = kept
                break
            del joined[end]
    return joined


def _without_skips(nodes: list[Node]) -> list[Node]:
    """Headings 1, 2, 3 … deep, whatever levels the writer used."""
    above: list[int] = []
    for node in nodes:
        if node["t"] == "h":
            while above and above[-1] >= node["level"]:
                above.pop()
            above.append(node["level"])
            node["level"] = len(above)
    return nodes


def _alignment(cell: Element) -> str:
    found = re.search(r"text-align:\s*(left|center|right)", cell.attributes.get("style", ""))
    return found[1] if found else ""


def _safe_link(href: str) -> str:
    return href if re.fullmatch(r"(?:https?://|mailto:)\S+", href) else ""


def _widths(rows: list[list[Node]]) -> list[float]:
    """A share for each column, or 0 where the column is as narrow as its text."""
    shares = []
    for column in zip(*rows, strict=True):
        lengths = [len(plain(cell["c"])) for cell in column]
        longest, mean = max(lengths), sum(lengths) / len(lengths)
        # Beyond one line, twice the text does not need twice the width.
        shares.append(0 if longest <= 17 else round(((longest + mean) / 2 + 8) ** 0.7, 2))
    # Two columns of much the same weight (teacher and pupils) look alike in every table.
    alike = len(shares) == 2 and 0 < max(shares) <= 2 * min(shares)
    return [1 for _ in shares] if alike or not any(shares) else shares
