"""What is typed at the desk becomes a proposal of whoever typed it, signed with their key."""

from gate.situations import edited
from hoso.desk.sending import propose
from hoso.proposals.stages import standing
from servers import MATHS, TEACHER
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
