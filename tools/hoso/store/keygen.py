"""Signatures that OpenSSH's `ssh-keygen` makes, with whatever key it can reach."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

from hoso.findings import HosoError
from hoso.store.surroundings import environment

#: What ssh-keygen says where it cannot sign, and what a person may do then.
_WHY = {
    "UNPROTECTED PRIVATE KEY": "người khác trên máy này đọc được tệp khóa; chạy chmod 600 với tệp "
    "ấy rồi chạy lại lệnh này",
    "No private key found": "không thấy khóa riêng; chạy ssh-add để nạp khóa vào ssh-agent, rồi "
    "chạy lại lệnh này",
    "agent refused": "ssh-agent không chịu ký: chưa chạm vào khóa, chưa đồng ý, hoặc khóa đã rút "
    "ra; chạy lại lệnh này",
    "communication with agent": "ssh-agent đã tắt giữa chừng; bật lại, nạp khóa bằng ssh-add, rồi "
    "chạy lại lệnh này",
    "device not found": "không thấy khóa bảo mật; cắm khóa vào máy rồi chạy lại lệnh này",
    "incorrect passphrase": "mật khẩu hay mã PIN của khóa không đúng, hoặc không có chỗ để nhập; "
    "chạy lại trong cửa sổ lệnh, hay nạp khóa vào ssh-agent bằng ssh-add",
}


def signed_by_keygen(file: Path, message: bytes, namespace: str) -> str:
    """The armour of a signature by the key of a file; HosoError says why there is none.

    The file is a private key, or a public line whose private key the person's ssh-agent holds;
    the agent is asked first. ssh-keygen itself asks for a passphrase or a PIN, at the terminal.
    """
    with tempfile.TemporaryDirectory(prefix="hoso-") as folder:
        # From a file, as git does it: a passphrase can then be typed at standard input.
        asked = Path(folder) / "noi-dung"
        asked.write_bytes(message)
        try:
            done = subprocess.run(  # noqa: S603 - a fixed program, arguments never through a shell
                ["ssh-keygen", "-Y", "sign", "-n", namespace, "-f", file, asked],  # noqa: S607
                capture_output=True, check=False, env=environment({}),
            )  # fmt: skip
        except FileNotFoundError as error:
            raise HosoError("cần cài OpenSSH (ssh-keygen) để ký bằng khóa này") from error
        if done.returncode:
            raise unsigned(file, done.stderr)
        return asked.with_name(f"{asked.name}.sig").read_text("ascii")


def unsigned(file: Path, said: bytes) -> HosoError:
    """The error of a key that did not sign, in words for what ssh-keygen said about it."""
    text = said.decode("utf-8", "replace")
    found = (words for sign, words in _WHY.items() if sign in text)
    why = next(found, ascii(text.strip()[-200:])[1:-1])
    return HosoError(f"khóa {os.fspath(file)} không ký được: {why}")
