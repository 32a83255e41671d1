"""Official documents: a Markdown body in the frame of Nghị định 30/2020/NĐ-CP."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from typing import Any

from hoso.books import frame
from hoso.books.markdown import Node, blocks, pictures, plain
from hoso.books.page import Page, Reading, edition
from hoso.books.typesetting import raw
from hoso.model import Record, School

Pictures = Callable[[str], bytes | None]

#: Kinds whose name is not printed: the subject stands under the number instead.
_UNNAMED = frozenset({"cong-van", "thu-cong"})
#: Documents that the head of the school issues "in the name of" the post, before the grounds.
_DECIDING = {"quyet-dinh": "QUYẾT ĐỊNH:", "nghi-quyet": "QUYẾT NGHỊ:"}
_BASIS = re.compile(r"(?:Căn cứ|Theo|Xét|Thực hiện)\s")
_RECIPIENTS = re.compile(r"Nơi nhận\s*:?\s*\Z")


def document(school: School, record: Record, picture: Pictures) -> Page:
    """A document of the school's own (`van-ban`), from its front matter and its body."""
    reading = Reading(school)
    reading.take(record)
    data = record.data
    day, name = data["ngay"], record.kind.label(("loai",), data["loai"])
    deciding = _DECIDING.get(data["loai"])
    parts = _Parts(blocks(record.body), deciding)
    head = frame.head(reading, day, data["so"])
    if data["loai"] in _UNNAMED:
        head["about"] = re.sub(r"\AV/v\s+", "", data["trich_yeu"])
    sign = None
    if "nguoi_ky" in data:
        staff = frame.staff_called(reading, data["nguoi_ky"])
        sign = (
            {"authority": ["Hiệu trưởng"], "name": data["nguoi_ky"]}
            if staff is None
            else frame.signature(reading, staff, day)
        )
    return Page(
        template="van-ban",
        title=f"{name} {data['so']}",
        author=frame.school_name(reading),
        date=day,
        data={
            "head": head,
            "kind": None if data["loai"] in _UNNAMED else name,
            "about": without_kind(data["trich_yeu"], name),
            "authority": f"Hiệu trưởng {head['issuer']}" if deciding else None,
            "enacting": deciding,
            "signature": sign,
            "annexes": [],
            **parts.printed(),
        },
        sources=reading.sources(),
        pictures=read_pictures(parts.body, record.path, picture),
    )


def typeset_document(
    school: School, record: Record, picture: Pictures = lambda path: None
) -> bytes:
    """The PDF of an own official document (`van-ban`), as it is put beside its page.

    It is committed together with that page, so it names the digest of the page but no commit, and
    it is not packed: packed bytes depend on the zlib of the machine, committed ones must not.
    """
    page = document(school, record, picture)
    return raw(page, edition(page, None).seal)


def plan(school: School, record: Record, picture: Pictures) -> Page:
    """A plan of the whole school (`ke-hoach`), issued as a document with its own number."""
    reading = Reading(school)
    reading.take(record)
    data = record.data
    parts = _Parts(blocks(record.body), None)
    return Page(
        template="van-ban",
        title=f"Kế hoạch {data['so']}",
        author=frame.school_name(reading),
        date=data["ngay"],
        data={
            "head": frame.head(reading, data["ngay"], data["so"]),
            "kind": "Kế hoạch",
            "about": without_kind(data["tieu_de"], "Kế hoạch"),
            "authority": None,
            "enacting": None,
            "signature": frame.signature(reading, data["nguoi_ky"], data["ngay"]),
            "annexes": [],
            **parts.printed(),
        },
        sources=reading.sources(),
        pictures=read_pictures(parts.body, record.path, picture),
    )


class _Parts:
    """A body taken apart: addressees, grounds, what is between, recipients."""

    def __init__(self, nodes: list[Node], deciding: str | None) -> None:
        self.addressees: list[str] = []
        self.bases: list[list[Any]] = []
        self.recipients: list[str] = []
        rest = list(nodes)
        while rest and rest[0]["t"] == "p":
            words = plain(rest[0]["c"])
            if words.startswith("Kính gửi:") and not self.addressees:
                self.addressees = _lines(words.removeprefix("Kính gửi:"))
                if not self.addressees and len(rest) > 1 and rest[1]["t"] == "list":
                    self.addressees = _items(rest.pop(1))
            elif _BASIS.match(words) and words[-1:] in ";.," and deciding:
                self.bases.append([words.rstrip(";., ")])
            else:
                break
            del rest[0]
        if deciding and rest and rest[0]["t"] in "hp":
            words = plain(rest[0]["c"]).strip().rstrip(":").upper()
            if words == deciding.rstrip(":"):
                del rest[0]
        if len(rest) > 1 and rest[-1]["t"] == "list" and _is_recipients(rest[-2]):
            self.recipients = _items(rest[-1])
            del rest[-2:]
        self.body = ended(rest)

    def printed(self) -> dict[str, Any]:
        return {
            "addressees": self.addressees,
            "bases": self.bases,
            "recipients": ended_list(self.recipients),
            "body": self.body,
        }


def _is_recipients(node: Node) -> bool:
    return node["t"] in ("p", "h") and _RECIPIENTS.match(plain(node["c"])) is not None


def ended(nodes: list[Node]) -> list[Node]:
    """The body with "./." after its last words, as the decree asks."""
    if not nodes:
        return nodes
    last = nodes[-1]
    if last["t"] == "list" and last["items"]:
        last["items"][-1] = ended(last["items"][-1])
    elif last["t"] == "p" and not plain(last["c"]).rstrip().endswith("./."):
        if isinstance(last["c"][-1], str):
            last["c"][-1] = last["c"][-1].rstrip().rstrip(".;") + "./."
        else:
            last["c"].append("./.")
    return nodes


def ended_list(lines: list[str]) -> list[str]:
    """Recipients, each ending with ";" and the last with "."."""
    bare = [line.rstrip(" ;.,") for line in lines]
    return [f"{line};" for line in bare[:-1]] + [f"{line}." for line in bare[-1:]]


def read_pictures(nodes: list[Node], path: str, picture: Pictures) -> dict[str, bytes]:
    """The bytes of the pictures a body shows, by the name its nodes then carry."""
    found = {}
    for node in pictures(nodes):
        name = posixpath.normpath(posixpath.join(posixpath.dirname(path), node["src"]))
        content = picture(name) if name.startswith("content/hinh/") else None
        if content is not None:
            found[name] = content
            node["name"] = name
    return found


def without_kind(about: str, kind: str) -> str:
    """The subject without the document's kind, which is already printed above it."""
    if not about.lower().startswith(kind.lower() + " "):
        return about
    rest = about[len(kind) + 1 :]
    return rest[0].upper() + rest[1:]


def _items(node: Node) -> list[str]:
    return [plain(item[0]["c"]).strip() for item in node["items"] if item and "c" in item[0]]


def _lines(words: str) -> list[str]:
    return [words.strip()] if words.strip() else []
