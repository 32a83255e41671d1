"""Where MkDocs and Material are made to do our work: a staged folder in, a folder of pages out.

Templates run with automatic escaping, so that a title or a tag is always text. Material was written
without it; the few values it prints that are HTML already are marked so here.
"""

from __future__ import annotations

import gzip
import logging
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape as xml_escape

from jinja2 import Environment
from markupsafe import Markup, escape
from material.plugins.blog.structure import Archive, Category, Profile, View
from mkdocs.commands.build import build
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import ConfigurationError, MkDocsException
from mkdocs.plugins import BasePlugin, CombinedEvent, event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import TableOfContents

from hoso.findings import HosoError
from hoso.site.accelerator import Quick, accelerated
from hoso.site.configuration import configured
from hoso.site.markup import finish
from hoso.site.prose import Place, SafeProse
from hoso.site.settings import Settings
from hoso.site.stage import Stage
from hoso.site.words import written


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What was built: for every page, the staged files it was made from; what MkDocs warned of."""

    pages: Mapping[str, tuple[str, ...]]
    warnings: tuple[str, ...]


def render(
    stage: Stage, settings: Settings, docs: Path, site: Path, quick: Quick | None = None
) -> Built:
    """Writes the pages of a staged folder into an empty folder.

    Without `quick`, MkDocs works alone: the same bytes, later.
    """
    heard = _Heard()
    logger = logging.getLogger("mkdocs")
    logger.addHandler(heard)
    spreads, logger.propagate = logger.propagate, False
    try:
        config = configured(stage, settings, docs, site)
        glue = _Glue(stage)
        config.plugins["hoso"] = glue
        config.plugins.on_startup(command="build", dirty=False)
        try:
            with ExitStack() as stack:
                if quick is not None:
                    shelf = stage.library.shelf
                    known = repr((shelf.staged, shelf.sizes))
                    stack.enter_context(accelerated(config, quick, known))
                build(config)
        finally:
            config.plugins.on_shutdown()
    except (MkDocsException, ConfigurationError) as error:
        said = "; ".join([str(error), *heard.messages])
        raise HosoError(f"không dựng được trang web: {said}") from error
    finally:
        logger.removeHandler(heard)
        logger.propagate = spreads
    return Built(pages=glue.sources, warnings=tuple(heard.messages))


class _Heard(logging.Handler):
    """Keeps what MkDocs would have printed."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


class _NoSettings(Config):  # type: ignore[no-untyped-call]  # MkDocs' own gap
    """Ours are not in `mkdocs.yml`."""


class _Glue(BasePlugin[_NoSettings]):  # type: ignore[no-untyped-call]  # MkDocs' own gap
    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.stage = stage
        self.prose = SafeProse(stage.library.shelf)
        self.sources: dict[str, tuple[str, ...]] = {}
        self.files = Files([])

    @event_priority(-100)
    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        # Last, so that what other plugins add to Markdown is taken out again.
        config.markdown_extensions.append(self.prose)  # type: ignore[arg-type]
        config.theme.static_templates.discard("sitemap.xml")
        return config

    def on_files(self, files: Files, *, config: MkDocsConfig) -> None:
        for file in list(files):
            if _is_ballast(file.src_uri):
                files.remove(file)

    @event_priority(-100)
    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> None:
        self.files = files

    def on_pre_page(self, page: Page, *, config: MkDocsConfig, files: Files) -> Page:
        source = self.stage.library.sources.get(page.file.src_uri, "")
        is_ours = not source and page.file.src_uri == "tin-tuc/the.md"
        self.prose.place = Place(source=source, staged=page.file.src_uri, is_ours=is_ours)
        return page

    @event_priority(50)
    def on_page_markdown(
        self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files
    ) -> str:
        if isinstance(page, View):
            _describe(page, config)
        page.meta.setdefault("hide", []).append("navigation")
        if "title" in page.meta:
            page.meta["title"] = escape(page.meta["title"])
        section = files.get_file_from_path(f"{page.meta.get('muc_cha', '')}/index.md")
        if section is not None and section.page is not None:
            page.parent = section.page  # type: ignore[assignment]  # as the blog does with posts
        if page.file.src_uri == "tin-tuc/the.md":
            return "<!-- material/tags -->"
        return markdown

    @event_priority(200)
    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> Environment:
        env.autoescape = True
        env.filters["ngay"] = written
        for file in files.documentation_pages():
            page = file.page
            if page is not None:
                if isinstance(page, View):
                    page.toc = TableOfContents([])  # templates give lists a heading of their own
                if sum(1 for _ in _anchors(page.toc)) < 2 or page.meta.get("bang"):
                    page.meta["hide"].append("toc")
                if "title" not in page.meta and page.title:
                    page.meta["title"] = Markup(page.title)  # noqa: S704 - escaped by Markdown
                for anchor in _anchors(page.toc):
                    anchor.title = Markup(anchor.title)  # noqa: S704 - escaped by Markdown
        return env

    @event_priority(100)
    def _before_search(
        self, context: dict[str, Any], *, page: Page, config: MkDocsConfig, nav: Navigation
    ) -> dict[str, Any]:
        # The search index prints tags as they are; templates take them from `tags` instead.
        if "tags" in page.meta:
            page.meta["tags"] = [str(escape(tag)) for tag in page.meta["tags"]]
        return context

    @event_priority(-200)
    def _after_all(
        self, context: dict[str, Any], *, page: Page, config: MkDocsConfig, nav: Navigation
    ) -> dict[str, Any]:
        page.content = Markup(page.content)  # noqa: S704 - built by Markdown and sifted
        pager = context.get("pagination")
        if pager is not None:
            context["pagination"] = lambda look: Markup(pager(look))  # noqa: S704 - links it made
        context["kenh"] = _feed_of(page)
        if isinstance(page, View):
            context["nhom_tin"] = _ways_in(config)
        return context

    on_page_context = CombinedEvent(_before_search, _after_all)

    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        return finish(output)

    def on_post_template(self, output: str, *, template_name: str, config: MkDocsConfig) -> str:
        if template_name.endswith(".html"):
            self.sources[template_name] = ()
            return finish(output)
        return output

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        for file in self.files.documentation_pages():
            if file.page is not None:
                self.sources[file.dest_uri] = tuple(dict.fromkeys(_sources(file.page, config)))
        if config.site_url:
            content = _sitemap(config, self.files).encode()
            site = Path(config.site_dir)
            (site / "sitemap.xml").write_bytes(content)
            (site / "sitemap.xml.gz").write_bytes(gzip.compress(content, mtime=0))


