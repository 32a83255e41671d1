"""The settings of a repository on GitHub that the gate relies on, and an audit of saved answers.

An audit reads what the API answered, saved by somebody who may ask: the repository, its Actions
permissions, every ruleset in full, the errors in CODEOWNERS. What was not asked counts as wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hoso.findings import Finding
from hoso.forge.options import Options
from hoso.forge.rulesets import rulesets

#: The answer about the repository itself; every other is named by its path below that one.
REPOSITORY = "repository"
#: What is asked → the settings it takes, and gives back when asked.
REQUIRED: Mapping[str, Mapping[str, Any]] = {
    REPOSITORY: {
        "private": True,
        "allow_merge_commit": True,
        "allow_squash_merge": False,
        "allow_rebase_merge": False,
        "allow_auto_merge": False,
        "allow_forking": False,
    },
    "actions/permissions": {
        "enabled": True, "allowed_actions": "selected", "sha_pinning_required": True,
    },
    "actions/permissions/selected-actions": {
        "github_owned_allowed": True, "verified_allowed": False, "patterns_allowed": [],
    },
    "actions/permissions/workflow": {
        "default_workflow_permissions": "read", "can_approve_pull_request_reviews": False,
    },
}  # fmt: skip
_WHY = {
    "private": "hồ sơ học sinh không được đặt ở kho công khai",
    "allow_squash_merge": "gộp dồn làm mất chữ ký và lời duyệt",
    "allow_rebase_merge": "gộp nối làm mất chữ ký và lời duyệt",
    "allow_merge_commit": "chỉ lần gộp có hai cha mới mang được lời duyệt",
    "allow_auto_merge": "gộp tự động diễn ra khi không ai xem lại",
    "allow_forking": "bản sao riêng của hồ sơ nằm ngoài tầm của nhà trường",
    "enabled": "không có máy nào chạy phép kiểm tra và cổng",
    "allowed_actions": "ai cũng đưa được hành động lạ vào quy trình",
    "sha_pinning_required": "hành động không ghim mã băm có thể bị đổi ruột",
    "github_owned_allowed": "quy trình dùng hành động của GitHub",
    "verified_allowed": "không cần hành động của bên khác",
    "patterns_allowed": "không cần hành động của bên khác",
    "default_workflow_permissions": "quy trình chỉ được đọc khi không ghi gì khác",
    "can_approve_pull_request_reviews": "máy không được duyệt thay người",
}
RULESETS = "rulesets"
ERRORS = "codeowners/errors"


def audit(path: str, answers: object, options: Options) -> tuple[Finding, ...]:
    """What saved answers show to be weaker than demanded; `path` is where findings point.

    `answers` maps what was asked to the answer, as `REQUIRED` names it; `rulesets` to all of them.
    """
    if not isinstance(answers, Mapping):
        return (_finding(path, "không phải câu trả lời đã lưu của GitHub"),)
    told = [*_settings(answers), *_owner(answers, options), *_rulesets(answers, options),
            *_errors(answers)]  # fmt: skip
    return tuple(_finding(path, message) for message in told)


def _settings(answers: Mapping[str, Any]) -> Iterator[str]:
    for request, wanted in REQUIRED.items():
        found = answers.get(request)
        if not isinstance(found, Mapping):
            yield f"chưa lưu câu trả lời của {_named(request)}"
            continue
        for name, value in wanted.items():
            if found.get(name) != value:
                yield f"{_named(request)}: {name} phải là {value}: {_WHY[name]}"


def _owner(answers: Mapping[str, Any], options: Options) -> Iterator[str]:
    repository = answers.get(REPOSITORY)
    owner = repository.get("owner") if isinstance(repository, Mapping) else None
    login = owner.get("login") if isinstance(owner, Mapping) else None
    if not isinstance(login, str) or login.casefold() != options.to_chuc.casefold():
        yield f"kho thuộc {login!a}, không thuộc {options.to_chuc} nên các nhóm không có thật"


def _rulesets(answers: Mapping[str, Any], options: Options) -> Iterator[str]:
    found = answers.get(RULESETS)
    if not isinstance(found, list) or not all(isinstance(each, Mapping) for each in found):
        yield "chưa lưu câu trả lời đầy đủ của các bộ luật nhánh (rulesets)"
        return
    by_name = {str(each.get("name")): each for each in found}
    wanted = rulesets(options)
    for name, ruleset in wanted.items():
        if name not in by_name:
            yield f"thiếu bộ luật nhánh {name}"
        else:
            yield from _weaker(ruleset, by_name[name])
    for each in found:
        yield from _foreign(each, wanted.get(str(each.get("name"))))


def _weaker(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    name = wanted["name"]
    for part in ("target", "enforcement", "conditions"):
        if found.get(part) != wanted[part]:
            yield f"bộ luật {name}: {part} khác với điều đã viết"
    rules = {str(each.get("type")): each for each in _list(found.get("rules"))}
    for rule in wanted["rules"]:
        held = rules.get(rule["type"])
        if held is None:
            yield f"bộ luật {name} thiếu điều {rule['type']}"
            continue
        theirs = held.get("parameters")
        for key, value in rule.get("parameters", {}).items():
            if not isinstance(theirs, Mapping) or theirs.get(key) != value:
                yield f"bộ luật {name}, điều {rule['type']}: {key} khác với điều đã viết"


def _foreign(found: Mapping[str, Any], wanted: Mapping[str, Any] | None) -> Iterator[str]:
    """What no ruleset may have, ours or one that somebody added."""
    name = ascii(found.get("name"))
    allowed = [] if wanted is None else wanted["bypass_actors"]
    if found.get("bypass_actors") != allowed:
        yield f"bộ luật {name} cho người khác đi vòng (bypass_actors)"
    if any(each.get("type") == "merge_queue" for each in _list(found.get("rules"))):
        yield f"bộ luật {name} dùng hàng đợi gộp: lời gộp không do người duyệt viết"


def _errors(answers: Mapping[str, Any]) -> Iterator[str]:
    found = answers.get(ERRORS)
    errors = found.get("errors") if isinstance(found, Mapping) else None
    if not isinstance(errors, list):
        yield "chưa lưu câu trả lời về lỗi trong CODEOWNERS"
        return
    for each in errors:
        said = each if isinstance(each, Mapping) else {}
        yield f"GitHub không đọc được CODEOWNERS dòng {said.get('line')}: {said.get('kind')!a}"


def _list(value: object) -> list[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def _named(request: str) -> str:
    return "cài đặt của kho" if request == REPOSITORY else request


def _finding(path: str, message: str) -> Finding:
    hint = "đặt lại theo .github/rulesets và .github/hoso-cai-dat.json, rồi lưu câu trả lời mới"
    return Finding(path=path, line=1, code="HS897", message=message, hint=hint)
