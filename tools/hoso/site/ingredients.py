"""Everything a rendered page was made from, as one digest; what cannot be told makes no digest.

A page is rendered again unless all of this is the same: the programs, templates and settings; the
menu; the page's own text, head, anchors, neighbours and lists; what plugins put into its context.
Templates therefore must not reach for pages other than these (`pages`, the whole list of them, is
left to the templates that are not pages).
"""

from __future__ import annotations

import hashlib
from collections import UserDict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from types import FunctionType
from typing import Any

from markupsafe import Markup
from material.plugins.blog.structure import Excerpt, Post, View
from material.plugins.tags.structure.tag import Tag
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Link, Navigation, Section
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink

_PROGRAMS = ("mkdocs", "mkdocs-material", "markdown", "jinja2", "pymdown-extensions", "babel")

#: Settings that say where a build happens, not what it makes.
_PLACES = {"config_file_path", "docs_dir", "site_dir", "plugins", "hooks", "theme", "validation"}

#: Context that follows from the page, the settings and the menu.
_GIVEN = {"nav", "pages", "base_url", "extra_css", "extra_javascript", "mkdocs_version",
          "build_date_utc", "config", "page", "posts", "pagination"}  # fmt: skip

#: What a page may carry. Anything more was put there by a plugin that is not known here.
_CARRIED = {
    "file", "title", "children", "previous_page", "next_page", "_Page__active", "update_date",
    "canonical_url", "abs_url", "edit_url", "markdown", "_title_from_render", "content", "toc",
    "meta", "present_anchor_ids", "links_to_anchors", "parent",
    "config", "excerpt", "authors", "categories", "name", "posts", "views", "pages",
}  # fmt: skip


class Untold(Exception):
    """Something here is of a sort whose content is not known."""


def digest(*values: object) -> bytes:
    """A digest of values that `plain` can tell."""
    return hashlib.blake2b(repr(values).encode(), digest_size=20).digest()


def programs(salt: str) -> bytes:
    """What turns staged pages into HTML: the packages and this room's own files."""
    here = Path(__file__).parent
    own = [path for path in here.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    files = [(path.relative_to(here).as_posix(), path.read_bytes()) for path in sorted(own)]
    return digest([(name, version(name)) for name in _PROGRAMS], files, salt)


def settings(config: MkDocsConfig) -> bytes:
    """The settings of the site, of its theme and of its plugins."""
    return digest(
        _setting({name: value for name, value in config.items() if name not in _PLACES}),
        config.theme.name,
        _setting(dict(config.theme)),
        [(name, _setting(dict(plugin.config))) for name, plugin in config.plugins.items()],
    )


def listing(files: Files) -> bytes:
    """Every file a page may link to, and where."""
    return digest([(file.src_uri, file.url, file.inclusion.value) for file in files])


def menu(nav: Navigation) -> bytes:
    """The menu with all its words and addresses."""
    return digest([_branch(item) for item in nav.items])


def _branch(item: object) -> object:
    children = [_branch(each) for each in item.children] if isinstance(item, Section) else []
    return (_item(item), children)


def of_text(page: Page) -> tuple[object, ...]:
    """What Markdown makes a page's content from."""
    file = page.file
    return (file.src_uri, file.dest_uri, file.url, page.markdown, plain(page.meta))


class Pages:
    """What pages show of one another, told once for each before any is put into its template."""

    def __init__(self, pages: Iterable[Page]) -> None:
        self._items: dict[int, bytes] = {}
        self._posts: dict[int, bytes] = {}
        for page in pages:
            try:
                self._items[id(page)] = digest(_item(page))
                if isinstance(page, Post):
                    self._posts[id(page)] = digest(_item(page), page.markdown, self._post(page))
            except Untold:
                continue

    def of_page(self, page: Page, context: Mapping[str, Any]) -> tuple[object, ...]:
        """What a template makes a page from, beside settings and menu."""
        if not vars(page).keys() <= _CARRIED:
            raise Untold(page.file.src_uri)
        file = page.file
        return (
            self.item(page),
            (file.src_uri, file.dest_uri, page.canonical_url, page.edit_url),
            plain(page.meta),
            plain(page.content),
            plain(page.toc),
            [self.item(each) for each in (page.previous_page, page.next_page, *page.ancestors)],
            self._post(page) if isinstance(page, Post) else None,
            self._view(page, context.get("posts", ())) if isinstance(page, View) else None,
            {name: self.plain(value) for name, value in context.items() if name not in _GIVEN},
        )

    def item(self, item: object) -> object:
        """What other pages show of a place in the menu."""
        known = self._items.get(id(item))
        return _item(item) if known is None else known

    def plain(self, value: object) -> object:
        """As the function of this name; pages as they were told."""
        match value:
            case Page():
                return self.item(value)
            case dict():
                return [(name, self.plain(inner)) for name, inner in value.items()]
            case list() | tuple():
                return [self.plain(inner) for inner in value]
        return plain(value)

    def _post(self, post: Post) -> tuple[object, ...]:
        return (
            plain(post.config),
            plain(post.authors),
            [self.item(category) for category in post.categories],
        )

    def _view(self, view: View, excerpts: Iterable[Excerpt]) -> tuple[object, ...]:
        return (
            view.name,
            [
                (self._posts[id(each.post)], plain(each.authors), len(each.categories))
                for each in excerpts
            ],
            [page.url for page in view.pages],
            [self.item(each) for each in view.views],
        )


def _item(item: object) -> object:
    match item:
        case None:
            return None
        case Section():
            return ("section", plain(item.title))
        case Link():
            return ("link", plain(item.title), item.url, plain(getattr(item, "meta", None)))
        case View():
            posts = len(item.pages[0].posts if item.pages else item.posts)
            return (type(item).__name__, plain(item.title), item.url, plain(item.meta), posts)
        case Page():
            return (type(item).__name__, plain(item.title), item.url, plain(item.meta))
    raise Untold(type(item).__name__)


def plain(value: object) -> object:
    """A value as nested tuples and lists of text and numbers; Untold for any other."""
    sort = type(value)
    if sort in _AS_THEY_ARE:
        return value
    if sort is list or sort is tuple:
        return [plain(inner) for inner in value]  # type: ignore[attr-defined]  # just asked
    match value:
        case Markup():
            return ("markup", str.__str__(value))
        case str() | date():
            return value
        case Excerpt():
            raise Untold("Excerpt")
        case Page() | Section() | Link():
            return _item(value)
        case AnchorLink():
            return (plain(value.title), value.id, value.level, plain(value.children))
        case Tag():
            return (type(value).__name__, plain(vars(value)))
        case Mapping() | UserDict():
            return ("map", [(plain(name), plain(inner)) for name, inner in value.items()])
        case set() | frozenset():
            return ("set", sorted(map(repr, map(plain, value))))
        case Iterable() if hasattr(value, "__len__"):
            return [plain(inner) for inner in value]
    raise Untold(type(value).__name__)


_AS_THEY_ARE = {type(None), bool, int, float, bytes, str, date, datetime}


def _setting(value: object) -> object:
    """A setting; functions and extensions are told by name, their code by `programs`."""
    match value:
        case Mapping() | UserDict():
            return [(str(name), _setting(inner)) for name, inner in value.items()]
        case list() | tuple() | set() | frozenset():
            inner = [_setting(each) for each in value]
            return inner if isinstance(value, list | tuple) else sorted(map(repr, inner))
        case FunctionType():
            return f"{value.__module__}.{value.__qualname__}"
    try:
        return plain(value)
    except Untold:
        return type(value).__qualname__
