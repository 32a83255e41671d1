"""The school's standing pages, with who does what this year and how to reach the school."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from hoso.site.library import Library
from hoso.site.public import Publication, PublicRecord, Source
from hoso.site.staged import Staged, address_of, page, place_of, school_year_of
from hoso.site.words import spaced_phone

INDEX = "gioi-thieu/index.md"
_LEADERS = ("hieu-truong", "pho-hieu-truong")
_EVERYBODY = "nhan-vien"


def about_pages(
    publication: Publication, library: Library, profile: PublicRecord, today: date
) -> Iterator[Staged]:
    """Everything under gioi-thieu/: a list of the pages, then each page."""
    pages = sorted(publication.all("trang"), key=lambda each: (each.data["thu_tu"], each.path))
    yield page(
        INDEX,
        {
            "title": "Giới thiệu",
            "description": f"Giới thiệu {profile.text('ten')}.",
            "template": "gioi-thieu.html",
            "muc": [
                {
                    "tieu_de": each.text("tieu_de"),
                    "tom_tat": each.text("tom_tat"),
                    "duong_dan": address_of(each),
                }
                for each in pages
            ],
        },
        sources=tuple(each.source for each in pages),
    )
    for each in pages:
        extra: dict[str, Any] = {}
        sources: tuple[Source, ...] = ()
        if each.text("bang") == "to-chuc":
            extra, sources = _organisation(publication, today)
        elif each.text("bang") == "lien-he":
            extra, sources = {"lien_he": _contact(profile)}, (profile.source,)
        yield page(
            place_of(each),
            {
                "title": each.text("tieu_de"),
                "description": each.text("tom_tat"),
                "template": "bai.html",
                "muc_cha": "gioi-thieu",
                "tom_tat": each.text("tom_tat"),
                **extra,
            },
            each.body,
            (each.source, *sources),
        )


def _contact(profile: PublicRecord) -> dict[str, Any]:
    return {
        "ten": profile.text("ten"),
        "dia_chi": profile.text("dia_chi"),
        "dien_thoai": spaced_phone(profile.text("dien_thoai")),
        "dien_thoai_so": profile.text("dien_thoai"),
        "thu_dien_tu": profile.text("thu_dien_tu"),
        "diem_truong": [
            {"ten": each["ten"], "dia_chi": each["dia_chi"]}
            for each in profile.data.get("diem_truong", {}).values()
        ],
    }


def _organisation(
    publication: Publication, today: date
) -> tuple[dict[str, Any], tuple[Source, ...]]:
    """Staff by team, leaders first, each with this year's duties as far as they are public."""
    year = school_year_of(today)
    regulation = publication.get("quy-che", nam_hoc=year)
    roles = regulation.data["vai"] if regulation else {}
    held: dict[str, list[Mapping[str, Any]]] = {}
    order: dict[str, int] = {}
    names = list(roles)
    for code, duty in publication.duties_on(year, today):
        held.setdefault(code, []).append(duty)
        rank = names.index(duty["vai"]) if duty["vai"] in names else len(names)
        order[code] = min(order.get(code, 99), -1 if duty["vai"] in _LEADERS else rank)
    people = publication.staff_on(today)
    teams: dict[str, list[dict[str, Any]]] = {}
    for person in sorted(
        people, key=lambda each: (order.get(each.key["nhan_su"], 99), each.key["nhan_su"])
    ):
        code = person.key["nhan_su"]
        is_leader = order.get(code) == -1
        team = "Ban giám hiệu" if is_leader else _team(person.text("to"))
        teams.setdefault(team, []).append(
            {
                "ho_ten": person.text("ho_ten"),
                "chuc_danh": person.text("chuc_danh"),
                "nhiem_vu": _duties(publication, held.get(code, []), roles),
            }
        )
    front = {
        "to_chuc": {
            "nam_hoc": year,
            "to": [{"ten": name, "nguoi": rows} for name, rows in _ranked(teams)],
        }
    }
    return front, (
        Source(path="records/nhan-su/*.yml"),
        Source(path=f"records/{year}/phan-cong/*.yml"),
        *((regulation.source,) if regulation else ()),
    )


def _ranked(teams: Mapping[str, list[dict[str, Any]]]) -> list[tuple[str, list[dict[str, Any]]]]:
    def rank(name: str) -> tuple[int, str]:
        return (0 if name == "Ban giám hiệu" else 2 if "Văn phòng" in name else 1, name)

    return [(name, teams[name]) for name in sorted(teams, key=rank)]


def _team(code: str) -> str:
    """“to-4-5” as “Tổ 4-5”."""
    if not code:
        return "Cán bộ, nhân viên khác"
    rest = code.removeprefix("to-")
    return "Tổ Văn phòng" if rest == "van-phong" else f"Tổ {rest}"


def _duties(
    publication: Publication,
    held: list[Mapping[str, Any]],
    roles: Mapping[str, Mapping[str, Any]],
) -> list[str]:
    """A person's duties in words; the same subject in several classes is one duty.

    That somebody is a member of staff goes without saying where there is more to say.
    """
    rooms: dict[str, list[str]] = {}
    telling = [duty for duty in held if duty["vai"] != _EVERYBODY] or held
    for duty in telling:
        found = rooms.setdefault(_duty(publication, duty, roles), [])
        if "lop" in duty:
            found.append(duty["lop"])
    return [
        f"{words}{', lớp' if ':' in words else ' lớp'} {', '.join(sorted(found))}"
        if found
        else words
        for words, found in rooms.items()
    ]


def _duty(
    publication: Publication, duty: Mapping[str, Any], roles: Mapping[str, Mapping[str, Any]]
) -> str:
    """“Giáo viên chủ nhiệm”, “Giáo viên bộ môn: Tin học”; the class comes after."""
    words = str(roles.get(duty["vai"], {}).get("ten", duty["vai"]))
    pointer = ("vai", "p1", "mon", 0)
    subjects = [publication.label("phan-cong", pointer, name) for name in duty.get("mon", ())]
    if subjects:
        words += f": {', '.join(subjects)}"
    if "to" in duty and _team(duty["to"]) not in words:
        words += f" {_team(duty['to'])}"
    if duty.get("mang", words) != words:
        words += f" ({duty['mang']})"
    return words
