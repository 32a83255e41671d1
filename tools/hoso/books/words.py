"""Letters and abbreviations as the printed books write them, and the legends that explain them."""

from __future__ import annotations

from hoso.model import Kind

#: Abbreviations of codes that stand in narrow columns; their meaning is the schema's label.
RESULTS = {
    "hoan-thanh-xuat-sac": "HTXS",
    "hoan-thanh-tot": "HTT",
    "hoan-thanh": "HT",
    "chua-hoan-thanh": "CHT",
}
REWARDS = {
    "hoc-sinh-xuat-sac": "HSXS",
    "hoc-sinh-tieu-bieu": "HSTB",
    "dot-xuat": "KTĐX",
    "de-nghi-cap-tren": "CTK",
    "thu-khen": "TK",
}
PROMOTION = {
    "hoan-thanh": "HT",
    "theo-quyet-dinh": "LL-QĐ",
    "chua-len-lop": "CLL",
    "cho-he": "CBS",
}
EXEMPT = "M"

_RESULT = ("hoc_sinh", "", "ket_qua")
_REWARD = ("hoc_sinh", "", "khen_thuong", 0)
_PROMOTION = ("hoc_sinh", "", "len_lop")


def letter(kind: Kind, pointer: tuple[str | int, ...], value: str | None) -> str:
    """The letter of a level: "T" of "T – Hoàn thành tốt"; nothing where there is no level."""
    return "" if value is None else kind.label(pointer, value).partition(" – ")[0]


def result_name(summary: Kind, code: str) -> str:
    """How a result of the year reads in full."""
    return summary.label(_RESULT, code)


def reward_name(summary: Kind, code: str) -> str:
    """How a reward reads in full."""
    return summary.label(_REWARD, code)


def promotion_name(summary: Kind, code: str) -> str:
    """How a promotion reads in full."""
    return summary.label(_PROMOTION, code)


def levels_legend(subject: Kind, traits: Kind) -> list[list[str]]:
    """What T, H, C and T, Đ, C mean, one line for each set of letters."""
    of_subjects = subject.field(("hoc_sinh", "", "muc")) or {}
    of_traits = traits.field(("hoc_sinh", "", "pham_chat", "yeu_nuoc")) or {}
    return [
        ["Môn học, hoạt động giáo dục", _joined(list(of_subjects.get("x-labels", {}).values()))],
        ["Phẩm chất, năng lực", _joined(list(of_traits.get("x-labels", {}).values()))],
    ]


def year_legend(summary: Kind) -> list[list[str]]:
    """The abbreviations of the year-end columns."""
    return [
        ["Kết quả giáo dục", _explained(RESULTS, summary, _RESULT)],
        ["Khen thưởng", _explained(REWARDS, summary, _REWARD)],
        ["Hoàn thành chương trình lớp học", _explained(PROMOTION, summary, _PROMOTION)],
    ]


def _explained(short: dict[str, str], kind: Kind, pointer: tuple[str | int, ...]) -> str:
    return _joined([f"{sign} – {kind.label(pointer, code)}" for code, sign in short.items()])


def _joined(labels: list[str]) -> str:
    return "; ".join(label.replace(" – ", ": ", 1) for label in labels)
