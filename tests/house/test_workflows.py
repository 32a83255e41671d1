"""The workflows of this repository and of a new school: their shape, and no holes in them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from hoso.forge.generated import templates
from hoso.forge.options import PROGRAM

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
HERE = ROOT / ".github/workflows"


@pytest.fixture(scope="module", params=["here", "a new school"])
def folder(request, tmp_path_factory):
    """Where the workflows are: of this repository, or as a new school gets them."""
    if request.param == "here":
        return HERE
    made = tmp_path_factory.mktemp("new") / ".github/workflows"
    made.mkdir(parents=True)
    for path, raw in templates(PROGRAM).items():
        if path.startswith(".github/workflows/"):
            (made / Path(path).name).write_bytes(raw)
    return made


def zizmor(*arguments):
    return subprocess.run([BIN / "zizmor", "--offline", "--no-progress", *arguments], check=False,
                          capture_output=True, text=True)  # fmt: skip


def test_workflows_have_the_shape_github_reads(folder):
    subprocess.run(
        [BIN / "check-jsonschema", "--builtin-schema", "vendor.github-workflows",
         *sorted(folder.glob("*.yml"))], check=True,
    )  # fmt: skip


def test_no_hole_is_known_in_the_workflows(folder):
    done = zizmor(folder)
    assert done.returncode == 0, done.stdout
    assert "No findings" in done.stdout


def test_the_one_thing_not_counted_is_that_the_gate_starts_for_foreign_proposals(folder):
    ignored = [
        (path.name, found) for path in sorted(folder.glob("*.yml"))
        for found in re.findall(r"# zizmor: ignore\[(.*?)\]", path.read_text("utf-8"))
    ]  # fmt: skip
    assert ignored == [("gate.yml", "dangerous-triggers")]


#: Threat 81: the proposal's own files run with a token that may write, its title in a shell.
BAD = """\
on: pull_request_target
permissions: write-all
jobs:
  x:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          ref: ${{ github.event.pull_request.head.sha }}
      - run: echo ${{ github.event.pull_request.title }} ${{ github.head_ref }}
      - run: pip install .
"""


def test_holes_would_be_found(tmp_path):
    (tmp_path / "bad.yml").write_text(BAD)
    done = zizmor("--format", "json", tmp_path / "bad.yml")
    grave = [each["ident"] for each in json.loads(done.stdout)
             if each["determinations"]["severity"] == "High"]  # fmt: skip
    assert len(grave) >= 3
    assert {"dangerous-triggers", "template-injection", "unpinned-uses"} <= set(grave)


def test_actions_are_pinned_and_permissions_are_named(folder):
    for path in folder.glob("*.yml"):
        text = path.read_text("utf-8")
        for used in re.findall(r"\buses: (.*)", text):
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+", used), (path.name, used)
        found = yaml.safe_load(text)
        assert found["permissions"] in ({}, {"contents": "read"}), path.name
        for job in found["jobs"].values():
            assert found["permissions"] or job["permissions"], path.name
        assert text.count("actions/checkout@") == text.count("persist-credentials: false")
        assert "cache" not in text


def steps(path, job):
    return yaml.safe_load(path.read_text("utf-8"))["jobs"][job]["steps"]


def test_no_value_from_outside_stands_in_a_command(folder):
    for path in folder.glob("*.yml"):
        for job in yaml.safe_load(path.read_text("utf-8"))["jobs"]:
            for step in steps(path, job):
                assert "${{" not in step.get("run", ""), (path.name, step["name"])


def test_the_gate_never_lays_out_what_is_proposed(folder):
    text = (folder / "gate.yml").read_text("utf-8")
    assert not re.search(r"head\.(?:ref|sha|repo)|head_ref|github\.event\.pull_request\.(?!number)",
                         text)  # fmt: skip
    checkout = next(each for each in steps(folder / "gate.yml", "gate") if "uses" in each)
    assert checkout["with"]["ref"] == "main"
    assert not re.search(r"git (?:checkout|switch|merge|pull|worktree|restore|reset)", text)


@pytest.fixture(scope="module")
def origin(tmp_path_factory):
    """A repository with a proposal 7, and a clone of its main."""
    place = tmp_path_factory.mktemp("origin")

    def git(*arguments):
        return subprocess.run(
            ["git", "-c", "user.name=x", "-c", "user.email=x@x", *arguments], cwd=place, check=True,
            capture_output=True, text=True,
        ).stdout.strip()  # fmt: skip

    git("init", "-q", "-b", "main", "one")
    for line in ("one", "two"):
        git("-C", "one", "commit", "-q", "--allow-empty", "-m", line)
    git("-C", "one", "update-ref", "refs/pull/7/head", "HEAD")
    git("-C", "one", "branch", "nhat-ky")
    git("-C", "one", "reset", "-q", "--hard", "HEAD~1")
    git("clone", "-q", "one", "two")
    return place


def fetch(origin, number):
    """Runs the very lines of gate.yml that bring the proposal, as the runner does."""
    step = next(each for each in steps(HERE / "gate.yml", "gate") if "TOKEN" in each.get("env", {}))
    kept = {name: each for name, each in os.environ.items() if not name.startswith("GIT_")}
    return subprocess.run(
        ["bash", "-e", "-c", step["run"]], cwd=origin / "two", capture_output=True, text=True,
        env={**kept, "SO": number, "TOKEN": "bi-mat", "GITHUB_SERVER_URL": "https://example.org"},
        check=False,
    )  # fmt: skip


def test_the_gate_brings_the_proposal_as_data_and_hides_the_token(origin):
    done = fetch(origin, "7")
    assert done.returncode == 0, done.stderr

    def git(*arguments):
        return subprocess.run(["git", "-C", origin / "two", *arguments], check=True,
                              capture_output=True, text=True).stdout.strip()  # fmt: skip

    assert git("log", "-1", "--format=%s", "refs/hoso/de-nghi") == "two"
    assert git("log", "-1", "--format=%s", "refs/heads/nhat-ky") == "two"
    assert git("log", "-1", "--format=%s", "HEAD") == "one"
    assert "bi-mat" not in done.stdout + done.stderr
    assert done.stdout.count("\n") == 1
    assert done.stdout.startswith("::add-mask::")


@pytest.mark.parametrize(
    "number", ["$(touch co)", "7;touch co", "7\ntouch co", "--upload-pack=touch co", "", "7 8"]
)
def test_a_number_that_is_none_brings_nothing_and_runs_nothing(origin, number):
    assert fetch(origin, number).returncode == 2
    assert not (origin / "two/co").exists()


def test_a_new_school_has_the_workflows_of_this_one_but_for_where_hoso_comes_from():
    installed = re.compile(r"          HOSO_SOURCE: .*\n")
    for path, raw in templates(PROGRAM).items():
        here = (ROOT / path).read_text("utf-8")
        assert installed.sub("", here) == installed.sub("", raw.decode()), path
