"""Findings as people and machines read them: text, JSON, GitHub annotations."""

from __future__ import annotations

import json
from collections.abc import Sequence

from hoso.findings import Finding, Severity


def as_text(findings: Sequence[Finding]) -> str:
    """File by file, each finding with its line, its code, what is wrong and what to do."""
    lines: list[str] = []
    last = None
    for finding in findings:
        if finding.path != last:
            lines.append(shown(finding.path))
            last = finding.path
        lines.append(
            f"  dòng {finding.line}: {finding.severity.value} {finding.code}: {finding.message}"
        )
        if finding.hint:
            lines.append(f"    → {finding.hint}")
    return "\n".join(lines)


def as_json(findings: Sequence[Finding]) -> str:
    """One JSON list; the fields are those of `Finding` and its severity."""
    return json.dumps(
        [
            {
                "path": shown(each.path),
                "line": each.line,
                "code": each.code,
                "severity": "error" if each.severity is Severity.ERROR else "warning",
                "message": each.message,
                "hint": each.hint,
            }
            for each in findings
        ],
        ensure_ascii=False,
        indent=2,
    )


def as_github(findings: Sequence[Finding]) -> str:
    """One workflow command a finding, so that GitHub shows it beside the line."""
    return "\n".join(
        f"::{'error' if each.severity is Severity.ERROR else 'warning'} "
        f"file={_property(shown(each.path))},line={each.line},title={_property(each.code)}::"
        + _message(f"{each.message}. {each.hint}".rstrip(". "))
        for each in findings
    )


def shown(path: str) -> str:
    """A path as it may be printed: a hostile one can carry terminal escapes or broken bytes."""
    return path if path.isascii() and path.isprintable() else ascii(path)[1:-1]


def _message(text: str) -> str:
    # Unescaped, a line break in a value would start a workflow command of its own.
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
