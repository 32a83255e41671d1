"""The foot of a page says which records it shows, and the same records give the same bytes."""

import hashlib
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest
from small_school import YEAR, SmallSchool

from hoso.books.catalogue import Desk, book_called, page_of
from hoso.books.packing import NotPlain, pack
from hoso.books.page import digest, edition
from hoso.books.typesetting import content_key, raw, typeset
from hoso.schema.spelling import spell
from hoso.store.strict_yaml import parse
from reading import attachments_of, pages_of

HERE = Path(__file__).parent


def page_from(small, name, scope):
    return page_of(book_called(name), Desk(small.school(), lambda path: None), scope)


def a_class():
    small = SmallSchool()
    return small, small.add_class("4A", 3, periods=("cuoi-nam",))


def changed(small, kind, key, change):
    record = small.school().get(kind, **key)
    text = spell(record.kind, record.data)
    data = parse(record.path, text, [])[0]
    change(data)
    small.put(kind, data, **key)


@pytest.mark.parametrize(
    "surroundings",
    [{"TZ": "Asia/Ho_Chi_Minh", "PYTHONHASHSEED": "1"}, {"TZ": "UTC", "PYTHONHASHSEED": "4242"}],
)
def test_another_process_at_another_time_prints_the_same_bytes(printed, surroundings):
    code = (
        "import hashlib, sys; sys.path.insert(0, sys.argv[1])\n"
        "from conftest import *\n"
        "small = SmallSchool(); small.add_papers()\n"
        "small.add_class('1A', 35, periods=('giua-ky-1', 'cuoi-nam'))\n"
        "small.add_class('3A', 3, periods=('cuoi-ky-1',))\n"
        "pupils = small.add_class('5A', 35, names=LONG_NAMES, periods=('cuoi-nam',))\n"
        "tree = small.tree()\n"
        "desk = Desk(small.school(), lambda p: tree.read(p) if tree.entry(p) else None)\n"
        "for name, scope in (('quy-che', (YEAR,)), ('hoc-ba', pupils[:1]),\n"
        "                    ('bang-tong-hop', (YEAR, '1A', 'cuoi-nam')),\n"
        "                    ('bai-day', (YEAR, '3A', 'phep-cong-co-nho'))):\n"
        "    page = page_of(book_called(name), desk, tuple(scope))\n"
        "    pdf = typeset(page, edition(page, COMMIT).line)\n"
        "    print(name, hashlib.sha256(pdf).hexdigest())\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, str(HERE)],
        env={**os.environ, **surroundings},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    ours = {}
    for (name, scope), (_, pdf) in printed.items():
        if name in ("quy-che", "hoc-ba", "bai-day") or scope[1:] == ("1A", "cuoi-nam"):
            ours[name] = hashlib.sha256(pdf).hexdigest()
    assert dict(line.split() for line in said.splitlines()) == ours
    assert len(ours) == 4


def test_packing_changes_no_word_and_no_object(printed):
    for page, _ in printed.values():
        plain = raw(page, "dòng cuối")
        packed = pack(plain)
        assert pages_of(packed) == pages_of(plain)
        assert len(packed) < 0.9 * len(plain)
        with pikepdf.open(io.BytesIO(plain)) as old, pikepdf.open(io.BytesIO(packed)) as new:
            assert new.check_pdf_syntax() == []
            for number in range(1, int(old.trailer.Size)):
                before, after = old.get_object(number, 0), new.get_object(number, 0)
                assert before.unparse() == after.unparse()
                if isinstance(before, pikepdf.Stream):
                    assert before.read_raw_bytes() == after.read_raw_bytes()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda pdf: pdf[:-10],
        lambda pdf: pdf.replace(b"xref\n0 ", b"xref\n1 "),
        lambda pdf: pdf.replace(b" 00000 n", b" 00001 n", 1),
        lambda pdf: pdf.replace(b"endobj", b"endobx", 1),
    ],
)
def test_a_pdf_of_another_form_is_not_packed(printed, spoil):
    page = next(iter(printed.values()))[0]
    with pytest.raises(NotPlain):
        pack(spoil(raw(page, "")))


def test_the_foot_of_every_page_carries_commit_and_digest_and_count(printed):
    for page, pdf in printed.values():
        shown = edition(page, "0123456789abcdef0123456789abcdef01234567")
        pages = pages_of(pdf)
        cover = 1 if page.template == "hoc-ba" else 0
        for number, text in enumerate(pages[cover:], cover + 1):
            assert "bản ghi 0123456789ab" in text
            assert shown.seal in text
            assert re.search(rf"trang {number}/{len(pages)}|gồm {len(pages)} trang", text)


def test_a_book_of_unrecorded_files_says_so():
    small, (pupil, *_) = a_class()
    page = page_from(small, "hoc-ba", (pupil,))
    pdf = typeset(page, edition(page, None).line)
    assert "bản chưa ghi vào lịch sử" in pages_of(pdf)[1]


