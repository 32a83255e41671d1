"""Accounts: a one-time code for the first login, then a passphrase that also closes the key.

The server keeps an argon2id hash and the person's private key as OpenSSH closes it with the same
passphrase; with neither can it sign. Every attempt is counted before it is tried, so many at once
or a restart in between gain nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from hoso.desk.attempts import Attempts, Counted, Wrong
from hoso.findings import HosoError
from hoso.signing.keys import PublicKey, SigningKey, load_key, new_key
from hoso.store.database import Database

#: RFC 9106's way with less memory, since a school's PC serves forty people on a morning.
_HASHER = PasswordHasher(time_cost=3, memory_cost=32 * 1024, parallelism=1)
_HASH_AT_ONCE = threading.BoundedSemaphore(2)
SHORTEST, LONGEST = 10, 200
CODE_DAYS = 7
#: Neither l nor o nor 0 nor 1: codes are read from paper.
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What is known of an account without its passphrase."""

    person: str
    ready: bool
    public: PublicKey | None
    changed: int


class Accounts:
    """Everybody's accounts; nothing here gives a key without its passphrase."""

    def __init__(
        self, store: Database, seconds: Callable[[], int], attempts: Attempts
    ) -> None:  # fmt: skip
        self._store, self._seconds, self._attempts = store, seconds, attempts
        self._nobody = _HASHER.hash(secrets.token_hex(16))

    def invite(self, person: str) -> str:
        """A code by which somebody sets a passphrase; until used, the old passphrase stands."""
        code, now = "".join(secrets.choice(_LETTERS) for _ in range(12)), self._seconds()
        with self._store.change() as change:
            change.execute(
                "INSERT INTO accounts (person, code, code_until, made) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (person) DO UPDATE SET code = excluded.code,"
                " code_until = excluded.code_until",
                (person, _hash(code), now + CODE_DAYS * 86_400, now),
            )
        return "-".join(code[n : n + 4] for n in (0, 4, 8))

    def get(self, person: str) -> Account | None:
        """What is known of somebody's account, None where there is none."""
        row = self._store.row("SELECT * FROM accounts WHERE person = ?", person)
        if row is None:
            return None
        public = None if row["public"] is None else PublicKey.parse(row["public"])
        return Account(
            person=person, ready=row["secret"] is not None, public=public,
            changed=row["changed"] or 0,
        )  # fmt: skip

    def people(self) -> list[str]:
        """Everybody who has an account."""
        return [row["person"] for row in self._store.rows("SELECT person FROM accounts ORDER BY 1")]

    def redeem(
        self, person: str, code: str, passphrase: str, at: Counted,
        brought: Callable[[], SigningKey | None] = lambda: None,
    ) -> SigningKey:  # fmt: skip
        """Sets the first passphrase; the person's key is made here, or it is the `brought` one.

        What somebody brings is looked at only after their code has fitted. Passkeys they had go.
        """
        said = acceptable(person, passphrase)
        self._attempts.begin(at)
        row = self._store.row("SELECT * FROM accounts WHERE person = ?", person)
        fits = row is not None and row["code"] is not None and hmac.compare_digest(
            row["code"], _hash(re.sub(r"[\s-]", "", code.lower()))
        )  # fmt: skip
        if not fits or row is None or row["code_until"] < self._seconds():
            raise Wrong("mã một lần không đúng hoặc đã quá hạn")
        key = brought() or new_key()
        self._keep(person, said, key, expected=row["code"])
        self._attempts.succeeded(at)
        return key

    def login(self, person: str, passphrase: str, at: Counted) -> SigningKey:
        """The key of whoever knows the passphrase; Wrong, and one attempt counted, otherwise."""
        if not passphrase:
            raise Wrong("chưa nhập mật khẩu")
        self._attempts.begin(at)
        row = self._store.row("SELECT * FROM accounts WHERE person = ?", person)
        secret = self._nobody if row is None or row["secret"] is None else row["secret"]
        said = _normal(passphrase)
        if not _fits(secret, said) or row is None or row["key"] is None:
            raise Wrong("mã nhân sự hoặc mật khẩu không đúng")
        self._attempts.succeeded(at)
        return load_key(row["key"], said.encode())

    def change(self, person: str, old: str, new: str, at: Counted) -> SigningKey:
        """Closes the same key with another passphrase; gives the key."""
        said = acceptable(person, new)
        key = self.login(person, old, at)
        if hmac.compare_digest(said.encode(), _normal(old).encode()):
            raise HosoError("mật khẩu mới trùng mật khẩu cũ; chọn mật khẩu khác")
        self._keep(person, said, key)
        return key

    def replace_key(
        self, person: str, passphrase: str, at: Counted, brought: Callable[[], SigningKey]
    ) -> SigningKey:  # fmt: skip
        """Puts another key of the person's in place of the one kept, closed with the passphrase."""
        self.login(person, passphrase, at)
        key = brought()
        self._keep(person, _normal(passphrase), key)
        return key

    def closed_key(self, person: str, passphrase: str, at: Counted) -> bytes:
        """The private key's file as it is kept, still closed, for its owner to take along."""
        self.login(person, passphrase, at)
        row = self._store.row("SELECT key FROM accounts WHERE person = ?", person)
        return b"" if row is None else bytes(row["key"])

    def give(self, person: str, passphrase: str, key: SigningKey) -> None:
        """An account ready for use, for people of a made-up school."""
        now = self._seconds()
        with self._store.change() as change:
            change.execute(
                "INSERT OR IGNORE INTO accounts (person, made) VALUES (?, ?)", (person, now)
            )
        self._keep(person, _normal(passphrase), key)

    def _keep(
        self, person: str, passphrase: str, key: SigningKey, expected: bytes | None = None
    ) -> None:
        """Hash and key in one change: a kill in between leaves both old or both new.

        Copies that passkeys open were made on the word of the old passphrase, and go with it; after
        a one-time code the passkeys themselves go, for they may be a stranger's.
        """
        with _HASH_AT_ONCE:
            secret = _HASHER.hash(passphrase)
            closed = key.written(passphrase.encode())
        with self._store.change() as change:
            done = change.execute(
                "UPDATE accounts SET secret = ?, key = ?, public = ?, changed = ?, code = NULL,"
                " code_until = NULL WHERE person = ? AND (? IS NULL OR code = ?)",
                (secret, closed, key.public.line, self._seconds(), person, expected, expected),
            )
            if done.rowcount != 1:
                raise Wrong("mã một lần không đúng hoặc đã quá hạn")
            change.execute("UPDATE passkeys SET copy = NULL WHERE person = ?", (person,))
            if expected is not None:
                change.execute("DELETE FROM passkeys WHERE person = ?", (person,))
                change.execute("DELETE FROM browsers WHERE person = ?", (person,))


def acceptable(person: str, passphrase: str) -> str:
    """The passphrase as it is kept; HosoError, with what to do, where it is too easy to guess."""
    said = _normal(passphrase)
    if not SHORTEST <= len(said) <= LONGEST:
        raise HosoError(
            f"mật khẩu cần từ {SHORTEST} đến {LONGEST} ký tự; một câu ngắn dễ nhớ là tốt nhất"
        )
    if person.lower() in said.lower() or len(set(said)) < 5:
        raise HosoError("mật khẩu dễ đoán quá; đừng dùng mã nhân sự hay một ký tự lặp lại")
    return said


def _normal(text: str) -> str:
    # Keyboards spell one Vietnamese letter in more than one way.
    return unicodedata.normalize("NFC", text)


def _fits(secret: str, passphrase: str) -> bool:
    if len(passphrase) > LONGEST:
        return False
    try:
        with _HASH_AT_ONCE:
            return _HASHER.verify(secret, passphrase)
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False


def _hash(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()
