"""A school year in a real repository: clean as the school lived it, and every violation found.

The year has the ordinary and the rare: marks and attendance, two proposals at once on one page,
a deputy, locks with and without missing pages, an order that opens a book, a correction, a new
key. Violations are then sown one by one past the server, each in a copy that goes on afterwards.
"""

from __future__ import annotations

import pytest

from hoso.audit import replay, stretches
from hoso.audit.replay import Audit, audited
from yards import LOG, MAIN, Yard

YEAR = "records/2026-2027"
ROOM = f"{YEAR}/lop/3B"
MATHS = f"{ROOM}/danh-gia-mon/toan/giua-ky-1.yml"
ETHICS = f"{ROOM}/danh-gia-mon/dao-duc/giua-ky-1.yml"
VIETNAMESE = f"{ROOM}/danh-gia-mon/tieng-viet/giua-ky-1.yml"
PRESENT = f"{ROOM}/diem-danh/2026-10.yml"
REQUEST, ORDER = f"{YEAR}/de-nghi-sua/DN0000A1.yml", f"{YEAR}/mo-so/MS0000A1.yml"
PUPIL, OTHER = "HS2XS5FM", "HS32SAQY"
CHECKED, APPROVED = "NV0013 to-truong kiem-tra", "NV0002 pho-hieu-truong duyet"
PRINCIPAL = "NV0001 hieu-truong duyet"
CHAIN = (CHECKED, APPROVED)
CORRECTION = {
    "nguoi_de_nghi": "NV0014", "ngay": "2026-11-16", "tep": ETHICS,
    "truong": {f"hoc_sinh/{PUPIL}/muc": {"cu": "hoan-thanh-tot", "moi": "hoan-thanh"}},
    "ly_do": "nhap-sai", "minh_chung": {"a" * 64: {"loai": "bai-kiem-tra"}}, "han": "2026-11-25",
}  # fmt: skip
UNLOCK = {
    "nguoi": "NV0015", "loai": ["danh-gia-mon"],
    "pham_vi": {"lop": "3B", "mon": "toan", "ky": "giua-ky-1"}, "ly_do": "Nhập bổ sung",
    "lenh": {"so": "99/QĐ-THCH", "ngay": "2026-11-18"},
    "tu": "2026-11-19 07:30", "den": "2026-11-20 17:00",
}  # fmt: skip


def remark(text, pupil=PUPIL, page=MATHS):
    return {page: {f"hoc_sinh/{pupil}/nhan_xet": text}}


class Life:
    """A yard in which things happen day by day."""

    def __init__(self, folder):
        self.yard = Yard(folder, now="2026-10-01 08:00")

    def happens(self, when, edit, said=CHAIN, who="NV0015", **different):
        self.yard.later(when)
        head = self.yard.topic(edit, who)
        self.enters(head, said, **different)

    def enters(self, head, said=CHAIN, **different):
        statements = [self.yard.statement(head, *each.split(), **different) for each in said]
        self.yard.accept(self.yard.merge(head, statements))

    def lock(self, when, name, missing):
        """A lock falls due; with nothing missing its books are closed for good."""
        yard = self.yard.later(when)
        yard.entry(event="khoa", lock=f"2026-2027/{name}", missing=missing, new=yard.main,
                   old=yard.main, ref="", pusher="may-chu")  # fmt: skip

    def close(self, name):
        yard, branch = self.yard, f"refs/heads/locked/2026-2027/{name}"
        yard.entry(event="chot", lock=f"2026-2027/{name}", missing=None, new=yard.main,
                   old="0" * 40, ref=branch, pusher="may-chu")  # fmt: skip
        yard.repository.run("update-ref", branch, yard.main)


