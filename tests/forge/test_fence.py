"""Attacks on the forge's own fence, each with the finding that names it (threats 7, 22–33)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from saved_answers import OPTIONS, answers, rule, ruleset

from hoso.forge.owners_lint import lint
from hoso.forge.settings import ERRORS, RULESETS, audit
from hoso.store.tree import SYMLINK, FolderTree, MemoryTree

ROOT = Path(__file__).parents[2]
HOSO = Path(sys.executable).with_name("hoso")
SOUND = (ROOT / ".github/CODEOWNERS").read_bytes()
PATH = ".github/CODEOWNERS"


def told(found):
    return [each.message for each in audit("cai-dat.json", found, OPTIONS)]


def test_settings_as_demanded_have_no_finding():
    assert told(answers()) == []


#: What somebody loosened, and a word of the finding that must name it.
LOOSENED = {
    "7 squash merge allowed": (
        lambda found: found["repository"].update(allow_squash_merge=True), "allow_squash_merge"),
    "7 rebase merge allowed": (
        lambda found: found["repository"].update(allow_rebase_merge=True), "allow_rebase_merge"),
    "7 squash in the ruleset": (
        lambda found: rule(found, "main", "pull_request")["parameters"].update(
            allowed_merge_methods=["merge", "squash"]), "allowed_merge_methods"),
    "22 no code owner asked": (
        lambda found: rule(found, "main", "pull_request")["parameters"].update(
            require_code_owner_review=False), "require_code_owner_review"),
    "24 machines may approve": (
        lambda found: found["actions/permissions/workflow"].update(
            can_approve_pull_request_reviews=True), "can_approve_pull_request_reviews"),
    "25 merge queue": (
        lambda found: ruleset(found, "main")["rules"].append(
            {"type": "merge_queue", "parameters": {}}), "hàng đợi gộp"),
    "25 merge queue in a ruleset of the organisation": (
        lambda found: found[RULESETS].append(
            {"id": 9, "name": "chung", "bypass_actors": [], "rules": [{"type": "merge_queue"}]}),
        "hàng đợi gộp"),
    "25 merge by itself": (
        lambda found: found["repository"].update(allow_auto_merge=True), "allow_auto_merge"),
    "30 an owner that GitHub does not know": (
        lambda found: found[ERRORS]["errors"].append(
            {"line": 7, "column": 3, "kind": "Unknown owner", "message": "x", "path": PATH}),
        "dòng 7"),
    "30 teams of nobody": (
        lambda found: found["repository"].update(owner={"login": "ai-do"}), "không thuộc truong"),
    "35 force push": (
        lambda found: ruleset(found, "main")["rules"].remove({"type": "non_fast_forward"}),
        "non_fast_forward"),
    "36 deletion": (
        lambda found: ruleset(found, "nhat-ky")["rules"].remove({"type": "deletion"}), "deletion"),
    "37 tags move": (
        lambda found: found[RULESETS].remove(ruleset(found, "the")), "thiếu bộ luật nhánh the"),
    "frozen branches move": (
        lambda found: ruleset(found, "locked")["rules"].remove({"type": "update"}), "update"),
    "a ruleset switched off": (
        lambda found: ruleset(found, "main").update(enforcement="evaluate"), "enforcement"),
    "a branch left out": (
        lambda found: ruleset(found, "main")["conditions"]["ref_name"].update(
            exclude=["refs/heads/main"]), "conditions"),
    "somebody goes around": (
        lambda found: ruleset(found, "main")["bypass_actors"].append(
            {"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}),
        "bypass_actors"),
    "nobody says who goes around": (
        lambda found: ruleset(found, "main").pop("bypass_actors"), "bypass_actors"),
    "a check from anybody": (
        lambda found: rule(found, "main", "required_status_checks")["parameters"].update(
            required_status_checks=[{"context": "Kiểm tra"}, {"context": "hoso/gate"}]),
        "required_status_checks"),
    "pupils in public": (
        lambda found: found["repository"].update(private=False), "kho công khai"),
    "foreign actions": (
        lambda found: found["actions/permissions"].update(allowed_actions="all"),
        "allowed_actions"),
    "rulesets not asked": (lambda found: found.pop(RULESETS), "rulesets"),
    "errors not asked": (lambda found: found.pop(ERRORS), "CODEOWNERS"),
    "permissions not asked": (
        lambda found: found.pop("actions/permissions/workflow"), "chưa lưu"),
}  # fmt: skip


@pytest.mark.parametrize("name", LOOSENED)
def test_every_loosened_setting_is_named(name):
    loosen, word = LOOSENED[name]
    found = answers()
    loosen(found)
    assert any(word in message for message in told(found)), told(found)


@pytest.mark.parametrize("nonsense", [None, [], "x", {}, {"repository": []}, {RULESETS: [1]},
                                      {RULESETS: [{"rules": 3, "name": "main"}]},
                                      {ERRORS: {"errors": [1]}}])  # fmt: skip
def test_an_answer_that_is_none_is_never_taken_for_a_good_one(nonsense):
    assert {each.code for each in audit("x", nonsense, OPTIONS)} == {"HS897"}


def places(found):
    """Every place of an answer, as what it is in and its name or number there."""
    for name, member in list(found.items() if isinstance(found, dict) else enumerate(found)):
        yield found, name
        if isinstance(member, dict | list):
            yield from places(member)


NONSENSE = [None, "", "x", 0, -1, [], [[]], [{}], {}, {"type": {}}, [{"type": []}]]
TELLING = {"rules", "bypass_actors", "enforcement", "include", "can_approve_pull_request_reviews"}


@given(st.data())
def test_whatever_one_part_of_an_answer_is_replaced_by_is_judged_and_never_breaks(data):
    found = answers()
    holder, name = data.draw(st.sampled_from(list(places(found))))
    before, holder[name] = holder[name], data.draw(st.sampled_from(NONSENSE))
    assert bool(told(found)) >= (name in TELLING and holder[name] != before)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_whatever_codeowners_holds_is_judged(raw):
    assert lint(MemoryTree({PATH: raw}))


def test_the_verb_reads_saved_answers(tmp_path):
    found = answers()
    found["repository"]["owner"]["login"] = "truong-tieu-hoc-cong-hoa"
    saved = tmp_path / "cai-dat.json"
    arguments = [HOSO, "forge", "check", "--repo", ROOT, "--settings", saved]

    def run():
        return subprocess.run(arguments, capture_output=True, text=True, check=False)

    saved.write_text(json.dumps(found))
    assert run().returncode == 0
    found["actions/permissions/workflow"]["can_approve_pull_request_reviews"] = True
    saved.write_text(json.dumps(found))
    done = run()
    assert (done.returncode, done.stdout.count("HS897")) == (1, 1)
    saved.write_text("[" * 100_000)
    assert (run().returncode, run().stdout) == (2, "")


def findings(raw, **more):
    return [(each.code, each.line) for each in lint(MemoryTree({PATH: raw, **more}))]


def test_the_generated_file_has_no_finding():
    assert findings(SOUND) == []


#: Threats 29, 30, 31, 33: what is added before the last line.
BAD_LINES = {
    "31 no owner": b"/records/",
    "31 only a comment for owner": b"/records/ # @truong/hieu-truong",
    "30 an address": b"/records/ hieu.truong@example.org",
    "30 no at sign": b"/records/ hieu-truong",
    "30 two slashes": b"/records/ @a/b/c",
    "33 range": b"/records/[ab]/ @truong/hieu-truong",
    "33 negation": b"!/records/ @truong/hieu-truong",
    "33 escaped hash": b"\\#a @truong/hieu-truong",
    "33 question mark": b"/records/?/ @truong/hieu-truong",
    "33 any depth": b"/records/**/ @truong/hieu-truong",
    "33 part of a name": b"/records/20*/ @truong/hieu-truong",
    "33 anywhere": b"hoc-sinh/ @truong/hieu-truong",
    "33 a letter beyond ASCII": "/sổ/ @truong/hieu-truong".encode(),
    "33 nothing at all": b"/ @truong/hieu-truong",
}


@pytest.mark.parametrize("name", BAD_LINES)
def test_a_line_read_otherwise_than_meant_is_named(name):
    *lines, last = SOUND.splitlines(keepends=True)
    number = len(lines) + 1
    assert ("HS896", number) in findings(b"".join([*lines, BAD_LINES[name] + b"\n", last]))


def test_a_file_that_github_skips_or_that_does_not_guard_itself_is_named():
    lines = SOUND.splitlines(keepends=True)
    for raw in (
        SOUND + b"# dai\n" * 600_000,  # 30: beyond 3 MB
        SOUND + b"/records/ @truong/hieu-truong\n",  # the last line is another
        b"".join(line for line in lines if not line.startswith(b"* ")),  # paths without a line
        SOUND + b"\xff",
        b"",
    ):
        assert "HS896" in {code for code, _ in findings(raw)}
    assert [each.code for each in lint(MemoryTree({}))] == ["HS896"]
    assert [each.code for each in lint(MemoryTree({PATH: b"x"}, {PATH: SYMLINK}))] == ["HS896"]


@pytest.mark.parametrize(
    "path", ["CODEOWNERS", "docs/CODEOWNERS", ".github/codeowners", ".gitea/CODEOWNERS",
             ".forgejo/CODEOWNERS", ".gitlab/CODEOWNERS", "CodeOwners"],
)  # fmt: skip
def test_owners_shadowed_from_another_place_are_named(path):
    assert findings(SOUND, **{path: b"* @ai-do\n"}) == [("HS896", 1)]


def test_shadowing_is_found_on_disk_as_well(tmp_path):
    (tmp_path / ".github").mkdir()
    (tmp_path / PATH).write_bytes(SOUND)
    assert lint(FolderTree(tmp_path)) == ()
    (tmp_path / "CODEOWNERS").write_bytes(b"")
    assert [each.path for each in lint(FolderTree(tmp_path))] == ["CODEOWNERS"]
