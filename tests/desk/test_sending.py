"""What is typed at the desk becomes a proposal of whoever typed it, signed with their key."""

import threading
from concurrent.futures import ThreadPoolExecutor

from gate.situations import edited
from hoso.desk.sending import propose
from hoso.proposals.stages import standing
from servers import LEADER, MATHS, OTHER, TEACHER, VIETNAMESE
from yards import keys


def test_a_page_typed_at_the_desk_is_proposed_and_waits_for_approval(own_place):
    desk = own_place.desk
    clone = desk.clone()
    base = clone.view.main
    before = clone.view.standing(base).tree.read(MATHS)
    pupil = next(iter(clone.view.standing(base).school.at(MATHS).data["hoc_sinh"]))
    after, _ = edited({MATHS: before}, {MATHS: {f"hoc_sinh/{pupil}/nhan_xet": "Em tiến bộ rõ."}})
    with desk.signing(TEACHER, keys()[TEACHER]) as (there, me):
        name = propose(there, me, after, base, "Nhận xét giữa kỳ")
        assert propose(there, me, after, base, "Nhận xét giữa kỳ") == name
    found = standing(desk.clone(), name, desk.now())
    assert found.judged.may_be_proposed
    assert found.judged.authors == {TEACHER}


def test_two_people_and_one_twice_send_at_the_same_moment_and_nothing_is_lost(own_place):
    desk = own_place.desk
    view = desk.clone().view
    base, wishes = view.main, []
    for who, path in [(TEACHER, MATHS), (TEACHER, VIETNAMESE), (LEADER, OTHER), (TEACHER, MATHS)]:
        page = view.standing(base).school.at(path)
        change = {f"hoc_sinh/{sorted(page.data['hoc_sinh'])[0]}/nhan_xet": "Em đọc to, rõ ràng."}
        before = {path: view.standing(base).tree.read(path)}
        wishes.append((who, edited(before, {path: change})[0]))
    sent = []

    def send(who, files):
        with desk.signing(who, keys()[who]) as (clone, me):
            sent.append(propose(clone, me, files, base, "Nhận xét giữa kỳ"))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda wish: send(*wish), wishes))
    assert len(sent) == 4
    assert len(set(sent)) == 3, "what was sent twice is one proposal"
    assert set(desk.clone().proposals()) == set(sent)


def test_what_has_been_sent_is_seen_by_everybody_from_then_on(own_place):
    desk = own_place.desk
    view = desk.clone().view
    base, page = view.main, view.standing(view.main).school.at(MATHS)
    before = {MATHS: view.standing(base).tree.read(MATHS)}
    sent, missed, done = [], [], threading.Event()

    def look():
        while not done.is_set():
            known = list(sent)
            missed.extend(set(known) - set(desk.clone().proposals()))

    readers = [threading.Thread(target=look) for _ in range(2)]
    for reader in readers:
        reader.start()
    for pupil in sorted(page.data["hoc_sinh"])[:3]:
        after, _ = edited(before, {MATHS: {f"hoc_sinh/{pupil}/nhan_xet": "Em đọc to, rõ."}})
        with desk.signing(TEACHER, keys()[TEACHER]) as (clone, me):
            sent.append(propose(clone, me, after, base, "Nhận xét giữa kỳ"))
    done.set()
    for reader in readers:
        reader.join()
    assert missed == []
