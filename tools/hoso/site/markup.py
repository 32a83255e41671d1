"""Last touches to a finished page: valid HTML where the theme's is not, a policy for scripts."""

from __future__ import annotations

import base64
import hashlib
import re

_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def finish(page: str) -> str:
    """The page with its markup made valid and a policy that names its scripts."""
    for pattern, replacement in _REPAIRS:
        page = pattern.sub(replacement, page)
    if ' id="__toc"' not in page:
        page = _CONTENTS_LABEL.sub(r'<div class="md-nav__title">\1</div>', page)
    policy = _policy(_SCRIPT.findall(page))
    return page.replace(
        '<meta charset="utf-8">',
        f'<meta charset="utf-8">\n      <meta http-equiv="Content-Security-Policy" '
        f'content="{policy}">',
        1,
    )


#: The heading of a page's contents names a switch that only pages in the menu have.
_CONTENTS_LABEL = re.compile(r'<label class="md-nav__title" for="__toc">(.*?)</label>', re.DOTALL)
_REPAIRS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r'(<input\b[^>]*\btype="checkbox"[^>]*?) autocomplete="off"'), r"\1"),
    (re.compile(r'(<label\b[^>]*?) tabindex=""'), r"\1"),
    (re.compile(r'(<div class="md-search"[^>]*?role="dialog")>'), r'\1 aria-label="Tìm kiếm">'),
    (
        re.compile(r'(<nav class="md-nav" data-md-level="1") aria-labelledby="__nav_\d+_label"'),
        r'\1 aria-label="Các danh sách trong mục này"',
    ),
    (
        re.compile(r'(<div data-md-component="skip">).*?(</div>)', re.DOTALL),
        r'\1<a href="#dau-trang" class="md-skip">Đến nội dung chính</a>\2',
    ),
)


def _policy(scripts: list[str]) -> str:
    """Only our own files and exactly these inline scripts may run; nothing is loaded elsewhere.

    `file:` is for those who open a page from their disk, where nothing counts as 'self'.
    """
    digests = sorted({f"'sha256-{_digest(script)}'" for script in scripts})
    return "; ".join(
        (
            "default-src 'self' file:",
            f"script-src 'self' file: {' '.join(digests)}",
            "style-src 'self' file: 'unsafe-inline'",
            "img-src 'self' file: data:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        )
    )


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
