"""`docs/cai-dat.md` is true: what an IT teacher is told to type does what is said, in order."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import openpyxl

from servers import clean

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "cai-dat.md").read_text("utf-8")
#: What needs the network, a person at the keyboard, or is tried elsewhere (`make desk`).
ELSEWHERE = ("hoso desk editor", "make desk")


#: The lists a school has before it begins, as somebody has filled them in.
LISTS = {
    "nhan-su": {"Họ và tên": "Cầm Thị Dung", "Ngày sinh": "02/09/1988", "Giới tính": "Nữ",
                "Chức vụ": "Giáo viên tiểu học", "Ngày về trường": "15/08/2015"},
    "lop-1a": {"Họ và tên": "Lò Thị Ánh", "Ngày sinh": "01/03/2020", "Giới tính": "Nữ",
               "Dân tộc": "Thái", "Quốc tịch": "Việt Nam", "Nơi sinh": "tỉnh Sơn La",
               "Quê quán": "tỉnh Sơn La", "Địa chỉ": "Bản Mòn", "Số đăng bộ": 1,
               "Ngày vào trường": "28/08/2026", "Vào trường từ": "Tuyển sinh lớp 1"},
}  # fmt: skip


def test_a_school_is_installed_kept_and_restored_as_the_guide_says(tmp_path):
    typed = [
        line.removeprefix("$ ")
        for block in re.findall(r"```console\n(.*?)```", GUIDE, re.DOTALL)
        for line in block.splitlines()
    ]
    script = "\n".join(
        line.replace("/srv/hoso", str(tmp_path)).replace("key new", "key new --khong-mat-khau")
        for line in typed
        if not line.startswith(ELSEWHERE)
    )
    for name, person in LISTS.items():
        book = openpyxl.Workbook()
        book.active.append(list(person))
        book.active.append(list(person.values()))
        book.save(tmp_path / f"{name}.xlsx")
    program = f'hoso() {{ "{sys.executable}" -I -m hoso.cli.main "$@"; }}\n'
    who = dict.fromkeys(("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"), "Thầy phụ trách")
    mail = dict.fromkeys(("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"), "cntt@truong")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", program + script], capture_output=True, text=True,
        env={**clean(), **who, **mail, "HOME": str(tmp_path)}, cwd=tmp_path, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("Mới xem, chưa ghi") == 2
    assert len(list((tmp_path / "truong/records/hoc-sinh").iterdir())) == 1
    assert (tmp_path / "truong/records/nhan-su/NV0004.yml").exists()
    assert "Mã một lần của NV0001" in done.stdout
    assert "shell NV0001 --repo" in done.stdout
    assert "Kho nguyên vẹn" in done.stdout
    assert "ĐẠT. Không có vi phạm nào" in done.stdout
    assert "Nhân viên văn thư" in (tmp_path / "quyen.html").read_text("utf-8")
