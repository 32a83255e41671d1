"""Everything meant for GitHub's API has the shape GitHub itself describes, and no key more."""

from __future__ import annotations

import copy
import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from jsonschema import Draft4Validator
from saved_answers import answers
from small_forge import TOKEN, SmallForge

import programs
from hoso.forge.options import Options
from hoso.forge.protocol import Outcome
from hoso.forge.rest import on_forge
from hoso.forge.rulesets import rulesets
from hoso.forge.settings import ERRORS, REQUIRED, RULESETS

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
EVERY = [(options, name) for options in (Options(to_chuc="truong"),
         Options(to_chuc="truong", ung_dung=77)) for name in rulesets(options)]  # fmt: skip
REQUESTS = {"repository": "patch"}


@cache
def described():
    """GitHub's description; an object that lists its members has no others."""
    found = json.loads(programs.github_api().read_bytes())
    for schema in found["components"]["schemas"].values():
        _close(schema)
    return found


def _close(schema):
    if isinstance(schema, dict):
        if schema.get("type") == "object" and "properties" in schema and not (
            schema.keys() & {"allOf", "anyOf", "oneOf"}
        ):  # fmt: skip
            schema.setdefault("additionalProperties", False)
        for member in schema.values():
            _close(member)


def request_schema(path, method):
    body = described()["paths"][path][method]["requestBody"]["content"]["application/json"]
    schema = copy.deepcopy(body["schema"])
    _close(schema)
    return {**schema, "components": described()["components"]}


def complaints(schema, value):
    return [error.message for error in Draft4Validator(schema).iter_errors(value)]


@pytest.mark.parametrize(("options", "name"), EVERY)
def test_every_ruleset_is_what_the_request_takes(options, name):
    schema = request_schema("/repos/{owner}/{repo}/rulesets", "post")
    assert complaints(schema, rulesets(options)[name]) == []


def test_a_ruleset_spelt_wrong_would_be_found():
    schema = request_schema("/repos/{owner}/{repo}/rulesets", "post")
    for spoil in (
        lambda found: found["rules"].append({"type": "deletions"}),
        lambda found: found["rules"][3]["parameters"].update(dismiss_stale=True),
        lambda found: found["rules"][3]["parameters"].pop("require_last_push_approval"),
        lambda found: found["rules"][3]["parameters"].update(allowed_merge_methods=["merges"]),
        lambda found: found.update(bypass=[]),
        lambda found: found["conditions"]["ref_name"].update(only=["main"]),
    ):
        found = copy.deepcopy(rulesets(EVERY[0][0])["main"])
        spoil(found)
        assert complaints(schema, found)


@pytest.mark.parametrize("asked", REQUIRED)
def test_every_setting_demanded_is_one_that_can_be_set(asked):
    below = "" if asked == "repository" else f"/{asked}"
    schema = request_schema(f"/repos/{{owner}}/{{repo}}{below}", REQUESTS.get(asked, "put"))
    assert complaints(schema, dict(REQUIRED[asked])) == []


def test_the_answers_the_audit_is_tried_on_are_such_as_github_gives():
    components = {"components": described()["components"]}
    ruleset = {"$ref": "#/components/schemas/repository-ruleset", **components}
    for each in answers()[RULESETS]:
        assert complaints(ruleset, each) == []
    errors = {"$ref": "#/components/schemas/codeowners-errors", **components}
    assert complaints(errors, answers()[ERRORS]) == []


def loosened(schema):
    """A schema whose members may be missing, but not misspelt: our small forge tells only some."""
    if isinstance(schema, dict):
        return {name: loosened(each) for name, each in schema.items()
                if not (name == "required" and isinstance(each, list))}  # fmt: skip
    return [loosened(each) for each in schema] if isinstance(schema, list) else schema


def test_our_small_forge_answers_as_github_does():
    components = {"components": {"schemas": loosened(described()["components"]["schemas"])}}
    head = "ab" * 20
    with SmallForge(head=head, reviews=[("co-pho", "approved", "", head)]) as forge:
        there = on_forge("github", "truong/ho-so", TOKEN, root=forge.address)
        there.comment(7, "một", "<!-- x -->")
        there.set_status(head, "hoso/gate", Outcome.WAITING, "chờ" * 100)
        for schema, told in (
            ("pull-request", forge.found("GET", "pulls/7", None)),
            ("pull-request-review", forge.reviews()[0]),
            ("issue-comment", forge.comments[0]),
        ):
            assert complaints({"$ref": f"#/components/schemas/{schema}", **components}, told) == []
        sent = request_schema("/repos/{owner}/{repo}/statuses/{sha}", "post")
        assert complaints(sent, forge.statuses[0][1]) == []
        assert len(forge.statuses[0][1]["description"]) == 140
        paths = {path.split("?")[0].removeprefix("/api") for _, path in forge.asked}
    known = {
        re.sub(r"\{[a-z_]+\}", "[^/]+", path) for path in described()["paths"]
    }  # fmt: skip
    assert all(any(re.fullmatch(each, path) for each in known) for path in paths)


def test_issue_forms_have_the_shape_github_reads_and_warn_about_pupils_names():
    folder = ROOT / ".github/ISSUE_TEMPLATE"
    forms = sorted(folder.glob("[0-9]-*.yml"))
    assert len(forms) == 3
    for schema, files in (("issue-forms", forms), ("issue-config", [folder / "config.yml"])):
        subprocess.run([BIN / "check-jsonschema", "--builtin-schema", f"vendor.github-{schema}",
                        *files], check=True)  # fmt: skip
    for each in forms:
        assert "**Không viết" in each.read_text("utf-8")
        assert "học sinh" in each.read_text("utf-8")
