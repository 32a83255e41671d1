"""Two edits of one page brought together: what merges, what never does, and how that is said."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.situations import KINDS, TABLE, files
from hoso.gate.changes import Part, leaves, same
from hoso.gate.merging import Conflict, conflict_said, merge_page
from hoso.schema.school import TreeSchool, read_record
from hoso.schema.spelling import spell
from hoso.store.tree import MemoryTree

PAGE = "records/2026-2027/lop/3B/danh-gia-mon/toan/giua-ky-1.yml"
PUPIL = "records/hoc-sinh/HS2XS5FM.yml"
POST = "content/tin-tuc/2026/khai-giang.md"
PICTURE = "content/hinh/2026/anh.png"


def marks(rows, **more):
    return spell(KINDS["danh-gia-mon"], {"giao_vien": "NV0013", **more, "hoc_sinh": rows}).encode()


def post(*paragraphs, title="Khai giảng"):
    head = {"tieu_de": title, "ngay": "2026-09-05", "chuyen_muc": ["thu-vien"],
            "tac_gia": ["NV0005"], "tom_tat": "Cả trường dự lễ khai giảng năm học."}  # fmt: skip
    return spell(KINDS["tin-tuc"], head, "\n\n".join(paragraphs)).encode()


def merged(base, ours, theirs, path=PAGE):
    return merge_page(path, base, ours, theirs, TABLE)


def data(raw, path=PAGE):
    return read_record(TABLE.find(path), path, raw, []).data


def said(conflict, *, named):
    return list(conflict_said(conflict, TABLE, TreeSchool(MemoryTree(files()), KINDS), named=named))


def test_two_teachers_filling_two_rows_both_keep_their_rows():
    base = marks({"HS000001": {"diem": 6}, "HS000002": {"diem": 7}})
    ours = marks({"HS000001": {"diem": 9}, "HS000002": {"diem": 7}})
    theirs = marks({"HS000001": {"diem": 6}, "HS000002": {"diem": 7, "muc": "hoan-thanh"}})
    assert merged(base, ours, theirs) == marks(
        {"HS000001": {"diem": 9}, "HS000002": {"diem": 7, "muc": "hoan-thanh"}}
    )


def test_one_mark_set_to_two_values_is_a_conflict_that_names_it():
    base, ours, theirs = (marks({"HS2XS5FM": {"diem": mark}}) for mark in (6, 7, 8))
    found = merged(base, ours, theirs)
    assert found.pointers == (("hoc_sinh", "HS2XS5FM", "diem"),)
    page = "Lớp 3B · Toán · Giữa học kỳ I — "
    name = data(files()[PUPIL], PUPIL)["ho_ten"]
    values = "Điểm kiểm tra định kỳ: gốc 6, bên này 7, bên kia 8"
    assert said(found, named=False) == [f"{page}HS2XS5FM · {values}"]
    assert said(found, named=True) == [f"{page}{name} · {values}"]


def test_a_conflict_does_not_print_a_value_that_could_name_somebody():
    sides = []
    for name in ("Nguyễn Gốc", "Nguyễn Này", "Nguyễn Kia"):
        page = dict(data(files()[PUPIL], PUPIL))
        sides.append(spell(KINDS["hoc-sinh"], {**page, "ho_ten": name}).encode())
    found = merged(*sides, path=PUPIL)
    assert found.pointers == (("ho_ten",),)
    [line] = said(found, named=False)
    assert line.endswith("hai bên ghi khác nhau (không in ở đây)")
    assert "Nguyễn" not in line
    assert "bên kia Nguyễn Kia" in said(found, named=True)[0]


def test_a_field_taken_away_and_changed_is_a_conflict():
    base = marks({"HS000001": {"diem": 6, "muc": "hoan-thanh"}})
    ours = marks({"HS000001": {"muc": "hoan-thanh"}})
    theirs = marks({"HS000001": {"diem": 7, "muc": "hoan-thanh"}})
    found = merged(base, ours, theirs)
    assert found.pointers == (("hoc_sinh", "HS000001", "diem"),)
    assert "gốc 6, bên này (trống), bên kia 7" in said(found, named=False)[0]


def test_a_row_taken_away_does_not_come_back_with_only_what_the_other_added():
    base = marks({"HS000001": {"diem": 6}, "HS000002": {"diem": 6}})
    ours = marks({"HS000002": {"diem": 6}})
    theirs = marks({"HS000001": {"diem": 6, "muc": "hoan-thanh"}, "HS000002": {"diem": 6}})
    for one, other in ((ours, theirs), (theirs, ours)):
        assert merged(base, one, other).pointers == (("hoc_sinh", "HS000001", "muc"),)


def test_a_row_taken_away_by_one_and_thinned_by_the_other_is_gone():
    base = marks({"HS000001": {"diem": 6, "muc": "hoan-thanh"}, "HS000002": {"diem": 6}})
    ours = marks({"HS000002": {"diem": 6}})
    theirs = marks({"HS000001": {"diem": 6}, "HS000002": {"diem": 6}})
    assert merged(base, ours, theirs) == merged(base, theirs, ours) == ours


def test_a_page_deleted_and_changed_is_a_conflict_and_deleted_twice_is_gone():
    base, ours = marks({"HS000001": {"diem": 6}}), marks({"HS000001": {"diem": 7}})
    for found in (merged(base, ours, None), merged(base, None, ours)):
        assert [clash.part for clash in found.clashes] == [Part.PAGE]
        assert said(found, named=False) == [
            "Lớp 3B · Toán · Giữa học kỳ I — một bên xóa trang, bên kia sửa"
        ]
    assert merged(base, None, None) is None
    assert merged(base, base, None) is None


def test_two_new_pages_merge_where_they_do_not_contradict():
    ours, theirs = marks({"HS000001": {"diem": 6}}), marks({"HS000002": {"diem": 7}})
    assert merged(None, ours, theirs) == marks({"HS000001": {"diem": 6}, "HS000002": {"diem": 7}})
    assert merged(None, ours, marks({"HS000001": {"diem": 7}})).pointers


def test_a_list_of_rows_emptied_by_both_together_stays_as_an_empty_list():
    base = marks({"HS000001": {"diem": 6}, "HS000002": {"diem": 6}})
    ours, theirs = marks({"HS000002": {"diem": 6}}), marks({"HS000001": {"diem": 6}})
    assert merged(base, ours, theirs) == marks({})


def test_what_may_not_be_empty_goes_with_its_last_member():
    path, kind = "records/2026-2027/lop/3A/diem-danh/2026-11.yml", KINDS["diem-danh"]

    def month(days):
        absent = {"HS000001": days} if days else {}
        page = {"giao_vien": "NV0013", "ngay_hoc": 20, "vang": absent}
        return spell(kind, page).encode()

    day = {"sang": "phep"}
    sides = month({"05": day, "06": day}), month({"05": day}), month({"06": day})
    assert merged(*sides, path=path) == month({})


def test_posts_merge_by_paragraph_and_heading():
    base = post("Một.", "Hai.", "Ba.")
    ours = post("Một rưỡi.", "Hai.", "Ba.", title="Lễ khai giảng")
    assert merged(base, ours, post("Một.", "Hai.", "Ba.", "Bốn."), POST) == post(
        "Một rưỡi.", "Hai.", "Ba.", "Bốn.", title="Lễ khai giảng"
    )
    assert merged(base, post("Một.", "Ba."), post("Một.", "Hai.", "Ba."), POST) == post(
        "Một.", "Ba."
    )


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (["Một.", "Hai rưỡi.", "Ba."], ["Một.", "Hai hai.", "Ba."]),
        (["Một.", "Hai.", "Ba.", "A."], ["Một.", "Hai.", "Ba.", "B."]),
        (["A.", "Hai.", "B."], ["Một.", "C.", "Ba."]),
    ],
)
def test_bodies_changed_at_one_place_are_a_conflict(ours, theirs):
    found = merged(post("Một.", "Hai.", "Ba."), post(*ours), post(*theirs), POST)
    assert [clash.part for clash in found.clashes] == [Part.BODY]
    assert "liền nhau" in said(found, named=False)[0]


def test_one_body_on_both_sides_leaves_only_the_heading_to_merge():
    base, ours = post("Một."), post("Hai.", title="Lễ khai giảng")
    assert merged(base, ours, post("Hai."), POST) == ours
    both = merged(base, ours, post("Ba.", title="Khai trường"), POST)
    assert [clash.part for clash in both.clashes] == [Part.FIELD, Part.BODY]
    assert both.pointers == (("tieu_de",),)


@pytest.mark.parametrize("path", [PICTURE, "schemas/lop.yml", "mkdocs.yml", "records/x\x1b[2J.yml"])
def test_files_without_fields_never_merge(path):
    found = merged(b"\x89PNG\r\n\x1a\n0", b"\x89PNG\r\n\x1a\n1", b"\x89PNG\r\n\x1a\n2", path)
    assert [clash.part for clash in found.clashes] == [Part.FILE]
    assert "\x1b" not in said(found, named=False)[0]


@pytest.mark.parametrize(
    "hostile",
    [
        b"", b"\xff\xfe", b"a: &a [*a]\n", b"hoc_sinh: {}\n" * 2, b"- 1\n", b"x" * 70_000,
        marks({"HS000001": {"diem": 6}}) + b"# chu thich\n",
        marks({"HS000001": {"diem": "9" * 400}}), b"hoc_sinh:\n" + b" a:\n" * 200,
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_a_conflict_on_any_side(hostile):
    one, other = marks({"HS000001": {"diem": 6}}), marks({"HS000002": {"diem": 6}})
    for sides in ((hostile, one, other), (one, hostile, other), (one, other, hostile)):
        found = merged(*sides)
        assert [clash.part for clash in found.clashes] == [Part.UNREADABLE]


def test_a_merge_that_would_break_the_shape_of_the_page_is_a_conflict():
    path, kind = "records/2026-2027/de-nghi-sua/DN000001.yml", KINDS["de-nghi-sua"]

    def paper(*fields):
        return spell(kind, {
            "nguoi_de_nghi": "NV0013", "ngay": "2026-11-20", "tep": PAGE, "ly_do": "nhap-sai",
            "truong": {name: {"moi": "1"} for name in fields}, "han": "2026-11-27",
            "minh_chung": {"a" * 64: {"loai": "khac"}},
        }).encode()  # fmt: skip

    found = merged(paper("a", "b"), paper("a"), paper("b"), path)
    assert [clash.part for clash in found.clashes] == [Part.UNREADABLE]


def test_the_time_a_merge_takes_does_not_explode_on_equal_lines():
    lines = [post(*(["x"] * count)) for count in (15_000, 14_000, 13_000)]
    assert isinstance(merged(*lines, POST), Conflict)


ROW = st.fixed_dictionaries(
    {},
    optional={
        "muc": st.sampled_from(["hoan-thanh-tot", "hoan-thanh", "chua-hoan-thanh"]),
        "diem": st.integers(0, 3),
        "nhan_xet": st.sampled_from(["Em tiến bộ.", "Cần cố gắng.", "1"]),
        "danh_gia_lai": st.dictionaries(
            st.sampled_from(["2027-06-10", "2027-06-11"]),
            st.fixed_dictionaries(
                {"muc": st.sampled_from(["hoan-thanh", "chua-hoan-thanh"]),
                 "ly_do": st.just("trong-he")}
            ),
            min_size=1,
            max_size=2,
        ),
    },
)  # fmt: skip
PAGES = st.builds(
    marks, st.dictionaries(st.sampled_from([f"HS00000{n}" for n in range(4)]), ROW, max_size=4)
)
BODIES = st.builds(
    post, st.lists(st.sampled_from(["Một.", "Hai.", "Ba."]), max_size=6).map("\n\n".join)
)
MAYBE = st.one_of(PAGES, st.none(), st.binary(max_size=8))


@given(MAYBE, MAYBE)
@settings(max_examples=100, deadline=None)
def test_a_side_without_changes_takes_the_other_as_it_is(base, side):
    assert merged(base, side, base) == side
    assert merged(base, base, side) == side
    assert merged(base, side, side) == side


def swapped(found):
    """A conflict as the other side sees it."""
    if not isinstance(found, Conflict):
        return found
    return [(each.part, each.pointer, each.base, each.theirs, each.ours) for each in found.clashes]


def seen(found):
    if not isinstance(found, Conflict):
        return found
    return [(each.part, each.pointer, each.base, each.ours, each.theirs) for each in found.clashes]


@pytest.mark.parametrize(("path", "pages"), [(PAGE, PAGES), (POST, BODIES)], ids=["record", "post"])
def test_swapping_the_sides_swaps_only_the_sides_of_a_conflict(path, pages):
    met = set()

    @given(pages, pages, pages)
    @settings(max_examples=250, deadline=None)
    def law(base, ours, theirs):
        found = merged(base, ours, theirs, path)
        met.add(type(found))
        assert swapped(found) == seen(merged(base, theirs, ours, path))
        assert seen(found) == seen(merged(base, ours, theirs, path))
        if isinstance(found, bytes):
            record = read_record(TABLE.find(path), path, found, [])
            assert spell(record.kind, record.data, record.body).encode() == found

    law()
    assert met == {bytes, Conflict}


@given(PAGES, PAGES, PAGES)
@settings(max_examples=250, deadline=None)
def test_a_merge_holds_every_edit_of_both_sides_and_nothing_else(base, ours, theirs):
    found = merged(base, ours, theirs)
    before, one, other = (leaves(data(side)) for side in (base, ours, theirs))
    missing = object()
    if isinstance(found, Conflict):
        assert found.pointers
        return
    after = leaves(data(found))
    for pointer in before.keys() | one.keys() | other.keys() | after.keys():
        old, left, right, now = (side.get(pointer, missing) for side in (before, one, other, after))
        if {} in (old, left, right, now):
            continue
        wanted = right if same(old, left) else left
        assert same(now, wanted)


@given(PAGES, st.data())
@settings(max_examples=150, deadline=None)
def test_edits_of_different_fields_always_merge(base, chosen):
    rows = data(base)["hoc_sinh"]
    edits = chosen.draw(st.lists(
        st.tuples(st.sampled_from([*rows, "HS000009"]), st.sampled_from(["diem", "nhan_xet"]),
                  st.booleans()), max_size=6, unique_by=lambda edit: edit[:2],
    ))  # fmt: skip
    sides = []
    for mine in (True, False):
        page = {pupil: dict(row) for pupil, row in rows.items()}
        for pupil, field, ours in edits:
            if ours == mine:
                page.setdefault(pupil, {})[field] = 5 if field == "diem" else "Đã sửa."
        sides.append(marks(page))
    found = merged(base, *sides)
    after = data(found)["hoc_sinh"]
    for pupil, field, _ in edits:
        assert after[pupil][field] == (5 if field == "diem" else "Đã sửa.")
