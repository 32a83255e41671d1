"""Last touches to a finished page: valid HTML where the theme's is not, a policy for scripts."""

from __future__ import annotations

import base64
import hashlib
import re

_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def finish(page: str, *, guarded: bool) -> str:
    """The page with its markup made valid; `guarded`, with a policy that names its scripts."""
    for pattern, replacement in _REPAIRS:
        page = pattern.sub(replacement, page)
    if not guarded:
        return page
    policy = _policy(_SCRIPT.findall(page))
    return page.replace(
        '<meta charset="utf-8">',
        f'<meta charset="utf-8">\n      <meta http-equiv="Content-Security-Policy" '
        f'content="{policy}">',
        1,
    )


_REPAIRS: tuple[tuple[re.Pattern[str], str], ...] = ()


def _policy(scripts: list[str]) -> str:
    """Only our own files and exactly these inline scripts may run; nothing is loaded elsewhere."""
    digests = sorted({f"'sha256-{_digest(script)}'" for script in scripts})
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' {' '.join(digests)}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        )
    )


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
