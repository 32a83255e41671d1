"""What is published is held against what was approved: over a folder, over HTTP, built again."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from browsing import served
from hoso.audit.published import read_manifest
from hoso.cli.main import outcome
from hoso.findings import HosoError

REPOSITORY = Path(__file__).parents[2]
PAGE = "tin-tuc/index.html"
WHO = ["-c", "user.name=Van phong", "-c", "user.email=vanphong@truong.example"]
POST = """---
tieu_de: Ngày hội đọc sách
ngay: 2026-11-05
chuyen_muc:
  - hoat-dong
tac_gia:
  - NV0007
tom_tat: Cả trường cùng đọc sách.
---

Cả trường cùng đọc sách trong giờ ra chơi.
"""
NEWS = "content/tin-tuc/2026/ngay-hoi-doc-sach.md"


def git(folder, *arguments, day="2026-11-23T08:00:00+07:00"):
    done = subprocess.run(
        ["git", *WHO, *arguments], cwd=folder, check=True, capture_output=True, text=True,
        env={**os.environ, "GIT_COMMITTER_DATE": day},
    )  # fmt: skip
    return done.stdout.strip()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A small school on main: a profile, one member of staff, then a post."""
    root = tmp_path_factory.mktemp("truong")
    for name in ("mkdocs.yml", "records/truong.yml", "records/nhan-su/NV0007.yml"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / name, root / name)
    shutil.copytree(REPOSITORY / "schemas", root / "schemas")
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "Dau")
    (root / NEWS).parent.mkdir(parents=True)
    (root / NEWS).write_text(POST, "utf-8")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "Tin")
    return root


@pytest.fixture(scope="module")
def built(folder, tmp_path_factory):
    target = tmp_path_factory.mktemp("trang") / "site"
    arguments = ["site", "build", "--at", "main", "--unchecked", "--out", str(target)]
    assert outcome([*arguments, "--repo", str(folder)]) == 0
    return target


@pytest.fixture
def site(built, tmp_path):
    return shutil.copytree(built, tmp_path / "site")


@pytest.fixture
def verify(folder, capsys):
    """Runs the verb: its exit code and, of every finding, the file and the code."""

    def run(where, *more):
        capsys.readouterr()
        code = outcome(
            ["verify-site", str(where), "--repo", str(folder), "--format", "json", *more]
        )
        said = capsys.readouterr()
        if code == 2:
            return code, said.err
        return code, [(each["path"], each["code"]) for each in json.loads(said.out)]

    return run


def edit_manifest(site, change):
    path = site / "manifest.json"
    data = json.loads(path.read_bytes())
    change(data)
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", "utf-8")


def lie_about(site, name):
    """Changes a page and has the manifest agree with the change."""
    content = (site / name).read_bytes() + b"<!-- -->"
    (site / name).write_bytes(content)

    def agree(data):
        data["trang"][name] |= {
            "sha256": hashlib.sha256(content).hexdigest(), "byte": len(content)
        }  # fmt: skip

    edit_manifest(site, agree)


def test_a_site_as_it_was_built_is_what_was_approved(site, verify):
    assert verify(site) == (0, [])
    assert verify(site, "--at", "main") == (0, [])


def test_over_http_the_same_is_found(site, verify):
    with served(site) as address:
        assert verify(address) == (0, [])
        (site / PAGE).write_bytes((site / PAGE).read_bytes().replace(b"</p>", b"!</p>", 1))
        (site / "404.html").unlink()
        assert verify(address) == (1, [("404.html", "HS723"), (PAGE, "HS721")])


def test_a_page_changed_by_one_byte_or_by_a_longer_tail_is_found(site, verify):
    raw = (site / PAGE).read_bytes()
    for other in (raw.replace(b"e", b"a", 1), raw + b" ", raw[:-1], b""):
        (site / PAGE).write_bytes(other)
        assert verify(site) == (1, [(PAGE, "HS721")])


