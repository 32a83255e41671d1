"""One request: who asks from which browser, what was filled in, history as it is now.

    ask = asking(request)
    ask.desk  ask.session  ask.person  ask.clone  ask.view  ask.school  ask.policy
    ask.text("ghi_chu")        what a field holds, NFC and stripped, "" where it is missing
    ask.texts("chon")          all values of a field      ask.file("tep") -> (name, bytes) | None
    ask.json()                 what a fetch() sent
    ask.tell("Đã lưu.")        shown on the next page
    ask.noted(path)            leaves a line about a look at a restricted page
    with ask.signing() as (clone, me):            the key unlocked at login; Locked where it is not
    with ask.signing(ask.text("mat_khau")) as …:  the passphrase again (approve, return, correct)

A handler is `def handler(request) -> Response`; CSRF, Origin, sizes and the session have been
checked before it runs. It raises Denied (403), Missing (404), or any HosoError (told as a page).
"""

from __future__ import annotations

import functools
import json
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from hoso.desk.attempts import Counted, TooMany, Wrong, counted
from hoso.desk.passkey_answers import Site, site_of
from hoso.desk.passkeys import SIGN
from hoso.desk.people import Person, person_at
from hoso.desk.place import Desk
from hoso.desk.sessions import Session
from hoso.findings import Finding, HosoError
from hoso.gate.policy import Granted, Policy, Refused
from hoso.gate.verdict import local
from hoso.ledger.standing import KeptSchool
from hoso.ledger.view import View
from hoso.proposals.clone import Clone
from hoso.proposals.delivery import Signer
from hoso.signing.keys import SigningKey

#: The field that holds what a passkey answered.
ANSWER = "khoa_truy_cap"


class Denied(HosoError):
    """Something the regulation does not let this person do; a page of status 403."""

    def __init__(self, message: str, findings: tuple[Finding, ...] = ()) -> None:
        super().__init__(message)
        self.findings = findings


class Missing(HosoError):
    """What is not there, or not for this person to know of; a page of status 404."""


class Locked(HosoError):
    """A key that is not unlocked in this session; the page asks for the passphrase."""


@dataclass(slots=True)
class Asking:
    """What a handler knows of the request it answers."""

    desk: Desk
    session: Session
    path: str
    host: str
    filled: FormData = field(default_factory=FormData)
    body: bytes = b""
    _clone: Clone | None = field(default=None, init=False)
    _person: Person | None = field(default=None, init=False)

    @property
    def clone(self) -> Clone:
        """History as the server had it when this request first looked."""
        if self._clone is None:
            self._clone = self.desk.clone()
        return self._clone

    @property
    def view(self) -> View:
        """The same, for the ledger's questions."""
        return self.clone.view

    @property
    def school(self) -> KeptSchool:
        """The school of `main`."""
        return self.view.standing(self.view.main).school

    @property
    def policy(self) -> Policy:
        """The policy of today."""
        return self.view.standing(self.view.main).policy(local(self.desk.now()).date())

    @property
    def person(self) -> Person:
        """Who asks; Denied where they are not among the staff any more."""
        if self._person is None:
            self._person = person_at(
                self.view.standing(self.view.main), self.policy, self.session.person
            )
        if self._person is None:
            raise Denied(f"{self.session.person} không có trong hồ sơ nhân sự")
        return self._person

    def form(self) -> FormData:
        """Everything that was filled in."""
        return self.filled

    def text(self, name: str, default: str = "") -> str:
        """What a field holds, composed and without blanks around it."""
        found = self.filled.get(name, default)
        return _clean(found) if isinstance(found, str) else default

    def texts(self, name: str) -> list[str]:
        """All values of a field that may stand more than once."""
        return [_clean(each) for each in self.filled.getlist(name) if isinstance(each, str)]

    def file(self, name: str) -> tuple[str, bytes] | None:
        """The name and the content of a file that was sent, None where none was."""
        found = self.filled.get(name)
        if not isinstance(found, UploadFile):
            return None
        return _clean(found.filename or ""), found.file.read()

    def json(self) -> Mapping[str, Any]:
        """What a script sent; HosoError where it is no JSON object."""
        try:
            found = json.loads(self.body)
            # Half a character is valid JSON and no text.
            json.dumps(found, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            raise HosoError("yêu cầu không phải JSON") from error
        if not isinstance(found, dict):
            raise HosoError("yêu cầu không phải một đối tượng JSON")
        return found

    def need(self, answer: Granted | Refused) -> Granted:
        """The ground of a right; Denied with its reason where there is none."""
        if isinstance(answer, Refused):
            raise Denied(answer.because)
        return answer

    def noted(self, path: str) -> None:
        """Leaves a line that this person has looked at a restricted page."""
        self.desk.reads.note(self.session.person, path)

    def tell(self, text: str) -> None:
        """Says something on the next page, once."""
        self.desk.sessions.say(self.session, text)

    @property
    def at(self) -> Counted:
        """What a wrong passphrase in this session is counted at."""
        return counted(self.session.person, "", self.session.name)

    @property
    def site(self) -> Site | None:
        """What passkeys are bound to at the address in use; None where they work for none."""
        return site_of(self.host, secure=self.desk.secure)

    def own_key(self, passphrase: str) -> SigningKey:
        """This person's key by their passphrase, or by their passkey's answer where it is empty."""
        me, answer = self.session.person, self.text(ANSWER)
        if passphrase or not answer or self.site is None:
            try:
                return self.desk.accounts.login(me, passphrase, self.at)
            except TooMany:
                raise
            except Wrong as error:
                # Who asks is known here: only the passphrase can be wrong.
                raise Wrong("mật khẩu không đúng" if passphrase else f"{error}") from error
        proof = self.desk.passkeys.proven(
            self.site, self.session.token, SIGN, answer, self.at, me
        )  # fmt: skip
        if proof.key is None:
            raise Wrong("khóa truy cập này không mở được khóa ký; nhập mật khẩu")
        return proof.key

    @contextmanager
    def signing(self, passphrase: str | None = None) -> Iterator[tuple[Clone, Signer]]:
        """A clone that pushes in this person's name, and their signature.

        With a passphrase, or a passkey's answer where it is left empty, the key is used for this
        one thing; without, it is the one unlocked in this session, and Locked where there is none.
        Wrong or TooMany for a wrong passphrase or passkey.
        """
        if passphrase is None:
            key = self.desk.sessions.key(self.session)
            if key is None:
                raise Locked("khóa ký đang khóa; nhập mật khẩu để gửi")
        else:
            key = self.own_key(passphrase)
        with self.desk.signing(self.session.person, key) as both:
            yield both
        self._clone = None


def asking(request: Request) -> Asking:
    """What is known of a request that was let in."""
    found = request.scope["hoso"]
    assert isinstance(found, Asking)  # noqa: S101 - the door lets in nobody without it
    return found


def in_turn(handler: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """The handler, one request of a person after another: two windows share one draft of a page."""

    @functools.wraps(handler)
    def waiting(request: Request) -> Response:
        ask = asking(request)
        with ask.desk.turn(ask.session.person):
            return handler(request)

    return waiting


def _clean(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()
