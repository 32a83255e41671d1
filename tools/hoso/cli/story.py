"""The whole story of a school's records on a training server, told in the terminal."""

from __future__ import annotations

import shutil
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from hoso.cli import story_closing, story_writing
from hoso.cli.story_stage import Halted, Stage
from hoso.findings import HosoError

_NOTE = "doc-truoc.txt"
_SAID = """Thư mục này do hoso tour viết, mỗi lần chạy lại thì viết lại từ đầu.

truong/         hồ sơ của trường mẫu lúc lập kho
truong.git/     kho chung: main, nhật ký, sổ đã chốt
khoa/           khóa ký của từng người, chỉ để kể chuyện
may/            bản sao trên máy của từng người và của người kiểm tra
bi-sua.git/     bản chép đã bị sửa thẳng
"""


def told(folder: Path, console: Console) -> int:
    """Tells it in a folder of its own, cleared first; the exit code of the step that failed, or 0.

    What it leaves there stays to be looked at: server, clones, papers, site, report, a spoilt copy.
    """
    _clear(folder)
    stage = Stage(folder.absolute(), console)
    try:
        genesis = story_writing.found(stage)
        mark, post = story_writing.write(stage)
        story_writing.approve(stage, mark, post)
        head = story_closing.lock(stage)
        story_closing.late(stage)
        story_closing.correct(stage)
        story_closing.publish(stage)
        story_closing.audit(stage, genesis, head)
        story_closing.tamper(stage, genesis, head)
    except Halted as stop:
        return stop.code
    stage.curtain()
    console.print()
    console.print(_table(stage, folder))
    return 0


def _clear(folder: Path) -> None:
    """An empty folder for the story; HosoError where there is something that no story left."""
    if folder.exists() and any(folder.iterdir()) and not (folder / _NOTE).is_file():
        raise HosoError(f"{folder} có tệp không phải của chuyện; chọn chỗ khác bằng --out")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / _NOTE).write_text(_SAID, "utf-8")


def _table(stage: Stage, folder: Path) -> Table:
    table = Table("", "Việc", "Kết quả", "Giây", "Xem ở", box=SIMPLE_HEAD, pad_edge=False)
    table.title, table.title_justify = f"Chuyện một sổ điểm, xem trong {folder}/", "left"
    table.columns[3].justify = "right"
    table.columns[4].no_wrap = True
    for number, scene in enumerate(stage.scenes, 1):
        seconds = f"{scene.seconds:.1f}".replace(".", ",")
        table.add_row(str(number), scene.title, scene.result, seconds, scene.place)
    return table
