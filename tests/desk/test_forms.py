"""Every kind somebody may write has a way at the desk; records without a table are forms."""

import re
from urllib.parse import quote

import pytest

import programs
from browsing import PHONE
from desk.test_book_writing import at_desk, saved
from desk.visiting import PEOPLE
from gate.situations import KINDS
from hoso.desk.ways import PAPERS, Way, way_of
from hoso.gate.changes import leaves
from hoso.gate.policy import Deed
from hoso.schema.school import TreeSchool
from servers import CLERK, DEPUTY, PUPIL, TEACHER, YEAR
from visits import axe_violations, sideways_at


def writers(desk, kind):
    """Who of the five people has a right to write something of a kind, by the policy of today."""
    view = desk.clone().view
    policy = view.standing(view.main).policy(desk.now().date())
    rights = policy.about(Deed.WRITE, kind.name)
    roles = {right.role for right in rights if not right.fields}
    return [who for who in PEOPLE if roles & {each.role for each in policy.held(who)}]


def way_shown(visitor, kind, school):
    """Whether the desk shows somebody the way a kind is written."""
    match way_of(kind):
        case Way.PAPER:
            return visitor.get(PAPERS[kind.name]).status_code == 200
        case Way.POST:
            folder = kind.path.partition("/{")[0]
            offered = visitor.get("/soan/config.json").json()["collections"]
            return f"/bai/moi/{kind.name}" in visitor.text("/soan/") and any(
                each["folder"] == folder for each in offered
            )
        case Way.WITH_POST:
            place = visitor.post(
                "/bai/moi/tin-tuc" if kind.name == "hinh-anh" else "/bai/moi/thong-bao",
                {"tieu_de": "Thử tệp", "khoa.nam": "2026"},
            )
            form = visitor.text(place.headers["location"])
            visitor.post(place.headers["location"], {"viec": "bo"})
            return ('name="t.anh.tep"' if kind.name == "hinh-anh" else 'name="t.tep.tep"') in form
        case _:
            begun = f'href="/so/moi/{kind.name}"' in visitor.text("/so/")
            paths = school.paths(kind.name, {})
            pages = [visitor.get(f"/so/{path}") for path in paths[:1]]
            return (begun or any(page.status_code == 200 for page in pages)) and all(
                page.status_code in (200, 403) for page in pages
            )


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_kind_has_somebody_who_writes_it_and_a_way_for_them(desk_place, name):
    kind, desk = KINDS[name], desk_place.desk
    view = desk.clone().view
    who = writers(desk, kind)
    assert who != []
    assert any(
        way_shown(desk_place.visitor(each), kind, view.standing(view.main).school) for each in who
    )


def test_the_form_of_a_record_has_a_field_for_every_value_that_stands_there(desk_place):
    view = desk_place.desk.clone().view
    school: TreeSchool = view.standing(view.main).school
    tried = set()
    for kind in (each for each in KINDS.values() if way_of(each) is Way.FORM):
        for path in school.paths(kind.name, {})[:1]:
            record = school.at(path)
            who = writers(desk_place.desk, kind)[0]
            visitor = desk_place.visitor(who)
            text = visitor.text(f"/so/{path}")
            pieces = set(re.findall(r'class="muc-dong"><a href="[^"]+mo=([^"#]+)', text))
            text += "".join(visitor.text(f"/so/{path}?mo={piece}") for piece in sorted(pieces)[:2])
            missing = [
                place
                for place in ("/".join(map(str, pointer)) for pointer in leaves(record.data))
                if f'name="{place}"' not in text
                and not any(place.startswith(f"{piece}/") for piece in sorted(pieces)[2:])
            ]
            assert missing == [], path
            assert len(text.encode()) < 150_000 * (1 + len(pieces))
            tried.add(kind.name)
    assert {"truong", "phan-cong", "quy-che", "nam-hoc", "hoc-sinh", "nhan-su"} <= tried


