"""`hoso key`: a key is made on the person's own PC, and its public half goes into the records."""

from __future__ import annotations

import os
import pty
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from hoso.schema.kinds import load_kinds
from hoso.schema.school import TreeSchool
from hoso.signing.keys import NeedsPassphrase, load_key
from hoso.store.tree import FolderTree

HOSO = Path(sys.executable).with_name("hoso")
ROOT = Path(__file__).parents[2]
WHO = "NV0012"
PAGE = f"records/khoa-ky/{WHO}.yml"


@pytest.fixture
def school(tmp_path):
    shutil.copytree(ROOT / "schemas", tmp_path / "truong/schemas")
    shutil.copytree(ROOT / "records/nhan-su", tmp_path / "truong/records/nhan-su")
    return tmp_path / "truong"


def hoso(school, *arguments):
    return subprocess.run(
        [HOSO, "key", *arguments], cwd=school, capture_output=True, text=True, check=False,
        env={**os.environ, "XDG_CONFIG_HOME": str(school.parent / "cai-dat")},
    )  # fmt: skip


def made(school, *arguments):
    done = hoso(school, "new", "--who", WHO, "--khong-mat-khau", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def keys(school):
    tree = FolderTree(school)
    return TreeSchool(tree, load_kinds(tree)).get("khoa-ky", nhan_su=WHO).data["khoa"]


def later(school):
    """The page as if its keys had been made a day ago."""
    path = school / PAGE
    text = path.read_text()
    path.write_text(text.replace(text.partition("tu: ")[2][:16], "2026-01-05 07:00"))


def refused(school, *arguments):
    before = {path: path.read_bytes() for path in school.parent.rglob("*") if path.is_file()}
    done = hoso(school, *arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("Lỗi: ")
    after = {path: path.read_bytes() for path in school.parent.rglob("*") if path.is_file()}
    assert after == before
    return done.stderr


def test_a_new_key_is_kept_for_its_owner_alone_and_stands_in_the_records(school):
    said = made(school)
    folder = school.parent / "cai-dat/hoso"
    path = folder / f"{WHO}-k1"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    public = load_key(path.read_bytes()).public
    assert public.fingerprint in said
    assert keys(school)["k1"]["cong_khai"] == public.line
    assert (folder / f"{WHO}-k1.pub").read_text() == f"{public.line} {WHO}@hoso\n"
    assert b"PRIVATE" not in (school / PAGE).read_bytes()


def test_a_second_key_stands_beside_the_first(school):
    made(school)
    first = keys(school)["k1"]
    made(school)
    assert list(keys(school)) == ["k1", "k2"]
    assert keys(school)["k1"] == first


def test_a_key_that_is_replaced_ends_when_the_new_one_begins(school):
    made(school)
    later(school)
    assert "ngừng k1" in made(school, "--thay", "k1")
    assert keys(school)["k1"]["den"] == keys(school)["k2"]["tu"]
    assert "k1 của NV0012 đã ngừng" in hoso_after_midnight(school)


def hoso_after_midnight(school):
    """What is said when a key that ended long ago is to be replaced."""
    path = school / PAGE
    den = keys(school)["k1"]["den"]
    path.write_text(path.read_text().replace(f"den: {den}", "den: 2026-02-01 00:00"))
    return refused(school, "new", "--who", WHO, "--khong-mat-khau", "--thay", "k1")


def test_what_stands_in_the_records_about_somebody_stays(school):
    made(school)
    path = school / PAGE
    path.write_text(path.read_text() + "tai_khoan:\n  github: hoang-yen\n")
    made(school)
    assert path.read_text().endswith("tai_khoan:\n  github: hoang-yen\n")


def test_no_key_is_ever_overwritten(school):
    made(school)
    (school / PAGE).unlink()
    assert "không ghi đè" in refused(school, "new", "--who", WHO, "--khong-mat-khau")
    made(school, "--out", "khac")
    assert (school / "khac" / f"{WHO}-k1").is_file()


@pytest.mark.parametrize(
    "arguments",
    [
        ("new", "--who", "NV9999", "--khong-mat-khau"),
        ("new", "--who", "../NV0012", "--khong-mat-khau"),
        ("new", "--who", WHO, "--khong-mat-khau", "--thay", "k1"),
        ("new", "--who", WHO, "--khong-mat-khau", "--out", "truong-khac/x"),
        ("show", "--who", "NV9999"),
    ],
)
def test_what_cannot_be_leaves_nothing_behind(school, arguments):
    (school / "truong-khac").write_text("một tệp\n")
    refused(school, *arguments)


def test_a_page_that_is_wrong_is_not_written_over(school):
    made(school)
    (school / PAGE).write_text("khoa: hỏng\n")
    assert "hoso check" in refused(school, "new", "--who", WHO, "--khong-mat-khau")


def test_a_school_without_a_place_for_the_page_keeps_no_key(school):
    (school / "records/khoa-ky").write_text("một tệp\n")
    refused(school, "new", "--who", WHO, "--khong-mat-khau")


def test_a_key_made_by_openssh_is_added_and_once_only(school):
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "cô Hoa", "-f", "khoa"],
        cwd=school, check=True,
    )  # fmt: skip
    done = hoso(school, "add", "khoa.pub", "--who", WHO)
    assert done.returncode == 0, done.stderr
    assert keys(school)["k1"]["cong_khai"] == " ".join(
        (school / "khoa.pub").read_text().split()[:2]
    )
    assert "đã có" in refused(school, "add", "khoa.pub", "--who", WHO)
    refused(school, "add", "khoa", "--who", WHO)


