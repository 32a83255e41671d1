"""The whole school checked, or only what a change touches: files, shapes, references, rules."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import replace

from hoso.findings import Finding
from hoso.model import Key, Kind, Record
from hoso.rules import RULES
from hoso.rules.reach import affected
from hoso.schema.paths import ROOTS, PathTable, twins
from hoso.schema.references import VALUE, Mention, links, mentions, shared_holes
from hoso.schema.school import TreeSchool, read_record
from hoso.store.tree import PLAIN, Entry, Tree

#: Called with the number of files done and the number of all.
Progress = Callable[[int, int], None]

#: Fewer files than this are read sooner than a second process starts.
_WORTH_A_PROCESS = 200


def check_whole(
    tree: Tree, kinds: Mapping[str, Kind], jobs: int = 1, progress: Progress | None = None
) -> list[Finding]:
    """Every finding about the files below `records/` and `content/`, by file, line and code."""
    entries = [entry for root in ROOTS for entry in tree.entries(root)]
    table = PathTable(kinds)
    findings = [found for entry in entries for found in table.problems(entry)]
    findings.extend(twins(entry.path for entry in entries))
    units = _units(entry.path for entry in entries if entry.mode == PLAIN)
    done, total = 0, sum(map(len, units))
    for count, found in _judged(tree, kinds, units, jobs if total >= _WORTH_A_PROCESS else 1):
        findings.extend(found)
        done += count
        if progress is not None:
            progress(done, total)
    return in_order(findings)


def check_changed(
    tree: Tree, kinds: Mapping[str, Kind], paths: Iterable[str]
) -> tuple[list[Finding], set[str]]:
    """Findings about files that were added, changed or removed, and about all that they reach.

    `paths` are those that differ from an earlier tree. The second value is every path whose
    findings may differ from then; about no other path does the check say anything new, except
    that a file which was missing then and is there now may settle old findings elsewhere.
    """
    school = TreeSchool(tree, kinds)
    findings: list[Finding] = []
    reached: set[str] = set()
    changed = {path for path in paths if path.partition("/")[0] in ROOTS}
    looked_at = changed | {twin for path in changed for twin in _spellings(tree, path)}
    for path in sorted(looked_at):
        reached.update(_reached(school, path, tree.entry(path)))
    for path in sorted(looked_at | reached):
        entry = tree.entry(path)
        if entry is not None:
            findings.extend(school.table.problems(entry))
            findings.extend(found for found in twins(_spellings(tree, path)) if found.path == path)
            if entry.mode == PLAIN:
                findings.extend(_judge_file(school, path))
    return in_order(findings), looked_at | reached


def check_again(
    tree: Tree,
    kinds: Mapping[str, Kind],
    last: Tree,
    known: Iterable[Finding],
    paths: Iterable[str],
) -> list[Finding]:
    """Every finding about a tree, from those `known` about an earlier one.

    `paths` are those that differ. What is not reached by them is as it was; only a file that is
    new may settle findings elsewhere, and then the files with findings are looked at too.
    """
    paths, known = set(paths), list(known)
    if any(last.entry(path) is None and tree.entry(path) is not None for path in paths):
        paths |= {finding.judged or finding.path for finding in known}
    found, touched = check_changed(tree, kinds, paths)
    kept = [each for each in known if (each.judged or each.path) not in touched]
    return in_order([*found, *kept])


def judge(record: Record, school: TreeSchool) -> Iterator[Finding]:
    """What a sound record says about others that does not hold: references, then the rules."""
    yield from _references(record, school)
    for line, path in links(record):
        if school.tree.entry(path) is None:
            yield Finding(
                path=record.path, line=line, code="HS403", message=f"không có tệp {path}",
                hint="sửa liên kết, hoặc thêm tệp",
            )  # fmt: skip
    for rule in RULES:
        if rule.kind == record.kind.name:
            for found in rule.judge(record, school):
                here = found.path == record.path
                yield found if here else replace(found, judged=record.path)


def _references(record: Record, school: TreeSchool) -> Iterator[Finding]:
    last: Key | None = None
    there, members = False, None
    for mention in mentions(record):
        ref, target = mention.ref, school.kind(mention.ref.kind)
        if mention.key is not last:
            last = mention.key
            there = school.exists(ref.kind, mention.key)
            members = _members(school, mention) if there and ref.at is not None else None
        if there and (members is None or mention.value in members):
            continue
        place = f"{target.title.lower()} {', '.join(mention.key.values())}"
        if not there:
            yield record.finding(
                "HS401",
                mention.pointer,
                f"không có {place}",
                f"sửa giá trị, hoặc thêm tệp {target.fill(mention.key)}",
            )
        else:
            where = "/".join(map(str, ref.at or ()))
            yield record.finding(
                "HS402",
                mention.pointer,
                f"{mention.value} không có trong {place}",
                f"sửa giá trị, hoặc thêm vào {where} của {target.fill(mention.key)}",
            )


def _members(school: TreeSchool, mention: Mention) -> Container[object] | None:
    """What may be named inside the target; None where it cannot be read, which is said there."""
    other = school.get(mention.ref.kind, **mention.key)
    node: object = None if other is None else other.data
    for part in mention.ref.at or ():
        node = node.get(part, ()) if isinstance(node, Mapping) else node
    return node if isinstance(node, Mapping | list | tuple) else None


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Each finding once, by file, line and code."""
    return sorted(set(findings), key=lambda finding: finding.place)