def test_a_record_is_begun_typed_in_a_form_and_sent(browser, own_place):
    script, seen = programs.axe().read_text(encoding="utf-8"), []
    view = own_place.desk.clone().view
    paths = view.standing(view.main).school.paths("nhan-su", {})
    last = max(int(path[-8:-4]) for path in paths)
    with at_desk(browser, own_place, CLERK) as page:
        page.goto("/so/")
        page.get_by_role("link", name="Hồ sơ nhân sự", exact=True).click()
        page.get_by_role("button", name="Mở tờ khai").click()
        # The number after the last one that is taken.
        place = page.url.partition("/so/")[2]
        assert place == f"records/nhan-su/NV{last + 1:04d}.yml"
        page.get_by_label("Họ và tên").fill("Trần <b>Thị</b> Mới")
        page.get_by_label("Ngày sinh").fill("1990-02-03")
        page.get_by_label("Giới tính").select_option(label="Nữ")
        saved(page)
        page.click("#gui")
        page.wait_for_selector("#bao-loi:not([hidden])")
        assert "chức danh" in page.locator("#bao-loi").inner_text().lower()
        seen += axe_violations(page, script) + sideways_at(page, PHONE)
        page.goto("/so/")
        assert page.locator(f"a[href='/so/{place}']").count() == 1
        page.goto(f"/so/{place}")
        assert page.get_by_label("Họ và tên").input_value() == "Trần <b>Thị</b> Mới"
        page.get_by_label("Họ và tên").fill("Trần Thị Mới")
        page.get_by_label("Chức danh").first.fill("Giáo viên")
        page.get_by_label("Ngày về trường").fill("2026-11-20")
        page.click("#gui")
        page.wait_for_selector(".bao:has-text('Đã gửi đề nghị')")
    assert seen == []
    clone = own_place.desk.clone()
    (name,) = clone.proposals()
    text = clone.view.standing(clone.head(name)).tree.read(place).decode()
    assert "ho_ten: Trần Thị Mới\ngioi_tinh: nu\n" in text


def test_members_are_added_chosen_by_name_ticked_and_taken_away(browser, own_place):
    script, place = programs.axe().read_text(encoding="utf-8"), f"{YEAR}/phan-cong/{TEACHER}.yml"
    with at_desk(browser, own_place, DEPUTY) as page:
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(f"/so/{place}")
        page.get_by_label("Thêm: một phân công").fill("p9")
        page.get_by_role("button", name="Thêm mục").click()
        part = page.locator("[id='p-vai/p9']")
        page.locator("[name='vai/p9/vai']:focus").wait_for()
        part.get_by_label("Vai", exact=False).first.select_option(
            label="Giáo viên bộ môn (giao-vien-bo-mon)"
        )
        part.get_by_label("Lớp phụ trách").select_option("3A")
        part.get_by_label("Toán", exact=True).check()
        part.get_by_label("Tiếng Việt", exact=True).check()
        part.get_by_label("Từ ngày").fill("2026-11-23")
        part.get_by_label("Số và ký hiệu").fill("99/QĐ-THCH")
        part.get_by_label("Ngày ban hành").fill("2026-11-22")
        saved(page)
        violations = axe_violations(page, script)
        page.reload()
        assert part.get_by_label("Toán", exact=True).is_checked()
        gone = page.locator("[id='p-vai/p1']")
        gone.locator("summary").click()
        gone.get_by_role("button", name="Bỏ mục p1").click()
        page.wait_for_selector("#luu:has-text('11 ô chưa gửi')")
    assert violations == []
    draft = own_place.desk.drafts.get(DEPUTY, place).content.decode()
    assert '"vai/p9/mon": ["Tiếng Việt; Toán", ""]' in draft
    assert '"vai/p1/vai": [""' in draft


def test_names_are_found_while_typing_only_by_those_who_may_read_them(desk_place):
    record = desk_place.desk.clone().view
    name = record.standing(record.main).school.at(PUPIL).data["ho_ten"]
    asked = f"/tra/hoc-sinh?q={quote(name)}"
    assert ["HS2XS5FM", name] in desk_place.visitor(CLERK).get(asked).json()["co"]
    assert ["HS2XS5FM", name] in desk_place.visitor(TEACHER).get(asked).json()["co"]
    assert desk_place.visitor("NV0013").get(asked).json()["co"] == []


