"""The site's settings from `mkdocs.yml`: only what a school may choose, nothing that runs code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from hoso.findings import HosoError

FILE = "mkdocs.yml"
_TOP = {"site_name", "site_description", "copyright", "nav", "theme", "plugins",
        "markdown_extensions"}  # fmt: skip
_THEME = {"name", "language", "font", "logo", "favicon", "palette", "features", "icon"}
_PLUGINS = {"blog", "tags", "search"}
_EXTENSIONS = {"abbr", "admonition", "def_list", "footnotes", "sane_lists", "tables", "toc"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the generator is told, with the menu as (title, index page) in order."""

    name: str
    description: str
    copyright: str
    menu: tuple[tuple[str, str], ...]
    theme: Mapping[str, Any]
    plugins: Mapping[str, Mapping[str, Any]]
    extensions: tuple[str, ...]


def read_settings(text: str) -> Settings:
    """The settings in the text of `mkdocs.yml`; HosoError for anything that is not on the lists."""
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", 0) + 1
        raise HosoError(
            f"{FILE}:{line}: sai cú pháp YAML hoặc có thẻ kiểu; trang web chỉ nhận giá trị thường"
        ) from error
    data = _mapping(data, FILE)
    _only(data, _TOP, "")
    theme = _mapping(data.get("theme", {}), "theme")
    _only(theme, _THEME, "theme: ")
    plugins = dict(_one_each(data.get("plugins", []), "plugins"))
    _only(plugins, _PLUGINS, "plugins: ")
    extensions = dict(_one_each(data.get("markdown_extensions", []), "markdown_extensions"))
    _only(extensions, _EXTENSIONS, "markdown_extensions: ")
    menu = tuple(_one_each(data.get("nav", []), "nav"))
    if not menu:
        raise HosoError(f"{FILE}: thiếu nav, không biết các mục của trang web")
    return Settings(
        name=str(data.get("site_name", "")),
        description=str(data.get("site_description", "")),
        copyright=str(data.get("copyright", "")),
        menu=tuple((title, str(path)) for title, path in menu),
        theme=theme,
        plugins={name: _mapping(value or {}, name) for name, value in plugins.items()},
        extensions=tuple(extensions),
    )


def _mapping(value: object, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
        raise HosoError(f"{FILE}: {where} phải là các dòng «tên: giá trị»")
    return value


def _only(given: Mapping[str, Any], allowed: set[str], where: str) -> None:
    strange = sorted(set(given) - allowed)
    if strange:
        raise HosoError(
            f"{FILE}: {where}không nhận {', '.join(strange)}; chỉ nhận {', '.join(sorted(allowed))}"
        )


def _one_each(value: object, where: str) -> list[tuple[str, Any]]:
    """A list of names, or of single `name: value` pairs, as pairs."""
    pairs = []
    for item in value if isinstance(value, list) else [None]:
        if isinstance(item, str):
            pairs.append((item, None))
        elif isinstance(item, Mapping) and len(item) == 1:
            pairs.extend((str(name), inner) for name, inner in item.items())
        else:
            raise HosoError(f"{FILE}: {where} phải là danh sách, mỗi dòng một mục")
    return pairs
