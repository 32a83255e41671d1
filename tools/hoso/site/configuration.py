"""What MkDocs and Material are told: the school's choices, and ours where there is no choice."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig

from hoso.findings import HosoError
from hoso.site.settings import Settings
from hoso.site.stage import Stage
from hoso.site.words import fold, slug, written

THEME = Path(__file__).parent / "theme"
#: What parts words from one another in the search, here and in what a reader types.
WORD_ENDS = r"""[\s\-–—,:;!?/()\[\]"'“”‘’…]+|\.(?!\d)|&(?:lt|gt|amp|quot|#39);"""
_STYLES = ("assets/stylesheets/truong.css", "assets/stylesheets/in.css")
_SCRIPTS = ("assets/javascripts/truong.js",)


def configured(stage: Stage, settings: Settings, docs: Path, site: Path) -> MkDocsConfig:
    """The configuration of one build; HosoError where MkDocs cannot use it."""
    config = MkDocsConfig(config_file_path=str(docs.parent / "mkdocs.yml"))
    name = settings.name or str(stage.school["ten"])
    plugins = settings.plugins
    blog = {
        "blog_dir": "tin-tuc",
        "post_dir": "{blog}/bai",
        "post_url_format": "{slug}",
        "post_date_format": "dd/MM/yyyy",
        "post_readtime": False,
        "archive_name": "Lưu trữ",
        "archive_date_format": "'Tháng' MM/yyyy",
        "archive_url_date_format": "yyyy-MM",
        "archive_url_format": "luu-tru/{date}",
        "categories_name": "Chuyên mục",
        "categories_url_format": "chuyen-muc/{slug}",
        "categories_slugify": slug,
        "authors_profiles": True,
        "authors_profiles_name": "Người viết",
        "authors_profiles_url_format": "nguoi-viet/{slug}",
        "pagination_url_format": "trang/{page}",
        "pagination_keep_content": True,
        **plugins.get("blog", {}),
    }
    tags = {
        "tags_slugify": slug,
        "tags_slugify_format": "the-{slug}",
        "export": False,
        "listings_toc": False,
        "tags_sort_by": _tag_order,
        "listings_tags_sort_by": _tag_order,
        **plugins.get("tags", {}),
    }
    config.load_dict(
        {
            "site_name": name,
            "site_description": settings.description,
            "site_url": stage.address,
            "copyright": settings.copyright,
            "docs_dir": str(docs),
            "site_dir": str(site),
            # The blog hangs its lists beside its own page, so that one needs a section.
            "nav": [
                {title: [path] if path == "tin-tuc/index.md" else path}
                for title, path in settings.menu
            ],
            "theme": {
                "language": "vi",
                "font": False,
                "logo": "assets/images/logo.svg",
                "favicon": "assets/images/favicon.svg",
                **settings.theme,
                "name": "material",
                "custom_dir": str(THEME),
            },
            "extra_css": list(_STYLES),
            "extra_javascript": list(_SCRIPTS),
            "extra": {"generator": False, "truong": stage.school, "ngay": written(stage.today)},
            "plugins": [
                {"material/blog": blog},
                {"material/tags": tags},
                {
                    "material/search": {
                        "lang": "vi",
                        "separator": WORD_ENDS,
                        **plugins.get("search", {}),
                    }
                },
            ],
            "markdown_extensions": [
                {"toc": {"slugify": _heading_id, "toc_depth": "2-3"}},
                *settings.extensions,
            ],
            "validation": {"nav": {"omitted_files": "ignore"}},
        }
    )
    # MkDocs keeps plugins from one build to the next, though they tidied up after themselves.
    vars(MkDocsConfig)["plugins"].plugin_cache.clear()
    errors, warnings = config.validate()
    if errors:
        said = "; ".join(f"{key}: {error}" for key, error in errors)
        raise HosoError(f"mkdocs.yml không dùng được: {said}")
    for key, warning in warnings:
        logging.getLogger("mkdocs").warning("mkdocs.yml: %s: %s", key, warning)
    return config


def _tag_order(tag: Any, *_: object) -> str:
    return fold(tag.name)


def _heading_id(text: str, separator: str) -> str:
    """An anchor that can never be taken for one of the theme's own."""
    return f"muc-{slug(text, separator)}"
