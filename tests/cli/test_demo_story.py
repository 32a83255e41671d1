"""The story of `make demo`, told once for real, on another day than today.

It runs with an interpreter of its own, whose program believes that it is years later: commands and
the server's hooks alike. Git keeps the machine's clock, so that its nonces are held to that one.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import sysconfig
from datetime import UTC, datetime
from pathlib import Path

import pytest

import hoso
from hoso.cli.main import outcome
from hoso.cli.story_stage import CAST
from hoso.cli.story_writing import (
    COMPUTING,
    ENGLISH,
    LOCK,
    MATHS,
    PICTURE,
    POST,
    PUPIL,
    PUPIL_PAGE,
    SUMMARY,
    YEAR,
)
from hoso.gate.verdict import local
from hoso.signing.entries import read_entry
from hoso.store.git import Repository
from hoso.store.refs import refs
from servers import clean

YEARS_LATER = 1900
LATER = f"""
from datetime import timedelta
import hoso.cli.clock as clock
machine = clock.real
clock.real = lambda: machine() + timedelta(days={YEARS_LATER})
"""


def interpreter(folder):
    """A Python of another day: the same packages, and a clock that is years ahead."""
    made = [sys.executable, "-m", "venv", "--without-pip", "--symlinks", folder]
    subprocess.run(made, check=True, capture_output=True)
    inside = {"base": folder, "platbase": folder}
    site = Path(sysconfig.get_path("purelib", "venv", vars=inside))
    (site / "another_day.py").write_text(LATER)
    packages = [str(Path(hoso.__file__).parents[1]), *(p for p in sys.path if "-packages" in p)]
    (site / "another_day.pth").write_text("".join(f"{each}\n" for each in packages)
                                          + "import another_day\n")  # fmt: skip
    return folder / "bin" / "python"


class Told:
    """What the story printed, and the folder it left behind."""

    def __init__(self, folder, said):
        self.folder, self.said = folder, said
        self.server = Repository(folder / "truong.git")

    def page(self, path, rev="main"):
        return self.server.tree(rev).read(path).decode()

    def entries(self):
        told = self.server.run("log", "--first-parent", "--reverse", "-z", "--format=%B", "nhat-ky")
        return [read_entry(each) for each in told.split("\0") if each]


@pytest.fixture(scope="session")
def story(tmp_path_factory):
    root = tmp_path_factory.mktemp("chuyen")
    python = interpreter(root / "python")
    done = subprocess.run(
        [python, "-I", "-m", "hoso.cli.main", "tour", "--chi-chuyen", "--out", root],
        cwd=root, capture_output=True, text=True, check=False, env=clean(),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr
    return Told(root / "chuyen", done.stdout)


def muc(page, pupil):
    """The level of a pupil on a page of marks."""
    return re.search(rf"  {pupil}:\n    muc: (\S+)", page)[1]


def test_its_days_are_its_own_and_not_those_of_the_clock(story):
    times = [local(datetime.fromtimestamp(entry.time, UTC)) for entry in story.entries()]
    assert {f"{each:%Y-%m-%d}" for each in times} == {"2026-11-13", "2026-11-14", "2026-11-16"}
    dates = story.server.run("log", "--all", "--format=%cd", "--date=format:%Y-%m")
    assert set(dates.split()) == {"2026-11"}
    first = story.server.run("log", "--max-parents=0", "--format=%B", "main")
    shift = int(re.search(r"^Tap-Duot: (-?\d+)$", first, re.MULTILINE)[1])
    pretended = datetime.now(UTC).timestamp() + YEARS_LATER * 86_400 + shift
    assert abs(pretended - times[0].timestamp()) < 600


def test_what_was_approved_is_on_main_and_what_was_refused_is_not(story):
    merges = story.server.run("rev-list", "--first-parent", "--merges", "main").split()
    assert len(merges) == 7
    authors = story.server.run("log", "--no-merges", "--format=%an", "main").split()
    assert sorted(authors[:-1]) == ["NV0003", "NV0012", "NV0012", *["NV0015"] * 4, "NV0022"]
    assert muc(story.page(MATHS), PUPIL) == "hoan-thanh"
    assert "hoan_tat: 2026-11-13" in story.page(MATHS)
    assert "hoan_tat: 2026-11-13" in story.page(SUMMARY)
    assert muc(story.page(ENGLISH), PUPIL) == "chua-hoan-thanh"
    assert muc(story.page(MATHS), "HS4Z4BEW") == "hoan-thanh"
    assert "anh_mo_ta: Hai bạn nhỏ" in story.page(POST)
    assert story.server.tree("main").read(PICTURE).startswith(b"\x89PNG")


def test_two_people_edited_one_page_and_both_count(story):
    page = story.page(PUPIL_PAGE)
    assert ("Xóm Đình" in page, "ghi_chu: Cháu dị ứng tôm." in page) == (True, True)


def test_no_proposal_is_left_open_and_only_branches_of_the_school_are_there(story):
    assert {name for name in refs(story.server) if "2025" not in name} == {
        "refs/heads/main", "refs/heads/nhat-ky", f"refs/heads/locked/{YEAR}/{LOCK}",
    }  # fmt: skip


def test_the_lock_fell_due_was_complete_and_froze_its_branch_where_main_was(story):
    about = [entry for entry in story.entries() if entry.lock == f"{YEAR}/{LOCK}"]
    assert [(entry.event, entry.missing) for entry in about] == [("khoa", 0), ("chot", None)]
    frozen = refs(story.server)[f"refs/heads/locked/{YEAR}/{LOCK}"]
    assert frozen == about[1].new
    assert muc(story.page(COMPUTING, frozen), PUPIL) == "hoan-thanh"
    after = [entry for entry in story.entries() if entry.seq > about[1].seq]
    assert [entry.event for entry in after] == ["nhan", "nhan"]


def test_the_correction_changed_one_value_and_left_its_paper(story):
    frozen = f"locked/{YEAR}/{LOCK}"
    before, after = (story.page(COMPUTING, rev).splitlines() for rev in (frozen, "main"))
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert changed == [("    muc: hoan-thanh", "    muc: hoan-thanh-tot")]
    (paper,) = story.server.tree("main").entries(f"records/{YEAR}/de-nghi-sua")
    assert "nguoi_de_nghi: NV0015" in story.page(paper.path)


@pytest.mark.parametrize("name", ["bien-ban-khoa-so.pdf", "giay-de-nghi.pdf"])
def test_its_papers_are_printed(story, name):
    assert (story.folder / name).read_bytes().startswith(b"%PDF-")


def test_the_site_shows_the_post_as_it_was_approved(story):
    page = (story.folder / "trang-web/tin-tuc/2026/do-san-truong/index.html").read_text("utf-8")
    assert "Hai bạn nhỏ sải bước" in page
    told = json.loads((story.folder / "trang-web/manifest.json").read_bytes())
    assert told["commit"] == story.server.resolve("main")


def audited(capsys, place, *more):
    """What an audit finds, and how it ends."""
    capsys.readouterr()
    code = outcome(["audit", str(place), "--again", "--format", "json", *more])
    return code, json.loads(capsys.readouterr().out)


def test_the_auditors_clone_is_clean_and_says_that_its_time_is_made_up(story, capsys):
    genesis = story.server.run("rev-list", "--max-parents=0", "main")
    code, found = audited(capsys, story.folder / "may/kiem-tra", "--genesis", genesis)
    assert (code, found["violations"], found["training"]) == (0, [], True)
    assert [each["kind"] for each in found["loosenings"]] == ["correction"]
    assert "giờ giả" in (story.folder / "kiem-toan.html").read_text("utf-8")


def test_the_copy_in_which_main_was_moved_by_hand_is_found_out(story, capsys):
    spoilt = Repository(story.folder / "bi-sua.git")
    assert muc(spoilt.tree("main").read(COMPUTING).decode(), "HS32SAQY") == "hoan-thanh-tot"
    code, found = audited(capsys, story.folder / "bi-sua.git")
    (wrong,) = found["violations"]
    assert (code, wrong["code"]) == (1, "HS841")
    assert spoilt.resolve("main").startswith(wrong["path"].removeprefix("commit/"))


def test_every_refusal_is_told_with_its_code(story):
    refused = set(re.findall(r"HS8\d\d", story.said.split("Chuyện một sổ điểm")[0]))
    assert refused == {"HS841", "HS850", "HS855", "HS865", "HS866"}


def test_what_nobody_watches_is_plain_text_of_a_pleasant_width(story):
    assert "\x1b" not in story.said
    assert max(map(len, story.said.splitlines())) <= 100


def test_people_are_called_what_the_records_call_them(story):
    for person, (short, full) in CAST.items():
        name = full.partition(",")[0]
        assert f"ho_ten: {name}\n" in story.page(f"records/nhan-su/{person}.yml")
        assert name.split()[-1] == short.split()[-1]


def test_it_never_clears_a_folder_that_holds_something_else(tmp_path, capsys):
    (tmp_path / "chuyen").mkdir()
    (tmp_path / "chuyen" / "cua-toi.txt").write_text("giữ lại\n")
    assert outcome(["tour", "--chi-chuyen", "--out", str(tmp_path)]) == 2
    assert "có tệp không phải của chuyện" in capsys.readouterr().err
    assert [each.name for each in (tmp_path / "chuyen").iterdir()] == ["cua-toi.txt"]
