"""Whether records still hold together after a change: what `hoso check` says now and not before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hoso.check import check_changed, check_whole
from hoso.findings import Finding, Severity
from hoso.model import Kind
from hoso.schema.kinds import FOLDER, BrokenSchemas, load_kinds
from hoso.store.tree import Tree


def new_errors(
    before: Tree, after: Tree, kinds: Mapping[str, Kind], paths: Iterable[str]
) -> tuple[Finding, ...]:
    """The errors a change brings; what was wrong elsewhere already stops nobody.

    New schemas must load, and every page must be sound under them.
    """
    changed = set(paths)
    if any(path.startswith(f"{FOLDER}/") for path in changed):
        return _errors(errors_at(after), check_whole(before, kinds))
    found, _ = check_changed(after, kinds, changed)
    if not any(_is_error(each) for each in found):
        return ()
    known, _ = check_changed(before, kinds, changed)
    return _errors(found, known)


def new_warnings(
    before: Tree, after: Tree, kinds: Mapping[str, Kind], paths: Iterable[str]
) -> tuple[Finding, ...]:
    """What a change does against a rule's advice; it stops nobody, but who approves should know."""
    changed = set(paths)
    found, _ = check_changed(after, kinds, changed)
    odd = [each for each in found if not _is_error(each)]
    known, _ = check_changed(before, kinds, changed) if odd else ((), ())
    old = {(each.path, each.code, each.message) for each in known}
    return tuple(each for each in odd if (each.path, each.code, each.message) not in old)


def broken_schemas(after: Tree, paths: Iterable[str]) -> tuple[Finding, ...]:
    """Why schemas do not load after a change that touches them: no page could be read any more."""
    if any(path.startswith(f"{FOLDER}/") for path in paths):
        try:
            load_kinds(after)
        except BrokenSchemas as broken:
            return tuple(broken.findings)
    return ()


def errors_at(tree: Tree) -> tuple[Finding, ...]:
    """Every error of a tree under its own schemas."""
    try:
        return _errors(check_whole(tree, load_kinds(tree)), ())
    except BrokenSchemas as broken:
        return tuple(broken.findings)


def _errors(found: Iterable[Finding], known: Iterable[Finding]) -> tuple[Finding, ...]:
    # An edit moves lines, so an old finding is known by what it says and not by where.
    old = {(each.path, each.code, each.message) for each in known}
    return tuple(
        each
        for each in found
        if _is_error(each) and (each.path, each.code, each.message) not in old
    )


def _is_error(finding: Finding) -> bool:
    return finding.severity is Severity.ERROR
