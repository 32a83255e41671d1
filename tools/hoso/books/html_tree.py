"""HTML as a small tree of elements, made from any text without ever failing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

#: Deeper nesting is flattened: no page needs it, and layout walks the tree recursively.
_MAX_DEPTH = 60
_VOID = frozenset({"br", "hr", "img", "input", "wbr", "col", "meta", "link", "area", "base"})


@dataclass(slots=True)
class Element:
    """One element with its attributes and what stands inside it."""

    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()

    def below(self) -> Iterator[Element]:
        """Every element inside this one, in document order."""
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.below()

    def inside(self, *tags: str) -> list[Element]:
        """The elements directly inside this one that have one of these tags."""
        return [
            child for child in self.children if isinstance(child, Element) and child.tag in tags
        ]

    def text(self) -> str:
        """All the text inside."""
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)


def read_html(html: str) -> Element:
    """The tree of a piece of HTML; what is closed without being open is ignored."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.root


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in _VOID and len(self._open) < _MAX_DEPTH:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].tag == tag:
                del self._open[depth:]
                return

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)
