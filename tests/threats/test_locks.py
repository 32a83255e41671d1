"""Rows 67–70 of the table of threats: closed books, corrections, calendars."""

from __future__ import annotations

import pytest

from threats.attempts import (
    APPROVED,
    BACK,
    CALENDAR,
    CHECKED,
    MARK,
    OPEN_DAY,
    OTHER,
    PAGE,
    PRINCIPAL,
    SHUT_DAY,
    audit,
    caught,
    codes,
    found,
    offered,
    passed,
)

REQUEST = "records/2026-2027/de-nghi-sua/DN0000A1.yml"
ORDER = "records/2026-2027/mo-so/MS0000A1.yml"
LOCK = "2026-2027/giua-ky-1"


def request(path=REQUEST, requester="NV0014", until="2026-11-25", page=PAGE, **fields):
    """A page that asks for a correction."""
    fields = fields or {"hoc_sinh/HS2XS5FM/muc": {"cu": "hoan-thanh", "moi": "hoan-thanh-tot"}}
    return {path: {"=": {
        "nguoi_de_nghi": requester, "ngay": "2026-11-14", "tep": page, "truong": fields,
        "ly_do": "nhap-sai", "minh_chung": {"b" * 64: {"loai": "bai-kiem-tra"}}, "han": until,
    }}}  # fmt: skip


def shut(yard):
    """The books closed, and the log told of it."""
    yard.later(SHUT_DAY)
    yard.entry(event="khoa", lock=LOCK, missing=0, ref="", pusher="may-chu")
    return yard


def asked(yard, **how):
    """A request that was approved, in a merge of its own."""
    how = {"requester": "NV0014", **how}
    passed(shut(yard), request(**how), (CHECKED, APPROVED), how["requester"])
    return yard


def carried(yard, edit=None, who="NV0015", paper=REQUEST, more=()):
    """A merge that carries a request out, approved for it."""
    head = yard.topic(MARK if edit is None else edit, who)
    said = [yard.statement(head, *each.split(), correction=paper)
            for each in (CHECKED, APPROVED, *more)]  # fmt: skip
    return yard.merge(head, said)


def test_a_correction_is_asked_for_carried_out_once_and_listed(yard):
    asked(yard)
    merge = carried(yard)
    assert offered(yard, merge).ok
    yard.accept(merge)
    assert found(yard, objects=True) == []
    assert [each.commit for each in audit(yard).loosenings if each.kind == "correction"] == [merge]


def test_a_book_opened_by_order_is_written_and_listed(yard):
    shut(yard)
    order = {ORDER: {"=": {
        "nguoi": "NV0015", "loai": ["danh-gia-mon"], "ly_do": "Nhập bổ sung",
        "pham_vi": {"lop": "3B", "mon": "toan", "ky": "giua-ky-1"},
        "lenh": {"so": "99/QĐ-THCH", "ngay": "2026-11-14"},
        "tu": "2026-11-16 07:00", "den": "2026-11-17 17:00"}}}  # fmt: skip
    passed(yard, order, [PRINCIPAL], "NV0022")
    head = yard.topic(MARK)
    yard.later("2026-11-16 08:00")
    assert offered(yard, yard.merge(head, yard.approved(head, CHECKED, APPROVED))).ok
    passed(yard, OTHER_FIELD)
    assert found(yard) == []
    assert {"unlock", "late"} <= {each.kind for each in audit(yard).loosenings}
    yard.later("2026-11-17 17:01")
    caught(yard, yard.merge(head, yard.approved(head, CHECKED, APPROVED)), "HS865")


OTHER_FIELD = {PAGE: {"hoan_tat": "2026-11-11"}}


def test_threat_67_a_locked_page_refuses_even_its_owner(yard):
    shut(yard)
    head = yard.topic(MARK)
    caught(yard, yard.merge(head, yard.approved(head, CHECKED, APPROVED, PRINCIPAL)), "HS865")


def test_threat_67_a_locked_page_is_not_taken_away(yard):
    shut(yard)
    head = yard.topic({PAGE: None})
    caught(yard, yard.merge(head, yard.approved(head, CHECKED, APPROVED)), "HS865")


def test_threat_68_a_correction_cannot_bring_its_own_request(yard):
    shut(yard)
    merge = carried(yard, {**MARK, **request(requester="NV0015")}, more=(PRINCIPAL,))
    caught(yard, merge, "HS865", "HS866")


def test_threat_68_a_request_that_nobody_approved_is_not_there(yard):
    shut(yard)
    first = yard.topic(request(requester="NV0014"), "NV0014")
    head = yard.topic(MARK, base=first)
    said = [yard.statement(head, *each.split(), correction=REQUEST)
            for each in (CHECKED, APPROVED, PRINCIPAL)]  # fmt: skip
    caught(yard, yard.merge(head, said), "HS865", "HS866")


