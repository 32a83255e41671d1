"""A key agent for one command: git and ssh sign through it, and the key never leaves this process.

`git push --signed` has ssh-keygen sign, and ssh proves who is calling; both would ask for the
passphrase again. Here they find an agent of the usual protocol at a socket in a folder that only
this user may enter and that is gone when the command ends. Of the two ways that were weighed, a
wrapper around ssh-keygen that is handed the key and an agent, the agent hands out nothing. It
signs two things and refuses all others: a push, and a login; never a statement of approval.
"""

from __future__ import annotations

import base64
import socketserver
import struct
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

#: Bytes to a raw signature in ssh's own wire format.
Signer = Callable[[bytes], bytes]

_LIST, _LISTED, _SIGN, _SIGNED, _FAILURE = 11, 12, 13, 14, 5
_MOST_BYTES = 256 * 1024
#: What ssh-keygen signs for `git`, and what ssh signs to prove who is calling.
_PUSH = b"SSHSIG" + struct.pack(">I", 3) + b"git"
_LOGIN = 50


@dataclass(frozen=True, slots=True)
class Held:
    """Where an agent listens, and the file with the public line of the one key it holds.

    Without a socket OpenSSH asks whom it always asks: the person's own agent, or the key that the
    file is a stub of.
    """

    socket: Path | None
    public: Path
    #: Called before git has the key sign a push.
    asks: Callable[[], None] = lambda: None


@contextmanager
def serving(line: str, sign: Signer) -> Iterator[Held]:
    """An agent for the key of a public line (`ssh-ed25519 AAAA…`) while the block runs."""
    with tempfile.TemporaryDirectory(prefix="hoso-") as folder:
        socket, public = Path(folder) / "khoa", Path(folder) / "khoa.pub"
        public.write_text(f"{line}\n", "ascii")
        with _Agent(socket, base64.b64decode(line.split(" ")[1]), sign) as agent:
            thread = threading.Thread(target=agent.serve_forever, args=(0.05,), daemon=True)
            thread.start()
            try:
                yield Held(socket, public)
            finally:
                agent.shutdown()
                thread.join()


class _Agent(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, socket: Path, key: bytes, sign: Signer) -> None:
        self.key = key
        self.sign = sign
        super().__init__(str(socket), _Conversation)


class _Conversation(socketserver.StreamRequestHandler):
    server: _Agent

    def handle(self) -> None:
        # Who asks may hang up at any time; nothing is lost by that.
        with suppress(ConnectionError):
            while len(size := self.rfile.read(4)) == 4:
                length = int.from_bytes(size)
                if not 0 < length <= _MOST_BYTES:
                    return
                answer = _answer(self.rfile.read(length), self.server.key, self.server.sign)
                self.wfile.write(_string(answer))


def _answer(request: bytes, key: bytes, sign: Signer) -> bytes:
    if request[:1] == bytes([_LIST]):
        return bytes([_LISTED]) + struct.pack(">I", 1) + _string(key) + _string(b"hoso")
    if request[:1] == bytes([_SIGN]):
        asked = _strings(request[1:], 2)
        if len(asked) == 2 and asked[0] == key and _may_be_signed(asked[1]):
            return bytes([_SIGNED]) + _string(sign(asked[1]))
    return bytes([_FAILURE])


def _may_be_signed(data: bytes) -> bool:
    """Whether data is a push for git, or a login: the session's id, then the number of one."""
    if data.startswith(b"SSHSIG"):
        return data.startswith(_PUSH)
    session = _strings(data, 1)
    return bool(session) and data[4 + len(session[0]) :][:1] == bytes([_LOGIN])


def _strings(data: bytes, count: int) -> list[bytes]:
    """The first strings of ssh's wire format, fewer where the bytes end early."""
    found: list[bytes] = []
    while len(found) < count and len(data) >= 4:
        end = 4 + int.from_bytes(data[:4])
        if end > len(data):
            break
        found.append(data[4:end])
        data = data[end:]
    return found


def _string(content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + content
