"""What a forge reads comes from the regulation, and stands in this repository byte by byte so."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoso.findings import HosoError
from hoso.forge import owners
from hoso.forge.generated import drift, generated
from hoso.forge.options import Options, options_in
from hoso.forge.owners_lint import lint
from hoso.gate.policy import Deed
from hoso.gate.regulation import policy_on
from hoso.schema.kinds import load_kinds
from hoso.schema.paths import ROOTS
from hoso.schema.school import TreeSchool
from hoso.schema.spelling import spell
from hoso.store.tree import FolderTree, MemoryTree

ROOT = Path(__file__).parents[2]
HOSO = Path(sys.executable).with_name("hoso")
TREE = FolderTree(ROOT)
KINDS = load_kinds(TREE)
SCHOOL = TreeSchool(TREE, KINDS)
OPTIONS = options_in(TREE)
ORGANISATION = OPTIONS.to_chuc


def lines(raw):
    found = [line.split() for line in raw.decode().splitlines()]
    return [(words[0], words[1:]) for words in found if words and words[0] != "#"]


def matches(pattern, path):
    """How GitHub reads the few forms we write: `*` alone, a folder, a file; `*` is one part."""
    if pattern == "*":
        return True
    text = "[^/]+".join(re.escape(part) for part in pattern[1:].split("*"))
    return re.fullmatch(text + (".+" if pattern.endswith("/") else "(?:/.+)?"), path) is not None


def owners_of(path, rules):
    return next(who for pattern, who in reversed(rules) if matches(pattern, path))


@cache
def written():
    return generated(SCHOOL, KINDS, OPTIONS)


@cache
def school_files():
    under = [entry.path for folder in (*ROOTS, "schemas", ".github")
             for entry in TREE.entries(folder)]  # fmt: skip
    return [*under, "mkdocs.yml"]


@cache
def policy():
    return policy_on(SCHOOL, date(2026, 11, 23))


def roles_of(path):
    place = SCHOOL.table.find(path)
    kind = "khung" if place is None else place.kind.name
    return {
        right.role for deed in (Deed.CHECK, Deed.APPROVE) for right in policy().about(deed, kind)
    }


def test_what_is_committed_is_what_the_regulation_writes():
    for path, content in written().items():
        assert (ROOT / path).read_bytes() == content, path
    assert drift(TREE, SCHOOL, KINDS, OPTIONS) == ()
    assert lint(TREE) == ()


def test_the_owners_of_every_file_are_exactly_the_roles_that_may_approve_it():
    rules = lines(written()[owners.PATH])
    assert len(school_files()) > 1_600
    for path in school_files():
        told = {owner.removeprefix(f"@{ORGANISATION}/") for owner in owners_of(path, rules)}
        assert told == roles_of(path), path


def test_a_page_of_a_class_that_does_not_exist_yet_has_its_owners_already():
    rules = lines(written()[owners.PATH])
    for path in ("records/2031-2032/lop/5K/danh-gia-mon/toan/cuoi-nam.yml",
                 "content/ke-hoach/2031-2032/truong/tuan-1.md"):  # fmt: skip
        told = {owner.removeprefix(f"@{ORGANISATION}/") for owner in owners_of(path, rules)}
        assert told == roles_of(path)


def test_git_reads_each_pattern_as_we_do(tmp_path):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    files = "\0".join(school_files())
    for pattern, _ in lines(written()[owners.PATH])[1:]:
        (tmp_path / ".git/info/exclude").write_text(f"{pattern}\n")
        told = subprocess.run(
            ["git", "-C", tmp_path, "check-ignore", "--no-index", "-z", "--stdin"], input=files,
            capture_output=True, text=True, check=False,
        ).stdout.split("\0")[:-1]  # fmt: skip
        assert told == [path for path in school_files() if matches(pattern, path)], pattern


def test_nothing_is_owned_by_nobody_and_the_last_line_guards_the_file_itself():
    rules = lines(written()[owners.PATH])
    assert rules[0][0] == "*"
    assert rules[-1][0] == "/.github/"
    assert all(who for _, who in rules)
    assert owners_of("tools/hoso/gate/decision.py", rules) == rules[0][1]


def tree_with(files):
    kept = {path: TREE.read(path) for path in ("records/truong.yml", "mkdocs.yml")}
    for folder in ("schemas", "records/quy-che", "records/nhan-su", "records/2026-2027/phan-cong"):
        kept |= {entry.path: TREE.read(entry.path) for entry in TREE.entries(folder)}
    kept["records/2026-2027/nam-hoc.yml"] = TREE.read("records/2026-2027/nam-hoc.yml")
    return MemoryTree({**kept, **files})


def key_page(person, account):
    line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI" + "A" * 43
    page = f"khoa:\n  k1:\n    cong_khai: {line}\n    tu: 2026-09-01 07:00\n"
    return {f"records/khoa-ky/{person}.yml": f"{page}tai_khoan:\n  github: {account}\n"}


def test_accounts_stand_for_a_role_whose_every_holder_has_one_and_the_team_for_the_others():
    # NV0002 stands in for the principal for some days, so both hold that role.
    pages = key_page("NV0001", "thay-hieu-truong") | key_page("NV0002", "co-pho")
    school = TreeSchool(tree_with(pages), KINDS)
    by_account = Options(to_chuc="truong", tai_khoan=True)
    told = dict(lines(owners.codeowners(school, KINDS, by_account)))
    assert told["/records/nhan-su/"] == ["@co-pho", "@thay-hieu-truong"]
    assert told["/schemas/"] == ["@co-pho", "@thay-hieu-truong", "@truong/quan-tri-phan-mem"]
    one = TreeSchool(tree_with(key_page("NV0001", "thay-hieu-truong")), KINDS)
    told = dict(lines(owners.codeowners(one, KINDS, by_account)))
    assert told["/records/nhan-su/"] == ["@truong/hieu-truong"]
    by_team = dict(lines(owners.codeowners(school, KINDS, Options(to_chuc="truong"))))
    assert by_team["/records/nhan-su/"] == ["@truong/hieu-truong"]


def test_a_regulation_that_lets_nobody_approve_the_frame_writes_nothing():
    found = SCHOOL.get("quy-che", nam_hoc="2026-2027")
    data = json.loads(json.dumps(found.data))
    for article in data["dieu"].values():
        for clause in article["khoan"].values():
            for right in clause.get("quyen", {}).values():
                if right["viec"] in ("duyet", "kiem-tra") and "khung" in right["loai"]:
                    right["loai"] = ["quy-che"]
    school = TreeSchool(tree_with({found.path: spell(found.kind, data)}), KINDS)
    with pytest.raises(HosoError, match="khung"):
        owners.codeowners(school, KINDS, OPTIONS)


@pytest.mark.parametrize(
    "wrong",
    [{"to_chuc": "a b"}, {"to_chuc": "truong\n* @ai-do"}, {"to_chuc": "-truong"}, {"to_chuc": ""},
     {"chuong_trinh": "hoso'}}"}, {"chuong_trinh": "hoso\n"}, {"chuong_trinh": "$(id)"},
     {"chuong_trinh": "--index-url"}, {"ung_dung": 0}],
)  # fmt: skip
def test_an_option_that_something_could_expand_is_refused(wrong):
    with pytest.raises(HosoError):
        Options(**{"to_chuc": "truong", **wrong})


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner:
       st.lists(inner) | st.dictionaries(st.sampled_from(
           ["to_chuc", "tai_khoan", "ung_dung", "chuong_trinh", "x"]), inner)))  # fmt: skip
def test_options_nobody_wrote_are_refused_and_never_half_read(said):
    tree = MemoryTree({".github/hoso.json": json.dumps(said)})
    with pytest.raises(HosoError):
        options_in(tree)


def test_a_truth_is_no_number_and_no_text():
    sound = {"to_chuc": "truong", "tai_khoan": False, "ung_dung": None, "chuong_trinh": "hoso"}
    assert options_in(MemoryTree({".github/hoso.json": json.dumps(sound)})) is not None
    for name, wrong in (("ung_dung", True), ("tai_khoan", 0), ("to_chuc", True)):
        tree = MemoryTree({".github/hoso.json": json.dumps({**sound, name: wrong})})
        with pytest.raises(HosoError):
            options_in(tree)


def hoso(*arguments):
    return subprocess.run([HOSO, "forge", *arguments], capture_output=True, text=True, check=False)


@pytest.fixture
def repository(tmp_path):
    for path, content in tree_with({}).files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    return tmp_path


def test_write_then_check_agree_and_a_second_write_changes_nothing(repository):
    assert hoso("write", "--repo", repository).returncode == 2
    assert "HS895" in hoso("check", "--repo", repository).stdout
    first = hoso("write", "--repo", repository, "--to-chuc", "truong", "--ung-dung", "77")
    assert first.returncode == 0, first.stderr
    assert hoso("check", "--repo", repository).returncode == 0
    again = hoso("write", "--repo", repository)
    assert again.stdout == "17 tệp, 0 tệp đổi.\n"
    server = json.loads((repository / ".github/rulesets/may-chu.json").read_bytes())
    assert [each["actor_id"] for each in server["bypass_actors"]] == [77]


def test_one_changed_byte_one_missing_and_one_added_file_are_told(repository):
    hoso("write", "--repo", repository, "--to-chuc", "truong")
    owned = repository / ".github/CODEOWNERS"
    owned.write_bytes(owned.read_bytes() + b"# them\n")
    (repository / ".github/rulesets/main.json").unlink()
    (repository / ".github/rulesets/them.json").write_text("{}")
    (repository / ".github/workflows/gate.yml").chmod(0o755)
    told = json.loads(hoso("check", "--repo", repository, "--format", "json").stdout)
    assert {each["path"]: each["code"] for each in told} == {
        ".github/CODEOWNERS": "HS895", ".github/rulesets/main.json": "HS895",
        ".github/rulesets/them.json": "HS895", ".github/workflows/gate.yml": "HS895",
    }  # fmt: skip
    assert "::error file=.github/CODEOWNERS" in hoso(
        "check", "--repo", repository, "--format", "github").stdout  # fmt: skip