def lived(folder):
    life = Life(folder)
    life.lock("2026-10-06 00:05", "diem-danh-2026-09", 0)
    for day in range(12, 17):
        life.happens(f"2026-10-{day} 09:00", remark(f"Em học tốt hơn tuần trước, lần {day}."))
    both = [life.yard.topic(remark("Em chăm đọc sách.", pupil)) for pupil in (PUPIL, OTHER)]
    for head in both:
        life.enters(head)
    summary = {f"{ROOM}/tong-hop/giua-ky-1.yml": {"nhan_xet_lop": "Lớp đoàn kết."}}
    deputy = ("NV0001 hieu-truong duyet", "NV0013 to-truong kiem-tra")
    life.happens("2026-10-20 08:00", summary, deputy, who="NV0002")
    life.happens("2026-10-30 16:00", {PRESENT: {"ngay_hoc": 21}}, (APPROVED,))
    life.lock("2026-11-06 00:05", "diem-danh-2026-10", 1)
    life.happens("2026-11-12 10:00", remark("Em lễ phép.", page=ETHICS))
    life.lock("2026-11-14 00:05", "giua-ky-1", 0)
    life.close("giua-ky-1")
    life.happens("2026-11-16 09:00", {REQUEST: {"=": CORRECTION}}, who="NV0014")
    life.happens("2026-11-17 09:00", {ETHICS: {f"hoc_sinh/{PUPIL}/muc": "hoan-thanh"}},
                 correction=REQUEST)  # fmt: skip
    life.happens("2026-11-18 09:00", {ORDER: {"=": UNLOCK}}, (PRINCIPAL,), who="NV0002")
    life.happens("2026-11-19 10:00", remark("Em đã bổ sung bài."))
    life.yard.later("2026-11-23 08:00")
    return life


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    life = lived(tmp_path_factory.mktemp("nam-hoc") / "kho")
    life.yard.repository.run("repack", "-a", "-d", "-q")
    return life


@pytest.fixture
def life(year, tmp_path):
    copy = Life.__new__(Life)
    copy.yard = year.yard.copied(tmp_path / "kho")
    return copy


def report_of(life, **how):
    given = {"main": MAIN, "log": LOG, "records": False, **how}
    return audited(Audit(repository=life.yard.repository, **given))


def test_a_year_in_which_everybody_kept_the_rules_has_no_finding(year):
    report = report_of(year, genesis=year.yard.genesis)
    assert report.violations == ()
    assert report.merges == 14
    assert {told.lock: (told.missing, told.closed is not None) for told in report.locks} == {
        "2026-2027/diem-danh-2026-09": (0, False),
        "2026-2027/diem-danh-2026-10": (1, False),
        "2026-2027/giua-ky-1": (0, True),
    }


def test_what_loosened_the_rules_lawfully_is_listed_with_its_clause(year):
    told = [(each.kind, each.what, bool(each.clause)) for each in report_of(year).loosenings]
    assert told == [
        ("lock-late", "2026-2027/diem-danh-2026-10: còn thiếu 1 trang khi đến hạn", False),
        ("correction", f"{ETHICS} ({REQUEST})", True),
        ("unlock", ORDER, True),
        ("late", f"{MATHS} ({ORDER})", True),
    ]


def late_edit(life):
    life.happens("2026-11-23 08:00", remark("Ghi thêm sau khóa.", page=VIETNAMESE))


def used_twice(life):
    life.yard.later("2026-11-23 08:00")
    back = life.yard.topic({ETHICS: {f"hoc_sinh/{PUPIL}/muc": "hoan-thanh-tot"}})
    life.enters(back, correction=REQUEST)


def order_run_out(life):
    life.happens("2026-11-23 08:00", remark("Ghi khi lệnh mở sổ đã hết."))


def own_approval(life):
    life.happens("2026-11-23 08:00", {f"{ROOM}/diem-danh/2026-11.yml": {"ngay_hoc": 16}},
                 ("NV0015 gvcn duyet",))  # fmt: skip


