"""Passkeys: who may log in with which, and the copies of signing keys that some of them open.

A passkey whose authenticator can derive secrets (WebAuthn's `prf`) closes a second copy of its
owner's key. Only the authenticator can give that secret again, after its owner has shown a finger
or a PIN; the server keeps neither the secret nor an open key.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hoso.desk.accounts import Accounts
from hoso.desk.attempts import Attempts, Counted, Wrong
from hoso.desk.challenges import Challenges
from hoso.desk.passkey_answers import NOT_THEIRS, Site, creation, made, read, request, verified
from hoso.desk.passkey_copies import closed, opened
from hoso.findings import HosoError
from hoso.signing.keys import SigningKey
from hoso.store.database import Database

#: What challenges are for; an answer for one is no answer for another.
ENTER, SIGN, ADD = "vao", "ky", "them"
MOST = 10
LONGEST_NAME = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """One of somebody's passkeys; `signs` says whether it opens their key."""

    id: str
    site: str
    name: str
    made: int
    used: int | None
    signs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Whose passkey answered; `key` is theirs where it was opened, `secret` what can open it."""

    person: str
    id: bytes
    key: SigningKey | None
    secret: bytes


class Passkeys:
    """Everybody's passkeys."""

    def __init__(
        self, store: Database, seconds: Callable[[], int], accounts: Accounts, attempts: Attempts
    ) -> None:
        self._store, self._seconds = store, seconds
        self._accounts, self._attempts = accounts, attempts
        self._challenges = Challenges(seconds)

    def of(self, person: str) -> list[Passkey]:
        """Somebody's passkeys, the oldest first."""
        rows = self._store.rows("SELECT * FROM passkeys WHERE person = ? ORDER BY made", person)
        return [
            Passkey(id=row["id"].hex(), site=row["site"], name=row["name"], made=row["made"],
                    used=row["used"], signs=row["copy"] is not None)
            for row in rows
        ]  # fmt: skip

    def sign_at(self, person: str, site: Site | None) -> bool:
        """Whether somebody has a passkey that opens their key at this site."""
        return site is not None and any(
            each.signs and each.site == site.name for each in self.of(person)
        )

    def remove(self, person: str, id_: str) -> None:
        """Lets one of somebody's own passkeys go."""
        with self._store.change() as change:
            change.execute(
                "DELETE FROM passkeys WHERE person = ? AND lower(hex(id)) = ?", (person, id_)
            )

    def creation(self, site: Site, browser: bytes, person: str, name: str) -> dict[str, Any]:
        """What a browser is told in order to make a passkey for somebody."""
        challenge = self._challenges.new(browser, ADD)
        return creation(site, challenge, person, name, self._public(person, site))

    def request(
        self, site: Site, browser: bytes, purpose: str, person: str = ""
    ) -> dict[str, Any]:  # fmt: skip
        """What a browser is told in order to answer with a passkey: anybody's, or a person's."""
        challenge = self._challenges.new(browser, purpose)
        return request(site, challenge, self._public(person, site) if person else ())

    def add(
        self, site: Site, browser: bytes, person: str, text: str, name: str, key: SigningKey
    ) -> bool:  # fmt: skip
        """Keeps a new passkey of somebody who has just entered their passphrase.

        Whether it opens their key too; Wrong or HosoError where nothing was kept.
        """
        answer = read(text)
        self._challenges.spend(answer.challenge, browser, ADD)
        new = made(site, answer)
        copy = closed(key, answer.secret, person, new.id) if answer.secret else None
        try:
            with self._store.change() as change:
                if len(self.of(person)) >= MOST:
                    raise HosoError(f"đã có {MOST} khóa truy cập; bỏ bớt khóa không dùng nữa")
                change.execute(
                    "INSERT INTO passkeys (id, person, site, public, counter, name, made, copy)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (new.id, person, site.name, new.public, new.counter,
                     name[:LONGEST_NAME] or "Khóa truy cập", self._seconds(), copy),
                )  # fmt: skip
        except sqlite3.IntegrityError as error:
            raise HosoError("khóa truy cập này đã được thêm rồi") from error
        return copy is not None

    def proven(
        self, site: Site, browser: bytes, purpose: str, text: str, at: Counted, person: str = ""
    ) -> Proof:
        """Whose passkey gave an answer; Wrong, and one attempt counted, where nobody's did.

        With a person, only theirs counts.
        """
        self._attempts.begin(at)
        answer = read(text)
        self._challenges.spend(answer.challenge, browser, purpose)
        row = self._store.row("SELECT * FROM passkeys WHERE id = ?", answer.id)
        if row is None or row["site"] != site.name or person not in ("", row["person"]):
            raise Wrong(NOT_THEIRS)
        counter = verified(site, answer, row["public"], row["person"])
        with self._store.change() as change:
            # Authenticators that do not count always say 0; one that counts never goes back.
            done = change.execute(
                "UPDATE passkeys SET counter = ?, used = ? WHERE id = ?"
                " AND (counter < ? OR counter = 0 AND ? = 0)",
                (counter, self._seconds(), answer.id, counter, counter),
            )
            if done.rowcount != 1:
                raise Wrong("khóa truy cập này có thể đã bị sao chép; bỏ nó rồi thêm khóa mới")
        self._attempts.succeeded(at)
        key = self._opened(row, answer.secret)
        return Proof(person=row["person"], id=answer.id, key=key, secret=answer.secret)

    def keep_copy(self, proof: Proof, key: SigningKey) -> None:
        """Keeps a copy of somebody's key that their passkey opens; HosoError where it cannot."""
        if not proof.secret:
            raise HosoError("khóa truy cập này chỉ đăng nhập được, không mở được khóa ký")
        copy = closed(key, proof.secret, proof.person, proof.id)
        with self._store.change() as change:
            change.execute("UPDATE passkeys SET copy = ? WHERE id = ?", (copy, proof.id))

    def _opened(self, row: sqlite3.Row, secret: bytes) -> SigningKey | None:
        """The key in a copy; None where there is none, or of a key that is not in use any more."""
        if row["copy"] is None or not secret:
            return None
        key = opened(row["copy"], secret, row["person"], row["id"])
        account = self._accounts.get(row["person"])
        return key if account is not None and account.public == key.public else None

    def _public(self, person: str, site: Site) -> list[bytes]:
        rows = self._store.rows(
            "SELECT public FROM passkeys WHERE person = ? AND site = ?", person, site.name
        )
        return [row["public"] for row in rows]