def _judge_file(school: TreeSchool, path: str) -> list[Finding]:
    findings: list[Finding] = []
    place = school.table.find(path)
    if place is None:
        return findings
    record = school.known(path)
    if record is None:
        record = read_record(place, path, school.tree.read(path), findings)
        school.keep(path, record)
    if record is not None:
        findings.extend(judge(record, school))
    return findings


def _reached(school: TreeSchool, path: str, entry: Entry | None) -> Iterator[str]:
    """Paths of records that must be judged again because of the file at a path."""
    place = school.table.find(path)
    if place is None:
        return
    if entry is None:
        # Bodies link by file name; those that name it must be asked again.
        yield from school.tree.mentions(frozenset({path.rpartition("/")[2]}), "content")
    for rule in RULES:
        for record in affected(rule, place.kind.name, place.key, school, school.naming):
            yield record.path
    for kind in school.kinds.values():
        for ref in kind.refs:
            # A target that is still there answers every reference but those into its content.
            if ref.kind != place.kind.name or (entry is not None and ref.at is None):
                continue
            shared = shared_holes(ref, kind)
            scope = {source: place.key[name] for name, source in shared.items()}
            named = {place.key[name] for name, source in ref.key.items() if source == VALUE}
            paths = school.paths(kind.name, scope)
            if named:
                naming = set(school.tree.mentions(frozenset(named), _folder(kind, scope)))
                paths = [path for path in paths if path in naming]
            yield from paths


def _folder(kind: Kind, scope: Mapping[str, str]) -> str:
    """The longest folder that holds every record of a kind within a scope."""
    parts: list[str] = []
    for part in kind.path.split("/")[:-1]:
        try:
            parts.append(part.format_map(scope))
        except KeyError:
            break
    return "/".join(parts)


def _spellings(tree: Tree, path: str) -> list[str]:
    """The paths in a tree that differ from this one in upper and lower case at most."""
    found = [""]
    for part in path.split("/"):
        found = [
            f"{folder}/{name}" if folder else name
            for folder in found
            for name in tree.names(folder)
            if name.casefold() == part.casefold()
        ]
    return found


def _units(paths: Iterable[str]) -> list[list[str]]:
    """Files that are read together: a class's folder, or another folder of the same depth."""
    units: dict[str, list[str]] = {}
    for path in paths:
        units.setdefault("/".join(path.split("/")[:-1][:4]), []).append(path)
    return list(units.values())


Judged = tuple[int, list[Finding]]


def _judged(
    tree: Tree, kinds: Mapping[str, Kind], units: list[list[str]], jobs: int
) -> Iterator[Judged]:
    import multiprocessing

    if jobs < 2 or "fork" not in multiprocessing.get_all_start_methods():
        school = TreeSchool(tree, kinds)
        yield from (_judge_unit(school, unit) for unit in units)
        return
    context = multiprocessing.get_context("fork")
    # Workers inherit the tree and the kinds by forking; only paths and findings cross the pipe.
    with context.Pool(jobs, initializer=_start_worker, initargs=(tree, kinds)) as pool:
        yield from pool.imap_unordered(_judge_unit_here, units, chunksize=2)


_worker: list[TreeSchool] = []


def _start_worker(tree: Tree, kinds: Mapping[str, Kind]) -> None:
    _worker[:] = [TreeSchool(tree, kinds)]


def _judge_unit_here(unit: list[str]) -> Judged:
    return _judge_unit(_worker[0], unit)


def _judge_unit(school: TreeSchool, unit: list[str]) -> Judged:
    findings = [found for path in unit for found in _judge_file(school, path)]
    # Pages of one class matter to that class alone; letting go keeps memory flat.
    if unit[0].count("/") >= 4:
        school.forget("/".join(unit[0].split("/")[:4]))
    return len(unit), findings
