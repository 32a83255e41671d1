"""Builds the archive of a small school in a process of its own, for tests that kill or starve it.

Usage: archiving.py SCHOOL OUT WORKERS [PAUSE]; with a pause, each finished file is said on stdout.
"""

import sys
import time
from pathlib import Path

from hoso.books.archive import build
from hoso.books.catalogue import Desk
from hoso.findings import HosoError
from hoso.schema.kinds import load_kinds
from hoso.schema.school import TreeSchool
from hoso.store.tree import FolderTree

COMMIT = "89abcdef0123456789abcdef0123456789abcdef"


def main(school, out, workers, pause="0"):
    tree = FolderTree(Path(school))
    desk = Desk(TreeSchool(tree, load_kinds(tree)), lambda path: None)

    def progress(done, total, path):
        print(done, total, path, flush=True)
        time.sleep(float(pause))

    try:
        build(desk, "2025-2026", Path(out), commit=COMMIT, workers=int(workers), progress=progress)
    except HosoError as error:
        print(f"Lỗi: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