def test_no_time_of_printing_stands_anywhere(printed):
    for page, pdf in printed.values():
        year, month, day = page.date.split("-")
        dates = set(re.findall(rb"D:(\d{8})", pdf))
        dates |= {each.replace(b"-", b"") for each in re.findall(rb"(20\d\d-\d\d-\d\d)T", pdf)}
        assert dates
        assert dates <= {f"{year}{month}{day}".encode()}


CHANGES = {
    "a printed name": ("hoc-sinh", lambda data: data.update(ho_ten="Vũ Thị Mới")),
    "a score": (
        "danh-gia-mon",
        lambda data: next(iter(data["hoc_sinh"].values())).update(diem=3),
    ),
    "a remark": (
        "danh-gia-mon",
        lambda data: next(iter(data["hoc_sinh"].values())).update(nhan_xet="Đã tiến bộ."),
    ),
    "the school's name": ("truong", lambda data: data.update(ten="Trường Tiểu học Khác")),
    "the teacher": ("tong-hop", lambda data: data.update(giao_vien="NV0002")),
}


@pytest.mark.parametrize("what", CHANGES)
def test_the_digest_follows_every_printed_record(what):
    small, pupils = a_class()
    kind, change = CHANGES[what]
    room = {"nam_hoc": YEAR, "lop": "4A", "ky": "cuoi-nam"}
    record = small.school().get("danh-gia-mon", mon="toan", **room)
    first = next(iter(record.data["hoc_sinh"]))
    key = {
        "hoc-sinh": {"hoc_sinh": first},
        "danh-gia-mon": {"mon": "toan", **room},
        "truong": {},
        "tong-hop": room,
    }[kind]
    assert first in pupils
    before = page_from(small, "hoc-ba", (first,))
    changed(small, kind, key, change)
    after = page_from(small, "hoc-ba", (first,))
    assert digest(before.sources) != digest(after.sources)
    assert content_key(before) != content_key(after)


def test_the_digest_ignores_what_the_book_does_not_print():
    small, (first, second, _) = a_class()
    before = page_from(small, "hoc-ba", (first,))
    changed(small, "hoc-sinh", {"hoc_sinh": second}, lambda data: data.update(ho_ten="Ai Khác"))
    changed(small, "truong", {}, lambda data: data.update(dien_thoai="02283000000"))
    changed(small, "nhan-su", {"nhan_su": "NV0015"}, lambda data: data.update(he_so_luong="3,66"))
    room = {"nam_hoc": YEAR, "lop": "4A", "ky": "cuoi-nam", "mon": "toan"}
    changed(
        small, "danh-gia-mon", room, lambda data: data["hoc_sinh"][second].update(nhan_xet="Khá.")
    )
    after = page_from(small, "hoc-ba", (first,))
    assert digest(before.sources) == digest(after.sources)
    assert content_key(before) == content_key(after)


def test_the_attached_sources_are_the_pupils_own_and_prove_the_digest():
    small, pupils = a_class()
    school = small.school()
    page = book_called("hoc-ba").keep(Desk(school, lambda path: None), (pupils[0],), YEAR)
    shown = edition(page, None)
    ((name, (content, relation)),) = attachments_of(typeset(page, shown.line)).items()
    assert (name, relation) == (f"{pupils[0]}.yml", "/Source")
    text = content.decode()
    assert not [other for other in pupils[1:] if other in text]
    records, _ = parse(name, text, [])
    texts = {path: spell(school.table.find(path).kind, data) for path, data in records.items()}
    assert (
        texts[f"records/hoc-sinh/{pupils[0]}.yml"]
        == small.files[f"records/hoc-sinh/{pupils[0]}.yml"]
    )
    whole = "".join(f"{path}\0{texts[path]}\0" for path in sorted(texts))
    assert hashlib.sha256(whole.encode()).hexdigest() == shown.digest


def test_a_summer_retest_is_what_the_report_book_shows():
    small, (pupil, *_) = a_class()
    room = {"nam_hoc": YEAR, "lop": "4A", "ky": "cuoi-nam"}
    again = {"2026-06-20": {"muc": "hoan-thanh", "diem": 6, "ly_do": "trong-he"}}
    changed(
        small,
        "danh-gia-mon",
        {"mon": "toan", **room},
        lambda data: data["hoc_sinh"][pupil].update(
            muc="chua-hoan-thanh", diem=3, danh_gia_lai=again
        ),
    )
    changed(
        small,
        "tong-hop",
        room,
        lambda data: data["hoc_sinh"][pupil].update(
            ket_qua="hoan-thanh", ket_qua_truoc_he="chua-hoan-thanh"
        ),
    )
    (year,) = page_from(small, "hoc-ba", (pupil,)).data["years"]
    assert next(row for row in year["subjects"] if row[0] == "Toán")[1:3] == ["H", "6"]
    assert year["result"] == "Hoàn thành (sau đánh giá bổ sung trong hè)"
