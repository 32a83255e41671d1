"""Security keys (FIDO) that git signs with: enrolled, proved by a touch, refused without one."""

import pytest

from desk.closed_school import pupils, sent
from desk.test_approving import signs
from gate.situations import edited
from hoso.desk.sending import propose
from hoso.gate.verdict import local
from hoso.proposals.delivery import NotDelivered
from hoso.proposals.enrolling import enrolled
from servers import CLERK, HEAD, MATHS, TEACHER
from tokens import Token


def remark(place, number, key):
    """A remark of the class teacher, signed and pushed with a key."""
    view = place.desk.clone().view
    tree = view.standing(view.main).tree
    pupil = pupils(place, MATHS)[number]
    after, _ = edited({MATHS: tree.read(MATHS)},
                      {MATHS: {f"hoc_sinh/{pupil}/nhan_xet": "Em đọc đề kỹ hơn rồi."}})  # fmt: skip
    with place.desk.signing(TEACHER, key) as (clone, me):
        return propose(clone, me, after, clone.view.main, "Nhận xét")


def refused(place, number, key):
    """The codes by which a remark signed with a key is refused."""
    with pytest.raises(NotDelivered) as caught:
        remark(place, number, key)
    return {each.code for each in caught.value.findings}


def test_a_touched_security_key_signs_for_whoever_enrolled_it_and_an_untouched_one_does_not(
    own_place,
):
    token, stranger = Token(), Token(b"ssh:khac")
    assert refused(own_place, 0, token) == {"HS828"}
    ask = own_place.desk.clone().view
    school, now = ask.standing(ask.main).school, local(own_place.desk.now())
    _, path, text = enrolled(school, TEACHER, token.public.line, None, f"{now:%Y-%m-%d %H:%M}")
    asked = sent(own_place, CLERK, {path: text.decode()}, "Ghi thẻ khóa")
    assert signs(own_place, HEAD, asked, "duyet").status_code == 303
    name = remark(own_place, 0, token)
    assert name in own_place.desk.clone().proposals()
    assert "chờ" in own_place.visitor(TEACHER).text(f"/de-nghi/{name}")
    token.present = False
    assert refused(own_place, 1, token) == {"HS875"}
    assert refused(own_place, 2, stranger) == {"HS828"}
    assert list(own_place.desk.clone().proposals()) == [name]
