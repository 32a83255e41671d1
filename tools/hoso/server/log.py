"""Entries written at the end of the log, each signed by the server and holding its evidence."""

from __future__ import annotations

from hoso.server.place import Server
from hoso.signing.commits import written_commit
from hoso.signing.entries import CERTIFICATE, Entry
from hoso.signing.keys import SigningKey
from hoso.store.objects import id_of, put_many

#: Who writes the log.
SERVER = "may-chu"


def write_entry(
    server: Server, key: SigningKey, entry: Entry, after: str | None, certificate: str | None = None
) -> str:
    """The commit of an entry that follows another, ready for the branch to be moved to it."""
    repository = server.repository
    member = b"" if certificate is None else (
        b"100644 " + CERTIFICATE.encode() + b"\0" + bytes.fromhex(certificate)
    )  # fmt: skip
    tree = id_of(repository, "tree", member)
    parents = () if after is None else (after,)
    commit = written_commit(tree, parents, SERVER, entry.time, entry.text(), key)
    return put_many(repository, [("tree", member), ("commit", commit)])[1]
