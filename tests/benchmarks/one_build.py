"""One build of a school's site in a process of its own: how long it took, as JSON.

    python one_build.py SCHOOL OUT [RENDERS]

With a file for renders, as `hoso site build` does it; without, by MkDocs alone. `pages` is from
the staged pages to the finished ones, the part that MkDocs has; `all` begins with the records and
ends with the finished folder in its place.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from time import perf_counter

from hoso.schema.kinds import load_kinds
from hoso.schema.school import TreeSchool
from hoso.site.accelerator import Quick
from hoso.site.build import build_site
from hoso.store.tree import FolderTree


def main(school: Path, out: Path, renders: Path | None) -> None:
    """Builds and prints the seconds of both."""
    stamps = []
    tree = FolderTree(school)
    quick = None if renders is None else Quick(os.cpu_count() or 1, renders)
    began = perf_counter()
    build_site(
        tree,
        TreeSchool(tree, load_kinds(tree)),
        out,
        quick=quick,
        progress=lambda _: stamps.append(perf_counter()),
    )
    _, staged, listed = stamps
    print(json.dumps({"pages": listed - staged, "all": perf_counter() - began}))


if __name__ == "__main__":
    places = [Path(each).absolute() for each in sys.argv[1:]]
    main(places[0], places[1], places[2] if len(places) > 2 else None)
