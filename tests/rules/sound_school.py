"""A small sound school as data, edits of it by path and pointer, and its tree and findings."""

from __future__ import annotations

import base64
import copy
from datetime import date, timedelta
from pathlib import Path

from hoso.check import check_whole
from hoso.rules.subjects import requires_test, subjects_of, traits_of
from hoso.schema.kinds import load_kinds
from hoso.schema.paths import PathTable
from hoso.schema.school import TreeSchool
from hoso.schema.spelling import spell
from hoso.store.tree import FolderTree, MemoryTree

YEAR = "2025-2026"
ROOT = Path(__file__).parents[2]
KINDS = load_kinds(FolderTree(ROOT))
_TABLE = PathTable(KINDS)
_SPLIT = {"tin_hoc_cong_nghe": "tach", "nghe_thuat": "tach"}
_CLASSES = {"1A": ("1A0001", "1A0002", "1A0003", "1A0004"),
            "5A": ("5A0001", "5A0002", "5A0003", "5A0004")}  # fmt: skip
_GRADE = {"1A": 1, "5A": 5}
_TEACHER = {"1A": "NV0011", "5A": "NV0015"}
_MONTHS = ("2025-09", "2025-10", "2025-11", "2025-12", "2026-01", "2026-02", "2026-03", "2026-04",
           "2026-05")  # fmt: skip
_DECISION = {"so": "92/QĐ-THCH", "ngay": "2025-09-04"}


def sound_school():
    """Every record of the school by path, as plain data; a Markdown page's body is always one line.

    In 5A one pupil is excellent, one outstanding, one was assessed again in summer, one moved
    away in March; in 1A one came in November and one is exempt from music.
    """
    school = {
        "records/truong.yml": {
            "ten": "Trường Tiểu học Cộng Hòa", "ten_ngan": "Tiểu học Cộng Hòa", "ky_hieu": "THCH",
            "cap_hoc": "tieu-hoc", "dia_danh": "Cộng Hòa", "dia_chi": "Xã Cộng Hòa, tỉnh Ninh Bình",
            "co_quan_chu_quan": {"2025-07-01": "Ủy ban nhân dân xã Cộng Hòa"},
            "lanh_dao": {"2020-08-15": "NV0001"},
        },
        f"records/quy-che/{YEAR}.yml": {
            "ten": "Quy chế quản lý hồ sơ điện tử",
            "quyet_dinh": {**_DECISION, "nguoi_ky": "NV0001", "trich_yeu": "Ban hành quy chế"},
            "hieu_luc_tu": "2025-09-04", "can_cu": ["Luật Giáo dục 43/2019/QH14"],
            "dieu_quyet_dinh": {"1": "Ban hành kèm theo quy chế."}, "noi_nhan": ["Lưu: VT"],
            "vai": {name: {"ten": name} for name in
                    ("hieu-truong", "gvcn", "giao-vien-bo-mon", "ke-toan", "thu-quy")},
            "dieu": {"1": {"ten": "Phạm vi", "khoan": {"1": {"loi": "Áp dụng cho cả trường."}}}},
        },
        f"records/{YEAR}/nam-hoc.yml": _year(),
    }  # fmt: skip
    for person in ("NV0001", *_TEACHER.values()):
        school[f"records/nhan-su/{person}.yml"] = {
            "ho_ten": "Lê Thị Thu Hà", "gioi_tinh": "nu", "ngay_sinh": "1980-05-12",
            "chuc_danh": "Giáo viên", "ngay_vao_truong": "2010-08-15",
        }  # fmt: skip
    for lop in _CLASSES:
        _add_class(school, lop)
    _enrol(school)
    _move(school, "BD0000A1", "5A0004", "chuyen-di", "2026-03-11", tu_lop="5A")
    _move(school, "BD0000A2", "1A0004", "chuyen-den", "2025-11-03", den_lop="1A")
    _settle_year(school)
    _publish(school)
    return school


