"""The story's second half: books that close, a late edit, a correction, the site, the audit."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

from hoso.cli.story_stage import AUDITOR, KEEPER
from hoso.cli.story_writing import COMPUTING, LOCK, LOCKED, MARK, MATHS, MONDAY, PUPIL, YEAR, sent
from hoso.server.branches import PROPOSALS
from hoso.store.git import Repository

if TYPE_CHECKING:
    from hoso.cli.story_stage import Stage

_PAPER = re.compile(r"(DN[0-9A-Z]{6})")


def lock(stage: Stage) -> str:
    """The books of the half term close; gives the head of the log that the minutes print."""
    scene = stage.scene("Khóa sổ giữa học kỳ I")
    stage.say("Hết ngày 13/11, lịch khóa đến hạn. Máy chủ tự ghi điều đó vào nhật ký của nó.")
    stage.set_clock(LOCKED)
    stage.does(KEEPER, "server", "tick", str(stage.server), show=(LOCK,))
    server = Repository(stage.server)
    head, frozen = server.resolve("nhat-ky"), server.resolve(f"locked/{YEAR}/{LOCK}")
    stage.good(f"Nhánh locked/{YEAR}/{LOCK} đứng yên ở {frozen[:12]}, không ai dời được nữa.")
    stage.say(
        "Cô Lan, văn thư, in biên bản khóa sổ; trên giấy có đầu nhật ký để sau này đối chiếu."
    )
    stage.up_to_date("NV0003")
    minutes = stage.folder / "bien-ban-khoa-so.pdf"
    stage.does("NV0003", "book", "bien-ban-khoa-so", YEAR, LOCK, "-o", str(minutes),
               show=("Đã in",))  # fmt: skip
    scene.result = f"đủ trang, chốt tại {frozen[:12]}"
    scene.place = stage.near(minutes)
    return head


def late(stage: Stage) -> None:
    """An edit after the lock is refused, by one's own clone and by the server."""
    scene = stage.scene("Sửa muộn")
    stage.say("Sáng thứ Hai 16/11, cô Huệ muốn nâng một mức Toán trong sổ đã khóa.")
    stage.set_clock(MONDAY)
    stage.up_to_date("NV0015")
    stage.edit("NV0015", MATHS, "  HS4Z4BEW:\n    muc: hoan-thanh\n",
               "  HS4Z4BEW:\n    muc: hoan-thanh-tot\n")  # fmt: skip
    stage.refused("NV0015", "propose", why="HS865", show=("→",))
    stage.say("Bỏ qua hoso, dùng thẳng git với khóa của mình, thì máy chủ cũng trả lời như vậy.")
    place, ref = stage.clone("NV0015"), f"{PROPOSALS}/NV0015/suamuon"
    signs = ("-c", "gpg.format=ssh", "-c", f"user.signingKey={stage.key('NV0015')}",
             "-c", "user.name=NV0015", "-c", "user.email=NV0015@hoso")  # fmt: skip
    stage.git(place, *signs, "commit", "--quiet", "-S", "-a", "-m", "Nâng một mức")
    stage.typed_git("NV0015", "push", "--signed", "origin", f"HEAD:{ref}")
    said = stage.git(place, *signs, "push", "--signed", "origin", f"HEAD:{ref}", fails=True)
    stage.lines(said, ("tập dượt", "HS865"))
    stage.bad("Sổ đã khóa chỉ sửa được bằng giấy đề nghị đã duyệt, hoặc khi có lệnh mở sổ.")
    scene.result = "bị từ chối (HS865), ở máy riêng và ở máy chủ"
    scene.place = "may/NV0015"


def correct(stage: Stage) -> None:
    """A request is written, approved, carried out by somebody else, printed; and used up."""
    scene = stage.scene("Sửa đúng cách: giấy đề nghị thay đổi thông tin")
    stage.say(
        "Một mức Tin học nhập sai. Cô Huệ, chủ nhiệm, đề nghị; minh chứng chỉ ghi mã của tệp."
    )
    proof = stage.folder / "minh-chung.txt"
    proof.write_text("Phiếu chấm bài thực hành Tin học, lớp 3B.\n", "utf-8")
    stage.up_to_date("NV0015")
    said = stage.does(
        "NV0015", "correct", COMPUTING, f"{MARK}=hoan-thanh-tot", "--who", "NV0015",
        "--ly-do", "nhap-sai", "--minh-chung", f"{proof}:bai-kiem-tra",
        show=("Mức đạt được", "Minh chứng", "Hạn sửa", "Người sửa được"),
    )  # fmt: skip
    code = _PAPER.findall(said)[0]
    request = sent(stage.does("NV0015", "propose", show=("Đã gửi",)))
    stage.does("NV0013", "check-off", request, "--yes", show=("Đã ký",))
    stage.does("NV0002", "approve", request, "--yes", show=("Đã ký",))
    stage.say(f"Giấy {code} được duyệt. Người dạy môn ấy, thầy Long, là người sửa.")
    stage.up_to_date("NV0022")
    stage.does("NV0022", "correct", "--apply", code, show=("Mức đạt được",))
    done = sent(stage.does("NV0022", "propose", show=("Đã gửi",)))
    stage.does("NV0013", "check-off", done, "--yes", show=("Đã ký",))
    stage.does("NV0001", "approve", done, "--yes", show=("Đã ký",))
    stage.up_to_date("NV0003")
    paper = stage.folder / "giay-de-nghi.pdf"
    stage.does("NV0003", "book", "giay-de-nghi", code, "-o", str(paper), show=("Đã in",))
    stage.good("Người đề nghị, người duyệt, người sửa là những người khác nhau.")
    stage.say("Giấy còn hạn tới 23/11; thầy Long định dựa vào đó đổi mức ấy lần nữa.")
    stage.up_to_date("NV0022")
    stage.edit("NV0022", COMPUTING, f"  {PUPIL}:\n    muc: hoan-thanh-tot\n",
               f"  {PUPIL}:\n    muc: hoan-thanh\n")  # fmt: skip
    stage.refused("NV0022", "propose", why="HS866", show=("→",))
    stage.bad("Mỗi giấy chỉ dùng một lần.")
    scene.result = f"{code}: sửa đúng một ô; dùng lần hai bị từ chối (HS866)"
    scene.place = stage.near(paper)


