"""Menus that many pages share word for word, rendered once for each sort of page.

A page that is not itself in the menu shows the menu as every other such page does whose address
lies in the same folder (links are relative), whose ancestors are the same (they are marked as
active) and that hides the same parts. The partials named here may use nothing else of a page.
The lists that the blog makes stand in the menu themselves, each page of them under its own name.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator

from jinja2 import Environment
from jinja2.runtime import Context
from material.plugins.blog.structure import View
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

_SHARED = ("partials/nav.html", "partials/tabs.html", "partials/search.html")

_Render = Callable[[Context], Iterator[str]]


def share_menus(env: Environment, nav: Navigation) -> None:
    """From now on, templates of this environment render their menus once for each sort of page."""
    listed = {id(page) for page in nav.pages}
    for name in _SHARED:
        template = env.get_template(name)
        template.root_render_func = _remembering(template.root_render_func, listed)


def _remembering(render: _Render, listed: set[int]) -> _Render:
    known: dict[object, str] = {}

    def remembered(context: Context) -> Iterator[str]:
        page = context.get("page")
        if not isinstance(page, Page) or isinstance(page, View) or id(page) in listed:
            yield from render(context)
            return
        sort = (
            posixpath.dirname(page.url.rstrip("/")),
            tuple(page.meta.get("hide") or ()),
            tuple(id(each) for each in page.ancestors),
        )
        if sort not in known:
            known[sort] = "".join(render(context))
        yield known[sort]

    return remembered
