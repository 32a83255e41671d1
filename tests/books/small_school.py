"""A small invented school in memory, for tests that print it."""

import random
from pathlib import Path

from hoso.rules.assessment_tt27 import year_result
from hoso.rules.subjects import requires_test, subjects_of, traits_of
from hoso.schema.kinds import load_kinds
from hoso.schema.school import TreeSchool
from hoso.schema.spelling import spell
from hoso.store.tree import FolderTree, MemoryTree

ROOT = Path(__file__).parents[2]
KINDS = load_kinds(FolderTree(ROOT))
YEAR, NEXT = "2025-2026", "2026-2027"
SPLIT = {"tin_hoc_cong_nghe": "tach", "nghe_thuat": "tach"}
PERIODS = {
    "giua-ky-1": ("2025-10-27", "2025-11-07"),
    "cuoi-ky-1": ("2025-12-29", "2026-01-09"),
    "giua-ky-2": ("2026-03-16", "2026-03-27"),
    "cuoi-nam": ("2026-05-11", "2026-05-22"),
}
#: Every Vietnamese letter with diacritics, both cases, and the plain ones of the alphabet.
LETTERS = (
    "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
)
_SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô", "Dương")
_MIDDLE = ("Thị Ánh", "Văn", "Minh", "Ngọc Bảo", "Quốc", "Thị Thanh", "Đức", "Khánh", "Gia")
_GIVEN = ("An", "Bình", "Chi", "Dũng", "Giang", "Hằng", "Khôi", "Linh", "Nhật", "Phương", "Quỳnh",
          "Sơn", "Thủy", "Uyên", "Vỹ", "Yến", "Đạt", "Ẩn", "Ý")  # fmt: skip
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
REMARKS = (
    "Em nắm vững kiến thức, kỹ năng của môn học và vận dụng tốt vào thực tế.",
    "Em hoàn thành tốt yêu cầu; đọc to, rõ ràng; chữ viết đều và đẹp.",
    "Em hoàn thành các yêu cầu của môn học, cần rèn thêm kỹ năng trình bày.",
    "Em tích cực tham gia các hoạt động, biết hợp tác và giúp đỡ bạn.",
)