def test_threat_68_a_request_is_used_once(yard):
    asked(yard)
    yard.accept(carried(yard))
    back = carried(yard, BACK)
    assert codes(offered(yard, back).findings) == ["HS865", "HS866"]
    yard.entry(old=yard.main, new=back)
    yard.accept(yard.merge(yard.topic({OTHER: {"hoan_tat": "2026-11-08"}})))
    again = carried(yard)
    yard.accept(again)
    listed = audit(yard).violations
    assert {each.commit for each in listed if each.finding.code == "HS866"} == {back, again}


def test_threat_68_a_request_is_used_up_by_whatever_changes_its_field(yard):
    asked(yard)
    head = yard.topic({PAGE: {"hoc_sinh/HS2XS5FM/muc": "chua-hoan-thanh"}})
    yard.accept(yard.merge(head))
    yard.accept(yard.merge(yard.topic(BACK)))
    again = carried(yard)
    yard.accept(again)
    listed = audit(yard).violations
    assert [each.commit for each in listed if each.finding.code == "HS866"].count(again)


def test_threat_68_a_request_is_used_up_by_a_change_that_was_no_merge_at_all(yard):
    asked(yard)
    for edit in (MARK, BACK):
        yard.accept(yard.topic(edit), "NV0015")
    again = carried(yard)
    yard.accept(again)
    listed = {each.finding.code for each in audit(yard).violations if each.commit == again}
    assert "HS866" in listed


def test_threat_68_a_request_ends_with_its_day(yard):
    asked(yard)
    yard.later("2026-11-25 23:59")
    assert offered(yard, carried(yard)).ok
    yard.later("2026-11-26 00:00")
    caught(yard, carried(yard), "HS865", "HS866")


def test_threat_68_a_request_opens_its_own_page_only(yard):
    asked(yard)
    edit = {OTHER: {"hoan_tat": "2026-11-08"}}
    caught(yard, carried(yard, edit), "HS865")


@pytest.mark.parametrize("edit", [
    {PAGE: {**MARK[PAGE], "hoan_tat": "2026-11-08"}},
    {PAGE: {"hoc_sinh/HS2XS5FM/muc": "chua-hoan-thanh"}},
    {PAGE: {"hoc_sinh/HSZ9G27J/muc": "hoan-thanh-tot"}},
])  # fmt: skip
def test_threat_68_a_request_opens_its_own_fields_and_values_only(yard, edit):
    asked(yard)
    caught(yard, carried(yard, edit), "HS865", "HS867")


def test_threat_68_a_request_about_a_value_that_no_longer_stands(yard):
    passed(yard, {PAGE: {"hoc_sinh/HS2XS5FM/muc": "chua-hoan-thanh"}})
    shut(yard)
    head = yard.topic(request(), "NV0014")
    caught(yard, yard.merge(head, yard.approved(head, CHECKED, APPROVED)), "HS868")


def test_threat_68_statements_that_do_not_name_the_request_do_not_carry_it_out(yard):
    asked(yard)
    head = yard.topic(MARK)
    caught(yard, yard.merge(head, yard.approved(head, CHECKED, APPROVED)), "HS856", "HS864")


def test_threat_68_who_asked_and_who_approved_the_request_do_not_carry_it_out_alone(yard):
    asked(yard, requester="NV0015")
    assert offered(yard, carried(yard, more=(PRINCIPAL,))).ok
    caught(yard, carried(yard), "HS864")


def test_threat_68_who_asked_does_not_approve_the_change(yard):
    asked(yard, requester="NV0014")
    head = yard.topic(MARK)
    said = [yard.statement(head, "NV0014", "gvcn", "kiem-tra", correction=REQUEST),
            yard.statement(head, "NV0002", "pho-hieu-truong", correction=REQUEST)]  # fmt: skip
    caught(yard, yard.merge(head, said), "HS864", "HS869")


def test_threat_68_an_approved_request_is_not_written_over(yard):
    asked(yard)
    head = yard.topic({REQUEST: {"han": "2026-12-25"}}, "NV0014")
    caught(yard, yard.merge(head, yard.approved(head, CHECKED, APPROVED)), "HS870")


def test_threat_68_a_used_request_that_was_written_over_stays_used(yard):
    asked(yard)
    yard.accept(carried(yard))
    yard.accept(yard.merge(yard.topic(BACK)))
    yard.accept(yard.merge(yard.topic({REQUEST: {"han": "2026-11-30"}}, "NV0014")))
    again = carried(yard)
    yard.accept(again)
    listed = [each for each in audit(yard).violations if each.commit == again]
    assert codes(each.finding for each in listed) == ["HS865", "HS866"]


def test_threat_68_a_request_is_not_taken_away(yard):
    asked(yard)
    head = yard.topic({REQUEST: None}, "NV0014")
    caught(yard, yard.merge(head, yard.approved(head, CHECKED, APPROVED)), "HS870")


