"""The two lists a school begins with: what their columns are called, by us and by other programs.

What a column may hold comes from the schemas; here is only which fields are asked for in a list
and the headings schools know them by.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from hoso.exchange.cells import one_line
from hoso.exchange.grid import Column
from hoso.findings import HosoError
from hoso.model import Kind

PUPIL, STAFF, ROOM = "hoc-sinh", "nhan-su", "lop"
#: The headings that say where a row belongs and not who it is about.
NUMBER, IN_ROOM = "STT", "Lớp"
_ASIDE = re.compile(r"\([^()]*\)|[*:.]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A column of a list: the field of a kind it fills, its heading and other names for that."""

    at: tuple[str, ...]
    heading: str
    also: tuple[str, ...] = ()
    example: str = ""
    kind: str = ""


@dataclass(frozen=True, kw_only=True)
class Roster:
    """A list that a school brings: a kind whose records are its rows, and its columns in order."""

    kind: str
    title: str
    fields: tuple[Field, ...]

    @cached_property
    def headings(self) -> Mapping[str, Field]:
        """Every name a column may have, as `known` writes it."""
        return {
            known(name): field for field in self.fields for name in (field.heading, *field.also)
        }

    def column(self, field: Field, kinds: Mapping[str, Kind]) -> Column:
        """What a cell of the field may hold; needed ones must be there wherever their part is."""
        kind = kinds[field.kind or self.kind]
        node = kind.field(field.at)
        above = kind.field(field.at[:-1]) or kind.schema
        if node is None:
            raise HosoError(f"mẫu hồ sơ {kind.name} không có trường {'/'.join(field.at)}")
        needed = not field.kind and field.at[-1] in above.get("required", ())
        return Column(at=field.at, heading=field.heading, node=node, required=needed)


def known(heading: str) -> str:
    """A heading without what schools write around it: case, brackets, stars, blanks."""
    return one_line(_ASIDE.sub(" ", one_line(heading))).casefold()


def roster_named(kind: str) -> Roster:
    """The list of that kind of people; HosoError where there is none."""
    if kind not in ROSTERS:
        raise HosoError(f"chỉ có danh sách: {', '.join(ROSTERS)}")
    return ROSTERS[kind]


def _parent(part: str, says: str, *called: str) -> tuple[Field, ...]:
    names = (says, *called)
    return (
        Field(at=(part, "ho_ten"), heading=f"Họ tên {says}", example="Trần Văn Mẫu",
              also=tuple(f"{how}{each}" for each in names
                         for how in ("Họ và tên ", "Họ tên ", "Tên ", "Họ tên của "))),
        Field(at=(part, "nghe_nghiep"), heading=f"Nghề nghiệp {says}", example="Làm ruộng",
              also=tuple(f"{how}{each}" for each in names
                         for how in ("Nghề nghiệp ", "Nghề nghiệp của ", "Nghề "))),
        Field(at=(part, "dien_thoai"), heading=f"SĐT {says}", example="0900000000",
              also=tuple(f"{how}{each}" for each in names
                         for how in ("SĐT ", "Số điện thoại ", "Điện thoại ", "SĐT của ",
                                     "Số điện thoại của ", "Điện thoại của "))),
    )  # fmt: skip


_PERSON = (
    Field(at=("ho_ten",), heading="Họ và tên", example="Trần Thị Ví Dụ",
          also=("Họ tên", "Họ tên học sinh", "Họ và tên học sinh", "Họ và chữ đệm", "Họ đệm")),
    Field(at=("ngay_sinh",), heading="Ngày sinh", example="05/09/2020",
          also=("Ngày tháng năm sinh", "Ngày, tháng, năm sinh", "Sinh ngày")),
    Field(at=("gioi_tinh",), heading="Giới tính", example="Nữ", also=("Nam/Nữ", "Phái")),
)  # fmt: skip

