"""The workflows of this repository and of a new school: their shape, and no holes in them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
STARTER = ROOT / "tools/hoso/starter/files/.github/workflows"
FOLDERS = [ROOT / ".github/workflows", STARTER]


@pytest.mark.parametrize("folder", FOLDERS, ids=["here", "starter"])
def test_workflows_have_the_shape_github_reads(folder):
    subprocess.run(
        [BIN / "check-jsonschema", "--builtin-schema", "vendor.github-workflows",
         *sorted(folder.glob("*.yml"))], check=True,
    )  # fmt: skip


@pytest.mark.parametrize("folder", FOLDERS, ids=["here", "starter"])
def test_no_hole_is_known_in_the_workflows(folder):
    done = subprocess.run([BIN / "zizmor", "--offline", "--no-progress", folder], check=False,
                          capture_output=True, text=True)  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_a_hole_would_be_found(tmp_path):
    (tmp_path / "bad.yml").write_text(
        "on: pull_request_target\njobs:\n  x:\n    runs-on: ubuntu-latest\n    steps:\n"
        "      - run: echo ${{ github.event.pull_request.title }}\n"
    )
    done = subprocess.run([BIN / "zizmor", "--offline", "--no-progress", tmp_path], check=False,
                          capture_output=True, text=True)  # fmt: skip
    assert done.returncode != 0


@pytest.mark.parametrize("folder", FOLDERS, ids=["here", "starter"])
def test_actions_are_pinned_and_permissions_are_named(folder):
    for path in folder.glob("*.yml"):
        text = path.read_text("utf-8")
        for used in re.findall(r"uses: (\S+)", text):
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", used), (path.name, used)
        assert re.search(r"^permissions:\n  contents: read$", text, re.MULTILINE), path.name


def test_a_new_school_has_the_workflows_of_this_one_but_for_where_hoso_comes_from():
    installed = re.compile(
        r"(        env:\n          HOSO_SOURCE: .*\n)?        run: python -m pip .*\n"
    )
    for path in STARTER.glob("*.yml"):
        here = (ROOT / ".github/workflows" / path.name).read_text("utf-8")
        assert installed.sub("", here) == installed.sub("", path.read_text("utf-8"))
