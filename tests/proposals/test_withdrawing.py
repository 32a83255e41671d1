"""Taking one's own proposal back: it goes with all that was said about it, and never too late."""

from servers import DEPUTY, LEADER, MATHS, TEACHER

BETTER = {"hoc_sinh/HS2XS5FM/muc": "hoan-thanh-tot"}


def test_an_author_takes_a_proposal_back_with_what_was_said_about_it(served):
    teacher, before = served.person(TEACHER), served.branches()
    name = teacher.proposes(MATHS, BETTER)
    served.person(LEADER).does("check-off", name, "--yes")
    assert len(served.branches()) == len(before) + 2
    code, said = served.person(LEADER).run("withdraw", name, "--yes")
    assert (code, "chỉ người viết rút được" in said) == (2, True)
    code, said = teacher.run("withdraw", name, typed="n\n")
    assert code == 1
    assert "Đã rút" in teacher.does("withdraw", name, "--yes")
    assert served.branches() == before
    assert "không có đề nghị" in teacher.run("withdraw", name, "--yes")[1]


def test_what_has_come_into_the_books_is_not_taken_back(served):
    teacher = served.person(TEACHER)
    name = teacher.proposes(MATHS, BETTER)
    served.person(LEADER).does("check-off", name, "--yes")
    served.person(DEPUTY).does("approve", name, "--yes")
    code, said = teacher.run("withdraw", name, "--yes")
    assert (code, "không có đề nghị" in said) == (2, True)
    assert "muc: hoan-thanh-tot" in served.page(MATHS)
