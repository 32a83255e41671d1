"""What commits of proposals and merges say: pages and changes, told by identifiers alone.

Nothing in a message can be taken back, so no name and no free text of a record stands in it, and
nothing that a strict reader of commits would refuse.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hoso.gate.changes import Change
from hoso.gate.readable import page_name, readable
from hoso.model import School
from hoso.proposals.names import Name

#: A first line that git's own tools show whole.
_LONGEST = 120


def title(changes: Iterable[Change], school: School, *, named: bool = False) -> str:
    """The pages that changes are on, the first by its name and the others by their number."""
    pages: dict[str, str] = {}
    for change in changes:
        pages.setdefault(change.path, page_name(change, school, named=named))
    first = _plain(next(iter(pages.values()), "không có gì"))
    more = f" và {len(pages) - 1} trang khác" if len(pages) > 1 else ""
    return first[: _LONGEST - len(more)] + more


def topic_message(changes: tuple[Change, ...], school: School, said: str) -> str:
    """The message of a proposal's commit: the pages, then what its author adds."""
    lines = [_plain(line) for line in said.strip().splitlines()]
    words = "\n".join(line for line in lines if line.strip())
    return "\n\n".join(part for part in (title(changes, school), words) if part)


def merge_message(
    name: Name, changes: tuple[Change, ...], school: School, statements: Iterable[str]
) -> str:
    """The message of a merge: the pages, every change, and last the statements it rests on."""
    lines = [
        _plain(line)
        for line in readable(changes, school, named=False)
        # Lines of a body are indented; they stand in the page and may be anything.
        if not line.startswith(" ")
    ]
    return "\n\n".join(
        (f"{title(changes, school)} ({name})", "\n".join(lines), "\n".join(statements))
    )


def pupils_named(text: str, changes: Iterable[Change], school: School) -> Iterator[str]:
    """The pupils of changed rows and pages whose full name stands in a text, by identifier."""
    folded = " ".join(text.casefold().split())
    for person in sorted(_people(changes)):
        record = school.get("hoc-sinh", hoc_sinh=person)
        if record is not None and str(record.data["ho_ten"]).casefold() in folded:
            yield person


def _people(changes: Iterable[Change]) -> set[str]:
    return {
        part
        for change in changes
        for part in (*map(str, change.pointer), *change.key.values())
        if part.startswith("HS")
    }


def _plain(line: str) -> str:
    """A line without characters that a strict reader of commits takes for hidden ones."""
    return "".join(each if each.isprintable() else " " for each in line).rstrip()