def _is_ballast(uri: str) -> bool:
    """Whether a file of the theme is of no use to readers: maps for its makers, other languages."""
    folder, _, name = uri.rpartition("/")
    if folder.startswith("assets/javascripts/lunr"):
        return name.split(".")[1] not in {"stemmer", "multi", "vi"}
    return name.endswith(".map")


def _sources(page: Page, config: MkDocsConfig) -> Iterator[str]:
    """Staged paths behind a page; for a list that the blog makes, those of the posts it shows."""
    if isinstance(page, View):
        yield "tin-tuc/index.md"
        posts = page.pages[0].posts if page.pages else page.posts
        blog: Any = config.plugins["material/blog"]
        if page.pages and blog._config_pagination(page):
            step = blog._config_pagination_per_page(page)
            first = page.pages.index(page) * step
            posts = posts[first : first + step]
        yield from (post.file.src_uri for post in posts)
    else:
        yield page.file.src_uri


def _describe(view: View, config: MkDocsConfig) -> None:
    """Lists that the blog makes say what they are; only the first page of all news is searched."""
    original = view.pages[0] if view.pages else view
    for kind, before in ((Category, "Chuyên mục"), (Archive, "Tin tức"), (Profile, "Bài của")):
        if isinstance(original, kind):
            name = str(original.name)
            name = name[0].lower() + name[1:] if kind is Archive else name
            view.meta["title"] = f"{before} {name}"
            view.meta["description"] = f"{before} {name} trên trang web {config.site_name}."
    number = 1 + next((at for at, page in enumerate(view.pages) if page is view), 0)
    if number > 1:
        view.meta["title"] = f"{view.meta['title']} – trang {number}"
        view.meta["description"] = f"{view.meta['description']} Trang {number}."
    if view.file.src_uri != "tin-tuc/index.md":
        view.meta["search"] = {"exclude": True}


def _ways_in(config: MkDocsConfig) -> dict[str, list[View]]:
    """The blog's lists by what they gather, for links between them."""
    views = config.plugins["material/blog"].blog.views  # type: ignore[attr-defined]
    return {
        name: [view for view in views if isinstance(view, kind)]
        for name, kind in (("chuyen_muc", Category), ("luu_tru", Archive), ("nguoi_viet", Profile))
    }


def _anchors(items: Any) -> Iterator[Any]:
    for item in items:
        yield item
        yield from _anchors(item.children)


def _feed_of(page: Page) -> str:
    """The feed that a page belongs to."""
    section = page.file.src_uri.partition("/")[0]
    return f"{section}/rss.xml" if section in {"tin-tuc", "thong-bao", "van-ban"} else ""


def _sitemap(config: MkDocsConfig, files: Files) -> str:
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
    ]
    pages = [file.page for file in files.documentation_pages() if file.page is not None]
    for page in sorted(pages, key=lambda each: each.url):
        day = page.meta.get("ngay") or page.meta.get("date")
        changed = f"<lastmod>{day}</lastmod>" if day else ""
        lines.append(f"<url><loc>{xml_escape(str(page.canonical_url))}</loc>{changed}</url>")
    return "\n".join([*lines, "</urlset>", ""])
