"""A clerk brings a class list to the desk: a report by row, one proposal, nobody made twice."""

from __future__ import annotations

import base64
import html
import io
import re
from datetime import date

import openpyxl
import pytest

from desk.test_approving import signs
from hoso.store.git import Repository
from hoso.store.refs import refs
from servers import CLERK, DEPUTY, TEACHER

AT = "/so/danh-sach/hoc-sinh"
WHERE = {"lop": "3c", "nam_hoc": "2026-2027", "buoi_hoc": "hai-buoi"}
HEADINGS = ["STT", "Họ tên học sinh", "Ngày sinh", "Giới tính", "Dân tộc", "Quốc tịch", "Nơi sinh",
            "Quê quán", "Địa chỉ", "Số đăng bộ", "Ngày vào trường", "Vào trường từ"]  # fmt: skip
NAMES = ["Lò Thị Ánh", "Vì Văn Bình", "<b>Quàng</b> Thị Chi"]


def book(names=NAMES, **cells):
    made = openpyxl.Workbook()
    made.active.append(HEADINGS)
    for number, name in enumerate(names, 1):
        made.active.append([
            number, name, date(2018, 3, number), "Nữ", "Thái", "Việt Nam", "tỉnh Sơn La",
            "tỉnh Sơn La", "Bản Mòn", f"{9000 + number}/2024", "05/09/2024", "Tuyển sinh lớp 1",
        ])  # fmt: skip
    for place, value in cells.items():
        made.active[place] = value
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def shows(visitor, raw, at=AT, **where):
    file = {"tep": ("Lò Thị Ánh.xlsx", raw)}
    return visitor.post(f"{at}/nop", {**WHERE, **where}, files=file)


def hidden(answer):
    """What the button under a report sends."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', answer.text))


def test_a_class_list_is_seen_sent_approved_and_never_made_twice(own_place):
    clerk = own_place.visitor(CLERK)
    assert f'href="{AT}"' in clerk.text("/so/")
    seen = shows(clerk, book())
    assert seen.status_code == 200
    assert "Sẽ gửi một đề nghị gồm 4 trang" in seen.text
    assert html.escape(NAMES[2]) in seen.text
    assert NAMES[2] not in seen.text
    sent = clerk.post(f"{AT}/gui", hidden(seen))
    assert sent.status_code == 303
    name = sent.headers["location"].removeprefix("/de-nghi/")
    server = Repository(own_place.server)
    (commit,) = refs(server, f"refs/heads/de-nghi/{CLERK}").values()
    changed = server.run("diff", "--name-only", "main", commit).split()
    message = server.run("log", "-1", "--format=%B", commit)
    assert len(changed) == 4
    assert re.fullmatch(r"[\x21-\x7e]+", "".join([name, *changed]))
    assert not any(part in message for each in NAMES for part in each.split()[-1:])
    # A form sent twice, and the file brought again while it waits, ask for nobody.
    assert "Không có ai phải lập thêm" in clerk.post(f"{AT}/gui", hidden(seen)).text
    assert "đề nghị chưa duyệt" in shows(clerk, book()).text
    other = shows(clerk, book(["Hà Thị Dung"], J2="9999/2024"))
    assert other.status_code == 422
    assert "HS647" in other.text
    assert signs(own_place, DEPUTY, name, "duyet").status_code == 303
    page = server.tree("main").read("records/2026-2027/lop/3C/lop.yml").decode()
    assert page.count("    stt: ") == 3
    again = shows(clerk, book())
    assert "Không có ai phải lập thêm" in again.text
    assert again.text.count("HS645") == 3


@pytest.mark.parametrize(
    ("cells", "said"),
    [({"C2": "31/02/2018"}, "C2 · Ngày sinh"), ({"E4": None}, "E4 · Dân tộc"),
     ({"L1": "Lý do"}, "thiếu cột “Vào trường từ”")],
)  # fmt: skip
def test_a_wrong_cell_is_told_and_there_is_no_button(desk_place, cells, said):
    answer = shows(desk_place.visitor(CLERK), book(**cells))
    assert answer.status_code == 422
    assert said in answer.text
    assert "goi" not in hidden(answer)


def test_what_comes_back_with_the_button_is_read_as_suspiciously_as_the_file(desk_place):
    clerk = desk_place.visitor(CLERK)
    bad = base64.urlsafe_b64encode(book(**{"C2": "hôm qua"})).decode()
    for packed in ("", "%%%", "aGFp", bad, "A" * 900_000):
        answer = clerk.post(f"{AT}/gui", {**WHERE, "goi": packed})
        assert answer.status_code == 422, packed[:20]
    form = {**WHERE, "goi": bad}
    assert clerk.post(f"{AT}/gui", form, token=clerk.token()[::-1]).status_code == 403
    assert clerk.post(f"{AT}/gui", form, origin="https://ke-xau.example").status_code == 403
    assert shows(clerk, b"PK\x03\x04").status_code == 422
    assert shows(clerk, book(), lop="../3C").status_code == 422
    assert shows(clerk, book(), nam_hoc="1999-2000").status_code == 422
    assert shows(clerk, b"x" * 600_001).status_code == 422
    assert shows(desk_place.visitor(TEACHER), book()).status_code == 403


def test_the_template_of_each_list_comes_from_the_desk(desk_place):
    for kind in ("hoc-sinh", "nhan-su"):
        answer = desk_place.visitor(CLERK).get(f"/so/danh-sach/{kind}/mau")
        assert f'filename="mau-{kind}.xlsx"' in answer.headers["content-disposition"]
        assert openpyxl.load_workbook(io.BytesIO(answer.content)).sheetnames[0] == "Danh sách"


def test_a_list_of_colleagues_goes_on_with_the_next_number(own_place):
    clerk = own_place.visitor(CLERK)
    made = openpyxl.Workbook()
    made.active.append(["Họ và tên", "Ngày sinh", "Giới tính", "Chức vụ", "Ngày về trường"])
    made.active.append(["Cầm Thị Dung", "02/09/1988", "Nữ", "Giáo viên", "15/08/2015"])
    out = io.BytesIO()
    made.save(out)
    seen = shows(clerk, out.getvalue(), "/so/danh-sach/nhan-su")
    assert clerk.post("/so/danh-sach/nhan-su/gui", hidden(seen)).status_code == 303
    server = Repository(own_place.server)
    (commit,) = refs(server, f"refs/heads/de-nghi/{CLERK}").values()
    (path,) = server.run("diff", "--name-only", "main", commit).split()
    last = max(each.path for each in server.tree("main").entries("records/nhan-su"))
    assert int(path[-8:-4]) == int(last[-8:-4]) + 1
