"""What people send is held in memory within bounds: many bodies at once, files that unpack."""

import json
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from desk import bombs
from hoso.desk import budget
from hoso.desk.security import MOST_BYTES, MOST_WITH_FILES
from servers import LEADER, TEACHER, clean

PATH = "/api/v1"


def sending(place, who, size, address="127.0.0.1", part=2):
    """A connection on which somebody has begun to send so many bytes, and stopped part way."""
    visitor, host = place.visitor(who), f"127.0.0.1:{place.port}"
    raw = socket.create_connection(("127.0.0.1", place.port), 30, source_address=(address, 0))
    raw.sendall(
        f"POST {PATH} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n"
        f"Cookie: hoso={visitor.client.cookies['hoso']}\r\nX-Hoso-T: x\r\n"
        f"Content-Length: {size}\r\n\r\n{'x' * (size // part)}".encode()
    )
    return raw


def test_bodies_held_at_once_are_bounded_together_and_of_one_address(own_place, monkeypatch):
    monkeypatch.setattr(budget, "PATIENCE", 0.3)
    monkeypatch.setattr(budget, "MOST", 3_000_000)
    monkeypatch.setattr(budget, "MOST_OF_ONE", 2_000_000)
    visitor = own_place.visitor(LEADER)
    token, body = visitor.token(), b"x" * 600_000

    def sent():
        return visitor.client.post(
            PATH, content=body, headers={"Origin": visitor.base, "X-Hoso-T": token}
        )

    assert sent().status_code == 422, "alone it is looked at"
    slow = [sending(own_place, TEACHER, 800_000) for _ in range(2)]
    time.sleep(0.1)
    refused = sent()
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "10")
    assert "chờ ít giây rồi gửi lại" in refused.text
    assert visitor.fetch(f"{PATH}x", {}, token=token).status_code == 404, "what is small has room"
    # Another address has room of its own, until everything is taken.
    other = sending(own_place, TEACHER, 1_000_000, "127.0.0.2")
    more = sending(own_place, TEACHER, 700_000, "127.0.0.3", part=1)
    assert more.recv(100).startswith(b"HTTP/1.1 503 ")
    for each in (*slow, other, more):
        each.close()
    assert sent().status_code == 422, "what was held is let go with its connection"


def test_who_finds_no_room_waits_for_their_turn(own_place, monkeypatch):
    monkeypatch.setattr(budget, "MOST_OF_ONE", 1_000_000)
    visitor = own_place.visitor(LEADER)
    said = {"Origin": visitor.base, "X-Hoso-T": visitor.token()}

    def sent(_):
        return visitor.client.post(PATH, content=b"x" * 900_000, headers=said).status_code

    with ThreadPoolExecutor(6) as hands:
        assert set(hands.map(sent, range(12))) == {422}


def test_what_is_larger_than_anything_is_refused_at_once_however_many_send_it(own_place):
    visitor = own_place.visitor(LEADER)
    said = {"Origin": visitor.base, "X-Hoso-T": visitor.token()}
    for path, size in ((PATH, MOST_WITH_FILES), ("/tai-khoan/mat-khau", MOST_BYTES)):
        for content in (
            b"x" * (size + 1),
            (b"x" * 1_000_000 for _ in range(size // 1_000_000 + 1)),
        ):
            answer = visitor.client.post(path, content=content, headers=said)
            assert answer.status_code == 413
            assert "retry-after" not in answer.headers


def test_a_small_file_that_unpacks_large_is_refused_before_it_is_unpacked():
    told = subprocess.run([sys.executable, bombs.__file__], capture_output=True, check=True,
                          env=clean(), timeout=300)  # fmt: skip
    found = json.loads(told.stdout)
    *harmful, largest = found.values()
    for size, said, memory in harmful:
        assert size < 1_000_000
        assert "lớn quá" in said or "ở đâu" in said or "không đọc được" in said
        assert memory <= 96, found
    assert largest[1] == "nhận"
    assert largest[2] <= 256, "a picture as large as may come takes this much, and one at a time"
    assert all(found[name][2] <= 16 for name in ("png", "jpeg", "webp", "png palette")), found
