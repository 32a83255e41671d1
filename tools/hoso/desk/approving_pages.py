"""Reading, checking off, approving and returning proposals, one at a time: made for a phone."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from hoso.desk.asking import Asking, Denied, Missing, asking
from hoso.desk.attempts import TooMany, Wrong
from hoso.desk.opened import OPENED
from hoso.desk.pages import page, see_other
from hoso.desk.post_preview import preview
from hoso.desk.publishing import touches_site
from hoso.desk.told_changes import sheets
from hoso.desk.told_standing import (
    age_said,
    clauses_said,
    days_said,
    notices,
    person_said,
    reasons,
    role_said,
    steps,
)
from hoso.desk.weighing import Item, items, sees
from hoso.findings import HosoError
from hoso.gate.policy import Policy
from hoso.proposals.clone import Clone
from hoso.proposals.delivery import NotDelivered, Signer, deliver, file_review, spoken
from hoso.proposals.names import Name, named
from hoso.proposals.reviews import APPROVED, CHECKED, RETURNED, clauses, in_the_way, roles_for
from hoso.proposals.stages import Stage, Standing, school_after, standing, told
from hoso.proposals.words import MOST_REASON

_VIEWS = {"cho-toi": "Chờ tôi", "cua-toi": "Của tôi", "tat-ca": "Tất cả"}
DONE = {CHECKED: "Đã ký kiểm tra", APPROVED: "Đã ký duyệt", RETURNED: "Đã trả lại"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A proposal in the list, in words."""

    item: Item
    author: str
    age: str
    closes: str
    soon: bool
    opened: bool


def every(request: Request) -> Response:
    """The open proposals, the most urgent first."""
    ask = asking(request)
    view = request.query_params.get("xem", "cho-toi")
    view = view if view in _VIEWS else "cho-toi"
    me, found = ask.person.id, items(ask)
    parts = {
        "cho-toi": [each for each in found if each.waits_for(me)],
        "cua-toi": [each for each in found if each.is_of(me)],
        "tat-ca": found,
    }
    return page(
        ask, "de-nghi.html", view=view, lines=lines_of(ask, parts[view]),
        views=[(name, title, len(parts[name])) for name, title in _VIEWS.items()],
        many=sum(each.deed != "" for each in parts["cho-toi"]), site_failed=ask.desk.site.failed,
    )  # fmt: skip


def lines_of(ask: Asking, found: list[Item]) -> list[Line]:
    """Proposals as the lists show them."""
    now, today = ask.desk.now(), ask.policy.on
    return [
        Line(
            item=each,
            author=person_said(each.name.author, ask.school),
            age=age_said(each.since, now),
            closes="" if each.closes is None else days_said(each.closes, today),
            soon=each.closes is not None and (each.closes - today).days <= 3,
            opened=OPENED.has(ask.session, each.name, each.digest),
        )
        for each in found
    ]


def one(request: Request) -> Response:
    """One proposal: what it changes, why it may, what it still needs, and the buttons."""
    ask = asking(request)
    found = _found(ask, ask.clone, name_in(request))
    if found.judged.proposal is not None:
        OPENED.add(ask.session, found.name, found.judged.proposal.digest)
    for path in sorted({change.path for change in found.judged.changes}):
        ask.noted(path)
    return _shown(ask, found)


def sign(request: Request) -> Response:
    """Signs a check or an approval about exactly what was shown; merges where it was the last."""
    ask, name = asking(request), name_in(request)
    decision = ask.text("viec")
    if decision not in (CHECKED, APPROVED):
        raise HosoError("chưa nói ký kiểm tra hay ký duyệt")
    try:
        with ask.signing(ask.text("mat_khau")) as (clone, me):
            said = _signed_before(ask, clone, name, decision)
            if not said:
                found = _found(ask, clone, name)
                if not same_as_shown(found, ask.text("dau_noi_dung")):
                    raise HosoError("đề nghị vừa đổi sau khi thầy cô mở; đọc lại rồi ký")
                said = signed(ask, clone, me, found, decision)
    except Wrong as error:
        return _shown(ask, _found(ask, ask.clone, name), _refused(error), decision)
    ask.tell(said)
    return see_other("/de-nghi/")