def test_a_page_that_is_gone_and_one_nobody_listed_are_found(site, verify):
    (site / PAGE).unlink()
    (site / "them").mkdir()
    (site / "them/index.html").write_text("<p>Tin lạ</p>", "utf-8")
    (site / "lien-ket.html").symlink_to(site / "index.html")
    assert verify(site) == (
        1, [("lien-ket.html", "HS722"), ("them/index.html", "HS722"), (PAGE, "HS723")]
    )  # fmt: skip


def test_a_listed_file_that_became_a_link_does_not_count_as_there(site, verify, tmp_path):
    shutil.move(site / PAGE, tmp_path / "ngoai.html")
    (site / PAGE).symlink_to(tmp_path / "ngoai.html")
    assert (PAGE, "HS723") in verify(site)[1]


def test_a_manifest_that_lies_about_a_page_is_caught_by_building_again(site, verify):
    lie_about(site, PAGE)
    assert verify(site) == (0, []), "danh mục nói dối thì chỉ dựng lại mới thấy"
    assert verify(site, "--rebuild") == (1, [("manifest.json", "HS721"), (PAGE, "HS721")])


def test_an_untouched_site_is_the_same_bytes_when_built_again(site, verify):
    assert verify(site, "--rebuild") == (0, [])


def test_pages_added_to_or_taken_from_site_and_manifest_are_caught_by_building_again(site, verify):
    content = b"<p>Tin la</p>"
    (site / "la.html").write_bytes(content)
    (site / PAGE).unlink()

    def agree(data):
        del data["trang"][PAGE]
        data["trang"]["la.html"] = {
            "sha256": hashlib.sha256(content).hexdigest(), "byte": len(content)
        }  # fmt: skip

    edit_manifest(site, agree)
    expected = [("la.html", "HS722"), ("manifest.json", "HS721"), (PAGE, "HS723")]
    assert verify(site, "--rebuild") == (1, expected)
    with served(site) as address:
        assert verify(address, "--rebuild") == (1, expected)


def test_a_manifest_of_another_commit_is_not_that_of_the_approved_one(site, verify):
    code, found = verify(site, "--at", "main~1")
    assert code == 1
    assert ("manifest.json", "HS724") in found
    assert (PAGE, "HS724") in found, "bản ghi ấy chưa có bài này"


def test_a_commit_that_main_never_had_is_refused(folder, site, verify):
    git(folder, "switch", "-q", "-c", "nhap")
    try:
        (folder / NEWS).write_text(POST.replace("giờ ra chơi", "giờ nghỉ"), "utf-8")
        git(folder, "commit", "-qam", "Nhap")
        other = git(folder, "rev-parse", "HEAD")
    finally:
        git(folder, "switch", "-q", "main")
    edit_manifest(site, lambda data: data.update(commit=other))
    assert verify(site)[1] == [("manifest.json", "HS724")]
    edit_manifest(site, lambda data: data.update(commit="0" * 40))
    assert verify(site)[1] == [("manifest.json", "HS724")]
    edit_manifest(site, lambda data: data.pop("commit"))
    assert verify(site)[1] == [("manifest.json", "HS724")]


def test_a_source_that_is_not_the_approved_one_is_named(site, verify):
    def other(data):
        for entry in data["trang"].values():
            for source in entry.get("nguon", []):
                if source["tep"] == NEWS:
                    source["blob"] = "0" * 40

    edit_manifest(site, other)
    code, found = verify(site)
    assert code == 1
    assert {each for _, each in found} == {"HS724"}
    assert "tin-tuc/2026/ngay-hoi-doc-sach/index.html" in {name for name, _ in found}


@pytest.mark.parametrize(
    ("pages", "there"),
    [
        ("records/nhan-su/*.yml", True), ("records/*/NV0007.yml", True),
        ("records/hoc-sinh/*.yml", False), ("records/nhan-su/*.md", False), ("../*", False),
    ],
)  # fmt: skip
def test_figures_counted_from_many_pages_need_some_of_them(site, verify, pages, there):
    def counted(data):
        data["trang"][PAGE].setdefault("nguon", []).append({"tep": pages})

    edit_manifest(site, counted)
    assert verify(site) == ((0, []) if there else (1, [(PAGE, "HS724")]))