def test_threat_68_who_only_checked_the_request_may_carry_it_out(yard):
    said = ("NV0015 to-pho kiem-tra", APPROVED)
    passed(shut(yard), request(), said, "NV0014")
    assert offered(yard, carried(yard)).ok


def test_threat_68_nobody_asks_in_anothers_name(yard):
    shut(yard)
    head = yard.topic(request(requester="NV0016"), "NV0014")
    caught(yard, yard.merge(head, yard.approved(head, CHECKED, APPROVED)), "HS871")


def test_threat_68_requests_that_came_with_the_founding_open_nothing(tmp_path):
    from gate.situations import edited
    from yards import Yard

    more, _ = edited({}, request())
    yard = shut(Yard(tmp_path / "kho", more=more))
    caught(yard, carried(yard, more=(PRINCIPAL,)), "HS865", "HS866")


@pytest.mark.parametrize("change", [
    {"lich_khoa/giua-ky-1/ngay": "2026-12-31"},
    {"lich_khoa/giua-ky-1": None},
    {"lich_khoa/giua-ky-1/tru": ["cho-he"]},
    {"lich_khoa/giua-ky-1/loai": ["tong-hop"]},
    {"lich_khoa/giua-ky-1/ngay": "2026-11-01"},
])  # fmt: skip
def test_threat_69_a_lock_that_has_closed_is_not_moved_by_its_calendar(yard, change):
    shut(yard)
    head = yard.topic({CALENDAR: change}, "NV0002")
    caught(yard, yard.merge(head, yard.approved(head, PRINCIPAL)), "HS872")


def test_threat_69_a_lock_that_is_to_come_moves_only_with_the_principal_and_is_listed(yard):
    later = {CALENDAR: {"lich_khoa/giua-ky-1/ngay": "2026-11-14"}}
    head = yard.topic(later, "NV0002")
    alone = yard.merge(head, yard.approved(head, "NV0002 pho-hieu-truong duyet"))
    assert codes(offered(yard, alone).findings) == ["HS855", "HS864"]
    passed(yard, later, [PRINCIPAL], "NV0002")
    assert [each.kind for each in audit(yard).loosenings] == ["calendar"]
    assert found(yard) == []


def test_threat_70_the_time_of_receipt_decides_and_not_that_of_signing(yard):
    yard.later(OPEN_DAY)
    head = yard.topic(MARK)
    yard.later("2026-11-13 23:00")
    merge = yard.merge(head, yard.approved(head, CHECKED, APPROVED))
    yard.later("2026-11-13 23:59")
    assert offered(yard, merge).ok
    yard.later("2026-11-14 00:01")
    caught(yard, merge, "HS865")


# The log's own word about locks.


@pytest.mark.parametrize(("lock", "when"), [
    ("2026-2027/khong-co", SHUT_DAY), (LOCK, "2026-11-13 23:59"), ("2025-2027/giua-ky-1", SHUT_DAY),
])  # fmt: skip
def test_threat_70_a_lock_is_not_told_before_its_time(yard, lock, when):
    yard.later(when)
    yard.entry(event="khoa", lock=lock, missing=0, ref="", pusher="may-chu")
    assert found(yard) == ["HS845"]


def test_threat_70_a_lock_falls_due_once_and_its_books_are_completed_after_it(yard):
    done = {"event": "chot", "lock": LOCK, "old": "0" * 40, "pusher": "may-chu",
            "ref": f"refs/heads/locked/{LOCK}"}  # fmt: skip
    yard.later(SHUT_DAY)
    yard.repository.run("update-ref", done["ref"], yard.main)
    early = yard.copied(yard.folder.with_name("som"))
    early.entry(**done)
    assert found(early) == ["HS845"]
    twice = shut(shut(yard.copied(yard.folder.with_name("hai-lan"))))
    twice.repository.run("update-ref", "-d", done["ref"])
    assert found(twice) == ["HS845"]
    shut(yard)
    yard.entry(**done)
    assert found(yard) == []
    yard.entry(**done)
    assert found(yard) == ["HS845"]
    again = shut(early)
    assert found(again) == ["HS845"]


def test_threat_70_a_lock_is_told_of_main_as_it_is(yard):
    head = passed(yard)
    yard.later(SHUT_DAY)
    yard.entry(event="khoa", lock=LOCK, missing=0, ref="", pusher="may-chu", old=head, new=head)
    assert found(yard) == ["HS841"]


def test_threat_70_books_are_completed_on_main_as_it_is(yard):
    head = passed(yard)
    shut(yard)
    ref = f"refs/heads/locked/{LOCK}"
    yard.entry(event="chot", lock=LOCK, old="0" * 40, ref=ref, pusher="may-chu", new=head)
    yard.repository.run("update-ref", ref, head)
    assert found(yard) == ["HS841"]
