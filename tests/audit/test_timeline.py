"""The life of a value: what changed when, who wrote and agreed, and by which clause and paper."""

from __future__ import annotations

import json

import pytest

from hoso.audit.timeline import Timeline
from hoso.books.catalogue import book_called
from hoso.cli.main import outcome
from hoso.cli.printing import desk_of
from hoso.gate.changes import effect_digest
from hoso.signing.statements import Witness, signed
from reading import text_of
from yards import LOG, MAIN, NOTHING, Yard, keys

PUPIL, TEACHER = "HS2XS5FM", "NV0015"
MARKS = "records/2026-2027/lop/3B/danh-gia-mon/toan/giua-ky-1.yml"
PUPILS = f"records/hoc-sinh/{PUPIL}.yml"
PAPER = "records/2026-2027/de-nghi-sua/DN0000A1.yml"
ORDER = "records/2026-2027/mo-so/MS0000A1.yml"
LEVEL = f"hoc_sinh/{PUPIL}/muc"
REQUEST = {
    "nguoi_de_nghi": TEACHER, "ngay": "2026-11-17", "tep": MARKS,
    "truong": {LEVEL: {"cu": "hoan-thanh-tot", "moi": "hoan-thanh"}}, "ly_do": "nhap-sai",
    "minh_chung": {"a" * 64: {"loai": "bai-kiem-tra"}}, "han": "2026-11-25",
}  # fmt: skip
OPENED = {
    "nguoi": TEACHER, "loai": ["danh-gia-mon"], "pham_vi": {"lop": "3B", "ky": "giua-ky-1"},
    "ly_do": "Nhập sót", "lenh": {"so": "97/QĐ-THCH", "ngay": "2026-11-19"},
    "tu": "2026-11-20 07:00", "den": "2026-11-21 17:00",
}  # fmt: skip


def move(yard, edit, who, *said, correction=None, when):
    """A topic approved, merged and entered into the log at a moment; gives its merge."""
    yard.later(when)
    head = yard.topic(edit, who)
    statements = [yard.statement(head, *each.split(), correction=correction) for each in said]
    return yard.accept(yard.merge(head, statements))


@pytest.fixture(scope="module")
def yard(tmp_path_factory):
    """A school whose one mark changes four times: freely, by request, by order, and by nobody."""
    made = Yard(tmp_path_factory.mktemp("kho") / "truong.git")
    made.steps = [
        move(made, {MARKS: {LEVEL: "hoan-thanh-tot", "hoan_tat": None}}, TEACHER,
             "NV0013 to-truong kiem-tra", "NV0002 pho-hieu-truong duyet",
             when="2026-11-10 09:00"),
    ]  # fmt: skip
    made.later("2026-11-14 00:00")
    made.due = made.entry(event="khoa", lock="2026-2027/giua-ky-1", missing=0, ref="",
                          pusher="may-chu")  # fmt: skip
    made.steps.append(
        move(made, {PAPER: {"=": REQUEST}}, TEACHER, "NV0013 to-truong kiem-tra",
             "NV0002 pho-hieu-truong duyet", when="2026-11-17 10:00")
    )  # fmt: skip
    made.steps.append(
        move(made, {MARKS: {LEVEL: "hoan-thanh"}}, TEACHER, "NV0013 to-truong kiem-tra",
             "NV0002 pho-hieu-truong duyet", "NV0001 hieu-truong duyet", correction=PAPER,
             when="2026-11-18 15:30")
    )  # fmt: skip
    made.steps.append(
        move(made, {ORDER: {"=": OPENED}}, "NV0002", "NV0001 hieu-truong duyet",
             when="2026-11-19 08:00")
    )  # fmt: skip
    made.steps.append(
        move(made, {MARKS: {LEVEL: "chua-hoan-thanh", f"hoc_sinh/{PUPIL}/nhan_xet": "Em cố gắng."}},
             TEACHER, "NV0013 to-truong kiem-tra", "NV0002 pho-hieu-truong duyet",
             when="2026-11-20 08:00")
    )  # fmt: skip
    # What the server's owner slips in behind everybody's back: no statement, no entry.
    made.later("2026-11-21 03:00")
    made.unlogged = made.merge(made.topic({MARKS: {LEVEL: "hoan-thanh-tot"}}, "NV0016", key=None))
    made.repository.run("update-ref", MAIN, made.unlogged)
    return made