def test_a_clone_remembers_whose_it_is_and_which_key_signs(school):
    subprocess.run(["git", "init", "-q", school], check=True)
    made(school, "--out", "khoa")
    done = hoso(school, "use", f"khoa/{WHO}-k1")
    assert done.returncode == 0, done.stderr
    kept = [
        subprocess.run(["git", "config", name], cwd=school, capture_output=True, text=True,
                       check=True).stdout for name in ("hoso.nguoi", "hoso.khoa")
    ]  # fmt: skip
    assert kept == [f"{WHO}\n", f"{school}/khoa/{WHO}-k1\n"]


def test_a_clone_remembers_no_key_that_the_records_do_not_name(school):
    subprocess.run(["git", "init", "-q", school], check=True)
    made(school, "--out", "khoa")
    (school / PAGE).unlink()
    assert "hoso key show" in refused(school, "use", f"khoa/{WHO}-k1")
    (school / f"khoa/{WHO}-k1.pub").unlink()
    assert "ssh-keygen -y" in refused(school, "use", f"khoa/{WHO}-k1")


def test_the_table_shows_whose_keys_count(school):
    assert "Chưa có khóa nào" in hoso(school, "show").stdout
    made(school)
    later(school)
    made(school, "--thay", "k1", "--out", "khac")
    shown = hoso(school, "show").stdout
    lines = [line for line in shown.splitlines() if "SHA256:" in line]
    assert [line.split("│")[2].strip() for line in lines] == ["k1", "k2"]
    assert "đã ngừng, có ở máy này" in lines[0]
    assert "đang dùng" in lines[1]
    assert "có ở máy này" not in lines[1]
    assert hoso(school, "show", "--who", WHO).stdout == shown


def typed(school, *answers):
    """The verb at a terminal, with somebody who types an answer to every question."""
    child, screen = pty.fork()
    if child == 0:
        os.chdir(school)
        os.execv(HOSO, ["hoso", "key", "new", "--who", WHO, "--out", "khoa"])  # noqa: S606
    shown = b""
    for answer in answers:
        # What is typed before the blank after the colon is thrown away, as at any such question.
        while not shown.endswith(b": "):
            shown += os.read(screen, 1024)
        os.write(screen, answer.encode() + b"\n")
        shown += b"\n"
    while True:
        try:
            shown += os.read(screen, 1024)
        except OSError:
            break
    os.close(screen)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), shown.decode()


def test_a_passphrase_is_asked_twice_and_never_shown(school):
    secret = " ".join(["mật", "khẩu", "của", "cô", "Hoa"])
    code, shown = typed(school, "ngan", "ngan", secret, "khác hẳn thế", secret, secret)
    assert code == 0, shown
    assert secret not in shown
    assert "ít nhất 8 ký tự" in shown
    raw = (school / "khoa" / f"{WHO}-k1").read_bytes()
    with pytest.raises(NeedsPassphrase):
        load_key(raw)
    assert load_key(raw, secret.encode()).public.line == keys(school)["k1"]["cong_khai"]