class SmallSchool:
    """Collects records as files; `tree()` and `school()` read them as the program would."""

    def __init__(self, seed=27):
        self.random = random.Random(seed)
        self.files = {
            entry.path: FolderTree(ROOT).read(entry.path)
            for entry in FolderTree(ROOT).entries("schemas")
        }
        self.register = 0
        self._frame()

    def put(self, kind, data, body="", **key):
        path = KINDS[kind].fill(key)
        self.files[path] = spell(KINDS[kind], data, body)
        return path

    def tree(self):
        return MemoryTree(dict(self.files))

    def school(self):
        return TreeSchool(self.tree(), KINDS)

    def write(self, folder):
        for path, text in self.files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode() if isinstance(text, str) else text)

    def pupil(self, name=None, **more):
        code = "HS" + "".join(self.random.choice(_ALPHABET) for _ in range(6))
        pick = self.random.choice
        if name is None:
            name = f"{pick(_SURNAMES)} {pick(_MIDDLE)} {pick(_GIVEN)}"
        self.register += 1
        self.put(
            "hoc-sinh",
            {
                "ho_ten": name,
                "ngay_sinh": f"2016-{pick(range(1, 13)):02}-{pick(range(1, 29)):02}",
                "gioi_tinh": self.random.choice(["nam", "nu"]),
                "dan_toc": "Kinh",
                "quoc_tich": "Việt Nam",
                "noi_sinh": "Bệnh viện Đa khoa tỉnh Nam Định",
                "que_quan": "Xã Cộng Hòa, tỉnh Ninh Bình",
                "noi_o": "Thôn Thiện Linh, xã Cộng Hòa, tỉnh Ninh Bình",
                "cha": {"ho_ten": "Nguyễn Văn Hậu", "nghe_nghiep": "Nông dân"},
                "me": {"ho_ten": "Trần Thị Lụa", "nghe_nghiep": "Công nhân may"},
                "so_dang_bo": f"2022/{self.register:04}",
                "ma_dinh_danh": f"36{self.random.randint(0, 99999999):08}",
                "ngay_vao_truong": "2022-08-29",
                "vao_tu": "tuyen-sinh",
                **more,
            },
            hoc_sinh=code,
        )
        return code

    def add_class(self, lop, count=4, *, year=YEAR, pupils=(), periods=tuple(PERIODS), names=()):
        """A class with every page of the given periods; returns its pupils in list order."""
        grade = int(lop[0])
        first, last = year.split("-")
        members = list(pupils) or [
            self.pupil(name) for name in (*names, *[None] * (count - len(names)))
        ]
        room = {
            code: {"stt": place, "vao": f"{first}-09-01"} for place, code in enumerate(members, 1)
        }
        self.put(
            "lop",
            {"khoi": grade, "buoi_hoc": "hai-buoi", "hoc_sinh": room},
            nam_hoc=year,
            lop=lop,
        )
        for ky in periods:
            self._period(year, lop, grade, ky, members, f"{last}-05-29")
        return members

    def _period(self, year, lop, grade, ky, members, signed):
        key = {"nam_hoc": year, "lop": lop, "ky": ky}
        levels = {code: {} for code in members}
        scores = {code: {} for code in members}
        for subject in subjects_of(grade, SPLIT):
            rows = {}
            for code in members:
                level = self.random.choice(["hoan-thanh-tot"] * 4 + ["hoan-thanh"])
                row = {"muc": level, "nhan_xet": self.random.choice(REMARKS)}
                if requires_test(grade, subject, ky):
                    row["diem"] = self.random.randint(*((8, 10) if "tot" in level else (5, 8)))
                    scores[code][subject] = row["diem"]
                levels[code][subject] = level
                rows[code] = row
            page = {"giao_vien": "NV0015", "hoan_tat": signed, "hoc_sinh": rows}
            self.put("danh-gia-mon", page, mon=subject, **key)
        traits = {}
        for code in members:
            traits[code] = {
                group: {name: self.random.choice(["tot", "tot", "dat"]) for name in names}
                for group, names in traits_of(grade).items()
            }
            traits[code]["nhan_xet_pham_chat"] = "Em chăm ngoan, thật thà, biết giúp đỡ bạn bè."
            traits[code]["nhan_xet_nang_luc"] = "Em tự giác học tập, mạnh dạn trao đổi với bạn."
        self.put(
            "pham-chat-nang-luc",
            {"giao_vien": "NV0015", "hoan_tat": signed, "hoc_sinh": traits},
            **key,
        )
        summary = {"giao_vien": "NV0015", "hoan_tat": signed, "si_so": len(members)}
        if ky == "cuoi-nam":
            summary["hoc_sinh"] = {
                code: self._result(levels[code], traits[code], scores[code]) for code in members
            }
        self.put("tong-hop", summary, **key)

    def _result(self, levels, traits, scores):
        flat = {
            k: v for group in traits.values() if isinstance(group, dict) for k, v in group.items()
        }
        code = year_result(levels, flat, scores).code
        row = {"ket_qua": code, "len_lop": "hoan-thanh", "nghi_co_phep": 2, "nghi_khong_phep": 0,
               "chieu_cao_mm": 1285, "can_nang_g": 26500, "suc_khoe": "Bình thường"}  # fmt: skip
        if code == "hoan-thanh-xuat-sac":
            row["khen_thuong"] = ["hoc-sinh-xuat-sac"]
        return row

    def _frame(self):
        self.put(
            "truong",
            {
                "ten": "Trường Tiểu học Cộng Hòa",
                "ten_ngan": "Tiểu học Cộng Hòa",
                "ky_hieu": "THCH",
                "cap_hoc": "tieu-hoc",
                "dia_danh": "Cộng Hòa",
                "dia_chi": "Thôn Thiện Linh, xã Cộng Hòa, tỉnh Ninh Bình",
                "tinh": "Ninh Bình",
                "co_quan_chu_quan": {
                    "2010-08-15": "Phòng Giáo dục và Đào tạo huyện Vụ Bản",
                    "2025-07-01": "Ủy ban nhân dân xã Cộng Hòa",
                },
                "lanh_dao": {"2010-08-15": "NV0001"},
            },
        )
        for code, name, post in (
            ("NV0001", "Lê Thị Thu Hà", "Hiệu trưởng"),
            ("NV0002", "Trần Quốc Hưng", "Phó Hiệu trưởng"),
            ("NV0015", "Vũ Thị Huệ", "Giáo viên tiểu học"),
        ):
            self.put(
                "nhan-su",
                {
                    "ho_ten": name,
                    "gioi_tinh": "nu",
                    "ngay_sinh": "1980-02-01",
                    "chuc_danh": post,
                    "ngay_vao_truong": "2010-08-15",
                },
                nhan_su=code,
            )
        for year in (YEAR, NEXT):
            self._year(year)

    def _year(self, year):
        first, last = year.split("-")
        shift = int(first) - 2025

        def moved(day):
            return f"{int(day[:4]) + shift}{day[4:]}"

        self.put(
            "nam-hoc",
            {
                "bat_dau": f"{first}-08-25",
                "ket_thuc": f"{last}-05-29",
                "hoc_ky": {
                    "hk1": {"tu": f"{first}-09-05", "den": f"{last}-01-16"},
                    "hk2": {"tu": f"{last}-01-19", "den": f"{last}-05-29"},
                },
                "tuan": {
                    f"{week:02}": {"tu": f"{first}-09-08", "den": f"{first}-09-12"}
                    for week in range(1, 36)
                },
                "nghi": {},
                "ky_danh_gia": {
                    ky: {"tu": moved(start), "den": moved(end)}
                    for ky, (start, end) in PERIODS.items()
                },
                "lich_khoa": {
                    "cuoi-nam": {"ngay": f"{last}-06-15", "loai": ["tong-hop"], "ky": "cuoi-nam"},
                    "cuoi-ky-1": {
                        "ngay": f"{last}-01-13",
                        "ky": "cuoi-ky-1",
                        "loai": ["danh-gia-mon", "pham-chat-nang-luc", "tong-hop"],
                    },
                },
                "mon_ghep": SPLIT,
                "si_so_toi_da": 35,
            },
            nam_hoc=year,
        )

    def add_papers(self):
        """A regulation, a document, plans of each level and a lesson, with every kind of block."""
        self.put(
            "quy-che",
            {
                "ten": "Quy chế quản lý hồ sơ điện tử",
                "quyet_dinh": {
                    "so": "9/QĐ-THCH",
                    "ngay": "2025-09-04",
                    "nguoi_ky": "NV0001",
                    "trich_yeu": "Ban hành Quy chế quản lý hồ sơ điện tử",
                },
                "hieu_luc_tu": "2025-09-04",
                "can_cu": ["Căn cứ Nghị định số 30/2020/NĐ-CP", "Theo đề nghị của văn thư"],
                "dieu_quyet_dinh": {"1": "Ban hành kèm theo.", "2": "Có hiệu lực từ ngày ký."},
                "noi_nhan": ["Như Điều 2", "Lưu: VT"],
                "vai": {
                    "gvcn": {"ten": "Giáo viên chủ nhiệm"},
                    "pho-hieu-truong": {"ten": "Phó Hiệu trưởng"},
                    "to-truong": {"ten": "Tổ trưởng chuyên môn"},
                },
                "dieu": {
                    "1": {
                        "ten": "Trách nhiệm của giáo viên chủ nhiệm",
                        "khoan": {
                            "1": {
                                "loi": "Nhập đánh giá phẩm chất, năng lực của lớp mình.",
                                "quyen": {
                                    "a": {
                                        "vai": "gvcn",
                                        "viec": "ghi",
                                        "loai": ["pham-chat-nang-luc", "tong-hop"],
                                        "pham_vi": ["lop"],
                                    }
                                },
                            },
                            "2": {"loi": "Giữ kín kết quả của học sinh."},
                        },
                    }
                },
            },
            nam_hoc=YEAR,
        )
        self.put(
            "van-ban",
            {
                "so": "12/TB-THCH",
                "ngay": "2025-10-03",
                "loai": "thong-bao",
                "co_quan": "Trường Tiểu học Cộng Hòa",
                "nguoi_ky": "Trần Quốc Hưng",
                "trich_yeu": "Thông báo lịch trực",
            },
            BODY,
            nam="2025",
            ma="12-tb-lich-truc",
        )
        self.put(
            "ke-hoach",
            {
                "tieu_de": "Kế hoạch thư viện năm học",
                "ngay": "2025-09-20",
                "so": "3/KH-THCH",
                "nguoi_lap": "NV0002",
                "nguoi_ky": "NV0001",
                "loai": "thu-vien",
                "tom_tat": "Mỗi lớp đọc một cuốn sách mỗi tháng.",
            },
            BODY,
            nam_hoc=YEAR,
            ma="thu-vien",
        )
        self.put(
            "ke-hoach-to",
            {"tieu_de": "Kế hoạch dạy học môn Toán", "ngay": "2025-09-12", "nguoi_lap": "NV0015",
             "mon": "toan", "khoi": 3},
            BODY, nam_hoc=YEAR, to="to-1-2-3", ma="toan-lop-3",
        )  # fmt: skip
        self.put(
            "ke-hoach-giao-vien",
            {"tieu_de": "Kế hoạch của giáo viên", "ngay": "2025-09-14"},
            BODY, nam_hoc=YEAR, nhan_su="NV0015",
        )  # fmt: skip
        self.put(
            "bai-day",
            {"tieu_de": "Phép cộng có nhớ", "mon": "toan", "so_tiet": 2, "ngay": "2025-10-12",
             "nguoi_soan": "NV0015"},
            BODY, nam_hoc=YEAR, lop="3A", ma="phep-cong-co-nho",
        )  # fmt: skip
        self.files["content/hinh/2025/thu-vien.png"] = PICTURE

    def add_correction(self, pupil):
        """A request about a closed page of 3A, an order to open one, and a lock of that time."""
        page = f"records/{YEAR}/lop/3A/danh-gia-mon/toan/cuoi-ky-1.yml"
        request = self.put(
            "de-nghi-sua",
            {
                "nguoi_de_nghi": "NV0015", "ngay": "2026-01-20", "tep": page,
                "truong": {
                    f"hoc_sinh/{pupil}/muc": {"cu": "hoan-thanh", "moi": "hoan-thanh-tot"},
                    f"hoc_sinh/{pupil}/diem": {"cu": "8", "moi": "9"},
                    f"hoc_sinh/{pupil}/danh_gia_lai/2026-01-19/muc": {"moi": "hoan-thanh-tot"},
                },
                "ly_do": "cham-lai",
                "giai_thich": "Cộng sót câu 7; đã chấm lại cùng tổ.",
                "minh_chung": {"ab" * 32: {"loai": "bai-kiem-tra", "mo_ta": "Bài làm, trang 2"},
                               "cd" * 32: {"loai": "bien-ban"}},
                "han": "2026-01-30",
            },
            nam_hoc=YEAR, ma="DN7K3QZ9",
        )  # fmt: skip
        self.put(
            "mo-so",
            {"nguoi": "NV0015", "loai": ["danh-gia-mon"], "pham_vi": {"lop": "3A", "mon": "toan"},
             "ly_do": "Giáo viên nghỉ ốm trong kỳ nhập điểm",
             "lenh": {"so": "5/QĐ-THCH", "ngay": "2026-01-21"},
             "tu": "2026-01-21 07:00", "den": "2026-01-22 17:00"},
            nam_hoc=YEAR, ma="MS4M8TVA",
        )  # fmt: skip
        return request


PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000280000001408020000007024e8ec00000024494441"
    "5478da63d0a8881a10c4306af1a8c5a3168f5a3c6af1a8c5a3168f5a3c722c0600e6080d6e6ec444"
    "400000000049454e44ae426082"
)
BODY = """
## Phần thứ nhất

Mở đầu **đậm**, *nghiêng*, H~2~O và [trang web](https://tieuhoc-conghoa.example/)[^1].

#### Bậc nhảy cóc

- Việc một
- Việc hai
    1. Bước a
    2. Bước b

| Tuần | Việc làm của giáo viên | Việc làm của học sinh |
|:----:|------------------------|-----------------------|
| 1    | Giao việc<br>Quan sát  | Đọc và trả lời        |
| 2    | Nhận xét               | Vận dụng              |

!!! note "Lưu ý"
    Giữ trật tự.

![Giá sách của lớp](../../hinh/2025/thu-vien.png)

> Sách mở ra một thế giới.

[^1]: Xem mục tin tức.

Nơi nhận:

- Như trên
- Lưu: VT
"""
