"""What no regulation says about a forge: the organisation, the server's app, the program."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass

from hoso.findings import HosoError
from hoso.store.tree import Tree

#: Where the options stand, so that whoever compares generates from the same ones.
PATH = ".github/hoso.json"
#: What workflows install where nothing else is said.
PROGRAM = "hoso>=0.1,<0.2"
_ORGANISATION = re.compile(r"[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}")
# What pip takes for a requirement or a folder; nothing a shell, YAML or GitHub would expand.
_PROGRAM = re.compile(r"[A-Za-z0-9_.][A-Za-z0-9_.<>=,!~/-]{0,99}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a school is set up on its forge.

    `to_chuc` owns the teams, one for each role. With `tai_khoan` the people's own accounts stand
    for a role wherever all its holders have one. `ung_dung` is the id of the app that writes the
    log and freezes branches, None where nobody does so on the forge. `chuong_trinh` is what
    workflows install, a requirement or `.` for the repository itself.
    """

    to_chuc: str
    tai_khoan: bool = False
    ung_dung: int | None = None
    chuong_trinh: str = PROGRAM

    def __post_init__(self) -> None:
        if not _ORGANISATION.fullmatch(self.to_chuc):
            raise HosoError(f"“{ascii(self.to_chuc)[1:-1]}” không phải tên một tổ chức")
        if self.ung_dung is not None and self.ung_dung < 1:
            raise HosoError("số của ứng dụng phải là số dương")
        if not _PROGRAM.fullmatch(self.chuong_trinh):
            raise HosoError("chương trình viết như khi cài bằng pip, ví dụ: hoso>=0.1,<0.2")

    def written(self) -> bytes:
        """The options as their file holds them."""
        return as_json(asdict(self))


def options_in(tree: Tree) -> Options | None:
    """The options a repository was set up with, or None; HosoError where nobody can read them."""
    if tree.entry(PATH) is None:
        return None
    try:
        found = json.loads(tree.read(PATH))
        kinds = {"to_chuc": str, "tai_khoan": bool, "ung_dung": int | None, "chuong_trinh": str}
        if found.keys() == kinds.keys() and all(
            isinstance(found[name], kind) and (kind is bool or not isinstance(found[name], bool))
            for name, kind in kinds.items()
        ):
            return Options(**found)
    except (ValueError, AttributeError, RecursionError):
        pass
    raise HosoError(f"không đọc được {PATH}; viết lại: hoso forge write --to-chuc TÊN")


def as_json(data: object) -> bytes:
    """JSON as every generated file holds it: indented, letters as they are, one way only."""
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()