def signed(ask: Asking, clone: Clone, me: Signer, found: Standing, decision: str) -> str:
    """Gives a person's word about a proposal; what became of it, in words.

    Denied where it is not theirs to give, NotDelivered where the server does not take it.
    """
    if found.case is None or not found.judged.may_be_proposed:
        raise NotDelivered("đề nghị này không hợp vào sổ được nữa", found.judged.findings)
    roles = roles_for(found.case, me.person, decision, found.approvals)
    if not roles and found.stage is not Stage.READY:
        raise _not_theirs(found, me.person, decision)
    public = touches_site(found.judged.changes)
    lines = spoken(found, me, decision, roles, clone.view.state.log)
    done = deliver(clone, found, me, lines)
    if done.merge is None:
        return f"{DONE[decision]} đề nghị {found.name}; còn chờ bước sau."
    if public:
        ask.desk.published()
    return f"{DONE[decision]} đề nghị {found.name}: đủ chữ ký, đã vào sổ chính thức" + (
        "; trang web đang được dựng lại." if public else "."
    )


def send_back(request: Request) -> Response:
    """Returns a proposal to its author with a reason."""
    ask, name = asking(request), name_in(request)
    reason = ask.text("ly_do")
    if not 0 < len(reason) <= MOST_REASON:
        raise HosoError(f"ghi lý do trả lại, không quá {MOST_REASON} chữ")
    try:
        with ask.signing(ask.text("mat_khau")) as (clone, me):
            found = _found(ask, clone, name)
            if found.case is None:
                raise NotDelivered("đề nghị này người viết phải sửa trước", found.judged.findings)
            roles = roles_for(found.case, me.person, RETURNED, found.approvals)
            if not roles:
                raise _not_theirs(found, me.person, RETURNED)
            lines = spoken(found, me, RETURNED, roles, clone.view.state.log)
            file_review(clone, found, me, lines, reason)
    except Wrong as error:
        return _shown(ask, _found(ask, ask.clone, name), _refused(error), RETURNED, reason)
    ask.tell(f"Đã trả lại đề nghị {name}; người viết thấy lý do ở mục Việc của tôi.")
    return see_other("/de-nghi/")


def name_in(request: Request) -> Name:
    """The proposal that an address names; Missing for what is no name."""
    try:
        return named(f"{request.path_params['nv']}/{request.path_params['slug']}")
    except HosoError as error:
        raise Missing(str(error)) from error


def same_as_shown(found: Standing, digest: str) -> bool:
    """Whether a proposal still does what was shown with that digest."""
    return found.judged.proposal is not None and found.judged.proposal.digest == digest


def _found(ask: Asking, clone: Clone, name: Name) -> Standing:
    if name not in clone.proposals():
        raise Missing(f"đề nghị {name} không còn mở: đã vào sổ, hoặc chưa từng có")
    found = standing(clone, name, clone.now(ask.desk.now()))
    if not sees(ask, found):
        # Whoever may not read it learns no more than a stranger to the school would.
        raise Missing(f"đề nghị {name} không còn mở: đã vào sổ, hoặc chưa từng có")
    return found


def _signed_before(ask: Asking, clone: Clone, name: Name, decision: str) -> str:
    """What to say to whoever signs again, for the first answer never arrived; "" to others."""
    me, digest = ask.person.id, ask.text("dau_noi_dung")
    if name in clone.proposals():
        found = standing(clone, name, clone.now(ask.desk.now()))
        mine = (word.approval for word in found.counting if word.person == me)
        if same_as_shown(found, digest) and any(each.decision == decision for each in mine):
            return f"{DONE[decision]} đề nghị {name} từ trước; không cần ký lại."
        return ""
    merge = clone.repository.run(
        "log", "-1", "--first-parent", "--format=%B", "--fixed-strings", f"--grep=({name})",
        clone.view.main,
    )  # fmt: skip
    # Whoever brings the very digest has read it; nobody else learns what became of a proposal.
    if not digest or digest not in merge:
        return ""
    return f"Đề nghị {name} đã vào sổ chính thức; không cần ký lại."


