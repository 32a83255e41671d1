"""`hoso book`: one book as a PDF."""

from __future__ import annotations

from pathlib import Path

import click

_MINUTES = "bien-ban-khoa-so"


@click.command("book", help="In một sổ thành PDF; không có tham số thì kể các sổ in được.")
@click.argument("name", metavar="SỔ", required=False)
@click.argument("scope", metavar="[PHẠM_VI]...", nargs=-1)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False),
              help="Tệp PDF ghi ra; không ghi thì đặt theo tên sổ.")  # fmt: skip
@click.option("--repo", type=click.Path(path_type=Path, file_okay=False, exists=True), default=".",
              help="Thư mục của trường.")  # fmt: skip
@click.option("--at", "rev", metavar="REV", help="In từ một phiên bản git; không ghi là trên đĩa.")
def command(
    name: str | None, scope: tuple[str, ...], output: Path | None, repo: Path, rev: str | None
) -> int:
    """The verb."""
    from hoso.books.catalogue import BOOKS, book_called, page_of
    from hoso.books.page import edition
    from hoso.books.typesetting import typeset
    from hoso.cli.chronicle import locked_at
    from hoso.cli.printing import desk_of, recorded_in, tree_at
    from hoso.store.writing import write_whole

    if name is None:
        for book in BOOKS:
            click.echo(
                f"{book.name} {' '.join(book.scope)}\n    {book.title}; ví dụ: {book.example}"
            )
        return 0
    book = book_called(name)
    lock = None
    if name == _MINUTES and len(scope) == 2:
        lock = (scope[0], scope[1])
        # Minutes are about the books as they were when they closed, if they have.
        rev = rev or locked_at(repo, *lock)
    tree, commit = tree_at(repo, rev)
    page = page_of(book, desk_of(tree, repo, rev, lock), scope)
    shown = edition(page, commit or recorded_in(repo, page.sources))
    target = output or Path(f"{'-'.join((book.name, *scope))}.pdf")
    pdf = typeset(page, shown.line)
    write_whole(target, pdf)
    click.echo(f"Đã in {target} ({len(pdf) / 1000:.0f} kB, {shown.line}).")
    return 0