def edited(school, edits):
    """The school with other values at `path: {pointer: value}`.

    None removes a value or a file; the path of another file makes a copy of that.
    """
    school = copy.deepcopy(school)
    for short, changes in edits.items():
        path = _whole(short)
        if changes is None:
            del school[path]
            continue
        if isinstance(changes, str):
            school[path] = copy.deepcopy(school[_whole(changes)])
            continue
        school.setdefault(path, {})
        for pointer, value in changes.items():
            *above, last = str(pointer).split("/")
            node = school[path]
            for part in above:
                node = node[int(part)] if isinstance(node, list) else node.setdefault(part, {})
            if value is None:
                del node[last]
            else:
                node[last] = value
    return school


def _whole(short):
    return short if short.startswith(("records/", "content/")) else f"records/{YEAR}/{short}"


def tree_of(school):
    """The school's files in memory, in canonical spelling."""
    files = {}
    for path, data in school.items():
        place = _TABLE.find(path)
        body = "Một dòng chữ.\n" if path.endswith(".md") else ""
        # A picture has no data: the first bytes of a JPEG stand for one.
        picture = place.kind.file is not None
        files[path] = b"\xff\xd8\xff\xe0" if picture else spell(place.kind, data, body)
    return MemoryTree(files)


def reader_of(school):
    """The school as rules see it."""
    return TreeSchool(tree_of(school), KINDS)


def findings_of(school):
    """What the whole check says about the school."""
    return check_whole(tree_of(school), KINDS)


def key_of(path):
    """The kind and key of a path."""
    return _TABLE.find(path)


def _year():
    mondays = [date(2025, 9, 8) + timedelta(weeks=week) for week in range(37)]
    taught = [monday for monday in mondays if not date(2026, 2, 14) < monday < date(2026, 3, 1)]
    weeks = {
        f"{number:02}": {"tu": str(monday), "den": str(monday + timedelta(days=4))}
        for number, monday in enumerate(taught, start=1)
    }
    return {
        "bat_dau": "2025-08-29", "khai_giang": "2025-09-05", "ket_thuc": "2026-05-29",
        "hoc_ky": {"hk1": {"tu": "2025-09-05", "den": "2026-01-09"},
                   "hk2": {"tu": "2026-01-12", "den": "2026-05-22"}},
        "tuan": weeks,
        "nghi": {"tet": {"ten": "Nghỉ Tết Nguyên đán", "tu": "2026-02-14", "den": "2026-02-28"}},
        "ky_danh_gia": {
            "giua-ky-1": {"tu": "2025-11-03", "den": "2025-11-07"},
            "cuoi-ky-1": {"tu": "2025-12-29", "den": "2026-01-09"},
            "giua-ky-2": {"tu": "2026-03-16", "den": "2026-03-20"},
            "cuoi-nam": {"tu": "2026-05-11", "den": "2026-05-22"},
        },
        "lich_khoa": {"cuoi-nam": {"ngay": "2026-05-29", "loai": ["danh-gia-mon"],
                                   "ky": "cuoi-nam"}},
        "mon_ghep": _SPLIT, "si_so_toi_da": 35,
    }  # fmt: skip


