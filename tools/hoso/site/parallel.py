"""Pages rendered and put into templates by several processes, or taken from what is known.

MkDocs goes on asking for one page after the other; the answers come from here. A process renders
a page from the state all plugins had before the first page of its step, so an answer is taken only
if it was made from exactly what the page consists of when MkDocs asks.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

from jinja2 import Environment
from material.plugins.blog.plugin import BlogPlugin
from material.plugins.blog.structure import Post
from material.plugins.search.plugin import SearchIndex, SearchPlugin
from mkdocs import utils
from mkdocs.commands import build as stock
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import TableOfContents

from hoso.site import ingredients
from hoso.site.forks import shared, worth_sharing
from hoso.site.menus import share_menus
from hoso.site.renders import Renders
from hoso.site.texts import give, taken

_log = logging.getLogger("mkdocs")
_STOCK_POPULATE = stock._populate_page
_STOCK_RENDER = Page.render
_STOCK_ENTRY = SearchIndex.add_entry_from_context


@dataclass(frozen=True, slots=True)
class _Made:
    """What was made of one page: under which key, what of it is to be kept, what was logged."""

    key: bytes
    value: dict[str, Any]
    packed: bytes
    said: tuple[tuple[str, int, str], ...]


class ParallelBuild:
    """One build: where it stands, and the streams of results from other processes."""

    def __init__(self, config: MkDocsConfig, renders: Renders, processes: int, salt: str) -> None:
        self.config = config
        self.renders = renders
        self.processes = processes
        self.home = os.getpid()
        self.programs = ingredients.programs(salt)
        self.files: Files = Files([])
        self.text_base = b""
        self.page_base = b""
        self.told = ingredients.Pages(())
        self.marks: dict[str, bytes] = {}
        self.ahead: set[str] = set()
        self.texts: Generator[_Made | None] | None = None
        self.pages: Generator[_Made] | None = None
        self.to_index: list[tuple[SearchIndex, Page, str]] = []

    def stop(self) -> None:
        """Ends the other processes if the build was cut short."""
        for results in (self.texts, self.pages):
            if results is not None:
                results.close()

    # Markdown

    def populate(self, page: Page, config: MkDocsConfig, files: Files, dirty: bool = False) -> None:
        """In the place of MkDocs' own step."""
        if not self.marks:
            self._start_texts(files)
        _STOCK_POPULATE(page, config, files, dirty)

    def _start_texts(self, files: Files) -> None:
        self.files = files
        for plugin in self.config.plugins.values():
            if isinstance(plugin, BlogPlugin):
                plugin.blog.posts = _Posts(plugin.blog.posts)
        self.text_base = ingredients.digest(
            self.programs, ingredients.settings(self.config), ingredients.listing(files)
        )
        files_read = files.documentation_pages()
        self.marks = {file.src_uri: self._mark(file) for file in files_read}
        jobs = [file for file in files_read if self.marks[file.src_uri] not in self.renders]
        if worth_sharing(jobs, self.processes):
            self.ahead = {file.src_uri for file in jobs}
            # Never here: plugins would meet a page twice. MkDocs is about to ask for it anyway.
            self.texts = shared(jobs, self._render_ahead, self.processes, lambda file: None)

    def _mark(self, file: File) -> bytes:
        """Stands in the store for a source file all of whose renders are there."""
        return ingredients.digest("source", self.text_base, file.src_uri, file.content_bytes)

    def _render_ahead(self, file: File) -> _Made | None:
        page = file.page or Page(None, file, self.config)
        self.config._current_page = page
        page = self.config.plugins.on_pre_page(page, config=self.config, files=self.files)
        page.read_source(self.config)
        page.markdown = self.config.plugins.on_page_markdown(
            page.markdown or "", page=page, config=self.config, files=self.files
        )
        made = self._rendered(page)
        self._forget(page)
        return made

    def render(self, page: Page, config: MkDocsConfig, files: Files) -> None:
        """In the place of `Page.render`."""
        uri = page.file.src_uri
        ahead = next(self.texts) if self.texts is not None and uri in self.ahead else None
        key = self._text_key(page)
        kept = self.renders.get(key)
        if kept is not None:
            give(page, kept, self.files)
            self._has_render(uri)
            return
        # What another process saw of the page may differ: a plugin may have met more by now.
        made = ahead if ahead is not None and ahead.key == key else self._rendered(page)
        _say(made)
        give(page, made.value, self.files)
        if key and not made.said:
            self.renders.put(key, made.packed)
            self._has_render(uri)

    def _has_render(self, uri: str) -> None:
        mark = self.marks[uri]
        if mark in self.renders:
            self.renders.use(mark)
        else:
            self.renders.put(mark, b"")

    def _rendered(self, page: Page) -> _Made:
        with _listening() as said:
            _STOCK_RENDER(page, self.config, self.files)
        value = taken(page)
        return _Made(self._text_key(page), value, self.renders.pack(value), tuple(said))

    def _text_key(self, page: Page) -> bytes:
        try:
            return ingredients.digest(self.text_base, ingredients.of_text(page))
        except ingredients.Untold:
            return b""

    # Templates

    def build(
        self,
        page: Page,
        config: MkDocsConfig,
        doc_files: list[File],
        nav: Navigation,
        env: Environment,
        dirty: bool = False,
        excluded: bool = False,
    ) -> None:
        """In the place of MkDocs' own step."""
        if self.pages is None:
            self.page_base = ingredients.digest(
                self.programs, ingredients.settings(config), ingredients.menu(nav)
            )
            jobs = [file.page for file in doc_files if file.page is not None]
            self.told = ingredients.Pages(jobs)
            share_menus(env, nav)
            self.pages = self._build_all(jobs, lambda job: self._built(job, doc_files, nav, env))
        try:
            made = next(self.pages)
        except Exception as error:
            _log.error(f"Error building page '{page.file.src_uri}': {error}")
            raise
        _say(made)
        for plugin in config.plugins.values():
            if isinstance(plugin, SearchPlugin):
                plugin.search_index.entries.extend(made.value["entries"])
        if made.packed:
            self.renders.put(made.key, made.packed)
        else:
            self.renders.use(made.key)

    def _build_all(self, pages: list[Page], work: Callable[[Page], _Made]) -> Generator[_Made]:
        # One from the middle before there are other processes: all are packed like that one.
        middle = len(pages) // 2
        pattern = work(pages[middle])
        others = shared(pages[:middle] + pages[middle + 1 :], work, self.processes)
        yield from islice(others, middle)
        yield pattern
        yield from others

    def _built(self, page: Page, doc_files: list[File], nav: Navigation, env: Environment) -> _Made:
        self.config._current_page = page
        page.active = True
        self.to_index = []
        with _listening() as said:
            context = stock.get_context(nav, doc_files, self.config, page)
            template = env.get_template(page.meta.get("template", "main.html"))
            context = self.config.plugins.on_page_context(
                context, page=page, config=self.config, nav=nav
            )
            key = self._page_key(page, str(template.name), context)
            value = self.renders.get(key)
            is_new = value is None
            if value is None:
                html = self.config.plugins.on_post_page(
                    template.render(context), page=page, config=self.config
                )
                value = {"html": html, "entries": self._entries()}
                self.renders.follow(value)
            _write(page, value["html"])
        page.active = False
        self._forget(page)
        keeping = self.renders.pack(value) if is_new and key and not said else b""
        return _Made(key, {"entries": value["entries"]}, keeping, tuple(said))

    def _forget(self, page: Page) -> None:
        """In another process, what has been sent home is not needed any more."""
        if os.getpid() != self.home:
            page.content, page.toc = "", TableOfContents([])

    def _page_key(self, page: Page, template: str, context: Any) -> bytes:
        try:
            return ingredients.digest(self.page_base, template, self.told.of_page(page, context))
        except ingredients.Untold:
            return b""

    def index_later(self, index: SearchIndex, page: Page) -> None:
        """In the place of `SearchIndex.add_entry_from_context`: noted, for it may be known."""
        self.to_index.append((index, page, page.content or ""))

    def _entries(self) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = []
        for index, page, content in self.to_index:
            now, page.content = page.content, content
            before = len(index.entries)
            _STOCK_ENTRY(index, page)
            page.content = now
            entries += index.entries[before:]
            del index.entries[before:]
        return entries


class _Posts(list[Post]):
    """The posts of a blog, asked for by identity."""

    def __init__(self, posts: list[Post]) -> None:
        super().__init__(posts)
        self.known = {id(post) for post in posts}

    def __contains__(self, page: object) -> bool:
        return id(page) in self.known


def _write(page: Page, html: str) -> None:
    if html.strip():
        utils.write_file(html.encode("utf-8", "xmlcharrefreplace"), page.file.abs_dest_path)
    else:
        _log.info(f"Page skipped: '{page.file.src_uri}'. Generated empty output.")


@contextmanager
def _listening() -> Iterator[list[tuple[str, int, str]]]:
    """What is logged within is kept instead, so that it can be said in the right process."""
    said: list[tuple[str, int, str]] = []
    keeper = logging.Handler()
    keeper.emit = lambda record: said.append(  # type: ignore[method-assign]
        (record.name, record.levelno, record.getMessage())
    )
    handlers, spreads = _log.handlers, _log.propagate
    _log.handlers, _log.propagate = [keeper], False
    try:
        yield said
    finally:
        _log.handlers, _log.propagate = handlers, spreads


def _say(made: _Made) -> None:
    for name, level, message in made.said:
        logging.getLogger(name).log(level, "%s", message)
