"""Files become records: one file read as its kind says, and the school read as it is needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from hoso.findings import Finding
from hoso.model import Format, Key, Kind, Lines, Record, covers
from hoso.schema.kinds import part_pattern
from hoso.schema.paths import Place, table_of
from hoso.schema.shape import faults
from hoso.schema.spelling import is_in_order, spell
from hoso.store.front_matter import no_head, split_page
from hoso.store.quick_yaml import parse_quickly
from hoso.store.text import read_text
from hoso.store.tree import PLAIN, Tree, blob_id

_MAGIC = {
    "pdf": (b"%PDF-1.",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "webp": (b"RIFF",),
}


def read_record(place: Place, path: str, raw: bytes, findings: list[Finding]) -> Record | None:
    """The record in the bytes of a file, or None; adds everything that is wrong with the file.

    Checked are text, syntax, shape and spelling; what the record says about others is not.
    """
    if place.kind.format is Format.FILE:
        return _read_file(place, path, raw, findings)
    found: list[Finding] = []
    text = read_text(path, raw, found)
    if text is None:
        findings.extend(found)
        return None
    read = _parts(place.kind, path, text, found)
    record = Record(
        kind=place.kind, path=path, key=place.key,
        data=read.data if isinstance(read.data, dict) else {},
        body=read.body, body_line=read.body_line, lines=read.lines, blob=blob_id(raw),
    )  # fmt: skip
    if not found:
        found.extend(
            record.finding(code, at, *said) for at, code, *said in faults(place.kind, read.data)
        )
    if not found and not (read.laid_out and is_in_order(record.data, place.kind.schema)):
        found.extend(_spelling(record, text))
    findings.extend(found)
    return record if not found else None


class _Parts(NamedTuple):
    """What a text holds; `laid_out` says that only the order of its keys is left to check."""

    data: Any
    lines: Lines
    body: str = ""
    body_line: int = 1
    laid_out: bool = False


def _parts(kind: Kind, path: str, text: str, found: list[Finding]) -> _Parts:
    if kind.format is Format.YAML:
        quick = None if found else parse_quickly(text)
        if quick is not None:
            return _Parts(*quick, laid_out=True)
    from hoso.store.strict_yaml import parse  # noqa: PLC0415 - hooks start often, and meet few

    if kind.format is Format.YAML:
        return _Parts(*parse(path, text, found))
    page = split_page(text)
    if page is None:
        found.append(no_head(path))
        return _Parts({}, (1, {}))
    data, lines = parse(path, page.head, found, page.head_line)
    return _Parts(data, lines, page.body, page.body_line)


def _spelling(record: Record, text: str) -> list[Finding]:
    wanted = spell(record.kind, record.data, record.body)
    if wanted == text:
        return []
    ours, theirs = wanted.split("\n"), text.split("\n")
    pairs = enumerate(zip(ours, theirs, strict=False), 1)
    line = next((number for number, (a, b) in pairs if a != b), min(len(ours), len(theirs)))
    return [
        Finding(
            path=record.path, line=line, code="HS115",
            message="dòng này chưa viết theo cách viết chuẩn", hint=f"chạy: hoso fmt {record.path}",
        )
    ]  # fmt: skip


def _read_file(place: Place, path: str, raw: bytes, findings: list[Finding]) -> Record | None:
    rule = place.kind.file
    if rule is None:
        raise ValueError(f"loading the schemas should have refused {place.kind.name}")
    suffix = path.rpartition(".")[2]
    if len(raw) > rule.max_bytes:
        findings.append(
            Finding(
                path=path, line=1, code="HS102",
                message=f"tệp {len(raw)} byte, cho phép không quá {rule.max_bytes}",
                hint="thu nhỏ ảnh hoặc nén tệp",
            )
        )  # fmt: skip
        return None
    if suffix not in rule.types or not raw.startswith(_MAGIC[suffix]):
        findings.append(
            Finding(
                path=path, line=1, code="HS206", message=f"nội dung không phải {suffix.upper()}",
                hint=f"lưu lại đúng dạng: {', '.join(rule.types)}",
            )
        )  # fmt: skip
        return None
    return Record(kind=place.kind, path=path, key=place.key, data={}, blob=blob_id(raw))


class TreeSchool:
    """The school in a tree: records are read when asked for and kept.

    An unreadable file counts as absent here; the check says what is wrong with it.
    """

    def __init__(self, tree: Tree, kinds: Mapping[str, Kind]) -> None:
        self.tree = tree
        self.kinds = kinds
        self.table = table_of(kinds)
        self._known: dict[str, Record | None] = {}

    def kind(self, name: str, /) -> Kind:
        return self.kinds[name]

    def get(self, kind: str, /, **key: str) -> Record | None:
        wanted = self.kinds.get(kind)
        return None if wanted is None else self.at(wanted.fill(key))

    def all(self, kind: str, /, **scope: str) -> Sequence[Record]:
        found = (self.at(path) for path in self.paths(kind, scope))
        return [record for record in found if record is not None and covers(scope, record.key)]

    def paths(self, kind: str, scope: Key) -> list[str]:
        """The paths of a kind within a scope, found folder by folder along the kind's own path."""
        wanted = self.kinds.get(kind)
        if wanted is None:
            return []
        found = [""]
        for part in wanted.path.split("/"):
            above = [f"{folder}/" if folder else "" for folder in found]
            if "{" not in part:
                found = [folder + part for folder in above]
                continue
            pattern = part_pattern(wanted, part)
            found = [
                folder + name
                for folder in above
                for name in self.tree.names(folder.rstrip("/"))
                if (match := pattern.fullmatch(name)) and _agrees(scope, match.groupdict())
            ]
        if "{" in wanted.path.rpartition("/")[2]:
            return found
        return [path for path in found if self.tree.entry(path) is not None]

    def naming(self, kind: str, scope: Key, value: str) -> Iterator[Record]:
        """The records of a kind within a scope whose text has the value somewhere in it."""
        needle = value.encode()
        for path in self.paths(kind, scope):
            entry = self.tree.entry(path)
            # Looking at the bytes first: reading them as a record costs a hundred times more.
            if entry is not None and entry.mode == PLAIN and needle in self.tree.read(path):
                record = self.at(path)
                if record is not None:
                    yield record

    def exists(self, kind: str, key: Mapping[str, str]) -> bool:
        """Whether there is a file for this key, readable or not."""
        entry = self.tree.entry(self.kinds[kind].fill(key))
        return entry is not None and entry.mode == PLAIN

    def at(self, path: str) -> Record | None:
        """The record at a path, or None."""
        if path not in self._known:
            self._known[path] = self._read(path)
        return self._known[path]

    def known(self, path: str) -> Record | None:
        """The record at a path if it has been read already and nothing was wrong with its file."""
        return self._known.get(path)

    def keep(self, path: str, record: Record | None) -> None:
        """Remembers what somebody has read from this school's tree already."""
        self._known[path] = record

    def forget(self, under: str) -> None:
        """Lets go of the records below a folder, to be read again when asked for."""
        for path in [path for path in self._known if path.startswith(under + "/")]:
            del self._known[path]

    def _read(self, path: str) -> Record | None:
        place = self.table.find(path)
        entry = self.tree.entry(path)
        if place is None or entry is None or entry.mode != PLAIN:
            return None
        return read_record(place, path, self.tree.read(path), [])


def _agrees(scope: Key, part: Key) -> bool:
    return all(scope.get(name, value) == value for name, value in part.items())
