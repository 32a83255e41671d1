"""A repository seen from one entry of its log: which merges and entries there are, what they say.

One view serves a hook or a person's clone: each question costs what it asks about. An audit, which
asks everything, has a view of its own that knows all answers beforehand (`audit.replay`).
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Mapping, Sequence

from hoso.findings import HosoError
from hoso.ledger.standing import Shelf, Standing
from hoso.ledger.state import State
from hoso.ledger.topic import Changed, Faulty, commit_of, fault
from hoso.signing.commits import RawCommit
from hoso.signing.sshsig import Signature
from hoso.store.git import Repository

#: The branches every repository of a school has.
MAIN, LOG = "refs/heads/main", "refs/heads/nhat-ky"
SCHOOL = "records/truong.yml"
_FOLDER = "40000"


class View:
    """History up to a state; `main` and `log` are the ends of both branches at that state."""

    def __init__(self, repository: Repository, state: State, shelf: Shelf | None = None) -> None:
        self.repository = repository
        self.shelf = shelf or Shelf(repository)
        self.state = state
        self._changed: dict[tuple[str, str], Sequence[Changed]] = {}
        self.repo_id = name_of(self.shelf.at(state.genesis))

    @property
    def main(self) -> str:
        """The tip of `main`."""
        return self.state.main

    def commit(self, id_: str) -> RawCommit:
        """A commit, read strictly; Faulty where it is not formed as ours are."""
        return commit_of(self.repository, id_)

    def standing(self, commit: str) -> Standing:
        """What stands at a commit."""
        return self.shelf.at(commit)

    def changed(self, old: str, new: str) -> Sequence[Changed]:
        """What differs between two trees; Faulty where one of them is malformed."""
        if (old, new) not in self._changed:
            try:
                found = tuple(self.repository.changed(old, new))
            except subprocess.CalledProcessError as error:
                raise _malformed(new) from error
            if not all(self._sound(new, path) for path, _, _ in found):
                raise _malformed(new)
            self._changed[old, new] = found
        return self._changed[old, new]

    def sizes(self, ids: Iterable[str]) -> Mapping[str, tuple[str, int]]:
        """Type and size of objects that nobody has read yet."""
        return self.repository.sizes(ids)

    def on_main(self, commit: str) -> bool:
        """Whether a commit with other than one parent is a merge of `main`, or its first commit.

        All such commits below the tip are: the lines of work that merges bring in are linear.
        """
        return self._below(commit, self.state.main)

    def in_log(self, commit: str) -> bool:
        """Whether a commit is an entry of the log."""
        return self._below(commit, self.state.log)

    def verified(self, signature: Signature, message: bytes, namespace: str) -> bool:
        """Whether a signature is that key's over that message."""
        return signature.covers(message, namespace)

    def _sound(self, tree: str, path: str) -> bool:
        """Whether git and everybody else see the same in the folders that lead to a path."""
        for name in path.split("/"):
            folder = self.repository.folder(tree)
            if not folder.sound:
                return False
            mode, tree = folder.get(name, ("", ""))
            if mode != _FOLDER:
                break
        return True

    def _below(self, commit: str, tip: str) -> bool:
        if commit == tip or not _is_id(commit):
            return commit == tip
        try:
            self.repository.run("merge-base", "--is-ancestor", commit, tip)
        except subprocess.CalledProcessError:
            return False
        return True


def name_of(first: Standing) -> str:
    """What statements call the repository: the school's short name and its first commit."""
    school = first.school.at(SCHOOL)
    if school is None:
        raise HosoError(f"commit đầu tiên không có {SCHOOL} đọc được: không phải kho của trường")
    return f"{school.data['ky_hieu']}@{first.commit}"


def _malformed(tree: str) -> Faulty:
    return fault(tree, "HS839", "thư mục trong kho sai dạng", "gửi lại từ bản sao đầy đủ")


def _is_id(text: str) -> bool:
    return len(text) in (40, 64) and all(each in "0123456789abcdef" for each in text)
