"""How subjects, traits and other codes read in Vietnamese; every word comes from the schemas."""

from __future__ import annotations

from collections.abc import Iterable

from hoso.model import School
from hoso.rules.assessment_tt27 import About, Datum
from hoso.rules.subjects import GENERAL, QUALITIES

CURRICULUM = "Chương trình giáo dục phổ thông, ban hành theo Điều 1 Thông tư 32/2018/TT-BGDĐT"
_TT27 = "Thông tư 27/2020/TT-BGDĐT"
TESTS = f"Điều 7 khoản 1 điểm b {_TT27}"
LEVELS = f"Điều 7 {_TT27}"
SUMMARY = f"Điều 9 khoản 1 {_TT27}"
COMPLETION = f"Điều 11 {_TT27}"
REWARDS = f"Điều 13 {_TT27}"
PLANS = f"Điều 8 {_TT27}"


def subject_name(school: School, subject: str) -> str:
    """The name of a subject, for example Tự nhiên và Xã hội."""
    labels = school.kind("danh-gia-mon").key["mon"].get("x-labels", {})
    return str(labels.get(subject, subject))


def trait_name(school: School, trait: str) -> str:
    """The name of a quality or competency, for example Chăm chỉ."""
    group = "nang_luc_dac_thu"
    if trait in QUALITIES:
        group = "pham_chat"
    elif trait in GENERAL:
        group = "nang_luc_chung"
    return school.kind("pham-chat-nang-luc").heading(("hoc_sinh", "", group, trait))


def period_name(school: School, ky: str) -> str:
    """The name of a time of assessment, for example Cuối năm học."""
    return str(school.kind("danh-gia-mon").key["ky"].get("x-labels", {}).get(ky, ky))


def datum_name(school: School, datum: Datum) -> str:
    """What a datum is, for example `điểm kiểm tra Toán`."""
    if datum.about is About.TRAIT:
        return trait_name(school, datum.name)
    name = subject_name(school, datum.name)
    return f"điểm kiểm tra {name}" if datum.about is About.SCORE else f"mức đạt được {name}"


def joined(words: Iterable[str], most: int = 6) -> str:
    """Words with commas, the rest of a long list as a count."""
    listed = list(words)
    more = len(listed) - most
    return ", ".join(listed[:most]) + (f" và {more} mục nữa" if more > 0 else "")