def anothers_class(life):
    life.happens("2026-11-23 08:00", {f"{ROOM}/diem-danh/2026-11.yml": {"ngay_hoc": 16}},
                 (APPROVED,), who="NV0022")  # fmt: skip


def nobody_approved(life):
    life.happens("2026-11-23 08:00", {f"{ROOM}/diem-danh/2026-11.yml": {"ngay_hoc": 16}}, ())


def evil_merge(life):
    yard = life.yard
    head = yard.topic({f"{ROOM}/diem-danh/2026-11.yml": {"ngay_hoc": 16}})
    more = yard.topic({f"{ROOM}/diem-danh/2026-11.yml": {"ngay_hoc": 17}})
    yard.accept(yard.merge(head, yard.approved(head, APPROVED), tree=yard.tree_of(more)))


def one_parent(life):
    head = life.yard.topic({f"{ROOM}/diem-danh/2026-11.yml": {"ngay_hoc": 16}})
    life.yard.accept(head, "NV0015")


def unlogged(life):
    yard = life.yard
    head = yard.topic({f"{ROOM}/diem-danh/2026-11.yml": {"ngay_hoc": 16}})
    yard.main = yard.merge(head, yard.approved(head, APPROVED))
    yard.settle()


def wrong_writer_of_the_log(life):
    yard = life.yard
    head = yard.topic({f"{ROOM}/diem-danh/2026-11.yml": {"ngay_hoc": 16}})
    yard.accept(yard.merge(head, yard.approved(head, APPROVED)), key="NV0002")


def clock_back(life):
    yard = life.yard
    head = yard.topic({f"{ROOM}/diem-danh/2026-11.yml": {"ngay_hoc": 16}})
    merge = yard.merge(head, yard.approved(head, APPROVED))
    yard.accept(merge, time=yard.now - 5 * 86_400)


def frozen_branch_moved(life):
    yard = life.yard
    yard.repository.run("update-ref", "refs/heads/locked/2026-2027/giua-ky-1", yard.main)


def lock_told_twice(life):
    life.lock("2026-11-23 08:00", "giua-ky-1", 0)


SOWN = {
    late_edit: ["HS865"], used_twice: ["HS865", "HS866"], order_run_out: ["HS865"],
    own_approval: ["HS855", "HS864"], anothers_class: ["HS850"], nobody_approved: ["HS864"],
    evil_merge: ["HS835"], one_parent: ["HS831"], unlogged: ["HS841"],
    wrong_writer_of_the_log: ["HS842"], clock_back: ["HS843"], frozen_branch_moved: ["HS845"],
    lock_told_twice: ["HS845"],
}  # fmt: skip


@pytest.mark.parametrize("sow", SOWN, ids=lambda sow: sow.__name__)
def test_every_violation_sown_into_the_year_is_found(life, sow):
    sow(life)
    seq = life.yard.seq
    report = report_of(life)
    assert sorted({each.finding.code for each in report.violations}) == SOWN[sow]
    told = {each.seq for each in report.violations}
    assert told <= {seq, None}


def test_violations_do_not_hide_each_other(life, monkeypatch):
    sown = (nobody_approved, late_edit, wrong_writer_of_the_log, evil_merge, lock_told_twice)
    for days, sow in enumerate(sown, 10):
        sow(life)
        life.happens("2026-11-23 08:00", {f"{ROOM}/diem-danh/2026-11.yml": {"ngay_hoc": days}},
                     (APPROVED,))  # fmt: skip
    whole = report_of(life)
    found = [(each.seq, each.finding.code) for each in whole.violations]
    first = life.yard.seq - 9
    assert found == [
        (first, "HS864"), (first + 2, "HS865"), (first + 4, "HS842"), (first + 6, "HS835"),
        (first + 8, "HS845"),
    ]  # fmt: skip
    for module in (replay, stretches):
        monkeypatch.setattr(module, "SHORTEST", 4)
    assert report_of(life, jobs=2) == whole
