"""`hoso demo`: the reference school, or a made-up one of any size, written into a folder."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hoso.demo.plan import MOST_CLASSES, MOST_YEARS, SEED, Plan

if TYPE_CHECKING:
    from collections.abc import Callable

    from hoso.model import Kind

#: With fewer classes than this a second process costs more than it saves.
_WORTH_A_PROCESS = 60


@click.command("demo", help="Ghi trường mẫu vào thư mục OUT, hoặc một trường giả lập cỡ bất kỳ.")
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
@click.option("--seed", type=click.IntRange(0), default=SEED, show_default=True,
              help="Số gieo: cùng số thì cùng từng byte.")  # fmt: skip
@click.option("--lop-moi-khoi", type=click.IntRange(1, MOST_CLASSES), default=2, show_default=True,
              help="Số lớp của mỗi khối.")  # fmt: skip
@click.option("--nam", type=click.IntRange(0, MOST_YEARS), default=1, show_default=True,
              help="Số năm học đã xong trước năm học này.")  # fmt: skip
@click.option("--tin", type=click.IntRange(0), default=0, show_default=True,
              help="Số bài giả lập thêm vào trang web.")  # fmt: skip
@click.option("--jobs", type=click.IntRange(1), default=None, help="Số tiến trình.")
def command(out: Path, seed: int, lop_moi_khoi: int, nam: int, tin: int, jobs: int | None) -> int:
    """The verb; its exit code is 1 when the folder holds files that the school does not have."""
    from hoso.demo.generate import school_page
    from hoso.demo.writing import left_over, put, refuse_a_stranger
    from hoso.schema.kinds import load_kinds
    from hoso.starter.new_school import Details, starting_files
    from hoso.store.tree import FolderTree, MemoryTree

    plan = Plan(classes_per_grade=lop_moi_khoi, finished_years=nam, posts=tin)
    frame = {}
    if not (out / "schemas").is_dir():
        frame = starting_files(
            Details(name="Trường Tiểu học Cộng Hòa", code="THCH", place="Xã Cộng Hòa",
                    province="Tỉnh Ninh Bình")
        )  # fmt: skip
    kinds = load_kinds(MemoryTree(frame) if frame else FolderTree(out))
    refuse_a_stranger(out, school_page(kinds))
    put(out, ((path, raw) for path, raw in sorted(frame.items())
              if not path.startswith(("records/", "content/"))))  # fmt: skip
    rooms = 5 * plan.classes_per_grade * len(plan.starts)
    jobs = (jobs or os.cpu_count() or 1) if rooms >= _WORTH_A_PROCESS else 1
    with _bar() as progress:
        written = _write(out, plan, seed, kinds, jobs, progress)
    click.echo(f"Đã ghi {len(written)} tệp vào {out}.")
    extra = left_over(out, written)
    if extra:
        click.echo(f"Có {len(extra)} tệp không thuộc trường này, được giữ nguyên:", err=True)
        for path in extra[:20]:
            click.echo(f"  {path}", err=True)
        return 1
    return 0


def _write(
    out: Path, plan: Plan, seed: int, kinds: dict[str, Kind], jobs: int,
    progress: Callable[[int], None] | None,
) -> list[str]:  # fmt: skip
    """Every process makes and writes its own share of the classes; the first also all the rest."""
    from hoso.demo.generate import generate
    from hoso.demo.writing import put

    if jobs == 1:
        return put(out, generate(plan, kinds, seed), progress)
    context = multiprocessing.get_context("fork")
    done = context.Array("q", jobs)
    shares = [(out, plan, seed, kinds, (number, jobs)) for number in range(jobs)]
    with context.Pool(jobs, initializer=_count_in, initargs=(done,)) as pool:
        waiting = pool.map_async(_share, shares, chunksize=1)
        while not waiting.ready():
            waiting.wait(0.2)
            if progress is not None:
                progress(sum(done[number] for number in range(jobs)))
        return [path for paths in waiting.get() for path in paths]


#: Where each process counts the files it has written, for the bar of the first one.
_counts: Any = None


def _count_in(counts: Any) -> None:
    global _counts  # noqa: PLW0603 - the one way to hand a shared array to a pool
    _counts = counts


def _share(work: tuple[Path, Plan, int, dict[str, Kind], tuple[int, int]]) -> list[str]:
    from hoso.demo.generate import generate
    from hoso.demo.writing import put

    out, plan, seed, kinds, share = work

    def count(done: int) -> None:
        _counts[share[0]] = done

    return put(out, generate(plan, kinds, seed, share), count)


@contextmanager
def _bar() -> Iterator[Callable[[int], None] | None]:
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("Đang ghi {task.completed} tệp"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done: bar.update(task, completed=done)
