"""`hoso diff` and `hoso gate` on a real repository: words, codes, names only when asked for."""

from __future__ import annotations

import json
import subprocess

import pytest

from gate.situations import ROOT, edited, files
from hoso.cli.main import outcome

PAGE = "records/2026-2027/lop/3B/danh-gia-mon/toan/giua-ky-1.yml"
REQUEST = "records/2026-2027/de-nghi-sua/DN0000A1.yml"
MARK = {PAGE: {"hoc_sinh/HS2XS5FM/muc": "hoan-thanh-tot"}}
BACK = {PAGE: {"hoc_sinh/HS2XS5FM/muc": "hoan-thanh"}}
WISH = {REQUEST: {"=": {
    "nguoi_de_nghi": "NV0021", "ngay": "2026-11-16", "tep": PAGE,
    "truong": {"hoc_sinh/HS2XS5FM/muc": {"cu": "hoan-thanh", "moi": "hoan-thanh-tot"}},
    "ly_do": "nhap-sai", "minh_chung": {"c" * 64: {"loai": "khac"}}, "han": "2026-11-30",
}}}  # fmt: skip


class School:
    """A school in git, whose edits are written to disk and committed."""

    def __init__(self, folder):
        self.folder = folder
        self.files = dict(files())
        for path in (ROOT / "schemas").glob("*.yml"):
            self.files[f"schemas/{path.name}"] = path.read_bytes()
        self.git("init", "-q", "-b", "main")
        self.write({})
        self.commit()

    def git(self, *arguments):
        subprocess.run(
            ["git", "-C", self.folder, "-c", "user.name=x", "-c", "user.email=x@y.example",
             "-c", "commit.gpgsign=false", *arguments], check=True, capture_output=True,
        )  # fmt: skip

    def write(self, edits):
        after, _ = edited(self.files, edits)
        for path in self.files.keys() - after.keys():
            (self.folder / path).unlink()
        for path, raw in after.items():
            file = self.folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(raw)
        self.files = after

    def commit(self, edits=None):
        self.write(edits or {})
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "x")


@pytest.fixture
def school(tmp_path):
    return School(tmp_path)


@pytest.fixture
def run(school, capsys):
    def call(*arguments):
        code = outcome([*arguments, "--repo", str(school.folder)])
        return code, capsys.readouterr().out

    return call


def test_nothing_changed_is_said(run):
    assert run("diff") == (0, "Không có gì thay đổi.\n")
    assert run("gate", "--who", "NV0015")[0] == 0
    code, out = run("gate", "--who", "NV0015", "--format", "json")
    assert (code, json.loads(out)["grounds"]) == (0, [])


def test_the_diff_names_people_only_when_asked(run, school):
    school.write(MARK)
    code, out = run("diff")
    assert code == 0
    assert "HS2XS5FM · Mức đạt được: H – Hoàn thành → T – Hoàn thành tốt" in out
    assert "HS2XS5FM" not in run("diff", "--ten")[1]
    school.commit()
    assert run("diff", "HEAD~1", "HEAD")[1] == out
    assert run("diff")[1] == "Không có gì thay đổi.\n"


def test_the_gate_quotes_the_clause_and_names_who_could_approve(run, school):
    school.write(MARK)
    code, out = run("gate", "--who", "NV0015", "--on", "2026-11-10")
    assert code == 0
    for words in ("điểm a khoản 2 Điều 7 Quy chế 2026-2027", "82/QĐ-THCH", "NV0013, NV0017",
                  "NV0001, NV0002", "còn 2 bước duyệt"):  # fmt: skip
        assert words in out


def test_the_gate_refuses_a_stranger_and_a_closed_book_with_code_one(run, school):
    school.write(MARK)
    code, out = run("gate", "--who", "NV0016", "--on", "2026-11-10")
    assert (code, "HS850" in out) == (1, True)
    code, out = run("gate", "--who", "NV0015", "--on", "2026-11-14", "--format", "json")
    assert (code, [each["code"] for each in json.loads(out)["refusals"]]) == (1, ["HS865"])


def test_the_json_says_everything_the_text_says(run, school):
    school.write(MARK)
    code, out = run("gate", "--who", "NV0015", "--on", "2026-11-10", "--format", "json")
    data = json.loads(out)
    assert (code, data["may_be_proposed"]) == (0, True)
    (ground,) = data["grounds"]
    assert (ground["path"], ground["pointer"]) == (PAGE, ["hoc_sinh", "HS2XS5FM", "muc"])
    assert [(need["step"], need["people"]) for need in data["needs"]] == [
        (1, ["NV0013", "NV0017", "NV0020"]), (2, ["NV0001", "NV0002"]),
    ]  # fmt: skip


def test_schemas_and_workflows_are_seen_too(run, school):
    file = school.folder / ".github" / "workflows" / "gate.yml"
    file.parent.mkdir(parents=True)
    file.write_text("on: push\n")
    code, out = run("gate", "--who", "NV0001", "--on", "2026-11-10")
    assert (code, "HS850" in out) == (1, True)
    code, out = run("gate", "--who", "NV0022", "--on", "2026-11-10")
    assert (code, "Khung của kho · .github/workflows/gate.yml — tệp mới" in out) == (0, True)


def test_a_request_that_history_shows_carried_out_opens_nothing_again(run, school):
    asked = ("--who", "NV0015", "--on", "2026-11-20")
    school.commit(WISH)
    school.write(MARK)
    code, out = run("gate", *asked)
    assert (code, f"sổ mở theo {REQUEST}" in out) == (0, True)
    school.commit()
    school.commit(BACK)
    school.write(MARK)
    code, out = run("gate", *asked)
    assert (code, "HS866" in out) == (1, True)


@pytest.mark.parametrize("who", ["NV9999", "../x", "hieu-truong"])
def test_an_author_the_school_does_not_know_is_wrong_use(run, school, who):
    school.write(MARK)
    assert run("gate", "--who", who)[0] == 2


def test_a_revision_that_does_not_exist_is_wrong_use(run):
    assert run("diff", "khong-co")[0] == 2
