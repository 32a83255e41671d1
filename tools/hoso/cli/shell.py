"""`hoso shell`: all that a person's SSH key opens on the server, as a forced command."""

from __future__ import annotations

import os
import resource
import shutil
from pathlib import Path
from typing import NoReturn

import click

from hoso.findings import HosoError

#: What one connection may use: a push of a school's pictures needs some seconds and some hundred
#: megabytes.
_SECONDS, _MEMORY = 600, 4 << 30
#: A push needs room for itself, and the log must be able to say that it was refused.
_LEAST_FREE = 64 << 20


@click.command("shell", help="Lệnh duy nhất mà khóa SSH của một người mở được trên máy chủ.")
@click.argument("person", metavar="MÃ_NHÂN_SỰ")
@click.option("--repo", required=True, help="Kho chung trên máy chủ.",
              type=click.Path(path_type=Path, file_okay=False, exists=True))  # fmt: skip
def command(person: str, repo: Path) -> NoReturn:
    """Becomes git for the one repository; HosoError for everything else that is asked for."""
    from hoso.server.doors import is_person, is_protocol, service_of
    from hoso.server.journal import alone
    from hoso.server.place import server_at

    if not is_person(person):
        raise HosoError(f"{ascii(person)[1:-1]} không phải mã nhân sự; ví dụ đúng: NV0012")
    folder = repo.absolute()
    service = service_of(os.environ.get("SSH_ORIGINAL_COMMAND"), folder)
    if service == "receive-pack" and shutil.disk_usage(folder).free < _LEAST_FREE:
        raise HosoError("ổ đĩa của máy chủ sắp hết chỗ nên không nhận gì; báo người quản trị")
    with alone(server_at(folder)):
        # Nobody is shown, and nobody pushes to, what a killed process left half done.
        pass
    for limit, most in ((resource.RLIMIT_CPU, _SECONDS), (resource.RLIMIT_AS, _MEMORY)):
        resource.setrlimit(limit, (most, most))
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "HOSO_"))
    }
    if is_protocol(asked := os.environ.get("GIT_PROTOCOL", "")):
        kept["GIT_PROTOCOL"] = asked
    program = ["git", service, os.fspath(folder)]
    os.execvpe("git", program, {**kept, "HOSO_NGUOI": person})  # noqa: S606, S607 - git of PATH
