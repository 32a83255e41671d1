"""Files of a proposal looked at before anything reads them, in every one of its commits."""

from __future__ import annotations

from collections.abc import Set

from hoso.ledger.standing import Standing
from hoso.ledger.topic import Changed, Faulty, Topic, fault
from hoso.ledger.view import View
from hoso.schema.paths import ROOTS
from hoso.store.tree import Entry

#: What the table of kinds says of the school's frame, which has no kinds.
_NO_KIND = frozenset({"HS201", "HS202"})
#: A page is text; the largest sound one is far smaller.
_PAGE_BYTES = 256_000


def refuse_bad_files(view: View, topic: Topic, standing: Standing) -> None:
    """Faulty where any commit brings a file that is no plain file, misnamed, or too large."""
    brought = [entry for _, (_, _, entry) in _touched(view, topic) if entry is not None]
    for entry in brought:
        inside = entry.path.partition("/")[0] in ROOTS
        for found in standing.school.table.problems(entry):
            if inside or found.code not in _NO_KIND:
                raise Faulty(found)
    sizes = view.sizes([entry.blob for entry in brought])
    for entry in brought:
        kind, size = sizes.get(entry.blob, ("", 0))
        if kind != "blob" or size > _most(entry, standing):
            raise fault(entry.path, "HS837", f"tệp {size} byte, lớn hơn mức cho phép",
                        "thu nhỏ ảnh, nén tệp, hoặc chia nhỏ")  # fmt: skip


def refuse_hidden_work(view: View, topic: Topic, net: Set[str]) -> None:
    """Faulty where a commit touches what the whole does not change: it would stay in history."""
    for commit, (path, _, _) in _touched(view, topic):
        if path not in net:
            raise fault(commit, "HS834", "có commit đổi một tệp rồi đổi lại như cũ",
                        "gửi lại thành một commit: hoso propose")  # fmt: skip


def _touched(view: View, topic: Topic) -> list[tuple[str, Changed]]:
    """Every change of every commit of a topic, with the commit's id."""
    found: list[tuple[str, Changed]] = []
    below = view.commit(topic.base).tree
    for commit in topic.commits:
        found.extend((commit.id, change) for change in view.changed(below, commit.tree))
        below = commit.tree
    return found


def _most(entry: Entry, standing: Standing) -> int:
    place = standing.school.table.find(entry.path)
    if place is None or place.kind.file is None:
        return _PAGE_BYTES
    return place.kind.file.max_bytes