@pytest.fixture(scope="module")
def timeline(yard):
    return Timeline(yard.repository, MAIN, LOG)


def at_level(change):
    return "/".join(map(str, change.pointer)) == LEVEL


@pytest.fixture(scope="module")
def life(timeline):
    """The turns of the one mark."""
    return list(timeline.turns([MARKS], at_level))


def test_every_merge_that_changed_the_value_is_told_in_order_with_both_values(yard, life):
    assert [turn.commit for turn in life] == [
        yard.genesis, yard.steps[0], yard.steps[2], yard.steps[4], yard.unlogged
    ]  # fmt: skip
    values = [(turn.changes[0].old, turn.changes[0].new) for turn in life[1:]]
    assert values == [
        ("hoan-thanh", "hoan-thanh-tot"), ("hoan-thanh-tot", "hoan-thanh"),
        ("hoan-thanh", "chua-hoan-thanh"), ("chua-hoan-thanh", "hoan-thanh-tot"),
    ]  # fmt: skip
    assert life[0].authors == ("may-chu",)


def test_times_are_the_servers_and_a_commits_own_date_is_marked(life):
    assert [(f"{turn.when:%Y-%m-%d %H:%M}", turn.seq) for turn in life[1:]] == [
        ("2026-11-10 09:00", 1), ("2026-11-18 15:30", 4), ("2026-11-20 08:00", 6),
        ("2026-11-21 03:00", None),
    ]  # fmt: skip


def test_who_wrote_and_who_agreed_is_read_from_keys_and_told_with_its_clause(life):
    first = life[1]
    assert first.authors == (TEACHER,)
    assert [(each.person, each.role, each.deed) for each in first.agreed] == [
        ("NV0013", "to-truong", "kiem-tra"), ("NV0002", "pho-hieu-truong", "duyet")
    ]  # fmt: skip
    clauses = [*first.clauses, *(each.clause for each in first.agreed)]
    assert len(clauses) == 3
    assert all(clause.endswith("Quy chế 2026-2027") for clause in clauses)
    assert len(set(clauses)) == 3


def test_papers_that_opened_a_closed_page_are_told(life):
    assert [turn.opened_by for turn in life[1:]] == [(), (PAPER,), (ORDER,), ()]


def test_what_nobody_signed_has_no_author_and_no_approval(life):
    assert (life[-1].authors, life[-1].agreed, life[-1].clauses) == ((), (), ())


@pytest.fixture
def fresh(tmp_path):
    return Yard(tmp_path / "k.git", "2026-11-10 09:00")


def agreed_with(yard, head, lines):
    """Whom a timeline says to have agreed to a merge with these lines in its message."""
    yard.accept(yard.merge(head, [lines]))
    turn = list(Timeline(yard.repository, MAIN, LOG).turns([MARKS], at_level))[-1]
    return [(each.person, each.witnessed) for each in turn.agreed]


@pytest.mark.parametrize("spoil", [
    {"key": "chung-thuc"}, {"digest": "0" * 64}, {"tamper": True}, {"late": True},
])  # fmt: skip
def test_a_statement_of_another_key_effect_or_wording_is_not_told(fresh, spoil):
    head = fresh.topic({MARKS: {LEVEL: "hoan-thanh-tot"}})
    how = {name: value for name, value in spoil.items() if name in ("key", "digest")}
    lines = fresh.statement(head, "NV0002", "pho-hieu-truong", **how)
    if "tamper" in spoil:
        lines = lines.replace('"role":"pho-hieu-truong"', '"role":"hieu-truong"')
    if "late" in spoil:
        head = fresh.topic({MARKS: {LEVEL: "chua-hoan-thanh"}})
    assert agreed_with(fresh, head, lines) == []


@pytest.mark.parametrize(("key", "told"), [("chung-thuc", [("NV0002", True)]), ("NV0015", []),
                                           ("may-chu", [])])  # fmt: skip