def publish(stage: Stage) -> None:
    """The site is built from what was approved, and held against it."""
    scene = stage.scene("Trang web từ bản đã duyệt")
    site = stage.folder / "trang-web"
    stage.say("Trang web dựng từ main, không từ tệp trên đĩa của ai; rồi được so lại từng tệp.")
    stage.does("NV0003", "site", "build", "--at", "origin/main", "--unchecked", "--out", str(site),
               show=("Đã dựng",))  # fmt: skip
    said = stage.does("NV0003", "verify-site", str(site), "--at", "origin/main")
    stage.good(said.strip().splitlines()[-1])
    scene.result = "đúng bản đã duyệt"
    scene.place = stage.near(site / "index.html")


def audit(stage: Stage, genesis: str, head: str) -> None:
    """An auditor with a clone and two numbers on paper finds that the regulation was obeyed."""
    scene = stage.scene("Kiểm toán từ một bản sao")
    stage.say(
        "Người kiểm tra lấy một bản sao, mang theo hai con số đã in: mã bản ghi đầu và đầu nhật ký "
        "trong biên bản khóa sổ. Mọi chữ ký, mọi lần duyệt được xét lại theo quy chế của ngày ấy."
    )
    report = stage.folder / "kiem-toan.html"
    asked = ("audit", str(stage.clone(AUDITOR)), "--genesis", genesis, "--log-head", head)
    stage.does(AUDITOR, *asked, show=("ĐẠT", "Kho tập dượt", "Đã đọc"))
    stage.quietly(*asked, "--format", "html", "--out", str(report))
    stage.say("Và cả đời của giá trị đã sửa:")
    stage.does(AUDITOR, "history", COMPUTING, MARK, show=("",))
    scene.result = "không vi phạm nào"
    scene.place = stage.near(report)


def tamper(stage: Stage, genesis: str, head: str) -> None:
    """Somebody at the server's PC moves main by hand, in a copy; the audit of the copy says so."""
    scene = stage.scene("Ai đó sửa thẳng trong máy chủ")
    copy = stage.folder / "bi-sua.git"
    shutil.copytree(stage.server, copy)
    stage.say(
        "Trên một bản chép của kho, người ngồi ở máy chủ đổi mức của em lần nữa rồi dời main bằng "
        "git update-ref: không đề nghị, không lời ký, không qua máy chủ."
    )
    repository = Repository(copy)
    page = repository.tree("main").read(COMPUTING)
    before, after = (f"  HS32SAQY:\n    muc: {each}\n".encode()
                     for each in ("hoan-thanh", "hoan-thanh-tot"))  # fmt: skip
    moved = _by_hand(repository, page.replace(before, after))
    stage.typed_git(KEEPER, "update-ref", "refs/heads/main", moved[:12])
    repository.run("update-ref", "refs/heads/main", moved)
    stage.refused(AUDITOR, "audit", str(copy), "--genesis", genesis, "--log-head", head,
                  why="HS841", show=("KHÔNG ĐẠT",))  # fmt: skip
    stage.bad("Lộ ngay: nhật ký do máy chủ ký không có lần đổi ấy.")
    scene.result = "bị phát hiện (HS841)"
    scene.place = stage.near(copy)


def _by_hand(repository: Repository, page: bytes) -> str:
    """A commit on main that changes the one page, made as anybody with access makes one."""
    from hoso.signing.commits import written_commit
    from hoso.store.objects import put, tree_with

    main = repository.resolve("main")
    tree = tree_with(repository, repository.resolve("main", "tree"), {COMPUTING: page})
    when = int(repository.run("log", "-1", "--format=%ct", "main"))
    return put(repository, "commit", written_commit(tree, (main,), "NV0022", when, "Sửa", None))
