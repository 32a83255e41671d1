"""Everything the desk keeps for itself: one statement a table; history itself is never here."""

from __future__ import annotations

TABLES = (
    # Whoever may log in. `secret` is an argon2id hash, `key` the private key as OpenSSH closes it
    # with the same passphrase; `code` the SHA-256 of a one-time code.
    "CREATE TABLE IF NOT EXISTS accounts (person TEXT PRIMARY KEY, secret TEXT, key BLOB,"
    " public TEXT, changed INTEGER, code BLOB, code_until INTEGER, made INTEGER NOT NULL)",
    # Failed attempts by person (`NV0012`), by a browser or session of theirs (`NV0012#ab12`), and
    # by address (`@127.0.0.1`).
    "CREATE TABLE IF NOT EXISTS failures (who TEXT PRIMARY KEY, count INTEGER NOT NULL,"
    " until INTEGER NOT NULL, last INTEGER NOT NULL)",
    # `token` is the SHA-256 of what the browser holds; `said` is shown once on the next page.
    "CREATE TABLE IF NOT EXISTS sessions (token BLOB PRIMARY KEY, person TEXT NOT NULL,"
    " form TEXT NOT NULL, name TEXT NOT NULL, made INTEGER NOT NULL, seen INTEGER NOT NULL,"
    " address TEXT NOT NULL, browser TEXT NOT NULL, said TEXT NOT NULL DEFAULT '')",
    # `public` is what a passkey's answers are held to, `copy` its owner's key as it alone opens it.
    "CREATE TABLE IF NOT EXISTS passkeys (id BLOB PRIMARY KEY, person TEXT NOT NULL,"
    " site TEXT NOT NULL, public BLOB NOT NULL, counter INTEGER NOT NULL, name TEXT NOT NULL,"
    " made INTEGER NOT NULL, used INTEGER, copy BLOB)",
    # Browsers somebody has logged in at before, by the SHA-256 of what they hold.
    "CREATE TABLE IF NOT EXISTS browsers (token BLOB PRIMARY KEY, person TEXT NOT NULL,"
    " seen INTEGER NOT NULL)",
    # What somebody has typed and not sent; `base` is the merge of main it was typed over.
    "CREATE TABLE IF NOT EXISTS drafts (person TEXT NOT NULL, path TEXT NOT NULL,"
    " base TEXT NOT NULL, content BLOB NOT NULL, updated INTEGER NOT NULL,"
    " PRIMARY KEY (person, path))",
    # Pictures and attachments of pages that are not sent yet.
    "CREATE TABLE IF NOT EXISTS uploads (person TEXT NOT NULL, page TEXT NOT NULL,"
    " path TEXT NOT NULL, content BLOB NOT NULL, updated INTEGER NOT NULL,"
    " PRIMARY KEY (person, page, path))",
    # Who has looked at which restricted page.
    "CREATE TABLE IF NOT EXISTS reads (time INTEGER NOT NULL, person TEXT NOT NULL,"
    " path TEXT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS reads_by_path ON reads (path, time)",
    # The last audit that came to its end, by the head of the log that it saw.
    "CREATE TABLE IF NOT EXISTS audits (log TEXT PRIMARY KEY, person TEXT NOT NULL,"
    " ended INTEGER NOT NULL, found TEXT NOT NULL)",
)
