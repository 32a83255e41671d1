"""A forge of one repository on loopback: answers in the shape of GitHub's or Forgejo's own."""

from __future__ import annotations

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

TOKEN = "-".join(["ma", "truy", "cap", "bi", "mat"])
MACHINE = "github-actions[bot]"
_SCHEMES = {"github": f"Bearer {TOKEN}", "forgejo": f"token {TOKEN}"}
_STATES = {
    "github": {"approved": "APPROVED", "returned": "CHANGES_REQUESTED", "remarked": "COMMENTED",
               "withdrawn": "DISMISSED", "pending": "PENDING"},
    "forgejo": {"approved": "APPROVED", "returned": "REQUEST_CHANGES", "remarked": "COMMENT",
                "withdrawn": "APPROVED", "pending": "PENDING"},
}  # fmt: skip


def account(name):
    return {"login": name, "id": 1, "type": "Bot" if name.endswith("[bot]") else "User"}


class SmallForge:
    """Reviews are `(account, what, body, commit)`; comments and statuses are kept as sent."""

    def __init__(self, dialect="github", head="0" * 40, base="main", reviews=()):
        self.dialect = dialect
        self.head, self.base = head, base
        self.given = list(reviews)
        self.comments, self.statuses, self.asked = [], [], []
        self.broken = None

    def __enter__(self):
        forge = self

        class Answers(BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def _all(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length)) if length else None
                code, raw, more = forge.answer(self.command, self.path, self.headers, body)
                self.send_response(code)
                for name, value in {"Content-Type": "application/json", **more}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            do_GET = do_POST = do_PATCH = _all

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server.server_port}/api"

    def reviews(self):
        return [
            {
                "id": number, "user": None if who is None else account(who),
                "state": _STATES[self.dialect][what], "body": body, "commit_id": commit,
                "submitted_at": f"2026-11-10T08:{number:02}:00Z",
                **({"dismissed": what == "withdrawn", "stale": False, "official": True}
                   if self.dialect == "forgejo" else {}),
            }
            for number, (who, what, body, commit) in enumerate(self.given, 1)
        ]  # fmt: skip

    def answer(self, method, path, headers, body):
        self.asked.append((method, path))
        if self.broken is not None:
            return self.broken
        if headers.get("Authorization") != _SCHEMES[self.dialect]:
            return 401, b'{"message": "Bad credentials"}', {}
        parts = urlsplit(path)
        below = parts.path.removeprefix("/api/repos/truong/ho-so/")
        found = self.found(method, below, body)
        if isinstance(found, list):
            size = int(parse_qs(parts.query)[
                "per_page" if self.dialect == "github" else "limit"][0])  # fmt: skip
            page = int(parse_qs(parts.query)["page"][0])
            found = found[(page - 1) * size : page * size]
        return (404, b"{}", {}) if found is None else (200, json.dumps(found).encode(), {})

    def found(self, method, below, body):
        if below == "/api/user":
            return account(MACHINE)
        if (method, below) == ("GET", "pulls/7"):
            head, base = {"sha": self.head, "ref": "`id`"}, {"ref": self.base}
            return {"number": 7, "title": "$(id)", "user": account("ai-do"), "head": head,
                    "base": base}  # fmt: skip
        if (method, below) == ("GET", "pulls/7/reviews"):
            return self.reviews()
        if (method, below) == ("GET", "issues/7/comments"):
            return self.comments
        if (method, below) == ("POST", "issues/7/comments"):
            self.comments.append({"id": len(self.comments) + 1, "user": account(MACHINE), **body})
            return self.comments[-1]
        if method == "PATCH" and (match := re.fullmatch(r"issues/comments/(\d+)", below)):
            self.comments[int(match[1]) - 1]["body"] = body["body"]
            return self.comments[int(match[1]) - 1]
        if method == "POST" and (match := re.fullmatch(r"statuses/([0-9a-f]{40})", below)):
            self.statuses.append((match[1], body))
            return body
        return None
