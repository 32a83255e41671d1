"""GitHub and Forgejo: one REST API in two dialects."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hoso.findings import HosoError
from hoso.forge.http import Api
from hoso.forge.protocol import Outcome, Pull, Review, Said

_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}")
_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
#: Longer ones GitHub refuses.
_LONGEST_STATUS = 140


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """Where one forge differs from the other."""

    name: str
    api: str
    accept: str
    scheme: str
    page_size: str
    states: Mapping[str, Said]
    #: The account that comments with the token of a workflow; None where the forge is asked.
    machine: str | None


DIALECTS = {
    "github": Dialect(
        name="github", api="https://api.github.com", accept="application/vnd.github+json",
        scheme="Bearer", page_size="per_page", machine="github-actions[bot]",
        states={"APPROVED": Said.APPROVED, "CHANGES_REQUESTED": Said.RETURNED,
                "COMMENTED": Said.REMARKED, "DISMISSED": Said.WITHDRAWN},
    ),
    "forgejo": Dialect(
        name="forgejo", api="", accept="application/json", scheme="token", page_size="limit",
        machine=None,
        states={"APPROVED": Said.APPROVED, "REQUEST_CHANGES": Said.RETURNED,
                "COMMENT": Said.REMARKED},
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RestForge:
    """One repository on one forge; what the forge calls states becomes our own words."""

    dialect: Dialect
    api: Api
    repository: str
    machine: str | None

    @property
    def name(self) -> str:
        """The dialect's name."""
        return self.dialect.name

    def pull(self, number: int) -> Pull:
        found = self.api.get(self._at(f"pulls/{number}"))
        return Pull(
            number=number, head=_id(found, "head", "sha"), base=_text(found, "base", "ref"),
            opener=_text(found, "user", "login"),
        )  # fmt: skip

    def reviews(self, number: int) -> tuple[Review, ...]:
        told = (self._review(each) for each in self.api.every(self._at(f"pulls/{number}/reviews")))
        return tuple(
            sorted(
                (each for each in told if each is not None), key=lambda each: (each.at, each.number)
            )
        )

    def comment(self, number: int, text: str, mark: str) -> None:
        us = self.machine or _text(self.api.get("user"), "login")
        body = {"body": f"{mark}\n{text}"}
        for each in self.api.every(self._at(f"issues/{number}/comments")):
            # Somebody else's comment may begin with our mark; it must not become our word.
            if _text(each, "user", "login") == us and str(each.get("body")).startswith(mark):
                self.api.send("PATCH", self._at(f"issues/comments/{_number(each)}"), body)
                return
        self.api.send("POST", self._at(f"issues/{number}/comments"), body)

    def set_status(self, commit: str, context: str, outcome: Outcome, said: str) -> None:
        short = said if len(said) <= _LONGEST_STATUS else said[: _LONGEST_STATUS - 1] + "…"
        status = {"state": outcome.value, "context": context, "description": short}
        self.api.send("POST", self._at(f"statuses/{commit}"), status)

    def _review(self, found: Mapping[str, Any]) -> Review | None:
        """A review that was sent; one still being written, or of an account gone, is none."""
        said = self.dialect.states.get(str(found.get("state")))
        if said is None or not found.get("submitted_at") or found.get("user") is None:
            return None
        withdrawn = found.get("dismissed") is True
        return Review(
            number=_number(found), account=_text(found, "user", "login"),
            said=Said.WITHDRAWN if withdrawn else said, body=str(found.get("body") or ""),
            commit=str(found.get("commit_id") or ""), at=_moment(found["submitted_at"]),
        )  # fmt: skip

    def _at(self, path: str) -> str:
        return f"repos/{self.repository}/{path}"


def on_forge(
    dialect: str, repository: str, token: str, *, root: str = "", machine: str | None = None
) -> RestForge:
    """A repository on a forge; HosoError where a name or an address cannot be one."""
    spoken = DIALECTS[dialect]
    if not _REPOSITORY.fullmatch(repository) or {".", ".."} & set(repository.split("/")):
        raise HosoError("tên kho viết như: truong-hoa-sen/ho-so")
    if not (root or spoken.api):
        raise HosoError("nói địa chỉ API của nơi đặt kho, ví dụ: https://kho.vn/api/v1")
    if not re.fullmatch(r"[!-~]+", token):
        raise HosoError("chưa có mã truy cập; đặt biến HOSO_FORGE_TOKEN")
    headers = {"Accept": spoken.accept, "Authorization": f"{spoken.scheme} {token}"}
    api = Api(root=root or spoken.api, headers=headers, page_size=spoken.page_size)
    return RestForge(spoken, api, repository, machine or spoken.machine)


def _text(found: Mapping[str, Any], *places: str) -> str:
    value: Any = found
    for place in places:
        value = value.get(place) if isinstance(value, Mapping) else None
    if not isinstance(value, str) or not value:
        raise HosoError(f"nơi đặt kho không nói {'.'.join(places)}")
    return value


def _id(found: Mapping[str, Any], *places: str) -> str:
    value = _text(found, *places)
    if not _ID.fullmatch(value):
        raise HosoError(f"nơi đặt kho nói {'.'.join(places)} không phải mã commit")
    return value


def _number(found: Mapping[str, Any]) -> int:
    value = found.get("id")
    if not isinstance(value, int) or isinstance(value, bool):
        raise HosoError("nơi đặt kho không nói số của mục")
    return value


def _moment(text: object) -> datetime:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise HosoError("nơi đặt kho nói một giờ không đọc được") from error
    if found.tzinfo is None:
        raise HosoError("nơi đặt kho nói một giờ không có múi giờ")
    return found
