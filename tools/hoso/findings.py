"""What is wrong, where, and what to do about it: findings and the catalogue of their codes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Severity(Enum):
    """Whether a finding stops a change or only asks somebody to look."""

    ERROR = "lỗi"
    WARNING = "nhắc"


class HosoError(Exception):
    """Misuse or a broken environment: the message is Vietnamese and already says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One kind of finding: what it is about and how much it weighs."""

    title: str
    severity: Severity = Severity.ERROR


def _warning(title: str) -> Code:
    return Code(title=title, severity=Severity.WARNING)


# HS1 bytes and text, HS2 paths and shapes, HS3 values, HS4 references, HS5 assessment,
# HS6 people and classes, HS7 what may be published, HS9 schemas.
CODES: dict[str, Code] = {
    "HS101": Code(title="không phải UTF-8"),
    "HS102": Code(title="tệp quá lớn"),
    "HS103": Code(title="có dấu thứ tự byte (BOM) ở đầu tệp"),
    "HS104": Code(title="xuống dòng kiểu Windows (CRLF)"),
    "HS105": Code(title="ký tự điều khiển hoặc ký tự vô hình"),
    "HS106": Code(title="chữ chưa ở dạng dựng sẵn (NFC)"),
    "HS107": Code(title="sai cú pháp YAML"),
    "HS108": Code(title="khóa bị lặp"),
    "HS109": Code(title="neo hoặc bí danh YAML"),
    "HS110": Code(title="thẻ kiểu YAML"),
    "HS111": Code(title="chú thích trong hồ sơ"),
    "HS112": Code(title="nhiều tài liệu trong một tệp"),
    "HS113": Code(title="quá nhiều mục"),
    "HS114": Code(title="lồng quá sâu"),
    "HS115": Code(title="chưa viết theo cách viết chuẩn"),
    "HS116": Code(title="thiếu phần đầu của trang Markdown"),
    "HS117": Code(title="số quá dài"),
    "HS118": Code(title="khóa không phải là chữ"),
    "HS119": Code(title="tệp rỗng"),
    "HS120": Code(title="khóa không có giá trị"),
    "HS201": Code(title="đường dẫn không thuộc loại hồ sơ nào"),
    "HS202": Code(title="đường dẫn có ký tự ngoài ASCII hoặc không hợp lệ"),
    "HS203": Code(title="hai đường dẫn chỉ khác nhau chữ hoa, chữ thường"),
    "HS204": Code(title="không phải tệp thường"),
    "HS205": Code(title="tệp có quyền chạy"),
    "HS206": Code(title="tệp không đúng định dạng"),
    "HS301": Code(title="thiếu trường bắt buộc"),
    "HS302": Code(title="trường không có trong loại hồ sơ"),
    "HS303": Code(title="giá trị không thuộc danh mục"),
    "HS304": Code(title="giá trị sai kiểu"),
    "HS305": Code(title="giá trị sai dạng"),
    "HS306": Code(title="giá trị ngoài khoảng cho phép"),
    "HS307": Code(title="khóa sai dạng"),
    "HS308": Code(title="giá trị bị lặp"),
    "HS309": Code(title="thiếu hoặc thừa mục"),
    "HS401": Code(title="dẫn tới hồ sơ không có"),
    "HS402": Code(title="dẫn tới mục không có trong hồ sơ khác"),
    "HS901": Code(title="loại hồ sơ khai báo sai"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing wrong at one place: a code of `CODES`, a line from 1, words for a person, a remedy."""

    path: str
    line: int
    code: str
    message: str
    hint: str = ""

    @property
    def severity(self) -> Severity:
        return CODES[self.code].severity

    @property
    def place(self) -> tuple[str, int, str, str]:
        """The order in which findings are shown: by file, line and code."""
        return (self.path, self.line, self.code, self.message)
