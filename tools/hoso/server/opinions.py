"""A person's word about a proposal, as far as the server looks at it: whose it is, how small."""

from __future__ import annotations

from datetime import datetime

from hoso.ledger.topic import Faulty, signer
from hoso.ledger.view import View
from hoso.server.branches import Refused, refused
from hoso.store.tree import PLAIN

#: The files of a review and how large each may be; what they say counts only in a merge.
_FILES = {"loi-duyet": 64 * 1024, "ly-do": 16 * 1024}
_AGAIN = "gửi bằng hoso approve, hoso check-off hoặc hoso return"


def refuse_bad_opinion(view: View, commit: str, person: str, received: datetime) -> None:
    """Refused where a commit is no review signed by this person, standing for itself."""
    try:
        read = view.commit(commit)
        author = signer(read, view.standing(view.main).keyring, received, view.verified)
    except Faulty as error:
        raise Refused(error.finding) from error
    if author != person:
        raise refused("y-kien", "HS847", f"{author} ký mà {person} gửi", "mỗi người tự gửi")
    if read.parents:
        raise refused("y-kien", "HS847", "ý kiến phải đứng riêng, không nối tiếp gì", _AGAIN)
    entries = list(view.standing(commit).tree.entries())
    sizes = view.repository.sizes(entry.blob for entry in entries)
    for entry in entries:
        most = _FILES.get(entry.path, -1)
        if entry.mode != PLAIN or sizes.get(entry.blob, ("", 0))[1] > most:
            shown = ascii(entry.path)[1:-1]
            raise refused(
                f"y-kien/{shown}", "HS847", "không thuộc một ý kiến, hoặc quá dài", _AGAIN
            )
    if not entries:
        raise refused("y-kien", "HS847", "ý kiến không nói gì", _AGAIN)