def _add_class(school, lop):
    grade, teacher, folder = _GRADE[lop], _TEACHER[lop], f"records/{YEAR}/lop/{lop}"
    pupils = [f"HS{code}" for code in _CLASSES[lop]]
    listed = {}
    for number, pupil in enumerate(pupils, start=1):
        listed[pupil] = {"stt": number, "vao": "2025-09-05"}
        school[f"records/hoc-sinh/{pupil}.yml"] = {
            "ho_ten": "Trần Minh An", "ngay_sinh": f"{2025 - 5 - grade}-03-08", "gioi_tinh": "nu",
            "dan_toc": "Kinh", "quoc_tich": "Việt Nam", "noi_sinh": "Ninh Bình",
            "que_quan": "Ninh Bình", "noi_o": "Xã Cộng Hòa, tỉnh Ninh Bình",
            "so_dang_bo": f"2025/{grade}{number:03}", "ngay_vao_truong": "2025-08-15",
            "vao_tu": "tuyen-sinh",
        }  # fmt: skip
    school[f"{folder}/lop.yml"] = {"khoi": grade, "buoi_hoc": "hai-buoi", "hoc_sinh": listed}
    if lop == "5A":
        listed["HS5A0004"]["ra"] = "2026-03-10"
    else:
        listed["HS1A0004"]["vao"] = "2025-11-03"
        school["records/hoc-sinh/HS1A0003.yml"]["ke_hoach_ca_nhan"] = {
            YEAR: {"quyet_dinh": _DECISION, "noi_dung": "Điều chỉnh yêu cầu môn Toán.",
                   "mon_dieu_chinh": ["toan"], "mon_mien": ["am-nhac"]}
        }  # fmt: skip
    subjects = subjects_of(grade, _SPLIT)
    school[f"records/{YEAR}/phan-cong/{teacher}.yml"] = {"vai": {
        "p1": {"vai": "gvcn", "lop": lop, "tu": "2025-08-29", "quyet_dinh": _DECISION},
        "p2": {"vai": "giao-vien-bo-mon", "lop": lop, "mon": list(subjects), "tu": "2025-08-29",
               "quyet_dinh": _DECISION},
    }}  # fmt: skip
    now = [pupil for pupil in pupils if pupil != "HS5A0004"]
    for subject in subjects:
        row = {"muc": "hoan-thanh-tot"}
        if requires_test(grade, subject, "cuoi-nam"):
            row["diem"] = 9
        taking = [p for p in now if not (subject == "am-nhac" and p == "HS1A0003")]
        school[f"{folder}/danh-gia-mon/{subject}/cuoi-nam.yml"] = {
            "giao_vien": teacher, "hoan_tat": "2026-05-18",
            "hoc_sinh": {pupil: dict(row) for pupil in taking},
        }  # fmt: skip
    school[f"{folder}/pham-chat-nang-luc/cuoi-nam.yml"] = {
        "giao_vien": teacher, "hoan_tat": "2026-05-19",
        "hoc_sinh": {pupil: {group: dict.fromkeys(names, "tot")
                             for group, names in traits_of(grade).items()} for pupil in now},
    }  # fmt: skip
    for month in _MONTHS:
        school[f"{folder}/diem-danh/{month}.yml"] = {
            "giao_vien": teacher, "ngay_hoc": 5, "vang": {},
        }  # fmt: skip
    school[f"{folder}/tong-hop/cuoi-nam.yml"] = {
        "giao_vien": teacher, "hoan_tat": "2026-05-21", "si_so": len(now),
        "hoc_sinh": {pupil: {"ket_qua": "hoan-thanh-xuat-sac",
                             "khen_thuong": ["hoc-sinh-xuat-sac"], "len_lop": "hoan-thanh",
                             "nghi_co_phep": 0, "nghi_khong_phep": 0} for pupil in now},
    }  # fmt: skip


def _move(school, code, pupil, kind, when, **rooms):
    school[f"records/{YEAR}/bien-dong/{code}.yml"] = {
        "hoc_sinh": f"HS{pupil}", "loai": kind, "ngay": when, **rooms,
    }  # fmt: skip


def _settle_year(school):
    room = f"records/{YEAR}/lop/5A"
    results = school[f"{room}/tong-hop/cuoi-nam.yml"]["hoc_sinh"]
    maths = school[f"{room}/danh-gia-mon/toan/cuoi-nam.yml"]["hoc_sinh"]
    maths["HS5A0002"]["diem"] = 8
    results["HS5A0002"] |= {
        "ket_qua": "hoan-thanh-tot", "khen_thuong": ["hoc-sinh-tieu-bieu"],
        "mon_noi_troi": ["mi-thuat"], "lop_cong_nhan": "2026-05-20",
    }  # fmt: skip
    maths["HS5A0003"] = {
        "muc": "chua-hoan-thanh", "diem": 4,
        "danh_gia_lai": {"2026-06-20": {"muc": "hoan-thanh", "diem": 6, "ly_do": "trong-he"}},
    }  # fmt: skip
    results["HS5A0003"] |= {"ket_qua": "hoan-thanh", "ket_qua_truoc_he": "chua-hoan-thanh"}
    del results["HS5A0003"]["khen_thuong"]
    school[f"{room}/diem-danh/2025-10.yml"]["vang"] = {
        "HS5A0001": {"06": {"sang": "phep", "chieu": "phep"}, "07": {"sang": "phep"},
                     "08": {"sang": "phep", "chieu": "chua-ro"}},
    }  # fmt: skip
    results["HS5A0001"] |= {"nghi_co_phep": 2, "nghi_khong_phep": 1}
    school[f"{room}/danh-gia-mon/toan/giua-ky-1.yml"] = {
        "giao_vien": "NV0015", "hoc_sinh": {"HS5A0004": {"muc": "hoan-thanh", "diem": 7}},
    }  # fmt: skip
    school[f"{room}/tong-hop/giua-ky-1.yml"] = {"giao_vien": "NV0015", "si_so": 4}


