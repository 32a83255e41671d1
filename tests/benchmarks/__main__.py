"""`make bench`: every benchmark, each ratio beside its target; names one or more to run only those.
`together:30` lets the afternoon at the desk last thirty seconds.

The exit code is 1 when a target is missed.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from measuring import Row, as_table

BENCHMARKS = ("checking", "publishing", "books", "deciding", "receiving", "auditing", "together")


def main(names: list[str]) -> int:
    missed: list[Row] = []

    def all_rows():
        for asked in names or BENCHMARKS:
            name, _, seconds = asked.partition(":")
            for row in importlib.import_module(name).rows(*map(float, seconds.split())):
                if not row.kept:
                    missed.append(row)
                yield row

    for line in as_table(all_rows()):
        print(line, flush=True)
    print(f"\n{len(missed)} targets missed" if missed else "\nEvery target kept")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
