"""Remarks in words, as a teacher writes them, composed from the tables of each subject."""

from __future__ import annotations

from functools import cache

from hoso.demo.dice import Dice
from hoso.demo.tables import table

#: The list of each level: the phrases that say what the pupil does.
_LEVELS = {"hoan-thanh-tot": "tot", "hoan-thanh": "dat", "chua-hoan-thanh": "yeu"}


def subject_remark(
    dice: Dice, subject: str, grade: int, ky: str, level: str, by_a_man: bool
) -> str:
    """What is said about one pupil in one subject."""
    phrases = phrases_of(subject, grade, "hk1" if ky.endswith("ky-1") else "hk2")
    endings = table("loi-ket")
    said = dice.pick(phrases[_LEVELS[level]])
    if level == "hoan-thanh-tot":
        parts = [said]
        if dice.chance(550):
            parts.append(dice.pick([other for other in phrases["tot"] if other != said]))
        if dice.chance(450):
            parts.append(_voice(dice.pick(endings["khen"]), by_a_man))
        return " ".join(parts)
    need = dice.pick(endings["mo_can"]) + dice.pick(phrases["can"]) + "."
    if level == "hoan-thanh":
        parts = [said]
        if dice.chance(700):
            parts.append(need)
        if len(parts) == 1 or dice.chance(200):
            parts.append(_voice(dice.pick(endings["dong_vien"]), by_a_man))
        return " ".join(parts)
    return " ".join((said, need, dice.pick(endings["ho_tro"])))


def trait_remark(dice: Dice, group: str, levels: tuple[str, ...]) -> str:
    """What is said about the qualities or the competencies of one pupil."""
    phrases = table("pham-chat-nang-luc")[group]
    parts = []
    good = sum(level == "tot" for level in levels)
    if good * 2 >= len(levels):
        parts.append(dice.pick(phrases["tot"]))
    if good < len(levels):
        parts.append(dice.pick(phrases["dat"]))
    elif dice.chance(500):
        parts.append(dice.pick([other for other in phrases["tot"] if other not in parts]))
    if "can-co-gang" in levels:
        parts.append(dice.pick(phrases["can"]))
    return " ".join(parts)


@cache
def phrases_of(subject: str, grade: int, term: str) -> dict[str, tuple[str, ...]]:
    """All phrases of a subject that fit a grade and a term, by level."""
    found: dict[str, list[str]] = {}
    for heading, lists in table(f"nhan-xet/{subject}").items():
        grades, _, when = heading.partition(" ")
        first, _, last = grades.partition("-")
        if int(first) <= grade <= int(last or first) and when in ("", term):
            for name, phrases in lists.items():
                found.setdefault(name, []).extend(phrases)
    return {name: tuple(phrases) for name, phrases in found.items()}


def _voice(words: str, by_a_man: bool) -> str:
    return words.replace("Cô ", "Thầy ") if by_a_man else words