def test_values_that_are_members_themselves_keep_what_is_typed(desk_place):
    visitor, place = desk_place.visitor(CLERK), "/so/records/truong.yml"
    assert 'name="lanh_dao/2027-01-01"' in visitor.text(f"{place}?them=lanh_dao&khoa=2027-01-01")
    visitor.fetch(f"{place}/nhap", {"o": {"lanh_dao/2027-01-01": "NV0002"}})
    assert 'name="lanh_dao/2027-01-01"' in visitor.text(place)
    refused = visitor.fetch(f"{place}/nhap", {"o": {"lanh_dao/hôm nay": "NV0002"}})
    assert refused.status_code == 200
    assert "hôm nay" not in visitor.text(place)
    visitor.post(f"{place}/bo")


@pytest.mark.parametrize(("key", "said"), [
    ({"khoa.hoc_sinh": "../../truong"}, "Mã học sinh"), ({}, "Mã học sinh"),
    ({"khoa.hoc_sinh": "hs2xs5fm"}, "Mã học sinh"),
])  # fmt: skip
def test_a_key_that_is_none_is_told_where_it_is_asked(desk_place, key, said):
    answer = desk_place.visitor(CLERK).post("/so/moi/dong-y", key)
    assert answer.status_code == 422
    assert said in re.search(r'class="loi" role="alert">([^<]+)', answer.text)[1]


def test_nobody_begins_what_is_not_theirs_to_write(desk_place):
    granted = desk_place.visitor(CLERK).post("/so/moi/dong-y", {"khoa.hoc_sinh": "HS2XS5FM"})
    assert granted.headers["location"] == "/so/records/dong-y/HS2XS5FM.yml"
    assert desk_place.visitor(TEACHER).get("/so/moi/hoc-sinh").status_code == 403
    assert desk_place.visitor(DEPUTY).get("/so/moi/nhan-su").status_code == 403
    assert desk_place.visitor(CLERK).get("/so/moi/mo-so").status_code == 404


def test_pages_that_only_hold_together_are_sent_together(own_place):
    visitor = own_place.visitor(CLERK)
    pupil = visitor.post("/so/moi/hoc-sinh").headers["location"]
    move = visitor.post("/so/moi/bien-dong", {"khoa.nam_hoc": "2026-2027"}).headers["location"]
    code, room = pupil[-12:-4], f"/so/{YEAR}/lop/3B/lop.yml"
    visitor.fetch(f"{pupil}/nhap", {"o": {
        "ho_ten": "Trần Thị Mới", "ngay_sinh": "2018-02-03", "gioi_tinh": "nu", "dan_toc": "Kinh",
        "quoc_tich": "Việt Nam", "noi_sinh": "Ninh Bình", "que_quan": "Ninh Bình",
        "noi_o": "xã Cộng Hòa", "so_dang_bo": "0999/2026", "ngay_vao_truong": "2026-11-20",
        "vao_tu": "chuyen-den", "truong_truoc": "Trường Tiểu học Liên Minh"}})  # fmt: skip
    last = max(map(int, re.findall(r'name="hoc_sinh/[A-Z0-9]+/stt"[^>]*value="(\d+)"',
                                   visitor.text(room))))  # fmt: skip
    row = f"hoc_sinh/{code}"
    visitor.fetch(f"{room}/nhap", {"o": {f"{row}/stt": str(last + 1), f"{row}/vao": "2026-11-20"}})
    wish = {"hoc_sinh": code, "loai": "chuyen-den", "ngay": "2026-11-20", "den_lop": "3B",
            "truong_khac": "Trường Tiểu học Liên Minh"}  # fmt: skip
    alone = visitor.post(f"{move}/gui", wish)
    assert alone.status_code == 422
    assert "Gửi cùng trong một đề nghị" in alone.text
    along = [pupil.removeprefix("/so/"), room.removeprefix("/so/")]
    assert all(f'name="kem" value="{path}"' in alone.text for path in along)
    sent = visitor.post(f"{move}/gui", {**wish, "kem": along})
    assert sent.status_code == 303, re.findall(r"HS\d{3}:[^<]*", sent.text)
    clone = own_place.desk.clone()
    (name,) = clone.proposals()
    tree = clone.view.standing(clone.head(name)).tree
    assert all(tree.entry(path) is not None for path in (*along, move.removeprefix("/so/")))
    assert own_place.desk.drafts.list(CLERK) == []
