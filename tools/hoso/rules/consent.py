"""Which pupils a news post may name or show, and on whose consent.

Điều 24 Luật 91/2025/QH15: what concerns a child of seven or more is published only when the
child and a parent agree; a withdrawn consent ends it. The site is built now, so a withdrawal
refuses the post whatever its date.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from hoso.findings import Finding
from hoso.model import Record, School
from hoso.rules.days import day
from hoso.rules.rule import Named, Rule

BASIS = (
    "Điều 24 Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15 "
    "(trước 01/01/2026: Điều 20 Nghị định 13/2023/NĐ-CP)"
)
PURPOSES: Mapping[str, str] = {"ten": "ten-tren-trang-web", "anh": "anh-tren-trang-web"}
#: From this birthday on the child's own consent is needed as well.
OWN_CONSENT_AGE = 7


def age_on(born: date, when: date) -> int:
    """Full years of age on a day; who is born on 29 February has the birthday on 1 March."""
    return when.year - born.year - ((when.month, when.day) < (born.month, born.day))


def _pupils_agreed(post: Record, school: School) -> Iterator[Finding]:
    when = day(post.data["ngay"])
    for pupil, ways in post.data.get("hoc_sinh", {}).items():
        form = school.get("dong-y", hoc_sinh=pupil)
        person = school.get("hoc-sinh", hoc_sinh=pupil)
        born = None if person is None else day(person.data["ngay_sinh"])
        for position, way in enumerate(ways):
            purpose = PURPOSES[way]
            given = {} if form is None else form.data["muc_dich"].get(purpose, {})
            refused = _refusal(given, born, when)
            if refused is not None:
                code, why = refused
                yield post.finding(
                    code,
                    ("hoc_sinh", pupil, position),
                    f"{pupil}: {why}",
                    "bỏ học sinh này khỏi bài (cả lời và ảnh), hoặc xin đồng ý trước khi đăng",
                )


def _refusal(given: Mapping[str, Any], born: date | None, when: date) -> tuple[str, str] | None:
    if not given or day(given["cha_me"]) > when:
        return "HS701", "cha mẹ chưa đồng ý vào ngày đăng bài"
    if "rut" in given:
        return "HS703", "sự đồng ý đã được rút lại"
    # A child of unknown age is treated as old enough to be asked.
    if born is not None and age_on(born, when) < OWN_CONSENT_AGE:
        return None
    if "hoc_sinh" not in given or day(given["hoc_sinh"]) > when:
        return "HS702", f"từ đủ {OWN_CONSENT_AGE} tuổi cần thêm sự đồng ý của chính em"
    return None


def _pictures_are_described(post: Record, school: School) -> Iterator[Finding]:
    if "anh" in post.data and "anh_mo_ta" not in post.data:
        yield post.finding(
            "HS704",
            ("anh",),
            f"ảnh {post.data['anh']} chưa có lời mô tả",
            "thêm anh_mo_ta, tả ảnh cho người không nhìn thấy",
        )


def _named_in_post(kind: str) -> Named:
    return Named(
        kind=kind,
        hole="hoc_sinh",
        by="tin-tuc",
        place=("hoc_sinh", "@"),
        holes=("nam", "ma"),
    )


RULES = (
    Rule(
        name="học sinh trong bài đã đồng ý",
        kind="tin-tuc",
        check=_pupils_agreed,
        reads=(_named_in_post("dong-y"), _named_in_post("hoc-sinh")),
        basis=BASIS,
        since=date(2023, 7, 1),
    ),
    Rule(
        name="ảnh có lời mô tả",
        kind="tin-tuc",
        check=_pictures_are_described,
        reads=(),
        basis="Điều 43 Luật Người khuyết tật 51/2010/QH12",
        since=date(2011, 1, 1),
    ),
)