def _not_theirs(found: Standing, person: str, decision: str) -> Denied:
    """Why somebody's word would fill no step, with the finding or the clauses that say whose."""
    assert found.case is not None  # noqa: S101 - asked about only where there is one
    wrong = in_the_way(found.case, person)
    if wrong:
        return Denied("chưa ký gì cả, vì lời ký này sẽ không được tính", wrong)
    if decision != RETURNED and any(word.person == person for word in found.counting):
        return Denied("thầy cô đã ký đề nghị này rồi; ký thêm không thay được người khác")
    whose = "; ".join(clauses(found.case, found.needs))
    return Denied("chưa ký gì cả: không bước nào còn thiếu là việc của thầy cô"
                  + (f". Theo quy chế: {whose}" if whose else ""))  # fmt: skip


def _refused(error: Wrong) -> tuple[int, str]:
    return (429 if isinstance(error, TooMany) else 403), str(error)


def _shown(
    ask: Asking, found: Standing, wrong: tuple[int, str] = (200, ""), tried: str = "",
    reason: str = "",
) -> Response:  # fmt: skip
    policy, after = ask.policy, school_after(ask.clone, found)
    pages = sheets(found.judged.changes, after)
    return page(
        ask, "mot-de-nghi.html", wrong[0],
        found=found, name=found.name, stage=found.stage.value,
        author=person_said(found.name.author, after), age=age_said(found.since, ask.desk.now()),
        first=CHECKED if found.stage is Stage.CHECK else APPROVED,
        own=ask.person.id in (found.name.author, *found.judged.authors),
        sheets=pages,
        previews={each.path: preview(found, each.path, after) for each in pages if each.post},
        conflicts=told(ask.clone, found, named=True) if found.judged.effect.conflicts else (),
        reasons=reasons(found, policy, after), notices=notices(ask.clone, found, policy),
        steps=steps(found, policy, after), clauses=clauses_said(found, policy, after),
        words=_words(found, policy, ask),
        returned=None if found.returned is None
        else (person_said(found.returned.person, after), found.returned.reason),
        can=_can(found, ask.person.id), why_not=_why_not(found, ask.person.id),
        digest="" if found.judged.proposal is None else found.judged.proposal.digest,
        wrong=wrong[1], tried=tried, reason=reason,
    )  # fmt: skip


def _words(found: Standing, policy: Policy, ask: Asking) -> list[tuple[str, str, str]]:
    said = {CHECKED: "đã kiểm tra", APPROVED: "đã duyệt"}
    return [
        (person_said(word.person, ask.school), said.get(word.approval.decision, ""),
         role_said(word.approval.role, policy, ask.school))
        for word in found.counting
    ]  # fmt: skip


def _can(found: Standing, person: str) -> frozenset[str]:
    """What a person may do about a proposal now."""
    if found.case is None or not found.judged.may_be_proposed:
        return frozenset()
    if found.stage is Stage.READY:
        return frozenset({APPROVED})
    return frozenset(
        decision for decision in (CHECKED, APPROVED, RETURNED)
        if roles_for(found.case, person, decision, found.approvals)
    )  # fmt: skip


def _why_not(found: Standing, person: str) -> str:
    """Why somebody has no button, in one sentence."""
    if found.case is None or not found.judged.may_be_proposed:
        return "Người viết phải sửa đề nghị trước khi ai đó ký được."
    wrong = in_the_way(found.case, person)
    if wrong:
        return f"{wrong[0].message}; {wrong[0].hint} ({wrong[0].code})."
    if any(word.person == person for word in found.counting):
        return "Thầy cô đã ký đề nghị này; còn chờ người khác."
    return "Không bước nào còn thiếu là việc của thầy cô."


routes = [
    Route("/de-nghi/", every, methods=["GET"]),
    Route("/de-nghi/{nv}/{slug}", one, methods=["GET"]),
    Route("/de-nghi/{nv}/{slug}/ky", sign, methods=["POST"]),
    Route("/de-nghi/{nv}/{slug}/tra-lai", send_back, methods=["POST"]),
]
