"""A desk served in this process, and people who visit it over real HTTP.

desk_place.desk / .base / .server      the Desk, its address, the bare repository
visitor = desk_place.visitor("NV0015")  logged in: .get(path) .post(path, {...}) .text(path)
visitor.post adds the session's form token and the Origin a browser would send
desk_place.stranger()                   the same, not logged in
"""

from __future__ import annotations

import re
import shutil
import ssl
from datetime import UTC, datetime

import httpx

from hoso.desk.app import application
from hoso.desk.place import Desk
from hoso.desk.serving import running
from servers import AUDITOR, CLERK, DEPUTY, HEAD, LEADER, TEACHER
from yards import keys

#: What everybody's passphrase is here.
PASSPHRASE = "hoa phượng đỏ"  # noqa: S105 - opens nothing but these tests
PEOPLE = [HEAD, DEPUTY, CLERK, LEADER, TEACHER, AUDITOR]
#: Nobody: reading what the whole world trusts takes longer than most tests.
_TRUSTED = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
_TOKEN = re.compile(r'name="_t" value="([^"]+)"')


class DeskPlace:
    """A copy of a founded server with a desk beside it and an account for each of the people."""

    def __init__(self, folder, template, people=PEOPLE, clock_at=None):
        self.server = shutil.copytree(template, folder / "server.git")
        clock = (lambda: datetime.now(UTC)) if clock_at is None else clock_at(self.server)
        self.desk = Desk(self.server, clock)
        for who in people:
            if self.desk.accounts.get(who) is None:
                self.desk.accounts.give(who, PASSPHRASE, keys()[who])
        self.port = 0
        self._visitors, self._browsers = {}, []
        self._running = running(application(self.desk, self._names))

    def left(self):
        """The server's folder, to be copied; nobody is served here."""
        self.desk.close()
        return self.server

    def __enter__(self):
        self.port = self._running.__enter__()
        return self

    def __exit__(self, *_):
        for visitor in self._browsers:
            visitor.close()
        self._running.__exit__(None, None, None)
        self.desk.close()

    def _names(self):
        return {f"127.0.0.1:{self.port}", f"localhost:{self.port}"}

    @property
    def base(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def named(self):
        """The same by a name; browsers know passkeys at no bare address."""
        return f"http://localhost:{self.port}"

    def stranger(self):
        """A browser nobody has logged in at."""
        self._browsers.append(Visitor(self.base))
        return self._browsers[-1]

    def visitor(self, who):
        """Somebody logged in, at a browser of their own; the same one every time."""
        if who not in self._visitors or not self._visitors[who].inside():
            made = self.stranger()
            made.login(who)
            self._visitors[who] = made
        return self._visitors[who]


class Visitor:
    """A browser without a window: it keeps cookies and follows nothing by itself."""

    def __init__(self, base):
        self.base = base
        self.client = httpx.Client(base_url=base, timeout=60, verify=_TRUSTED)

    def close(self):
        self.client.close()

    def get(self, path, **more):
        return self.client.get(path, **more)

    def text(self, path):
        """The text of a page that must be there."""
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[-2000:])
        return answer.text

    def token(self, path="/tai-khoan"):
        """The token in the forms of a page."""
        return _TOKEN.search(self.text(path))[1]

    def post(self, path, values=(), *, token=None, origin=None, **more):
        """Sends a form as the browser would from a page of the desk."""
        held = self.token() if token is None else token
        return self.client.post(path, data={**dict(values), "_t": held},
                                headers={"Origin": origin or self.base}, **more)  # fmt: skip

    def fetch(self, path, content, *, token=None):
        """Sends JSON as a script of the desk does."""
        held = self.token() if token is None else token
        return self.client.post(path, json=content, headers={"Origin": self.base, "X-Hoso-T": held})

    def login(self, who, passphrase=PASSPHRASE):
        """Fills in the login page; gives the answer."""
        return self.post("/dang-nhap", {"ai": who, "mat_khau": passphrase},
                         token=self.token("/dang-nhap"))  # fmt: skip

    def inside(self):
        """Whether somebody is logged in here."""
        return self.get("/tai-khoan").status_code == 200
