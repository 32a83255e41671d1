"""Every address of the desk, asked by every role and by a stranger: the table says what comes."""

from pathlib import Path

import pytest
import yaml
from starlette.routing import Match

from desk.visiting import PEOPLE
from hoso.desk.app import all_routes

ROWS = yaml.safe_load(Path(__file__).with_name("routes.yml").read_text("utf-8"))
ROLES = ["la", *PEOPLE]


def asked(row):
    """The method and the address of a row."""
    return ("POST", row["post"]) if "post" in row else ("GET", row["get"])


@pytest.mark.parametrize("role", ROLES)
def test_every_address_answers_this_role_as_the_table_says(desk_place, role):
    wrong, visitor, held = [], desk_place.stranger(), None
    for row in ROWS:
        method, path = asked(row)
        if role != "la" and not visitor.client.cookies.get("hoso"):
            visitor = desk_place.visitor(role)
            held = visitor.token()
        got = visitor.get(path) if method == "GET" else visitor.post(path, token=held or "-")
        wanted = row.get(role, row.get("all"))
        if got.status_code != wanted:
            wrong.append(f"{method} {path}: {got.status_code}, not {wanted}")
        kept = path.startswith("/tinh/") or path.endswith(".css")
        if not kept and got.headers["cache-control"] != "no-store":
            wrong.append(f"{method} {path}: may be kept by the browser after logout")
        if got.status_code >= 500 or "Traceback" in got.text:
            wrong.append(f"{method} {path}: broke")
    assert wrong == []


def test_the_table_has_a_row_for_every_route():
    missing = [
        f"{method} {route.path}"
        for route in all_routes()
        for method in sorted(route.methods - {"HEAD"})
        if not any(
            route.matches({"type": "http", "method": asks, "path": path})[0] is Match.FULL
            and asks == method
            for asks, path in map(asked, ROWS)
        )
    ]
    assert missing == []
