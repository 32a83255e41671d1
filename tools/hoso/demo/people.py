"""Invented children and their families, with the names and places of the northern delta."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hoso.demo.dice import Dice
from hoso.demo.tables import table

_ALPHABET = (
    "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệfghiìỉĩíịjklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvwxyỳỷỹýỵz"
)
_RANK = {letter: rank for rank, letter in enumerate(_ALPHABET)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """Who a pupil is, before anything is known about school."""

    surname: str
    middle: str
    given: str
    sex: str
    born: date

    @property
    def full_name(self) -> str:
        return f"{self.surname} {self.middle} {self.given}"

    @property
    def place_in_list(self) -> tuple[list[int], ...]:
        """Where the child stands in a class list: by given name, surname, then middle name."""
        return tuple(_rank(part) for part in (self.given, self.surname, self.middle))


def child(dice: Dice, birth_year: int, sex: str = "") -> Child:
    """A child born in a year, most of them as old as the class they will sit in."""
    names = table("ho-ten")
    sex = sex or dice.pick(("nam", "nu"))
    surname = dice.weighted(names["ho"])
    middle, _, given = dice.pick(names[sex]).rpartition(" ")
    days = (date(birth_year + 1, 1, 1) - date(birth_year, 1, 1)).days
    return Child(
        surname=surname,
        middle=middle,
        given=given,
        sex=sex,
        born=date(birth_year, 1, 1) + timedelta(days=dice.below(days)),
    )


def family(dice: Dice, who: Child) -> dict[str, Any]:
    """The fields of a pupil's page that tell of birth, home and parents."""
    life, names = table("doi-song"), table("ho-ten")
    page: dict[str, Any] = {
        "ho_ten": who.full_name,
        "ngay_sinh": str(who.born),
        "gioi_tinh": who.sex,
        "dan_toc": dice.pick(life["dan_toc"]) if dice.chance(15) else "Kinh",
        "quoc_tich": "Việt Nam",
        "noi_sinh": dice.pick(life["noi_sinh"]),
        "que_quan": dice.pick(life["que_quan"]),
        "noi_o": f"{dice.pick(life['noi_o'])}, xã Cộng Hòa, tỉnh Ninh Bình",
    }
    mother_surname = dice.weighted(names["ho"])
    if not dice.chance(35):
        page["cha"] = _parent(dice, "cha", who.surname)
    if not dice.chance(15):
        page["me"] = _parent(dice, "me", mother_surname)
    if "cha" not in page and ("me" not in page or dice.chance(600)):
        relation = dice.pick(life["giam_ho"])
        page["giam_ho"] = {
            "ho_ten": _guardian(dice, relation, who.surname, mother_surname),
            "quan_he": relation,
            "dien_thoai": _phone(dice),
        }
    return page


def _guardian(dice: Dice, relation: str, of_father: str, of_mother: str) -> str:
    """A grandparent or an aunt of the right side of the family."""
    side = "me" if relation.startswith(("bà", "cô")) else "cha"
    names = table("ho-ten")[side]
    surname = dice.weighted(table("ho-ten")["ho"]) if relation.startswith("bà") else of_father
    if relation == "ông ngoại":
        surname = of_mother
    return f"{surname} {dice.pick(names['dem'])} {dice.pick(names['ten'])}"


def _parent(dice: Dice, which: str, surname: str) -> dict[str, str]:
    names = table("ho-ten")[which]
    middle = dice.pick(names["dem"])
    given = dice.pick([name for name in names["ten"] if not middle.endswith(name)])
    return {
        "ho_ten": f"{surname} {middle} {given}",
        "nghe_nghiep": dice.pick(table("doi-song")["nghe_nghiep"][which]),
        "dien_thoai": _phone(dice),
    }


def _phone(dice: Dice) -> str:
    # No operator has numbers beginning with 0100: nobody can be rung up by mistake.
    return f"0100{dice.below(1_000_000):06}"


def _rank(name: str) -> list[int]:
    return [_RANK[letter] for letter in name.lower() if letter in _RANK]
