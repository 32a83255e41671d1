"""How much a push may bring, told from sizes alone before anything reads the objects.

300 MB of zeros travel in 300 kB, so the size of what arrives on the wire says nothing.
"""

from __future__ import annotations

from hoso.server.branches import Refused, refused
from hoso.store.git import Quarantine, Repository

#: A hundred pages in a hundred commits come to some hundreds of objects.
MOST_OBJECTS = 5_000
#: No file that any kind allows is larger, and no folder or commit comes near.
MOST_BYTES = 20_000_000
MOST_BYTES_OF_OTHERS = 2_000_000
MOST_BYTES_TOGETHER = 200_000_000
_PLACE = "goi-gui"


def refuse_too_much(repository: Repository, quarantine: Quarantine) -> None:
    """Refused where a push brings too many objects, or one that is too large."""
    # Without the alternates there is nothing to see but what the push brought.
    brought = repository.seeing(Quarantine(quarantine.objects, ""))
    told = brought.run("cat-file", "--batch-all-objects", "--batch-check", "--unordered")
    objects = [line.split(" ") for line in told.splitlines()]
    if len(objects) > MOST_OBJECTS:
        raise refused(_PLACE, "HS113", f"{len(objects)} mục, cho phép không quá {MOST_OBJECTS}",
                      "chia thành nhiều đề nghị")  # fmt: skip
    for id_, kind, size in objects:
        _refuse_large(id_, kind, int(size))
    together = sum(int(size) for _, _, size in objects)
    if together > MOST_BYTES_TOGETHER:
        raise _too_large(_PLACE, together, MOST_BYTES_TOGETHER)


def _refuse_large(id_: str, kind: str, size: int) -> None:
    most = MOST_BYTES if kind == "blob" else MOST_BYTES_OF_OTHERS
    if size > most:
        raise _too_large(f"{_PLACE}/{id_[:12]}", size, most)


def _too_large(place: str, size: int, most: int) -> Refused:
    return refused(place, "HS102", f"mở ra thành {size} byte, cho phép không quá {most}",
                   "thu nhỏ ảnh hoặc nén tệp rồi làm lại đề nghị")  # fmt: skip
