"""The stage of the story: a training server, people at clones of it, and what the audience sees.

What people do here they do with the real verbs, in this process; a scene that goes otherwise than
told stops the story.
"""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from hoso.findings import HosoError
from hoso.ledger.training import SHIFT
from hoso.store.git import Repository

#: Who does what: what they are called for short, and in full as the reference school's records say.
CAST = {
    "NV0001": ("cô Hà", "Lê Thị Thu Hà, Hiệu trưởng"),
    "NV0002": ("thầy Hưng", "Trần Quốc Hưng, Phó Hiệu trưởng"),
    "NV0003": ("cô Lan", "Nguyễn Thị Mai Lan, văn thư"),
    "NV0012": ("cô Yến", "Hoàng Thị Yến, chủ nhiệm lớp 1B"),
    "NV0013": ("cô Oanh", "Trần Thị Kim Oanh, tổ trưởng tổ 1-2-3"),
    "NV0015": ("cô Huệ", "Vũ Thị Huệ, chủ nhiệm lớp 3B"),
    "NV0021": ("cô Giang", "Lê Thị Ngân Giang, dạy tiếng Anh các khối 2, 4, 5"),
    "NV0022": ("thầy Long", "Phan Đức Long, dạy Tin học lớp 3B"),
}
#: Who sits at the server, and who comes from outside: neither has a key.
KEEPER, AUDITOR = "máy chủ", "người kiểm tra"
#: Verbs that are told where to look by an argument.
_NAMES_ITS_PLACE = frozenset({"audit", "server"})
_WIDTH, _NARROW, _WIDE = 100, 80, 120


