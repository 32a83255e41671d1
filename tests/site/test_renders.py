"""The store of renders gives back what it was given, or nothing; it never stands in the way."""

import sqlite3

import pytest

from hoso.site.renders import Renders

VALUE = {"html": "<p>Trường «Cộng Hòa»</p>", "entries": [{"title": "Đón trả"}]}


def kept(path, **values):
    renders = Renders(path)
    for name, value in values.items():
        renders.put(name.encode(), renders.pack(value))
    renders.close()


def found(path, key):
    renders = Renders(path)
    value = renders.get(key)
    renders.close()
    return value


def test_a_value_is_there_in_the_next_build(tmp_path):
    kept(tmp_path / "r", a=VALUE)
    renders = Renders(tmp_path / "r")
    assert renders.get(b"a") == VALUE
    assert b"a" in renders
    assert renders.get(b"b") is None
    renders.close()


def test_a_build_that_is_not_closed_leaves_nothing(tmp_path):
    renders = Renders(tmp_path / "r")
    renders.put(b"a", renders.pack(VALUE))
    assert renders.get(b"a") == VALUE
    renders._connection.close()
    renders._fresh.close()
    assert found(tmp_path / "r", b"a") is None


def test_without_a_path_nothing_is_kept():
    renders = Renders(None)
    renders.put(b"a", renders.pack(VALUE))
    assert renders.get(b"a") is None
    renders.close()


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 100, b"SQLite format 3\0" * 9])
def test_a_broken_store_is_an_empty_one(tmp_path, content):
    (tmp_path / "r").write_bytes(content)
    assert found(tmp_path / "r", b"a") is None
    kept(tmp_path / "r", a=VALUE)
    assert found(tmp_path / "r", b"a") == VALUE


def test_a_store_of_another_format_is_an_empty_one(tmp_path):
    kept(tmp_path / "r", a=VALUE)
    with sqlite3.connect(tmp_path / "r") as connection:
        connection.execute("PRAGMA user_version=99")
    connection.close()
    renders = Renders(tmp_path / "r")
    assert renders.get(b"a") is None
    renders.close()


def test_a_damaged_value_is_no_value(tmp_path):
    kept(tmp_path / "r", a=VALUE, b=VALUE)
    with sqlite3.connect(tmp_path / "r") as connection:
        connection.execute("UPDATE renders SET value = x'00112233' WHERE key = ?", (b"a",))
    connection.close()
    renders = Renders(tmp_path / "r")
    assert renders.get(b"a") is None
    assert renders.get(b"b") == VALUE
    renders.close()


def test_a_store_that_cannot_be_written_is_done_without(tmp_path):
    (tmp_path / "file").touch()
    renders = Renders(tmp_path / "file" / "r")
    renders.put(b"a", renders.pack(VALUE))
    assert renders.get(b"a") is None
    renders.close()


def test_what_three_builds_did_not_use_is_dropped(tmp_path):
    kept(tmp_path / "r", a=VALUE, b=VALUE)
    for _ in range(4):
        renders = Renders(tmp_path / "r")
        assert renders.get(b"a") == VALUE
        renders.put(b"c", renders.pack(VALUE))
        renders.close()
    assert found(tmp_path / "r", b"b") is None


def test_a_value_used_in_another_process_stays(tmp_path):
    kept(tmp_path / "r", a=VALUE)
    for _ in range(5):
        renders = Renders(tmp_path / "r")
        renders.use(b"a")
        renders.put(b"c", renders.pack(VALUE))
        renders.close()
    assert found(tmp_path / "r", b"a") == VALUE


def test_pages_are_packed_by_what_sets_them_apart(tmp_path):
    shell = "".join(f"<li>mục {number * number}</li>" for number in range(900))
    pages = [{"html": f"<p>bài {number}</p>{shell}"} for number in range(50)]
    renders = Renders(tmp_path / "r")
    plain = len(renders.pack(pages[0]))
    for number, page in enumerate(pages):
        renders.follow(page)
        renders.put(f"{number}".encode(), renders.pack(page))
    assert len(renders.pack(pages[49])) < plain / 10
    renders.close()
    for _ in range(5):
        renders = Renders(tmp_path / "r")
        assert [renders.get(f"{number}".encode()) for number in range(50)] == pages
        renders.follow({"html": "another"})
        renders.close()


def test_without_its_pattern_a_value_is_no_value(tmp_path):
    renders = Renders(tmp_path / "r")
    renders.follow(VALUE)
    renders.put(b"a", renders.pack(VALUE))
    renders.close()
    with sqlite3.connect(tmp_path / "r") as connection:
        connection.execute("DELETE FROM renders WHERE key = ?", (b"pattern",))
    connection.close()
    assert found(tmp_path / "r", b"a") is None