@pytest.mark.parametrize("name", ["../../tep", "/etc/passwd", "a/../../b", "a\\b", "http://x/y",
                                  "a?b", "a//b", "a/", ".", "a\nb", "x" * 401])  # fmt: skip
def test_a_manifest_cannot_lead_out_of_the_site(name):
    entry = {"sha256": "0" * 64, "byte": 1}
    raw = json.dumps({"phien_ban": 1, "trang": {name: entry}, "tep": {}}).encode()
    with pytest.raises(HosoError):
        read_manifest(raw)


@pytest.mark.parametrize("raw", [
    b"", b"[]", b"null", b"{}", b"[" * 100_000, b'{"phien_ban": 2, "trang": {}, "tep": {}}',
    b'{"phien_ban": 1, "trang": [], "tep": {}}', b'{"phien_ban": 1, "trang": {"a": 1}, "tep": {}}',
    b'{"phien_ban": 1, "trang": {}, "tep": {}, "commit": "HEAD"}',
    b'{"phien_ban": 1, "trang": {}, "tep": {}, "commit": 1}',
    json.dumps({"phien_ban": 1, "tep": {},
                "trang": {"a": {"sha256": "0" * 64, "byte": True}}}).encode(),
    json.dumps({"phien_ban": 1, "tep": {},
                "trang": {"a": {"sha256": "0" * 64, "byte": 1, "nguon": [{"tep": 7}]}}}).encode(),
])  # fmt: skip
def test_what_is_not_a_manifest_is_said_so_in_words(raw):
    with pytest.raises(HosoError):
        read_manifest(raw)


class _Elsewhere(BaseHTTPRequestHandler):
    """Sends everybody to another origin, or answers with an error; `hits` counts the visitors."""

    to = ""
    hits = 0

    def do_GET(self):
        type(self).hits += 1
        self.send_response(302 if self.to else 503)
        if self.to:
            self.send_header("Location", self.to + "manifest.json")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def listening(handler):
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def test_a_redirect_to_another_origin_is_not_followed(site, verify):
    other = listening(type("Other", (_Elsewhere,), {}))
    away = type("Away", (_Elsewhere,), {"to": f"http://127.0.0.1:{other.server_port}/"})
    server = listening(away)
    try:
        code, said = verify(f"http://127.0.0.1:{server.server_port}/")
        assert code == 2
        assert "trang web khác" in said
        assert other.RequestHandlerClass.hits == 0
        code, said = verify(f"http://127.0.0.1:{other.server_port}/")
        assert code == 2
        assert "503" in said
    finally:
        for each in (server, other):
            each.shutdown()
            each.server_close()


@pytest.mark.parametrize("where", ["http://127.0.0.1:9/", "ftp://truong.example/", "khong-co",
                                   "https://ai:mat-khau@truong.example/"])  # fmt: skip
def test_a_site_that_cannot_be_reached_is_said_so_in_words(where, verify):
    code, said = verify(where)
    assert code == 2
    assert said.startswith("Lỗi: ")


def test_text_says_what_was_compared_and_what_was_not(folder, site, capsys):
    assert outcome(["verify-site", str(site), "--repo", str(folder)]) == 0
    assert "thêm --rebuild" in capsys.readouterr().out
    with served(site) as address:
        assert outcome(["verify-site", address, "--repo", str(folder)]) == 0
    assert "Qua mạng không thấy được tệp thừa" in capsys.readouterr().out
    (site / PAGE).unlink()
    assert outcome(["verify-site", str(site), "--repo", str(folder)]) == 1
    said = capsys.readouterr().out
    assert "HS723" in said
    assert "1 chỗ khác" in said