ROSTERS: Mapping[str, Roster] = {
    PUPIL: Roster(kind=PUPIL, title="Danh sách học sinh", fields=(
        Field(at=("hoc_sinh", "*", "stt"), kind=ROOM, heading=NUMBER, also=("TT", "Số TT"),
              example="Ví dụ"),
        *_PERSON,
        Field(at=("dan_toc",), heading="Dân tộc", example="Kinh"),
        Field(at=("quoc_tich",), heading="Quốc tịch", example="Việt Nam"),
        Field(at=("noi_sinh",), heading="Nơi sinh", example="xã Mẫu, tỉnh Mẫu"),
        Field(at=("que_quan",), heading="Quê quán", example="xã Mẫu, tỉnh Mẫu",
              also=("Nguyên quán",)),
        Field(at=("noi_o",), heading="Nơi ở hiện nay", example="Thôn 1, xã Mẫu, tỉnh Mẫu",
              also=("Chỗ ở hiện nay", "Nơi ở", "Địa chỉ", "Địa chỉ hiện nay")),
        *_parent("cha", "cha", "bố"),
        *_parent("me", "mẹ"),
        Field(at=("giam_ho", "ho_ten"), heading="Họ tên người giám hộ",
              also=("Người giám hộ", "Họ và tên người giám hộ")),
        Field(at=("giam_ho", "quan_he"), heading="Quan hệ với học sinh",
              also=("Quan hệ người giám hộ",)),
        Field(at=("giam_ho", "dien_thoai"), heading="SĐT người giám hộ",
              also=("Số điện thoại người giám hộ", "Điện thoại người giám hộ")),
        Field(at=("so_dang_bo",), heading="Số đăng bộ", example="0001/2026",
              also=("Số ĐB", "Đăng bộ")),
        Field(at=("ma_dinh_danh",), heading="Mã học sinh của ngành", example="0000000000",
              also=("Mã định danh Bộ GD&ĐT", "Mã định danh", "Mã học sinh", "Mã HS")),
        Field(at=("ngay_vao_truong",), heading="Ngày vào trường", example="05/09/2026",
              also=("Ngày nhập học", "Ngày tuyển sinh")),
        Field(at=("vao_tu",), heading="Vào trường từ", example="Tuyển sinh lớp 1",
              also=("Hình thức vào trường",)),
        Field(at=("truong_truoc",), heading="Trường trước đó", also=("Trường cũ",)),
        Field(at=("hoc_sinh", "*", "vao"), kind=ROOM, heading="Ngày vào lớp"),
        Field(at=("ghi_chu",), heading="Ghi chú"),
    )),
    STAFF: Roster(kind=STAFF, title="Danh sách cán bộ, giáo viên, nhân viên", fields=(
        Field(at=("hoc_sinh", "*", "stt"), kind=ROOM, heading=NUMBER, also=("TT", "Số TT"),
              example="Ví dụ"),
        _PERSON[0], Field(at=("ngay_sinh",), heading="Ngày sinh", example="05/09/1990",
                          also=_PERSON[1].also), _PERSON[2],
        Field(at=("chuc_danh",), heading="Chức danh", example="Giáo viên tiểu học",
              also=("Chức vụ", "Chức danh nghề nghiệp", "Vị trí việc làm")),
        Field(at=("trinh_do",), heading="Trình độ", example="Đại học",
              also=("Trình độ chuyên môn", "Trình độ đào tạo")),
        Field(at=("to",), heading="Tổ chuyên môn", example="Tổ 1-2-3", also=("Tổ", "Tổ CM")),
        Field(at=("ngay_vao_truong",), heading="Ngày về trường", example="15/08/2020",
              also=("Ngày vào trường", "Ngày về trường công tác")),
        Field(at=("dien_thoai",), heading="Điện thoại", example="0900000000",
              also=("SĐT", "Số điện thoại", "Điện thoại di động", "Số ĐT")),
    )),
}  # fmt: skip
#: Columns that lists of other programs have and that we never take over for a whole list at once.
ONE_BY_ONE = frozenset(map(known, (
    "Số định danh cá nhân", "Số CCCD", "CCCD", "Số căn cước", "Căn cước công dân", "Số ĐDCN/CCCD",
    "Số CMND/CCCD", "Hệ số lương", "Khuyết tật", "Dạng khuyết tật", "Loại khuyết tật",
)))  # fmt: skip
