"""A school's site by MkDocs alone, from the same staged pages and settings: seconds as JSON.

    python plain_site.py SCHOOL OUT

Only MkDocs' own part is timed, neither staging nor the list of files.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from hoso.schema.kinds import load_kinds
from hoso.schema.school import TreeSchool
from hoso.site.build import build_site
from hoso.store.tree import FolderTree


def main(school: Path, out: Path) -> None:
    """Builds without any help and prints how long MkDocs took."""
    stamps = []

    def stamp(_: str) -> None:
        now = os.times()
        stamps.append((now.elapsed, now.user + now.system))

    tree = FolderTree(school)
    build_site(tree, TreeSchool(tree, load_kinds(tree)), out, progress=stamp)
    (_, began, ended) = stamps
    print(json.dumps({"wall": ended[0] - began[0], "cpu": ended[1] - began[1]}))


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute(), Path(sys.argv[2]).absolute())