def test_a_witnessed_word_counts_with_the_notarys_key_alone(fresh, key, told):
    head = fresh.topic({MARKS: {LEVEL: "hoan-thanh-tot"}})
    tree, paths = fresh.merge_tree(head)
    before = fresh.repository.tree(fresh.main)
    witness = Witness(
        digest=effect_digest(before, fresh.repository.tree(tree), paths), paths=len(paths),
        commit=head, decision="duyet", forge="forgejo", nonce="0" * 32, person="NV0002",
        policy="0" * 64, ref=MAIN, repo=f"THCH@{fresh.genesis}", review="7",
        role="pho-hieu-truong", time=fresh.now,
    )  # fmt: skip
    assert agreed_with(fresh, head, signed(witness, keys()[key])) == told


def test_a_clone_without_the_log_tells_the_commits_own_dates(yard):
    turns = list(Timeline(yard.repository, MAIN, None).turns([MARKS], at_level))
    assert {turn.seq for turn in turns} == {None}
    assert len(turns) == 5


def test_every_page_that_ever_named_a_pupil_is_found(timeline, yard):
    found = timeline.pages_naming(PUPIL)
    assert {MARKS, PUPILS, PAPER, "records/2026-2027/lop/3B/lop.yml"} <= set(found)
    assert timeline.pages_naming("HS000000") == []


def history(yard, capsys, *arguments):
    capsys.readouterr()
    assert outcome(["history", *arguments, "--repo", str(yard.folder)]) == 0
    return capsys.readouterr().out


def test_the_verb_tells_a_value_of_a_pupil_from_its_beginning(yard, capsys):
    said = history(yard, capsys, PUPIL, "muc")
    page = "Lớp 3B · Toán · Giữa học kỳ I"
    for part in (
        "1. 08:00 ngày 09/11/2026 (nhật ký số 0)", "Ghi: máy chủ, khi lập kho",
        "09:00 ngày 10/11/2026 (nhật ký số 1)",
        f"{page} — {PUPIL} · Mức đạt được: H – Hoàn thành → T – Hoàn thành tốt",
        "Ghi: NV0015, theo điểm", "Kiểm tra: NV0013 (to-truong), theo điểm",
        "Duyệt: NV0002 (pho-hieu-truong), theo điểm", f"Mở bằng: {PAPER}", f"Mở bằng: {ORDER}",
        "03:00 ngày 21/11/2026 (ngày tự khai của bản ghi)", "Ghi: không có chữ ký",
    ):  # fmt: skip
        assert part in said
    assert said.index(PAPER) < said.index(ORDER)


def test_names_are_printed_only_when_asked_for(yard, capsys, timeline):
    pupil = timeline.school.get("hoc-sinh", hoc_sinh=PUPIL).data["ho_ten"]
    teacher = timeline.school.get("nhan-su", nhan_su=TEACHER).data["ho_ten"]
    for form in ("text", "json"):
        bare = history(yard, capsys, PUPIL, "--format", form)
        assert pupil not in bare
        assert teacher not in bare
    named = history(yard, capsys, PUPIL, "--ten")
    assert pupil in named
    assert f"{teacher} ({TEACHER})" in named


def test_a_page_and_a_place_in_it_can_be_asked_for(yard, capsys):
    assert history(yard, capsys, MARKS, LEVEL).startswith("5 lần thay đổi")
    assert history(yard, capsys, MARKS, f"hoc_sinh/{PUPIL}/nhan_xet").startswith("2 lần thay đổi")
    assert history(yard, capsys, PAPER).startswith("1 lần thay đổi")
    assert "trang mới" in history(yard, capsys, PAPER)
    assert history(yard, capsys, MARKS, LEVEL, "--at", yard.steps[0]).startswith("2 lần thay đổi")


@pytest.mark.parametrize("asked", ["HS000000", "records/khong-co.yml", ":(glob)**", "x\ny"])
def test_what_history_does_not_know_is_said_in_words(yard, capsys, asked):
    assert history(yard, capsys, asked).startswith("Không có lần thay đổi")


@pytest.mark.parametrize("asked", ["../x", "/etc/passwd", "records/../../x", "", "a//b"])
def test_what_cannot_be_a_page_is_refused_in_words(yard, capsys, asked):
    assert outcome(["history", asked, "--repo", str(yard.folder)]) == 2
    assert capsys.readouterr().err.startswith("Lỗi: ")