def key_of_number(number):
    """A public key that is nobody's: its 32 bytes end in a number."""
    blob = b"\0\0\0\x0bssh-ed25519\0\0\0 " + number.to_bytes(32, "big")
    return f"ssh-ed25519 {base64.b64encode(blob).decode()}"


def _enrol(school):
    school["records/khoa-ky/NV0011.yml"] = {
        "khoa": {
            "k1": {"cong_khai": key_of_number(1), "tu": "2025-09-01 07:00",
                   "den": "2025-12-01 07:00", "nghi_ngo_tu": "2025-11-28 10:00"},
            "k2": {"cong_khai": key_of_number(2), "tu": "2025-12-01 07:00"},
        },
        "tai_khoan": {"github": "thu-ha"},
    }  # fmt: skip
    school["records/khoa-ky/NV0015.yml"] = {
        "khoa": {"k1": {"cong_khai": key_of_number(3), "tu": "2025-09-01 07:00"}},
        "tai_khoan": {"forgejo": "thu-ha"},
    }
    school["records/may-chu.yml"] = {
        "khoa": {"m1": {"cong_khai": key_of_number(4), "viec": "nhat-ky",
                        "tu": "2025-09-01 07:00", "den": "2025-12-01 07:00"}},
    }  # fmt: skip


def _publish(school):
    school["records/dong-y/HS5A0001.yml"] = {"muc_dich": {
        "ten-tren-trang-web": {"cha_me": "2025-09-10", "hoc_sinh": "2025-09-10",
                               "minh_chung": "Phiếu 01"},
    }}  # fmt: skip
    school["content/tin-tuc/2025/hoi-khoe.md"] = {
        "tieu_de": "Hội khỏe Phù Đổng", "ngay": "2025-11-20", "chuyen_muc": ["hoat-dong"],
        "tac_gia": ["NV0015"], "tom_tat": "Hội khỏe cấp trường diễn ra sôi nổi.",
        "hoc_sinh": {"HS5A0001": ["ten"]},
    }  # fmt: skip
    for number, slug in (("92/QĐ-THCH", "quy-che"), ("93/QĐ-THCH", "phan-cong")):
        school[f"content/van-ban/2025/{slug}.md"] = {
            "so": number, "ngay": "2025-09-04", "loai": "quyet-dinh",
            "co_quan": "Trường Tiểu học Cộng Hòa", "trich_yeu": "Ban hành quy chế",
        }  # fmt: skip
    school["content/van-ban/2025/cap-tren.md"] = {
        "so": "1515/SGDĐT-GDCTHSSV", "ngay": "2025-09-01", "loai": "cong-van",
        "co_quan": "Sở Giáo dục và Đào tạo", "trich_yeu": "Về việc đầu năm học",
    }  # fmt: skip
    school[f"content/ke-hoach/{YEAR}/truong/giao-duc.md"] = {
        "tieu_de": "Kế hoạch giáo dục", "ngay": "2025-08-29", "so": "35/KH-THCH",
        "nguoi_lap": "NV0001", "nguoi_ky": "NV0001", "loai": "giao-duc",
        "tom_tat": "Kế hoạch giáo dục của nhà trường.",
    }  # fmt: skip
    school["content/su-kien/2025/khai-giang.md"] = {
        "tieu_de": "Khai giảng", "ngay": "2025-09-05", "tom_tat": "Lễ khai giảng năm học mới.",
    }  # fmt: skip
    school["content/thong-bao/2025/hop-phu-huynh.md"] = {
        "tieu_de": "Họp phụ huynh", "ngay": "2025-09-12", "doi_tuong": ["phu-huynh"],
        "tom_tat": "Họp phụ huynh đầu năm học.",
    }  # fmt: skip
