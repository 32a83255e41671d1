"""What rendering its Markdown makes of a page, as plain values and back again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, TableOfContents


def taken(page: Page) -> dict[str, Any]:
    """Everything that `Page.render` set."""
    return {
        "content": page.content,
        "toc": _told(page.toc),
        "title": page._title_from_render,
        "anchors": sorted(page.present_anchor_ids or ()),
        "links": {file.src_uri: links for file, links in (page.links_to_anchors or {}).items()},
    }


def give(page: Page, value: dict[str, Any], files: Files) -> None:
    """Make a page what it was after `Page.render`."""
    page.content = value["content"]
    page.toc = TableOfContents(_anchors(value["toc"]))
    if page.toc.items:
        page.toc.items[0].active = True  # type: ignore[attr-defined]  # as MkDocs does
    page._title_from_render = value["title"]
    page.present_anchor_ids = set(value["anchors"])
    page.links_to_anchors = {
        file: links
        for uri, links in value["links"].items()
        if (file := files.get_file_from_path(uri)) is not None
    }


def _told(anchors: Iterable[AnchorLink]) -> list[list[Any]]:
    return [[each.title, each.id, each.level, _told(each.children)] for each in anchors]


def _anchors(told: list[list[Any]]) -> list[AnchorLink]:
    anchors = []
    for title, identifier, level, children in told:
        anchor = AnchorLink(title, identifier, level)
        anchor.children = _anchors(children)
        anchors.append(anchor)
    return anchors
