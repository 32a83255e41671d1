"""`hoso site serve`: pages over HTTP, built again when a file changes, told to every open page."""

import shutil
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from schools import REPOSITORY, post, small

from hoso.findings import HosoError
from hoso.schema.school import TreeSchool
from hoso.site.build import build_site
from hoso.site.serve import serve_site
from hoso.store.tree import FolderTree

PATIENCE = 60


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "truong"
    shutil.copytree(REPOSITORY / "schemas", folder / "schemas")
    for path, content in small().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    (folder / "content/tin-tuc/2026").mkdir(parents=True)
    return folder


class Served:
    def __init__(self, folder: Path, target: Path):
        self.folder, self.target = folder, target
        self.said, self.stop = [], threading.Event()
        self.thread = threading.Thread(target=self._run)

    def _run(self):
        from hoso.schema.kinds import load_kinds

        def build():
            tree = FolderTree(self.folder)
            build_site(tree, TreeSchool(tree, load_kinds(tree)), self.target)

        serve_site(
            self.folder, self.target, build,
            host="127.0.0.1", port=0, say=self.said.append, stop=self.stop,
        )  # fmt: skip

    def wait_for(self, words):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            for line in self.said:
                if words in line:
                    return line
            time.sleep(0.05)
        raise AssertionError(self.said)

    @property
    def base(self):
        return self.wait_for("http://").split()[3]


@pytest.fixture
def served(folder, tmp_path):
    served = Served(folder, tmp_path / "site")
    served.thread.start()
    yield served
    served.stop.set()
    served.thread.join(PATIENCE)
    assert not served.thread.is_alive()


def get(address):
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE) as answer:  # noqa: S310 - ours
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_a_saved_file_is_built_and_open_pages_hear_of_it(served):
    status, home = get(served.base)
    assert status == 200
    assert "Chưa có tin nào" in home
    assert '<script src="/__moi.js">' in home
    with urllib.request.urlopen(served.base + "__moi", timeout=PATIENCE) as news:  # noqa: S310
        path = served.folder / "content/tin-tuc/2026/bai-moi.md"
        path.write_text(post("Bài vừa viết xong", "Nội dung."), encoding="utf-8")
        assert news.readline() == b"data: moi\n"
    assert "Bài vừa viết xong" in get(served.base)[1]
    assert get(served.base + "tin-tuc/2026/bai-moi/")[0] == 200


def test_a_failed_build_is_told_and_leaves_the_old_pages(served):
    home = get(served.base)[1]
    (served.folder / "mkdocs.yml").write_text("hooks: [x.py]\n", encoding="utf-8")
    assert "hooks" in served.wait_for("Chưa dựng lại được")
    assert get(served.base)[1] == home


def test_a_wrong_address_gets_the_schools_own_page(served):
    status, page = get(served.base + "khong/co/")
    assert status == 404
    assert "Không tìm thấy trang này" in page


def test_a_port_in_use_is_said_in_words(served, folder, tmp_path):
    port = int(served.base.rstrip("/").rpartition(":")[2])
    with pytest.raises(HosoError, match=f"cổng {port}"):
        serve_site(
            folder, tmp_path / "khac", lambda: None,
            host="127.0.0.1", port=port, say=lambda words: None, stop=threading.Event(),
        )  # fmt: skip