def test_json_has_every_turn_with_its_people_and_papers(yard, capsys):
    turns = json.loads(history(yard, capsys, MARKS, LEVEL, "--format", "json"))
    assert [turn["seq"] for turn in turns] == [0, 1, 4, 6, None]
    assert turns[2]["opened_by"] == [PAPER]
    assert turns[2]["agreed"][2]["person"] == "NV0001"
    assert turns[2]["changes"] == [{
        "path": MARKS, "pointer": LEVEL, "part": "trường",
        "words": [f"Lớp 3B · Toán · Giữa học kỳ I — {PUPIL} · Mức đạt được: "
                  "T – Hoàn thành tốt → H – Hoàn thành"],
    }]  # fmt: skip


def test_a_request_is_printed_with_its_approvals_and_its_carrying_out(yard, tmp_path, capsys):
    out = tmp_path / "giay.pdf"
    arguments = ["book", "giay-de-nghi", "DN0000A1", "-o", str(out), "--at", "main"]
    assert outcome([*arguments, "--repo", str(yard.folder)]) == 0
    text = text_of(out.read_bytes())
    for part in ("10:00 ngày 17/11/2026 (theo nhật ký máy chủ)", yard.steps[1],
                 "15:30 ngày 18/11/2026 (theo nhật ký máy chủ)", yard.steps[2],
                 "Tổ trưởng chuyên môn", "Trước khi sửa", "(Đã ký số)"):  # fmt: skip
        assert part in text
    before = ["--at", yard.steps[1]]
    assert outcome([*arguments[:-2], *before, "--repo", str(yard.folder)]) == 0
    assert "chưa được thực hiện" in text_of(out.read_bytes())


def test_minutes_of_a_lock_print_the_log_entry_of_a_real_log(yard, tmp_path):
    out = tmp_path / "bien-ban.pdf"
    arguments = ["book", "bien-ban-khoa-so", "2026-2027", "giua-ky-1", "-o", str(out)]
    assert outcome([*arguments, "--at", "main", "--repo", str(yard.folder)]) == 0
    text = text_of(out.read_bytes())
    assert "00:00 ngày 14/11/2026 (nhật ký số 2)" in text
    assert yard.due in text
    assert "Lớp 3B · Toán · Giữa học kỳ I chưa hoàn tất" in text
    assert f"({TEACHER})" in text
    assert "nhánh locked" not in text


def test_the_archive_of_a_year_keeps_the_minutes_of_what_fell_due(yard):
    desk = desk_of(yard.repository.tree("main"), yard.folder, "main", ("2026-2027",))
    minutes = book_called("bien-ban-khoa-so")
    kept = [
        scope[1]
        for scope in minutes.volumes(desk.school, "2026-2027")
        if minutes.keep(desk, scope, "2026-2027") is not None
    ]
    assert kept == ["giua-ky-1"]


def test_once_the_books_are_complete_the_minutes_are_about_the_locked_state(tmp_path):
    made = Yard(tmp_path / "k.git", "2026-11-14 00:00")
    lock = {"lock": "2026-2027/giua-ky-1", "pusher": "may-chu"}
    made.entry(event="khoa", missing=0, ref="", **lock)
    made.later("2026-11-15 10:20")
    ref = "refs/heads/locked/2026-2027/giua-ky-1"
    head = made.entry(event="chot", old=NOTHING, ref=ref, **lock)
    made.repository.run("update-ref", ref, made.main)
    locked = made.main
    move(made, {MARKS: {LEVEL: "hoan-thanh-tot"}}, TEACHER, when="2026-11-16 09:00")
    out = tmp_path / "bien-ban.pdf"
    arguments = ["book", "bien-ban-khoa-so", "2026-2027", "giua-ky-1", "-o", str(out)]
    assert outcome([*arguments, "--repo", str(made.folder)]) == 0
    text = text_of(out.read_bytes())
    for part in ("10:20 ngày 15/11/2026 (nhật ký số 2)", head, locked, f"bản ghi {locked[:12]}",
                 "nhánh locked/2026-2027/giua-ky-1 phải trỏ đúng"):  # fmt: skip
        assert part in text
