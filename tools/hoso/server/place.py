"""A server's repository and the program's own things in it: key, lock, journal, pushes at work."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hoso.findings import HosoError
from hoso.signing.keys import SigningKey, load_key
from hoso.store.git import Repository

#: The folder of the program's own things in a bare repository; nobody else may enter it.
OWN = "hoso"
KEY, SIGNERS = "may-chu.key", "allowed_signers"


@dataclass(frozen=True, slots=True)
class Server:
    """A bare repository made by `hoso init-server`."""

    repository: Repository

    @property
    def own(self) -> Path:
        """The folder of the program's own things."""
        return self.repository.git_dir / OWN

    def key(self) -> SigningKey:
        """The key that signs the log; HosoError where it cannot be read."""
        try:
            return load_key((self.own / KEY).read_bytes())
        except OSError as error:
            raise HosoError("máy chủ không đọc được khóa của mình; báo người quản trị") from error


def server_at(folder: Path) -> Server:
    """The server in a folder; HosoError where `init-server` has not been."""
    return served(Repository(folder))


def served(repository: Repository) -> Server:
    """The server that a repository is; HosoError where `init-server` has not been."""
    found = Server(repository)
    if not repository.bare or not found.own.is_dir():
        raise HosoError(
            f"{repository.path} không phải kho chung do hoso tạo; chạy hoso init-server trước"
        )
    return found
