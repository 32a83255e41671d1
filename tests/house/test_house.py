"""The house rules: where things are, how big they are, what is said about them."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest

from hoso.cli.main import COMMANDS
from hoso.findings import CODES

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "tools" / "hoso"
MODULES = sorted(PACKAGE.rglob("*.py"))
#: A room imports only rooms of a smaller number; rooms of one number do not know each other.
RANKS = {
    "findings": 0, "model": 1, "store": 2, "signing": 3, "schema": 3, "rules": 4, "check": 5,
    "gate": 6, "books": 7, "site": 7, "ledger": 8, "proposals": 9, "server": 9, "audit": 9,
    "forge": 9, "exchange": 9, "desk": 10, "demo": 11, "starter": 11, "cli": 12,
}  # fmt: skip


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def imported(tree: ast.AST) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
        elif isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
    return names


ours = pytest.mark.parametrize(
    "path", MODULES, ids=[path.relative_to(PACKAGE).as_posix() for path in MODULES]
)


@ours
def test_imports_point_one_way(path):
    here = room(path)
    if here == "__init__":
        return
    for name in imported(parsed(path)):
        if name.startswith("hoso."):
            there = name.split(".")[1]
            assert there == here or RANKS[there] < RANKS[here], f"{here} → {there}"
            # What is printed and published is told by records, not by who may change them.
            assert (here, there) not in {("books", "gate"), ("site", "gate")}


@ours
def test_a_module_opens_with_one_sentence_and_stays_small(path):
    text = path.read_text("utf-8")
    sentence = ast.get_docstring(parsed(path)) or ""
    assert re.match(r"[A-Z`].+[.:]", sentence.split("\n\n")[0].replace("\n", " ")), sentence
    assert len(text.splitlines()) <= 300
    if path.name == "__init__.py" and room(path) != "rules":
        assert len(parsed(path).body) == 1


@ours
def test_public_names_say_what_a_caller_may_rely_on(path):
    for node in parsed(path).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{node.name} has no docstring"


@ours
def test_only_the_rim_prints_and_reads_clock_and_surroundings(path):
    if room(path) == "cli":
        return
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call):
            said = ast.unparse(node.func)
            assert said not in {
                "print", "input", "click.echo", "sys.exit", "datetime.now", "date.today",
                "time.time", "os.getenv", "Path.cwd", "os.getcwd",
            }, f"line {node.lineno}: {said}"  # fmt: skip


@ours
def test_nothing_is_left_unfinished(path):
    text = path.read_text("utf-8")
    assert not re.search(r"TODO|FIXME|NotImplementedError|pragma: no cover", text)


def test_module_names_say_what_they_hold():
    assert not {path.stem for path in MODULES} & {"utils", "helpers", "common", "misc", "base"}


def test_every_test_module_has_a_name_of_its_own():
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_every_code_is_exercised_by_a_test_and_used_by_the_program():
    tests = "".join(
        path.read_text("utf-8")
        for path in (ROOT / "tests").rglob("*")
        if path.suffix in {".py", ".yml"} and "house" not in path.parts
    )
    program = "".join(path.read_text("utf-8") for path in MODULES if path.stem != "findings")
    assert [code for code in CODES if code not in program] == []
    assert [code for code in CODES if code not in tests] == []
    assert set(re.findall(r"\bHS[1-9][0-9]{2}\b", program)) <= set(CODES)


def test_every_verb_exists_has_vietnamese_help_and_stands_in_the_readme():
    readme = (ROOT / "README.md").read_text("utf-8")
    for verb, place in COMMANDS.items():
        module, _, name = place.partition(":")
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        assert re.search("[àáạảãâấầậẩẫăắằặẳẵèéẹẻẽêếềệểễđìíịỉĩòóọỏõôốồộổỗơớờợởỡùúụủũưứừựửữỳýỵỷỹ]",
                         command.help or command.short_help or ""), verb  # fmt: skip
        assert f"hoso {verb}" in readme, verb


def test_no_file_of_the_project_names_a_machine_or_a_registry():
    listed = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-z"], check=True, capture_output=True, text=True
    ).stdout.split("\0")[:-1]
    hosts = "|".join(["py" + "pi.org", "python" + "hosted.org", "registry.npm" + "js.org",
                      "deb.deb" + "ian.org"])  # fmt: skip
    folders = "|".join(["/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/"])
    for name in listed:
        path = ROOT / name
        if (
            path.suffix in {".png", ".jpg", ".webp", ".ttf", ".woff2", ".pdf", ".ico", ".mo"}
            or not path.is_file()
        ):
            continue
        text = path.read_text("utf-8")
        assert not re.search(hosts, text), name
        assert not re.search(rf"(?<![\w.])(?:{folders})[a-z]", text), name


def test_lint_and_types_are_clean():
    for command in (
        ["ruff", "check", "tools", "tests"],
        ["ruff", "format", "--check", "tools", "tests"],
        ["mypy"],
    ):
        done = subprocess.run(
            [str(Path(sys.executable).with_name(command[0])), *command[1:]],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


def test_every_package_the_program_imports_is_a_declared_dependency():
    declared = {
        re.match(r"[a-z0-9-]+", each).group().replace("-", "_")
        for each in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"][
            "dependencies"
        ]
    }
    names = {"yaml": "pyyaml", "material": "mkdocs_material", "argon2": "argon2_cffi",
             "PIL": "pillow", "nacl": "pynacl"}  # fmt: skip
    #: Named by us so that it is bounded; only starlette imports it.
    behind = {"python_multipart"}
    foreign = {
        names.get(top, top)
        for path in MODULES
        for name in imported(parsed(path))
        if (top := name.split(".")[0]) not in sys.stdlib_module_names and top != "hoso"
    }
    assert foreign - declared == set()
    assert declared - foreign == behind


def test_every_dependency_says_why_it_is_there_and_is_bounded():
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    lists = re.findall(
        r"^(?:dependencies|test|bench) = \[\n(.*?)^\]", text, re.MULTILINE | re.DOTALL
    )
    lines = [line for each in lists for line in each.splitlines()]
    assert len(lines) > 15
    for line in lines:
        name = r"[A-Za-z0-9-]+(?:\[[a-z]+\])?"
        assert re.fullmatch(rf'  "{name}>=[0-9.]+,<[0-9.]+",? +# \S.*', line), line
