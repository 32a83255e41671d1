"""Security keys (FIDO) of software, and an agent that holds them and speaks the agents' protocol.

The keys do what OpenSSH's PROTOCOL.u2f says: they sign the hash of their application, their flags,
their counter and the hash of the message. Their private files hold no secret, as real ones do not.
"""

from __future__ import annotations

import hashlib
import socketserver
import textwrap
import threading
from contextlib import contextmanager, suppress

from hoso.signing.keys import SECURITY_KEY, PublicKey, new_key
from hoso.signing.wire import packed, to_base64, unpacked

_LIST, _SIGN, _FAILURE, _LISTED, _SIGNED = b"\x0b", b"\x0d", b"\x05", b"\x0c", b"\x0e"
_ONE = (1).to_bytes(4, "big")
_MAGIC = b"SSHSIG\0\0\0\1"


class Token:
    """A security key in memory; `present` is whether anybody touches it, `count` how often."""

    def __init__(self, application=b"ssh:"):
        self._secret, self._application = new_key(), application
        self.present, self.count = True, 0
        blob = packed(SECURITY_KEY.encode(), self._secret.public.point, application)
        self.public = PublicKey.parse(f"{SECURITY_KEY} {to_base64(blob)}")

    def sign_bare(self, message):
        """What a key agent hands out for it."""
        self.count += 1
        more = bytes([self.present]) + self.count.to_bytes(4, "big")
        whole = hashlib.sha256(self._application).digest() + more + hashlib.sha256(message).digest()
        return packed(SECURITY_KEY.encode(), self._secret.sign_bare(whole)[-64:]) + more

    def sign(self, message, namespace):
        """An SSHSIG blob, as `ssh-keygen -Y sign` makes it."""
        digest = hashlib.sha512(message).digest()
        signed = b"SSHSIG" + packed(namespace.encode(), b"", b"sha512", digest)
        return _MAGIC + packed(
            self.public.blob, namespace.encode(), b"", b"sha512", self.sign_bare(signed)
        )

    def written(self, _=None):
        """The file that `ssh-keygen -t ed25519-sk` leaves: which key, and the handle on it."""
        private = bytes(8) + packed(
            SECURITY_KEY.encode(), self._secret.public.point, self._application
        )
        private += b"\1" + packed(b"tay nam", b"", b"")
        private += bytes(range(1, 1 + -len(private) % 8))
        raw = b"openssh-key-v1\0" + packed(b"none", b"none", b"") + _ONE
        lines = textwrap.wrap(to_base64(raw + packed(self.public.blob, private)), 70)
        frame = "-----{} OPENSSH PRIVATE KEY-----"
        return "\n".join([frame.format("BEGIN"), *lines, frame.format("END"), ""]).encode()


class _Agent(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    block_on_close = False


@contextmanager
def agent_of(socket, signers):
    """An agent at a socket while the block runs; `signers` sign, by the blob of a public key.

    One that gives None refuses, as a key does that is pulled out or that nobody touches in time.
    """

    class Conversation(socketserver.StreamRequestHandler):
        def handle(self):
            with suppress(ConnectionError):
                while len(size := self.rfile.read(4)) == 4:
                    self.wfile.write(packed(answer(self.rfile.read(int.from_bytes(size, "big")))))

    def answer(asked):
        if asked[:1] == _LIST:
            held = b"".join(packed(blob, b"the") for blob in signers)
            return _LISTED + len(signers).to_bytes(4, "big") + held
        if asked[:1] == _SIGN:
            (blob, message), _ = unpacked(asked[1:], 2)
            found = signers[blob](message)
            return _FAILURE if found is None else _SIGNED + packed(found)
        return _FAILURE

    with _Agent(str(socket), Conversation) as agent:
        thread = threading.Thread(target=agent.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            agent.shutdown()
            thread.join()
            socket.unlink()
