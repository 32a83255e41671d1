"""Every file a forge reads, from the one regulation, and whether a repository has them so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable

from hoso.findings import Finding
from hoso.forge import options as chosen
from hoso.forge import owners
from hoso.forge.options import Options, as_json
from hoso.forge.rulesets import rulesets
from hoso.forge.settings import REQUIRED
from hoso.model import Kind, School
from hoso.store.tree import PLAIN, Tree

_RULESETS = ".github/rulesets"
_SETTINGS = ".github/hoso-cai-dat.json"
_INSTALLED = "CHUONG_TRINH_O_DAY"
#: Folders in which a file that was not generated would change what a forge does.
_GUARDED = (_RULESETS, ".github/ISSUE_TEMPLATE")


def generated(school: School, kinds: Mapping[str, Kind], options: Options) -> dict[str, bytes]:
    """Path → content of everything a forge is told; the same school gives the same bytes."""
    return {
        **templates(options.chuong_trinh),
        owners.PATH: owners.codeowners(school, kinds, options),
        chosen.PATH: options.written(),
        _SETTINGS: as_json(REQUIRED),
        **{f"{_RULESETS}/{name}.json": as_json(each) for name, each in rulesets(options).items()},
    }


def templates(program: str) -> dict[str, bytes]:
    """Workflows and forms: the part that does not depend on any regulation or organisation."""
    source = program if program == "." else f"${{{{ vars.HOSO_SOURCE || '{program}' }}}}"
    return {
        f".github/{path}": raw.replace(_INSTALLED.encode(), source.encode())
        for path, raw in sorted(_walk(files("hoso.forge") / "templates"))
    }


def drift(
    tree: Tree, school: School, kinds: Mapping[str, Kind], options: Options
) -> tuple[Finding, ...]:
    """Where a tree differs, byte by byte, from what would be generated from its own regulation."""
    wanted = generated(school, kinds, options)
    return (*_differing(tree, wanted), *_added(tree, wanted))


def _differing(tree: Tree, wanted: Mapping[str, bytes]) -> Iterator[Finding]:
    for path, content in wanted.items():
        entry = tree.entry(path)
        if entry is None:
            yield _finding(path, "thiếu tệp này")
        elif entry.mode != PLAIN or tree.read(path) != content:
            yield _finding(path, "khác với điều quy chế viết ra")


def _added(tree: Tree, wanted: Mapping[str, bytes]) -> Iterator[Finding]:
    for folder in _GUARDED:
        for entry in tree.entries(folder):
            if entry.path not in wanted:
                yield _finding(ascii(entry.path)[1:-1], "không do quy chế viết ra")


def _finding(path: str, message: str) -> Finding:
    return Finding(
        path=path, line=1, code="HS895", message=message, hint="chạy lại: hoso forge write"
    )


def _walk(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, bytes]]:
    for member in folder.iterdir():
        if member.is_dir():
            yield from _walk(member, f"{prefix}{member.name}/")
        else:
            yield prefix + member.name, member.read_bytes()
