"""The same site in a fraction of the time: MkDocs builds, five of its steps done another way.

1. Markdown is rendered in several processes, and not at all where the same text was before.
2. An excerpt is rendered when a template asks for it, not before.
3. Whether a page is a post is looked up by identity, not by comparing it with every post.
4. Front matter is read by the C parser.
5. Pages are put into templates in several processes, and not at all where nothing they are made
   from has changed; the search entries of a page are kept with it.

A clean build without all this makes the same bytes; a test proves it. Plugins must not remember
anything in `on_page_context` or `on_post_page`: these run in other processes, or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from copy import copy
from dataclasses import dataclass
from functools import cache, partialmethod
from pathlib import Path
from typing import Any

import yaml
from material.plugins.blog import plugin as blog_plugin
from material.plugins.blog import structure as blog_structure
from material.plugins.blog.structure import Excerpt, Post
from material.plugins.search.plugin import SearchIndex
from mkdocs.commands import build as stock
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page

from hoso.site.parallel import ParallelBuild
from hoso.site.renders import Renders

_C_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_EXCERPT_PARTS = ("content", "toc", "more")
_STOCK_INIT, _STOCK_RENDER = Excerpt.__init__, Excerpt.render


@dataclass(frozen=True, slots=True)
class Quick:
    """How many processes may work, and where renders are kept from one build to the next."""

    processes: int
    renders: Path | None = None


@contextmanager
def accelerated(config: MkDocsConfig, quick: Quick, salt: str = "") -> Iterator[None]:
    """Within, `mkdocs.commands.build.build(config)` is quick; `salt` stands for what else decides
    about pages: whatever plugins know beside the settings and the staged files.
    """
    renders = Renders(quick.renders)
    work = ParallelBuild(config, renders, quick.processes, salt)
    with ExitStack() as stack:
        stack.callback(renders.close)
        stack.callback(work.stop)
        for owner, name, value in (
            (stock, "_populate_page", work.populate),
            (stock, "_build_page", work.build),
            (Page, "render", partialmethod(_call, work.render)),
            (Page, "__eq__", object.__eq__),
            (blog_structure, "SafeLoader", _C_LOADER),
            (blog_plugin, "format_datetime", cache(blog_plugin.format_datetime)),
            (Excerpt, "__init__", _lazy_init),
            (Excerpt, "render", _lazy_render),
            (SearchIndex, "add_entry_from_context", partialmethod(_call, work.index_later)),
        ):
            stack.enter_context(_replaced(owner, name, value))
        for name in _EXCERPT_PARTS:
            stack.enter_context(_replaced(Excerpt, name, _lazy(name)))
        yield


def _call(owner: object, method: Callable[..., None], *arguments: object) -> None:
    method(owner, *arguments)


@contextmanager
def _replaced(owner: Any, name: str, value: object) -> Iterator[None]:
    before = vars(owner).get(name, _replaced)
    setattr(owner, name, value)
    try:
        yield
    finally:
        if before is _replaced:
            delattr(owner, name)
        else:
            setattr(owner, name, before)


def _lazy_init(excerpt: Excerpt, post: Post, config: MkDocsConfig, files: Files) -> None:
    excerpt.file = copy(post.file)
    excerpt.post = post
    excerpt._set_canonical_url(config.site_url)
    excerpt.config = post.config
    excerpt.meta = post.meta
    excerpt.authors = []
    excerpt.categories = []
    vars(excerpt)["made_of"] = (config, files)


def _lazy_render(excerpt: Excerpt, page: Page, separator: str) -> None:
    vars(excerpt)["asked"] = (page, separator)
    vars(excerpt).pop("rendered", None)


def _lazy(name: str) -> property:
    def get(excerpt: Excerpt) -> object:
        own = vars(excerpt)
        if "asked" not in own:
            return None
        if "rendered" not in own:
            fresh = object.__new__(Excerpt)
            with ExitStack() as stack:
                for part in _EXCERPT_PARTS:
                    stack.enter_context(_replaced(Excerpt, part, None))
                _STOCK_INIT(fresh, excerpt.post, *own["made_of"])
                _STOCK_RENDER(fresh, *own["asked"])
                own["rendered"] = {part: getattr(fresh, part) for part in _EXCERPT_PARTS}
        return own["rendered"][name]

    return property(get)
