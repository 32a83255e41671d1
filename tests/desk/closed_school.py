"""A school whose books of mid term are closed, on a training server that lives in November 2026."""

import subprocess
import sys

from gate.situations import ROOT, edited
from hoso.cli.clock import clock_of
from hoso.desk.sending import propose
from hoso.store.git import Repository
from hoso.store.tree import FolderTree
from servers import YEAR, clean, small_files, written
from yards import keys

#: The morning the server is founded at; the books of mid term closed ten days before.
MORNING = "2026-11-23 08:00"
#: A post that is there, and one that somebody writes, with a picture that is there.
OLD_POST = "content/tin-tuc/2026/dien-tap-thoat-nan.md"
NEW_POST = "content/tin-tuc/2026/vuon-truong-mua-dong.md"
POST_TEXT = """---
tieu_de: Vườn trường mùa đông
ngay: 2026-11-22
chuyen_muc:
  - hoat-dong
tac_gia:
  - NV0015
tom_tat: Lớp 3B trồng ba luống rau cải, tưới nước mỗi sáng trước giờ truy bài.
anh: vuon-rau.png
anh_mo_ta: Luống rau xanh cạnh hàng rào tre.
---

Cả lớp chia làm **bốn tổ**, mỗi tổ nhận một luống.

## Việc của từng tổ

- tổ 1 gieo hạt;
- tổ 2 tưới nước.

Tuần sau các em hái lứa rau đầu. <script>alert(1)</script>
"""


def closed_files():
    """The small school with the real calendar of locks, and what its site is made of."""
    tree = FolderTree(ROOT)
    calendar = f"{YEAR}/nam-hoc.yml"
    pictures = [entry.path for entry in tree.entries("content/hinh/2026")]
    more = {path: tree.read(path) for path in [calendar, "mkdocs.yml", OLD_POST, *pictures]}
    return {**small_files(), **more}


def closed_server(folder, more=()):
    """A server of that school with more pages, founded by the program itself; gives its path."""
    files = {**closed_files(), **dict(more)}
    place, school = folder / "server.git", written(files, folder / "truong")
    subprocess.run(
        [sys.executable, "-I", "-m", "hoso.cli.main", "init-server", place, "--from", school,
         "--tap-duot", MORNING],
        check=True, capture_output=True, env=clean(),
    )  # fmt: skip
    return place


def clock_at(server):
    """The clock that goes for a server."""
    return clock_of(Repository(server))


def sent(place, who, files, said="Việc của trường"):
    """The name of a proposal that somebody sends from the desk: pages as texts or edits of them."""
    desk = place.desk
    view = desk.clone().view
    tree = view.standing(view.main).tree
    there = {path: tree.read(path) for path in files if tree.entry(path) is not None}
    after, _ = edited(there, files)
    with desk.signing(who, keys()[who]) as (clone, me):
        return propose(clone, me, after, clone.view.main, said)


def pupils(place, path):
    """The pupils of a page, in the order the page has them."""
    view = place.desk.clone().view
    return list(view.standing(view.main).school.at(path).data["hoc_sinh"])


def on_main(place, path):
    """What stands on a page of `main` now."""
    return Repository(place.server).tree("main").read(path).decode()
