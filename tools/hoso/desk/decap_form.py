"""What Decap CMS is told of our pages: one collection a kind, one widget a field.

Pages travel as JSON with the parts of their address among the fields; only the server spells them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hoso.desk.asking import Asking
from hoso.desk.post_fields import Field, fields_of, file_kind
from hoso.desk.post_work import kinds_to_write, usual_values
from hoso.gate.policy import YEAR
from hoso.model import Kind

BODY = "body"
_WIDGETS = {"chu": "string", "dai": "text", "gio": "string", "co": "boolean", "the": "list"}


def collection_folder(kind: Kind) -> str:
    """The folder below which all pages of a kind lie."""
    return kind.path.partition("/{")[0]


def configuration(ask: Asking) -> dict[str, Any]:
    """Everything Decap has to know for what this person may write today."""
    year = str(ask.policy.on.year)
    return {
        "backend": {"name": "proxy", "proxy_url": "/api/v1", "branch": "main"},
        "load_config_file": False, "publish_mode": "editorial_workflow", "locale": "vi",
        "media_folder": f"content/hinh/{year}", "public_folder": f"../../hinh/{year}",
        "show_preview_links": False, "search": True,
        "slug": {"encoding": "ascii", "clean_accents": True, "sanitize_replacement": "-"},
        "collections": [_collection(ask, kind, year) for kind in kinds_to_write(ask)],
    }  # fmt: skip


def _collection(ask: Asking, kind: Kind, year: str) -> dict[str, Any]:
    *above, last = kind.path.removeprefix(collection_folder(kind)).strip("/").split("/")
    usual = {"nam": year, YEAR: ask.policy.year}
    keys = [
        {"name": hole, "label": node["title"], "hint": node["description"], "widget": "string",
         "required": True, "pattern": [node["pattern"], node["description"]],
         **({"default": usual[hole]} if hole in usual else {})}
        for hole, node in kind.key.items()
    ]  # fmt: skip
    title = next(name for name in ("tieu_de", "trich_yeu") if name in kind.schema["properties"])
    hole = last.partition("{")[2].partition("}")[0]
    return {
        "name": kind.name, "label": kind.title, "label_singular": kind.title,
        "description": kind.description, "folder": collection_folder(kind), "extension": "md",
        "format": "hoso", "create": True, "publish": False, "delete": False,
        "slug": f"{{{{fields.{hole}}}}}", "identifier_field": title,
        "summary": f"{{{{{title}}}}}",
        "path": "/".join([*("{" + part + "}" if "{" in part else part for part in above),
                          "{{slug}}"]),
        "fields": [*(_widget(kind, each, year) for each in
                     fields_of(kind, usual_values(ask, kind), ask.school)),
                   *keys, {"name": BODY, "label": "Nội dung bài", "widget": "markdown"}],
    }  # fmt: skip


def _widget(kind: Kind, field: Field, year: str) -> dict[str, Any]:
    node = kind.schema["properties"][field.name]
    made: dict[str, Any] = {
        "name": field.name, "label": field.title, "hint": field.hint, "required": field.required,
        "widget": _WIDGETS.get(field.sort, "string"),
    }  # fmt: skip
    if field.value and field.sort in ("ngay", "chon", "nhieu"):
        made["default"] = field.value
    match field.sort:
        case "chon" | "nhieu":
            made |= {"widget": "select", "multiple": field.sort == "nhieu", "options": [
                {"value": value, "label": said} for value, said in field.choices]}  # fmt: skip
        case "ngay":
            made |= {"widget": "datetime", "format": "YYYY-MM-DD", "date_format": "DD/MM/YYYY",
                     "time_format": False, "picker_utc": False}  # fmt: skip
        case "so":
            made |= {"widget": "number", "value_type": "int", "step": 1,
                     **_bounds(node)}  # fmt: skip
        case "tep":
            picture = file_kind(kind, field.name) == "hinh-anh"
            folder = f"/content/{'hinh' if picture else 'tep'}/{year}"
            made |= {"widget": "image" if picture else "file", "media_folder": folder,
                     "public_folder": "", "choose_url": False}  # fmt: skip
        case "em":
            made |= {"widget": "list", "summary": "{{fields.ma_hoc_sinh}}", "fields": [
                {"name": "ma_hoc_sinh", "label": "Mã học sinh", "widget": "string",
                 "pattern": [node["propertyNames"]["pattern"], "mã học sinh chưa đúng dạng"]},
                {"name": "cach", "label": "Hiện ra thế nào", "widget": "select", "multiple": True,
                 "options": [{"value": value, "label": said} for value, said in field.choices]},
            ]}  # fmt: skip
        case "chu" | "dai" if "pattern" in node:
            made["pattern"] = [node["pattern"], field.hint]
    return made


def _bounds(node: Mapping[str, Any]) -> dict[str, int]:
    pairs = {"min": node.get("minimum"), "max": node.get("maximum")}
    return {name: value for name, value in pairs.items() if value is not None}
