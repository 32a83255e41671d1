"""The report of an audit: the same words in every form, and hostile data inert in all of them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

import verapdf
from hoso.audit.account import SORTS, Loosening, Report, Told, Violation
from hoso.audit.report import DOUBTS, as_html, as_json, as_pdf, as_text, told
from hoso.findings import Finding
from reading import metadata_of, text_of

CLAUSE = "điểm a khoản 7 Điều 3 Quy chế 2026-2027"
HOSTILE = '\x1b[31m<script>alert(1)</script>\u202e\'"&#x3c;\n#read("/etc/passwd")😀'
CLEAN = Report(
    repo_id="THCH@" + "a" * 40, genesis="a" * 40, main="b" * 40, log_head="c" * 40, seq=44,
    first=1_788_210_000, last=1_795_400_000, merges=43, commits=131, signatures=174,
    people=("NV0001", "NV0002", "NV0015"), violations=(),
    loosenings=(
        Loosening(kind="correction", commit="d" * 40, seq=30, time=1_794_000_000,
                  people=("NV0016",), clause=CLAUSE,
                  what="records/2026-2027/lop/3A/danh-gia-mon/toan/giua-ky-1.yml theo DN7K3QZ9"),
        Loosening(kind="unlock", commit="e" * 40, seq=28, time=1_793_900_000,
                  people=("NV0001", "NV0002"), what="MS4M8TVA mở sổ cho NV0015 tới 22/11/2026"),
    ),
    locks=(Told(lock="2026-2027/giua-ky-1", fell=1_794_600_000, missing=2, closed=1_794_700_000,
                commit="f" * 40),
           Told(lock="2026-2027/diem-danh-2026-10", fell=1_794_000_100, missing=0)),
    checked=(("Mỗi bản ghi của main có đúng một mục nhật ký", 43), ("Chữ ký", 174)),
)  # fmt: skip
WRONG = replace(
    CLEAN,
    violations=(
        Violation(commit="9" * 40, seq=31, time=1_794_100_000, clause=CLAUSE, finding=Finding(
            path="records/2026-2027/lop/3A/danh-gia-mon/toan/giua-ky-1.yml", line=1, code="HS865",
            message="sổ đã khóa ngày 13/11/2026", hint="lập giấy đề nghị")),
        Violation(commit="8" * 40, seq=None, time=None, finding=Finding(
            path=HOSTILE, line=1, code="HS841", message=HOSTILE)),
        Violation(commit="", seq=None, time=None, finding=Finding(
            path="records/2026-2027/lop/3A/lop.yml", line=9, code="HS401",
            message="không có hồ sơ học sinh HS18T72X")),
    ),
)  # fmt: skip
GOLDEN = Path(__file__).with_name("bao-cao.txt")


def test_the_text_reads_as_it_was_agreed():
    assert as_text(WRONG) + "\n" == GOLDEN.read_text("utf-8")


def test_the_verdict_comes_first_and_the_doubts_last():
    for report, word in ((CLEAN, "ĐẠT. Không có vi phạm"), (WRONG, "KHÔNG ĐẠT. Có 2 vi phạm")):
        text = as_text(report)
        assert text.startswith(word)
        titles = [section.title for section in told(report).sections]
        assert titles[0] == "Vi phạm"
        assert titles[-1].startswith("Điều mà phép kiểm này không chứng minh")
        assert all(doubt in text for doubt in DOUBTS)
    assert "Đoạn cuối nhật ký mà chưa ai chứng kiến" in DOUBTS[0]


def test_mistakes_in_the_records_are_told_apart_from_violations_of_history():
    text = as_text(replace(WRONG, violations=WRONG.violations[2:]))
    assert text.startswith("KHÔNG ĐẠT. Không có vi phạm nào trong 43 lần")
    assert "Hồ sơ hiện có 1 lỗi." in text.splitlines()[0]
    assert "  – records/2026-2027/lop/3A/lop.yml: HS401: không có hồ sơ học sinh" in text


def test_every_sort_of_loosening_has_a_place_of_its_own():
    every = tuple(replace(CLEAN.loosenings[0], kind=kind, what=f"việc {kind}") for kind in SORTS)
    titles = [section.title for section in told(replace(CLEAN, loosenings=every)).sections]
    assert [title for title in titles if title.endswith("(1)")] == [
        f"{title} (1)" for title in SORTS.values()
    ]
    nothing = as_text(replace(CLEAN, loosenings=(), locks=()))
    assert "nên xem lại." not in nothing.splitlines()[0]
    assert "  Không có." in nothing


def test_json_keeps_its_keys_and_every_fact():
    data = json.loads(as_json(WRONG))
    assert list(data) == [
        "clean", "repo_id", "genesis", "main", "log_head", "seq", "first", "last", "merges",
        "commits", "signatures", "people", "violations", "loosenings", "locks", "checked",
        "training",
    ]  # fmt: skip
    assert data["clean"] is False
    assert data["violations"][0] == {
        "commit": "9" * 40, "seq": 31, "time": 1_794_100_000, "code": "HS865",
        "path": "records/2026-2027/lop/3A/danh-gia-mon/toan/giua-ky-1.yml",
        "message": "sổ đã khóa ngày 13/11/2026", "hint": "lập giấy đề nghị", "clause": CLAUSE,
    }  # fmt: skip
    assert data["violations"][1]["message"] == HOSTILE
    assert data["loosenings"][1]["people"] == ["NV0001", "NV0002"]
    assert data["locks"][0] == {
        "lock": "2026-2027/giua-ky-1", "fell": 1_794_600_000, "missing": 2,
        "closed": 1_794_700_000, "commit": "f" * 40,
    }  # fmt: skip
    assert data["checked"]["Chữ ký"] == 174


class _Elements(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found, self.words = set(), []

    def handle_starttag(self, tag, attrs):
        self.found.add(tag)
        for name, value in attrs:
            assert not name.startswith("on"), name
            assert name not in {"src", "href"}, value

    def handle_data(self, data):
        self.words.append(data)


def test_in_html_hostile_words_are_words_and_nothing_is_run_or_fetched():
    page = as_html(WRONG)
    seen = _Elements()
    seen.feed(page)
    assert not seen.found & {"script", "img", "iframe", "object", "link", "a", "form"}
    assert "<script>alert(1)</script>" in "".join(seen.words)
    assert "default-src 'none'" in page
    assert page.count("<script") == 0
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]", page)


@pytest.mark.parametrize("render", [as_text, as_html])
def test_no_sign_that_steers_a_terminal_or_turns_text_around_is_shown(render):
    said = render(WRONG)
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert "\\x1b" in said


def test_on_paper_it_conforms_and_says_the_same():
    pdf = as_pdf(WRONG)
    words = text_of(pdf).replace(" ", "")  # cells break long words wherever they must
    parts = ("KHÔNG ĐẠT. Có 2 vi phạm", "HS865", CLAUSE, "MS4M8TVA", "nhật ký số 44",
             "<script>alert(1)</script>", '#read("/etc/passwd")', "c" * 40, *DOUBTS)  # fmt: skip
    assert [part for part in parts if part.replace(" ", "") not in words] == []
    assert "alert" not in metadata_of(pdf)
    assert verapdf.broken_rules(pdf, "PDFA_2_A", "PDFUA_1") == []
    assert as_pdf(WRONG) == pdf


def test_where_there_is_no_history_to_trust_nothing_is_claimed_about_one():
    found = Finding(path=".git", line=1, code="HS831", message="bản sao không đầy đủ")
    empty = Report(
        repo_id="", genesis="", main="", log_head="", seq=-1, first=0, last=0, merges=0, commits=0,
        signatures=0, people=(), loosenings=(), locks=(), checked=(("mục nhật ký", 0),),
        violations=(Violation(commit="", seq=None, time=None, finding=found),),
    )  # fmt: skip
    text = as_text(empty)
    assert text.startswith("KHÔNG ĐẠT. Không có lịch sử nào tin được")
    assert "1970" not in text
    assert "  – không rõ lúc nào\n" in text
    assert "HS831 ở .git" in as_html(empty)
    assert "KHÔNG ĐẠT" in text_of(as_pdf(empty))
