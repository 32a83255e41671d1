"""Bytes become text once, here: encoding, size, line ends and characters."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from hoso.findings import Finding

#: A page one person signs is a few kilobytes; more is a mistake or an attack.
MAX_BYTES = 64 * 1024

_BOM = b"\xef\xbb\xbf"


def read_text(path: str, raw: bytes, findings: list[Finding]) -> str | None:
    """The text of a file, or None when nothing sensible can be read; adds what is wrong.

    The text returned is valid UTF-8 without a byte order mark and with `\\n` line ends, so that
    lines count as an editor counts them; characters refused by a finding are still in it.
    """
    if len(raw) > MAX_BYTES:
        findings.append(
            Finding(
                path=path,
                line=1,
                code="HS102",
                message=f"tệp {len(raw)} byte, cho phép không quá {MAX_BYTES}",
                hint="tách thành nhiều trang; ảnh và PDF để ở content/hinh, content/tep",
            )
        )
        return None
    if not raw.strip():
        findings.append(
            Finding(path=path, line=1, code="HS119", message="tệp không có gì", hint="xóa tệp này")
        )
        return None
    if raw.startswith(_BOM):
        findings.append(
            Finding(
                path=path,
                line=1,
                code="HS103",
                message="ba byte đầu tệp là dấu thứ tự byte (BOM)",
                hint="lưu lại dạng UTF-8 không BOM, hoặc chạy hoso fmt",
            )
        )
        raw = raw.removeprefix(_BOM)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        findings.append(
            Finding(
                path=path,
                line=line,
                code="HS101",
                message=f"byte 0x{raw[error.start]:02x} không phải UTF-8",
                hint="mở bằng trình soạn thảo và lưu lại dạng UTF-8",
            )
        )
        return None
    if "\r" in text:
        findings.append(
            Finding(
                path=path,
                line=text.count("\n", 0, text.index("\r")) + 1,
                code="HS104",
                message="dòng kết thúc bằng CRLF",
                hint="lưu với kiểu xuống dòng LF, hoặc chạy hoso fmt",
            )
        )
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    findings.extend(refused_characters(path, text, 1))
    return text


def refused_characters(path: str, text: str, first_line: int) -> Iterator[Finding]:
    """Findings for characters that nobody can see or that read as something else (once a line).

    Refused are controls and tabs, format characters (bidi, zero width, soft hyphen), line and
    paragraph separators, private and unassigned code points, spaces other than U+0020, and any
    text that is not in composed form (NFC).
    """
    if not text.replace("\n", "").isprintable():
        for number, line in enumerate(text.split("\n"), first_line):
            bad = [char for char in line if not char.isprintable()]
            if bad:
                names = ", ".join(dict.fromkeys(f"U+{ord(char):04X}" for char in bad))
                yield Finding(
                    path=path,
                    line=number,
                    code="HS105",
                    message=f"có ký tự điều khiển hoặc vô hình: {names}",
                    hint="xóa ký tự đó; dùng dấu cách thường thay cho tab và dấu cách lạ",
                )
    if not unicodedata.is_normalized("NFC", text):
        for number, line in enumerate(text.split("\n"), first_line):
            if not unicodedata.is_normalized("NFC", line):
                yield Finding(
                    path=path,
                    line=number,
                    code="HS106",
                    message="dấu thanh viết rời khỏi chữ (chưa ở dạng NFC)",
                    hint="chạy hoso fmt để ghép dấu vào chữ",
                )
