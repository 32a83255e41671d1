"""The story's first half: a school founded, people who write, people who check and approve."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING

from hoso.cli.story_stage import CAST, KEEPER

if TYPE_CHECKING:
    from hoso.cli.story_stage import Stage

#: The last morning before the books of the first half term close.
BEGIN = "2026-11-13 08:00"
#: When the keys of the first people count from, and the moments the story jumps to.
KEYS_FROM, LOCKED, MONDAY = "2026-11-13 07:00", "2026-11-14 07:00", "2026-11-16 08:00"
YEAR, LOCK = "2026-2027", "giua-ky-1"
_CLASS = f"records/{YEAR}/lop/3B"
MATHS = f"{_CLASS}/danh-gia-mon/toan/{LOCK}.yml"
ENGLISH = f"{_CLASS}/danh-gia-mon/ngoai-ngu-1/{LOCK}.yml"
COMPUTING = f"{_CLASS}/danh-gia-mon/tin-hoc/{LOCK}.yml"
SUMMARY = f"{_CLASS}/tong-hop/{LOCK}.yml"
#: One pupil of 3B, whose marks and page the story is about.
PUPIL = "HS2XS5FM"
PUPIL_PAGE = f"records/hoc-sinh/{PUPIL}.yml"
MARK = f"hoc_sinh/{PUPIL}/muc"
POST, PICTURE = "content/tin-tuc/2026/do-san-truong.md", "content/hinh/2026/do-san-truong.png"
_DONE, _LEFT = "giao_vien: NV0015\nhoan_tat: {}\n", "giao_vien: NV0015\n"
_SENT = re.compile(r"Đã gửi đề nghị (NV[0-9]{4}/[a-z0-9]+)")
_FIRST = re.compile(r"Mã bản ghi đầu: ([0-9a-f]{40})")


def found(stage: Stage) -> str:
    """A school is founded from the reference school's files; gives the first commit's id."""
    scene = stage.scene("Lập kho chung của trường")
    school = stage.folder / "truong"
    stage.say(
        "Sáng thứ Sáu 13/11/2026, ngày cuối trước khi sổ giữa học kỳ I khóa. Lớp 3B còn một em "
        f"chưa có mức Toán. {len(CAST)} người đã lập khóa ký trên máy của mình (hoso key new); "
        "Ban quản trị lập kho chung: một kho git trần, tự nó giữ quy chế. Đây là kho tập dượt, "
        "đồng hồ của kho là giờ giả."
    )
    stage.quietly("demo", str(school))
    for page, done, left in (
        (MATHS, _DONE.format("2026-11-12"), _LEFT),
        (MATHS, f"  {PUPIL}:\n    muc: hoan-thanh\n", f"  {PUPIL}:\n"),
        (SUMMARY, _DONE.format("2026-11-13"), _LEFT),
    ):
        file = school / page
        file.write_text(file.read_text("utf-8").replace(done, left), "utf-8")
    for who in CAST:
        stage.quietly("key", "new", "--who", who, "--out", str(stage.key(who).parent),
                      "--khong-mat-khau", "--tu", KEYS_FROM, "--repo", str(school))  # fmt: skip
    said = stage.does(
        KEEPER, "init-server", str(stage.server), "--from", str(school), "--tap-duot", BEGIN,
        show=("Kho tập dượt", "Số tệp", "Mã bản ghi đầu", "Khóa của máy chủ"),
    )  # fmt: skip
    genesis = _first(_FIRST, said)
    stage.good("Mã bản ghi đầu và khóa của máy chủ được in vào biên bản: sau này ai cũng so được.")
    scene.result = f"kho {genesis[:12]}, {len(CAST)} người có khóa"
    scene.place = stage.near(stage.server)
    return genesis


def write(stage: Stage) -> tuple[str, str]:
    """People propose, one without the right to; gives the proposals of a mark and of a post."""
    scene = stage.scene("Thầy cô ghi và gửi đề nghị")
    stage.say(f"{stage.who('NV0013')}, xem sổ nào còn thiếu trước giờ khóa.")
    stage.refused("NV0013", "lock", "missing", YEAR, LOCK, why="Còn thiếu 2 trang",
                  show=("Lớp 3B",))  # fmt: skip
    stage.say(f"{stage.who('NV0015')}, ghi nốt mức Toán của một em trên máy của mình rồi gửi.")
    stage.edit("NV0015", MATHS, f"  {PUPIL}:\n", f"  {PUPIL}:\n    muc: hoan-thanh\n")
    stage.edit("NV0015", MATHS, _LEFT, _DONE.format("2026-11-13"))
    mark = sent(stage.does("NV0015", "propose", "--mo-ta", "Ghi mức còn thiếu, hoàn tất trang.",
                            show=("Mức đạt được", "Đã gửi", "  bước ")))  # fmt: skip
    stage.good("Đề nghị mang chữ ký của cô Huệ, nằm trên nhánh riêng; main chưa đổi gì.")
    stage.say(f"{stage.who('NV0021')}, ghi hộ một mức tiếng Anh của lớp 3B, lớp cô không dạy.")
    stage.edit("NV0021", ENGLISH, f"  {PUPIL}:\n    muc: chua-hoan-thanh\n",
               f"  {PUPIL}:\n    muc: hoan-thanh\n")  # fmt: skip
    stage.refused("NV0021", "propose", why="HS850", show=("→",))
    stage.refused("NV0021", "why", ENGLISH, MARK, "--who", "NV0021", why="khoản 2 Điều 7",
                  show=("thiếu:",))  # fmt: skip
    stage.bad("Không gửi được: khoản 2 Điều 7, mỗi người chỉ nhập lớp và môn được phân công.")
    stage.say(f"{stage.who('NV0012')}, gửi một bài cho trang web, kèm một bức vẽ.")
    post = _sent_post(stage)
    stage.good("Bài và ảnh cùng chờ duyệt; chưa ai ngoài trường thấy gì.")
    scene.result = "2 đề nghị được gửi, 1 bị từ chối (HS850)"
    scene.place = "may/NV0015"
    return mark, post


def approve(stage: Stage, mark: str, post: str) -> None:
    """People check and approve, one their own work in vain; a post goes back and comes again."""
    scene = stage.scene("Kiểm tra, trả lại, duyệt")
    stage.say("Cô Huệ cũng là tổ phó, có quyền kiểm tra sổ điểm; cô thử tự ký cho trang mình viết.")
    stage.refused("NV0015", "check-off", mark, "--yes", why="HS855", show=("→",))
    stage.bad("Không được tính: khoản 3 Điều 2, không ai một mình duyệt nội dung do mình viết.")
    stage.say(f"Cô Oanh kiểm tra. {stage.who('NV0002')}, duyệt; lời ký cuối đưa đề nghị vào main.")
    stage.does("NV0013", "check-off", mark, "--yes", show=("Đã ký",))
    stage.does("NV0002", "approve", mark, "--yes", show=("✓", "Đã ký"))
    stage.say(
        "Đủ mọi môn, cô Huệ hoàn tất bảng tổng hợp của lớp; bảng này phải chính cô Hà, Hiệu "
        "trưởng, duyệt."
    )
    stage.up_to_date("NV0015")
    stage.edit("NV0015", SUMMARY, _LEFT, _DONE.format("2026-11-13"))
    summary = sent(stage.does("NV0015", "propose", show=("Đã gửi",)))
    stage.does("NV0013", "check-off", summary, "--yes", show=("Đã ký",))
    stage.does("NV0001", "approve", summary, "--yes", show=("Đã ký",))
    stage.say("Bài cho trang web: cô Oanh đã kiểm tra, thầy Hưng thấy lời tả ảnh sơ sài.")
    stage.does("NV0013", "check-off", post, "--yes", show=("Đã ký",))
    stage.does("NV0002", "return", post, "--reason",
               "Lời tả ảnh cần tả được cho người không nhìn thấy ảnh.", "--yes",
               show=("Đã trả lại",))  # fmt: skip
    stage.edit("NV0012", POST, "anh_mo_ta: Sân trường.",
               "anh_mo_ta: Hai bạn nhỏ sải bước theo vạch trắng trên sân, sau lưng là cây bàng và "
               "cột cờ.")  # fmt: skip
    stage.does("NV0012", "propose", "--tiep", post.partition("/")[2], show=("Đã gửi",))
    stage.does("NV0013", "check-off", post, "--yes", show=("Đã ký",))
    stage.does("NV0002", "approve", post, "--yes", show=("Đã ký",))
    _side_by_side(stage)
    stage.good("Hai người sửa hai ô của một trang, cả hai đều được tính; không ai đè lên ai.")
    scene.result = "5 đề nghị vào main; tự ký bị từ chối (HS855)"
    scene.place = "truong.git, nhánh main"


def _side_by_side(stage: Stage) -> None:
    stage.say(
        "Cùng lúc, cô Huệ ghi lưu ý sức khỏe của em, cô Lan, văn thư, sửa nơi ở trên cùng trang ấy."
    )
    stage.up_to_date("NV0015")
    stage.edit("NV0015", PUPIL_PAGE, "vao_tu: tuyen-sinh\n",
               "vao_tu: tuyen-sinh\nghi_chu: Cháu dị ứng tôm.\n")  # fmt: skip
    stage.edit("NV0003", PUPIL_PAGE, "noi_o: Xóm Cầu", "noi_o: Xóm Đình")
    names = [sent(stage.does(who, "propose", show=("Đã gửi",))) for who in ("NV0015", "NV0003")]
    stage.does("NV0002", "approve", *names, "--yes", show=("Đã ký",))


def _sent_post(stage: Stage) -> str:
    from hoso.demo.prose import drawn

    place, source = stage.clone("NV0012"), files("hoso.demo") / "story"
    (place / POST).write_bytes((source / "do-san-truong.md").read_bytes())
    (place / PICTURE).write_bytes(drawn((source / "do-san-truong.svg").read_text("utf-8")))
    return sent(stage.does("NV0012", "propose", "--mo-ta", "Bài về tiết Toán ngoài trời.",
                            show=("Đã gửi", "  bước ")))  # fmt: skip


def sent(said: str) -> str:
    """The name of a proposal, from what propose printed."""
    return _first(_SENT, said)


def _first(pattern: re.Pattern[str], said: str) -> str:
    match = pattern.search(said)
    assert match is not None, said  # noqa: S101 - the verb has succeeded, so it has said it
    return match[1]