class Halted(Exception):
    """A step that did not go as told; `code` is its exit code."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


@dataclass(slots=True)
class Scene:
    """A scene as the closing table lists it."""

    title: str
    result: str = ""
    place: str = ""
    seconds: float = 0.0


@dataclass(slots=True)
class Stage:
    """Everything in one folder: the school's files, the server, keys, clones, what comes of it."""

    folder: Path
    console: Console
    scenes: list[Scene] = field(default_factory=list)
    _began: float = 0.0

    @property
    def server(self) -> Path:
        """The bare repository that all push to."""
        return self.folder / "truong.git"

    def clone(self, who: str) -> Path:
        """Somebody's clone; it is made when first asked for, and knows whose it is."""
        place = self.folder / "may" / ("kiem-tra" if who == AUDITOR else who)
        if not place.exists():
            place.parent.mkdir(exist_ok=True)
            self.git(None, "clone", "--quiet", str(self.server), str(place))
            if who in CAST:
                self.quietly("key", "use", str(self.key(who)), "--repo", str(place))
            self._tell_time(place)
        return place

    def key(self, who: str) -> Path:
        """Somebody's private key."""
        return self.folder / "khoa" / f"{who}-k1"

    def scene(self, title: str) -> Scene:
        """Opens a scene, which lasts until the next one or the curtain."""
        self.curtain()
        self.scenes.append(Scene(title))
        self._began = time.monotonic()
        self.console.print()
        self.console.rule(f"[bold]{len(self.scenes)}. {title}", align="left")
        return self.scenes[-1]

    def curtain(self) -> None:
        """Ends the scene that is open."""
        if self.scenes and not self.scenes[-1].seconds:
            self.scenes[-1].seconds = time.monotonic() - self._began

    def say(self, text: str) -> None:
        """The narrator."""
        self.console.print()
        self.console.print(Text(text))

    def who(self, person: str) -> str:
        """Somebody in full, at the beginning of a sentence."""
        short, name = CAST[person]
        return f"{short.partition(' ')[0].capitalize()} {name}"

    def good(self, text: str) -> None:
        """What came of it."""
        self._indented("[green]✓[/]", Text(text))

    def bad(self, text: str) -> None:
        """What was refused, and why."""
        self._indented("[red]✗[/]", Text(text))

    def does(self, who: str, *arguments: str, show: Sequence[str] = ()) -> str:
        """A verb that must succeed; of what it prints only the lines with such words are shown."""
        self._typed(who, arguments)
        code, said = self._run(who, arguments)
        if code != 0:
            self._halt(code, said)
        self.lines(said, show)
        return said

    def refused(self, who: str, *arguments: str, why: str, show: Sequence[str] = ()) -> str:
        """A verb that must fail, and must say `why`."""
        self._typed(who, arguments)
        code, said = self._run(who, arguments)
        if code not in (1, 2) or why not in said:
            self._halt(code or 3, said)
        self.lines(said, (why, *show))
        return said

    def quietly(self, *arguments: str) -> str:
        """A verb behind the scenes, which must succeed; gives what it printed."""
        code, said = self._run("", arguments)
        if code != 0:
            self._halt(code, said)
        return said

    def git(self, place: Path | None, *arguments: str, fails: bool = False) -> str:
        """A git command behind the scenes; gives what it said on both sides."""
        here = () if place is None else ("-C", os.fspath(place))
        done = subprocess.run(  # noqa: S603 - a fixed program without a shell
            ["git", *here, *arguments],  # noqa: S607 - git of PATH
            capture_output=True, check=False, env=_surroundings(),
        )  # fmt: skip
        said = (done.stdout + done.stderr).decode("utf-8", "replace").strip()
        if (done.returncode != 0) != fails:
            self._halt(done.returncode or 3, said)
        return said

    def typed_git(self, who: str, *arguments: str) -> None:
        """Shows a git command as somebody typed it."""
        self._prompt(who, " ".join(("git", *map(_quoted, arguments))))

    def edit(self, who: str, path: str, old: str, new: str) -> None:
        """Somebody changes one place of a page in their clone."""
        file = self.clone(who) / path
        text = file.read_text("utf-8")
        if text.count(old) != 1:
            raise HosoError(f"{path} không còn như chuyện kể: tìm thấy {text.count(old)} chỗ")
        file.write_text(text.replace(old, new), "utf-8")

    def up_to_date(self, who: str) -> None:
        """Somebody's clone goes to what the server has; what was sent already is let go of."""
        place = self.clone(who)
        self.git(place, "fetch", "--quiet", "--prune")
        self.git(place, "reset", "--quiet", "--hard", "origin/main")

    def set_clock(self, moment: str) -> None:
        """Moves the server's clock on, and all clones' with it."""
        self.does(KEEPER, "server", "clock", str(self.server), "--den", moment, show=("Giờ tập",))
        for place in sorted((self.folder / "may").iterdir()):
            self._tell_time(place)

    def _tell_time(self, place: Path) -> None:
        shift = Repository(self.server).run("config", "--get", SHIFT)
        self.git(place, "config", SHIFT, shift)

    def _run(self, who: str, arguments: Sequence[str]) -> tuple[int, str]:
        from hoso.cli.main import outcome

        at_clone = who in (*CAST, AUDITOR) and arguments[0] not in _NAMES_ITS_PLACE
        more = ["--repo", str(self.clone(who))] if at_clone else []
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            code = outcome([*arguments, *more])
        return code, said.getvalue()

    def _typed(self, who: str, arguments: Sequence[str]) -> None:
        self._prompt(who, " ".join(("hoso", *(_quoted(self.near(each)) for each in arguments))))

    def _prompt(self, who: str, command: str) -> None:
        name = f"{CAST[who][0]} · {who}" if who in CAST else who
        self._indented("[cyan]▸[/]", Text(f"{name} $ ", style="cyan") + Text(command, style="bold"))

    def near(self, text: object) -> str:
        """A text with the paths in it as they are seen from the story's folder."""
        return str(text).replace(f"{self.folder}{os.sep}", "")

    def lines(self, said: str, wanted: Sequence[str]) -> None:
        """Of what was printed the lines with any of such words."""
        for line in said.splitlines():
            if line.strip() and any(each in line for each in wanted):
                self._indented("│", Text(self.near(line.strip())), "dim")

    def _indented(self, sign: str, text: Text, style: str = "") -> None:
        """A text beside its sign; where it is long it goes on below itself."""
        row = Table.grid(padding=(0, 1))
        row.add_row(f"  {sign}", text, style=style)
        self.console.print(row)

    def _halt(self, code: int, said: str) -> None:
        self.console.print()
        self.console.print(Text(said))
        self.bad(f"Không như chuyện kể (mã thoát {code}); dừng ở đây.")
        raise Halted(code)


def console() -> Console:
    """Where the story is told: as wide as is pleasant, plain where nobody watches."""
    found = Console(highlight=False)
    width = found.width if found.is_terminal else _WIDTH
    return Console(highlight=False, width=min(max(width, _NARROW), _WIDE))


def _quoted(word: str) -> str:
    return f'"{word}"' if " " in word else word


def _surroundings() -> dict[str, str]:
    """Nothing of the caller's git settings: the story goes the same way on every machine."""
    kept = {name: each for name, each in os.environ.items() if not name.startswith("GIT_")}
    alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8"}
    return {**kept, **alone}
