"""Schools to publish: the reference school in memory, and it again with every secret marked."""

import random
import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path

import yaml

from hoso.demo.generate import generate
from hoso.demo.plan import Plan
from hoso.model import Format, Kind, Privacy, Record
from hoso.schema.kinds import load_kinds
from hoso.schema.paths import PathTable
from hoso.schema.school import TreeSchool
from hoso.schema.spelling import spell
from hoso.site.build import build_site
from hoso.store.tree import FolderTree, MemoryTree

REPOSITORY = Path(__file__).resolve().parents[2]
SETTINGS = (REPOSITORY / "mkdocs.yml").read_bytes()

#: Fields that hold the code of a class, a team or a kind, which public pages name as well, and
#: moments, which are dates in all but their spelling.
CODED = {"Lớp", "Tổ chuyên môn", "Từ lớp", "Đến lớp", "Tên loại", "Từ lúc", "Đến lúc"}
CODED |= {"Trang cần sửa"}  # the path of a record, whose identifiers are marks themselves


@cache
def kinds() -> dict[str, Kind]:
    return load_kinds(FolderTree(REPOSITORY))


@cache
def reference() -> dict[str, bytes]:
    """The files of the reference school as its generator writes them."""
    return {"mkdocs.yml": SETTINGS, **dict(generate(Plan(), kinds()))}


def examples_of_other_kinds() -> dict[str, bytes]:
    """The sound examples of the kinds of which the reference school has no record."""
    table = PathTable(kinds())
    there = {place.kind.name for path in reference() if (place := table.find(path))}
    found = {}
    for kind in kinds().keys() - there:
        for file in sorted((REPOSITORY / "tests/examples" / kind / "positive").iterdir()):
            example = yaml.safe_load(file.read_text("utf-8"))
            found[example["path"]] = example["text"].encode()
    return found


def school(files: Mapping[str, bytes | str]) -> tuple[MemoryTree, TreeSchool]:
    tree = MemoryTree(files)
    return tree, TreeSchool(tree, kinds())


def build(files: Mapping[str, bytes | str], target: Path, **options) -> Path:
    tree, read = school(files)
    build_site(tree, read, target, **options)
    return target


def small(**pages: str) -> dict[str, bytes | str]:
    """A school with a profile, one writer and the given pages; `__` in a name stands for `/`."""
    found = {
        path: text
        for path, text in reference().items()
        if path == "mkdocs.yml" or re.fullmatch(r"records/(?:truong|nhan-su/NV0007)\.yml", path)
    }
    return found | pages


def post(title: str, body: str, **more: str) -> str:
    """The text of a news post."""
    head = {"tieu_de": title, "tom_tat": "Một câu tóm tắt cho bài này.", **more}
    data = {
        "tieu_de": head["tieu_de"],
        "ngay": "2026-11-05",
        "chuyen_muc": ["hoat-dong"],
        **({"the": [head["the"]]} if "the" in head else {}),
        "tac_gia": ["NV0007"],
        "tom_tat": head["tom_tat"],
    }
    return spell(kinds()["tin-tuc"], data, body)


class Marked:
    """The reference school with a mark of its own in every private value that can hold one."""

    def __init__(self, seed: int = 7) -> None:
        self.random = random.Random(seed)
        self.marks: dict[str, str] = {}
        self.unmarked: set[tuple[str, str]] = set()
        self.marked: set[str] = set()
        self.files = {**reference(), **examples_of_other_kinds()}
        _, read = school(self.files)
        for path in tuple(self.files):
            record = read.at(path)
            if record is None:
                continue
            self.marks |= {key: path for key in record.key.values() if _is_private_code(key)}
            if record.kind.format is not Format.FILE:
                self.files[path] = self._rewritten(record).encode()

    def _rewritten(self, record: Record) -> str:
        data = self._marked(record, record.data, ())
        body = record.body
        if record.kind.privacy is not Privacy.PUBLIC and record.kind.format is Format.MARKDOWN:
            body += f"\n\n{self._mark(record, 'thân bài', '')}\n"
        return spell(record.kind, data, body)

    def _marked(self, record, value, pointer):
        if isinstance(value, Mapping):
            return {k: self._marked(record, v, (*pointer, k)) for k, v in value.items()}
        if isinstance(value, list | tuple):
            return [self._marked(record, v, (*pointer, at)) for at, v in enumerate(value)]
        if record.kind.privacy_of(pointer) is Privacy.PUBLIC:
            return value
        return self._instead(record, value, pointer)

    def _instead(self, record, value, pointer):
        node = record.kind.field(pointer)
        name = ".".join("*" if isinstance(p, int) else p for p in _general(record, pointer))
        if not isinstance(value, str) or "enum" in node or "x-ref" in node:
            return value  # a code of a list, or of a record that carries marks itself
        if node.get("format") in ("date", "moment") or node.get("title") in CODED:
            return value
        if value.startswith(("ssh-ed25519 ", "sk-ssh-ed25519@")):
            at = value.index("AAAAI") + 15  # among the key's own letters
            return value[:at] + self._mark(record, name, value) + value[at + 15 :]
        for made in self._suggestions(value):
            if made != value and re.search(node.get("pattern", ""), made):
                self.marks[made] = f"{record.path}:{name}"
                self.marked.add(f"{record.kind.name}:{name}")
                return made
        self.unmarked.add((record.kind.name, name))
        return value

    def _suggestions(self, value: str) -> Iterator[str]:
        yield self._word()
        yield "".join(
            self.random.choice("123456789") if letter.isdigit() and at else letter
            for at, letter in enumerate(value)
        )

    def _mark(self, record: Record, name: str, value: str) -> str:
        made = self._word()
        self.marks[made] = f"{record.path}:{name}"
        self.marked.add(f"{record.kind.name}:{name}")
        return made

    def _word(self) -> str:
        return "Kin" + "".join(self.random.choices("bcdfghjklmnpqrstvwxz", k=12))


def _general(record: Record, pointer):
    """A pointer with its identifiers taken out."""
    node = record.kind.schema
    for part in pointer:
        known = not isinstance(part, int) and part in node.get("properties", {})
        yield part if known else "*"
        if isinstance(part, int):
            node = node["items"]
        else:
            node = node["properties"][part] if known else node["additionalProperties"]


def _is_private_code(key: str) -> bool:
    return re.fullmatch(r"(?:HS|BD)[0-9A-Z]{6}", key) is not None


TODAY = date(2026, 11, 23)
