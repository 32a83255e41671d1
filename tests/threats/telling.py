"""The page of attacks and mutants, written from the tests themselves so that it cannot go stale."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import yaml

from mutating import mutants

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PAGE = ROOT / "docs" / "moi-de-doa.md"
ROWS = yaml.safe_load((HERE / "rows.yml").read_text("utf-8"))
PARTS = {1: "Duyệt và lời duyệt", 26: "Quy chế, nhánh, tệp", 50: "Danh tính, khóa, thời gian",
         67: "Khóa sổ và sửa sau khóa", 71: "Nội dung", 81: "Quy trình tự động"}  # fmt: skip
_ABOUT = """# Mối đe dọa và phép thử

Trang này do `tests/threats/telling.py` viết ra từ chính các phép thử; `make test` so từng byte.
Mỗi hàng là một cách tấn công, dựng thật trong một kho git: đưa tới máy chủ thì bị từ chối bằng mã
lỗi đã nêu, ép được vào lịch sử thì `hoso audit` tìm ra. Mỗi nhóm có phép thử ngược lại: việc đúng
được nhận và lần kiểm không có lỗi nào. Phép thử `*` là mọi phép thử có tên bắt đầu như vậy.
Những điều không chứng minh được nằm ở `tools/decisions/{decision}`.
"""
_TABLE = "\n| Số | Tấn công | Cách chặn | Mã lỗi | Phép thử |\n|---|---|---|---|---|\n"
_MUTANTS = """
## Gỡ từng chốt chặn

Mỗi điều kiện trong các mô đun dưới đây được gỡ ra hoặc giữ cứng, từng cái một; sau đó ít nhất một
cuộc tấn công ở trên, hoặc ở `tests/signing` vào từng byte của chữ ký, phải lọt hay làm hỏng việc.
Mỗi lần chạy thử gỡ một phần, `make nightly` gỡ tất cả.

| Mô đun | Số lần gỡ | Bị phát hiện | Không ai cảm thấy |
|---|---|---|---|
"""
_LEFT = "\n### Vì sao gỡ ra mà không ai cảm thấy\n\n"


def page(modules, survivors):
    """The whole page, from the attacks and from the mutants that nothing misses."""
    (decision,) = (ROOT / "tools" / "decisions").glob("*-what-the-proof-cannot-show.md")
    parts = [_ABOUT.format(decision=decision.name)]
    for number, (attack, control, *elsewhere) in ROWS.items():
        if number in PARTS:
            parts.append(f"\n## {PARTS[number]}\n{_TABLE}")
        codes, tests = proof(number, " ".join(elsewhere).split())
        parts.append(f"| {number} | {attack} | {control} | {codes} | {tests} |\n")
    parts.append(_MUTANTS)
    for module in modules:
        every = [each.name for each in mutants(module)]
        left = [name for name in every if name in survivors]
        parts.append(f"| `{module}` | {len(every)} | {len(every) - len(left)} | {len(left)} |\n")
    parts.append(_LEFT)
    parts.extend(f"- `{name}` – {why}\n" for name, why in survivors.items())
    return "".join(parts)


def proof(number, elsewhere):
    """The codes that a row's tests expect, and where the tests are."""
    own = [(file, name, text) for file in sorted(HERE.glob("test_*.py"))
           for name, text in tests_of(file).items()
           if name.startswith(f"test_threat_{number}_")]  # fmt: skip
    assert own or elsewhere, f"row {number} has no test"
    other = []
    for place in elsewhere:
        file, _, name = place.partition("::")
        assert name in tests_of(ROOT / file), place
        other.append((ROOT / file, name, tests_of(ROOT / file)[name]))
    codes = sorted({code for *_, text in own + other for code in re.findall(r"HS[0-9]{3}", text)})
    places = sorted({f"`{file.parent.name}/{file.name}::test_threat_{number}_*`"
                     for file, *_ in own})  # fmt: skip
    places += [f"`{file.parent.name}/{file.name}::{name}`" for file, name, _ in other]
    return ", ".join(codes) or "–", "<br>".join(places)


@cache
def tests_of(file):
    """Every test of a file with its source, marks included."""
    text = file.read_text("utf-8")
    return {
        node.name: "".join(
            text.splitlines(keepends=True)[
                min([node.lineno, *(each.lineno for each in node.decorator_list)]) - 1 :
                node.end_lineno
            ]
        )
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }  # fmt: skip
