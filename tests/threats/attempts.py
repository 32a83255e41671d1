"""An attack offered to the server, and the same attack forced past it into history."""

from __future__ import annotations

from datetime import UTC, datetime

from hoso.audit.replay import Audit, audited
from hoso.ledger.judging import judge_merge, judge_proposal
from yards import LOG, MAIN

PAGE = "records/2026-2027/lop/3B/danh-gia-mon/toan/giua-ky-1.yml"
OTHER = "records/2026-2027/lop/3B/danh-gia-mon/dao-duc/giua-ky-1.yml"
CALENDAR = "records/2026-2027/nam-hoc.yml"
REGULATION = "records/quy-che/2026-2027.yml"
MARK = {PAGE: {"hoc_sinh/HS2XS5FM/muc": "hoan-thanh-tot"}}
BACK = {PAGE: {"hoc_sinh/HS2XS5FM/muc": "hoan-thanh"}}
CHECKED, APPROVED = "NV0013 to-truong kiem-tra", "NV0002 pho-hieu-truong duyet"
PRINCIPAL = "NV0001 hieu-truong duyet"
OPEN_DAY, SHUT_DAY = "2026-11-10 08:00", "2026-11-14 08:00"


def codes(findings):
    """The codes of findings, each once."""
    return sorted({each.code for each in findings})


def moment(yard):
    """The server's clock."""
    return datetime.fromtimestamp(yard.now, UTC)


def offered(yard, merge, pusher="NV0002", *, check=False):
    """What the server would say to a merge."""
    return judge_merge(yard.view(), merge, moment(yard), pusher, check=check)


def proposed(yard, head, reviews=(), *, check=False):
    """What the server would say to a proposal."""
    return judge_proposal(yard.view(), head, moment(yard), reviews, check=check)


def audit(yard, **how):
    """What an auditor finds in the repository as it is: violations and loosenings."""
    asked = {"main": MAIN, "log": LOG, "objects": False, "records": False, **how}
    return audited(Audit(repository=yard.repository, **asked))


def found(yard, **how):
    """The codes of everything that an auditor finds wrong."""
    return codes(each.finding for each in audit(yard, **how).violations)


def caught(yard, merge, *expected, pusher="NV0002"):
    """Holds that a merge is refused by these names, and found by them once it is in history."""
    assert codes(offered(yard, merge, pusher).findings) == sorted(expected)
    yard.accept(merge, pusher)
    assert found(yard) == sorted(expected), audit(yard).violations


def passed(yard, edit=None, said=(CHECKED, APPROVED), who="NV0015"):
    """An approved merge of an edit, offered, accepted into history; the topic's head."""
    head = yard.topic(MARK if edit is None else edit, who)
    merge = yard.merge(head, yard.approved(head, *said))
    judged = offered(yard, merge)
    assert judged.ok, judged.findings
    yard.accept(merge)
    return head
