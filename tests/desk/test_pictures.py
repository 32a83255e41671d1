"""The pictures of the desk in the docs: all there, small, as large as said, of pages there are."""

import re

import yaml
from PIL import Image
from starlette.routing import Match

from gate.situations import ROOT
from hoso.desk.app import all_routes
from picturing import PICTURES, SHOWN, SIZES

TOLD = yaml.safe_load(SHOWN.read_text("utf-8"))
MOST_BYTES, MOST = 120_000, 12


def shown_in(page):
    """The pictures of the desk that a page of the docs shows, each with what it says of it."""
    text = (ROOT / page).read_text("utf-8")
    return dict(re.findall(r"!\[([^]]+)\]\((?:docs/)?hinh/ban-lam-viec/([\w-]+)\.webp\)", text))


def test_every_picture_is_there_and_every_role_has_one():
    assert {path.name for path in PICTURES.iterdir()} == {f"{name}.webp" for name in TOLD}
    assert len(TOLD) <= MOST
    roles = {"la", "NV0001", "NV0002", "NV0003", "NV0012", "NV0017", "NV0022", "NV0091"}
    assert {told["ai"] for told in TOLD.values()} == roles


def test_pictures_are_small_and_as_large_as_their_window():
    for name, told in TOLD.items():
        path = PICTURES / f"{name}.webp"
        assert path.stat().st_size <= MOST_BYTES, name
        with Image.open(path) as picture:
            assert picture.size == SIZES[told["co"]], name
            # A page that did not come is one colour.
            assert len(picture.convert("P").getcolors() or ()) > 16, name


def test_every_page_pictured_has_an_address_at_the_desk():
    for name, told in TOLD.items():
        asked = {"type": "http", "method": "GET", "path": told["trang"]}
        assert any(route.matches(asked)[0] is Match.FULL for route in all_routes()), name


def test_the_docs_show_every_picture_and_the_front_page_some():
    assert set(shown_in("docs/ban-lam-viec.md").values()) == set(TOLD)
    assert 2 <= len(set(shown_in("README.md").values()) & set(TOLD)) <= 3
