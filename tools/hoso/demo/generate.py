"""All files of a generated school, one after the other; the same plan and seed, the same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hoso.demo.cohorts import Cohorts
from hoso.demo.plan import SEED, Page, Plan
from hoso.demo.posts import made_up_posts
from hoso.demo.prose import attachments, pictures, regulation, written_pages
from hoso.demo.registers import SCHOOL, consent_pages, register_pages
from hoso.demo.staff import Staff
from hoso.demo.summary import ClassBook
from hoso.demo.years import school_year
from hoso.model import Kind
from hoso.schema.spelling import spell

#: What a site cannot do without, also in a made-up school.
_SITE_PAGES = "content/trang/"


#: One of how many equal parts of the classes; the first part has everything else as well.
Share = tuple[int, int]
_ALL = (0, 1)


def generate(
    plan: Plan, kinds: Mapping[str, Kind], seed: int = SEED, share: Share = _ALL
) -> Iterator[tuple[str, bytes]]:
    """Path and bytes of every file of the school; nothing is kept that is not needed again.

    All shares together give what `generate` without a share gives.
    """
    needed: dict[str, str] = {}
    for name, key, data in school_pages(plan, seed, share):
        path, text = kinds[name].fill(key), spell(kinds[name], data)
        if name in ("truong", "nhan-su"):
            needed[path] = text
        yield path, text.encode()
    if share[0] != 0:
        return
    for path, text in _written(plan, kinds):
        if path.startswith("content/van-ban/"):
            needed[path] = text
        yield path, text.encode()
    if plan.is_reference:
        yield from pictures()
        yield from attachments(kinds, needed)
    for key, data, body in made_up_posts(seed, plan.posts):
        yield kinds["tin-tuc"].fill(key), spell(kinds["tin-tuc"], data, body).encode()


def school_page(kinds: Mapping[str, Kind]) -> bytes:
    """The page by which a folder is known to hold a school of this generator."""
    return spell(kinds["truong"], SCHOOL).encode()


def school_pages(plan: Plan, seed: int, share: Share = _ALL) -> Iterator[Page]:
    """Kind, key and data of every record that chance and the tables make."""
    years = tuple(school_year(start) for start in plan.starts)
    staff = Staff(seed=seed, plan=plan, years=years).appoint()
    cohorts = Cohorts(seed=seed, plan=plan, years=years).grow()
    if share[0] == 0:
        yield "truong", {}, SCHOOL
        yield from staff.pages()
        for year in years:
            yield "nam-hoc", {"nam_hoc": year.name}, year.record
        yield from register_pages(seed, cohorts)
        yield from consent_pages(seed, cohorts)
    for position, room in enumerate(cohorts.rooms):
        if position % share[1] != share[0]:
            continue
        # One strange test in the whole school: in the first class of the first grade with a test.
        strange = room.year is years[0] and room.grade == 4 and room.letter == plan.letters[0]
        yield from ClassBook(seed=seed, room=room, staff=staff, strange=strange).pages()


def _written(plan: Plan, kinds: Mapping[str, Kind]) -> Iterator[tuple[str, str]]:
    if plan.is_reference:
        yield from written_pages(kinds)
        return
    for path, text in written_pages(kinds):
        if path.startswith(_SITE_PAGES):
            yield path, text
    for start in plan.starts:
        yield regulation(kinds, start)
