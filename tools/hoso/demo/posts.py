"""Made-up posts of about four hundred words, for measuring large sites."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from hoso.demo.dice import Dice
from hoso.demo.plan import LAST_DAY
from hoso.demo.tables import table

_CATEGORIES = ("hoat-dong", "day-va-hoc", "doi-sao", "suc-khoe", "thu-vien", "phu-huynh")
_AUTHORS = ("NV0002", "NV0003", "NV0005", "NV0007")

Post = tuple[dict[str, str], dict[str, Any], str]


def made_up_posts(seed: int, count: int) -> Iterator[Post]:
    """Key, front matter and body of each post, spread over the last four years."""
    bank = table("bai-viet")
    last = date.fromisoformat(LAST_DAY)
    for number in range(1, count + 1):
        dice = Dice(seed, "bai-viet", number)
        when = last - timedelta(days=dice.below(4 * 365))
        what, where = dice.pick(bank["viec"]), dice.pick(bank["noi"])
        title = f"{what} của {where}, bài {number}"
        data = {
            "tieu_de": title,
            "ngay": str(when),
            "chuyen_muc": [dice.pick(_CATEGORIES)],
            "the": dice.some(bank["the"], dice.between(1, 3)),
            "tac_gia": [dice.pick(_AUTHORS)],
            "tom_tat": f"{what} của {where} diễn ra vui tươi, an toàn và để lại điều đáng nhớ.",
        }
        paragraphs = [
            dice.pick(bank["mo"]),
            *dice.some(table("doan-van"), 5),
            dice.pick(bank["ket"]),
        ]
        heading = f"## {dice.pick(('Cùng nhau làm', 'Học bằng tay', 'Điều còn đọng lại'))}"
        paragraphs.insert(3, heading)
        yield {"nam": str(when.year), "ma": f"bai-{number:05}"}, data, "\n\n".join(paragraphs)
