"""A build is the same bytes everywhere, says where all came from, and happens or does not."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import threading

import pytest
from schools import REPOSITORY, TODAY, build, post, reference, school, small

from hoso.findings import HosoError
from hoso.site.build import build_site
from hoso.site.publish import restore, swap_in, workshop
from hoso.site.settings import read_settings
from hoso.store.tree import blob_id


@pytest.fixture(scope="module")
def on_disk(tmp_path_factory):
    """The reference school as a folder in git, with one commit."""
    folder = tmp_path_factory.mktemp("truong")
    for path, content in reference().items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    shutil.copytree(REPOSITORY / "schemas", folder / "schemas")
    who = ["-c", "user.name=Van phong", "-c", "user.email=vanphong@truong.example"]
    day = {**os.environ, "GIT_COMMITTER_DATE": "2026-11-23T08:00:00+07:00"}
    for arguments in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "Begin"]):
        subprocess.run(["git", *who, *arguments], cwd=folder, env=day, check=True)
    return folder


def hoso(folder, *arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "hoso.cli.main", "site", "build", *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def files(site):
    return {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in site.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def site(on_disk):
    done = hoso(on_disk, "--at", "HEAD", "--unchecked", TZ="Asia/Ho_Chi_Minh", PYTHONHASHSEED="1")
    assert done.returncode == 0, done.stderr
    return on_disk / "site"


def test_the_same_commit_gives_the_same_bytes_elsewhere_and_at_another_time(
    on_disk, site, tmp_path
):
    other = tmp_path / "nơi khác"
    other.mkdir()
    arguments = ["--repo", str(on_disk), "--at", "HEAD", "--unchecked", "--out", "x/trang"]
    done = hoso(other, *arguments, TZ="America/New_York", PYTHONHASHSEED="2", LC_ALL="C")
    assert done.returncode == 0, done.stderr
    ours, theirs = files(site), files(other / "x/trang")
    assert ours.keys() == theirs.keys()
    assert [name for name in ours if ours[name] != theirs[name]] == []


def test_the_manifest_lists_every_file_with_its_digest(site):
    listed = json.loads((site / "manifest.json").read_text("utf-8"))
    entries = listed["trang"] | listed["tep"]
    found = files(site)
    assert entries.keys() == found.keys() - {"manifest.json"}
    for name, entry in entries.items():
        assert entry["sha256"] == hashlib.sha256(found[name]).hexdigest()
    assert {name for name in found if name.endswith(".html")} == listed["trang"].keys()


def test_every_page_names_its_sources_with_their_blobs(on_disk, site):
    listed = json.loads((site / "manifest.json").read_text("utf-8"))
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=on_disk, capture_output=True, text=True, check=True
    )
    assert listed["commit"] == head.stdout.strip()
    for name, entry in listed["trang"].items():
        assert entry.get("nguon") or name == "404.html", name
        for source in entry.get("nguon", ()):
            if "blob" in source:
                assert source["blob"] == blob_id(reference()[source["tep"]])
    news = listed["trang"]["tin-tuc/2026/le-khai-giang-nam-hoc-2026-2027/index.html"]
    assert news["nguon"][0]["tep"].endswith("2026/le-khai-giang-nam-hoc-2026-2027.md")
    assert "blob" in news["nguon"][0]


def test_the_manifest_gives_no_blob_of_a_file_with_private_values(site):
    listed = json.loads((site / "manifest.json").read_text("utf-8"))
    sources = [s for entry in listed["trang"].values() for s in entry.get("nguon", ())]
    private = [s for s in sources if re.match(r"records/(?:nhan-su|hoc-sinh|20)", s["tep"])]
    assert private
    assert [source for source in private if "blob" in source] == []


def test_nothing_is_loaded_from_another_host(site):
    for name, content in files(site).items():
        text = content.decode("utf-8", "replace")
        if name.endswith(".html"):
            loads = re.findall(
                r'<(?:link|img|script|source|iframe)\b[^>]*?(?:src|href)="([^"]*)"', text
            )
            own = "https://tieuhoc-conghoa.example/"
            assert not [at for at in loads if re.match("(?:https?:)?//", at)
                        and not at.startswith(own)], name  # fmt: skip
            assert "Content-Security-Policy" in text, name
        if name.endswith(".css"):
            assert not re.findall(r"(?:@import|url\()\s*['\"]?(?:https?:)?//", text), name


def test_errors_in_the_records_stop_the_build_before_anything_is_written(tmp_path):
    folder = tmp_path / "truong"
    shutil.copytree(REPOSITORY / "schemas", folder / "schemas")
    (folder / "records").mkdir()
    (folder / "records/truong.yml").write_text("ten: [\n", "utf-8")
    done = hoso(folder)
    assert done.returncode == 1
    assert "records/truong.yml" in done.stdout
    assert "Traceback" not in done.stderr
    assert not (folder / "site").exists()


def test_a_failed_build_leaves_the_old_site_and_nothing_else(tmp_path):
    target = build(small(), tmp_path / "site")
    before = files(target)
    broken = small() | {"mkdocs.yml": "nav:\n  - Lạ: khong-co.md\ntheme: {custom_dir: x}\n"}
    with pytest.raises(HosoError, match="custom_dir"):
        build(broken, target)
    assert files(target) == before
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_killed_build_leaves_the_old_site(on_disk, site):
    before = files(site)
    process = subprocess.Popen(
        [sys.executable, "-m", "hoso.cli.main", "site", "build", "--unchecked"], cwd=on_disk
    )
    while process.poll() is None:
        if list(on_disk.glob(".site-moi-*/site/tin-tuc")):
            process.kill()
    assert process.wait() != 0
    assert files(site) == before
    for folder in on_disk.glob(".site-moi-*"):
        shutil.rmtree(folder)


def test_a_full_disk_leaves_the_old_site(tmp_path):
    target = build(small(), tmp_path / "site")
    before = files(target)
    limit = 300_000
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}));"
        "from schools import build, reference; from pathlib import Path;"
        "from hoso.findings import HosoError\n"
        f"try: build(reference(), Path({str(target)!r}))\n"
        "except HosoError as error: print(error); sys.exit(7)"
    )
    where = os.pathsep.join([str(REPOSITORY / "tests/site"), str(REPOSITORY / "tests")])
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": where},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 7, done.stderr
    assert "trang cũ vẫn nguyên" in done.stdout
    assert files(target) == before
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_folder_that_is_not_ours_is_not_replaced(tmp_path):
    target = tmp_path / "site"
    target.mkdir()
    (target / "luan-van.txt").write_text("quý giá", "utf-8")
    with pytest.raises(HosoError, match="không phải trang web"):
        build(small(), target)
    assert (target / "luan-van.txt").read_text("utf-8") == "quý giá"


def test_readers_never_find_the_site_missing_while_it_is_swapped(tmp_path):
    target = tmp_path / "site"
    missing, stop = [], threading.Event()

    def read():
        while not stop.is_set():
            if not (target / "manifest.json").is_file():
                missing.append(True)

    def made(number):
        folder = tmp_path / f"moi-{number}"
        folder.mkdir()
        (folder / "manifest.json").write_text(str(number), "utf-8")
        return folder

    swap_in(made(0), target)
    reader = threading.Thread(target=read)
    reader.start()
    for number in range(1, 200):
        swap_in(made(number), target)
    stop.set()
    reader.join()
    assert missing == []
    assert (target / "manifest.json").read_text("utf-8") == "199"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_swap_cut_off_between_its_steps_is_undone(tmp_path):
    target = tmp_path / "site"
    aside = tmp_path / ".site-cu"
    aside.mkdir()
    (aside / "manifest.json").write_text("cũ", "utf-8")
    restore(target)
    assert (target / "manifest.json").read_text("utf-8") == "cũ"
    aside.mkdir()
    restore(target)
    assert not aside.exists()


def test_the_workshop_is_swept_whatever_happens(tmp_path):
    def fail():
        with workshop(tmp_path / "site") as folder:
            assert folder.parent == tmp_path
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "text",
    [
        "hooks: [xau.py]",
        "theme: {custom_dir: x}",
        "plugins: [xau]",
        "extra_javascript: [https://xau.example/x.js]",
        "nav: !!python/name:os.system",
        "markdown_extensions: [md_in_html]",
        "nav: {a: b}",
        "",
        "[",
    ],
)
def test_settings_that_could_run_code_or_load_anything_are_refused(text):
    with pytest.raises(HosoError, match=re.escape("mkdocs.yml")):
        read_settings(f"nav: [Trang chủ: index.md]\n{text}" if ":" in text[:30] else text)


def test_a_school_with_nothing_to_say_still_has_a_site(tmp_path):
    only = {path: text for path, text in small().items() if "nhan-su" not in path}
    site = build(only, tmp_path / "site")
    assert "Chưa có tin nào" in (site / "index.html").read_text("utf-8")
    assert "Chưa có văn bản" in (site / "van-ban/index.html").read_text("utf-8")
    assert (site / "su-kien/lich.ics").read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")


def test_a_withdrawn_post_is_gone_from_every_list(tmp_path):
    path = "content/tin-tuc/2026/mot-bai.md"
    build(small() | {path: post("Bài sẽ gỡ xuống", "Nội dung.")}, tmp_path / "site")
    site = build(small(), tmp_path / "site")
    assert not [name for name, content in files(site).items() if b"mot-bai" in content]


def test_the_day_decides_what_is_coming(tmp_path):
    tree, read = school(reference())
    build_site(tree, read, tmp_path / "site", today=TODAY)
    page = (tmp_path / "site/index.html").read_text("utf-8")
    coming = re.findall(r'class="o-lich" data-den="([^"]+)"', page)
    assert coming
    assert min(coming) >= TODAY.isoformat()
