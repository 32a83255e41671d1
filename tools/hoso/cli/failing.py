"""What went wrong in words, and the exit code it comes to: for verbs and for git's hooks alike.

Exit codes: 2 wrong use or a broken environment, 3 our bug, 130 stopped by a person.
"""

from __future__ import annotations

import os
import sys

from hoso.findings import HosoError


def say(text: str) -> None:
    """One message on standard error."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def failed(error: BaseException) -> int:
    """Says what an error means for whoever sees it; the exit code that goes with it."""
    if isinstance(error, KeyboardInterrupt):
        say("Đã dừng theo yêu cầu; không có gì dở dang được giữ lại.")
        return 130
    if isinstance(error, HosoError):
        if error.findings:
            from hoso.cli.report import as_text

            say(as_text(error.findings))
        say(f"Lỗi: {error}")
        return 2
    if isinstance(error, OSError):
        where = f" ({error.filename})" if error.filename else ""
        say(f"Lỗi: {error.strerror or error}{where}")
        return 2
    if os.environ.get("HOSO_DEBUG"):
        import traceback

        traceback.print_exception(error)
    say(
        f"Lỗi của chương trình ({type(error).__name__}). Hồ sơ không bị thay đổi.\n"
        "Chạy lại với HOSO_DEBUG=1 và gửi phần in ra cho người phụ trách phần mềm."
    )
    return 3
