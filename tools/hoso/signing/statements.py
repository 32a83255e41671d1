"""Statements of approval: what somebody signs about the effect of a proposal, and its two lines.

In the last paragraph of a message, statements stand in pairs: the canonical JSON that was signed,
then the signature. A person signs `Phe-Duyet`; a notary key signs `Chung-Thuc` for a review that a
forge has vouched for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any, Generic, TypeVar

from hoso.signing.canonical import canonical, parse_canonical
from hoso.signing.faults import Fault
from hoso.signing.keys import Signs
from hoso.signing.shapes import ID, PLACE, SHA256, held
from hoso.signing.sshsig import Signature, read_signature
from hoso.signing.wire import from_base64, to_base64

#: Whether a signature covers a message in a namespace.
Covers = Callable[[Signature, bytes, str], bool]
APPROVAL = "hoso-phe-duyet-v1"
WITNESS = "hoso-chung-thuc-v1"
_LINE = re.compile(r"(Phe-Duyet|Chung-Thuc)(-Sig)?: (.+)")
_EFFECT = {"alg": "hoso-cs-1", "paths": int, "sha256": SHA256}
_WORD = re.compile(r"[a-z0-9-]{1,40}")
_NONCE = re.compile(r"[0-9a-f]{32}")
_SHAPE: dict[str, Any] = {
    "_type": "hoso-phe-duyet/1", "base": ID, "changeset": _EFFECT, "correction": (PLACE, None),
    "decision": _WORD, "head": ID, "log": ID, "nonce": _NONCE, "not_after": int, "policy": SHA256,
    "ref": PLACE, "repo": PLACE, "role": _WORD,
}  # fmt: skip
_WITNESS_SHAPE: dict[str, Any] = {
    "_type": "hoso-chung-thuc/1", "changeset": _EFFECT, "commit": ID, "decision": _WORD,
    "forge": PLACE, "nonce": _NONCE, "person": PLACE, "policy": SHA256, "ref": PLACE,
    "repo": PLACE, "review": PLACE, "role": _WORD, "time": int,
}  # fmt: skip
#: Of each label what it is signed for and its shape; the signature's line adds `-Sig`.
_LABELS = {"Phe-Duyet": (APPROVAL, _SHAPE), "Chung-Thuc": (WITNESS, _WITNESS_SHAPE)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a person decides about one effect; `base` and `head` are what they looked at."""

    base: str
    #: The effect's digest `hoso-cs-1`, and how many paths it has.
    digest: str
    paths: int
    correction: str | None
    #: `duyet`, `kiem-tra` or `tra-lai`.
    decision: str
    head: str
    log: str
    nonce: str
    not_after: int
    policy: str
    ref: str
    repo: str
    role: str

    def text(self) -> str:
        """The canonical JSON that is signed."""
        return canonical(_as_data(self, "hoso-phe-duyet/1"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """What the notary key says it saw: a person's review on a forge, about one effect."""

    digest: str
    paths: int
    commit: str
    decision: str
    forge: str
    nonce: str
    person: str
    policy: str
    ref: str
    repo: str
    review: str
    role: str
    time: int

    def text(self) -> str:
        """The canonical JSON that is signed."""
        return canonical(_as_data(self, "hoso-chung-thuc/1"))


S = TypeVar("S", Statement, Witness)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed(Generic[S]):
    """A statement with a signature that covers exactly it; whose key that is, others say."""

    statement: S
    signature: Signature
    text: str


@dataclass(frozen=True, slots=True)
class Statements:
    """What the last paragraph of a message states, and (code, words) of what it only claims to."""

    statements: tuple[Signed[Statement], ...] = ()
    witnesses: tuple[Signed[Witness], ...] = ()
    faults: tuple[tuple[str, str], ...] = ()


def signed(statement: Statement | Witness, key: Signs) -> str:
    """The two lines of a statement signed with a key, without a last line break."""
    label = "Phe-Duyet" if isinstance(statement, Statement) else "Chung-Thuc"
    text = statement.text()
    blob = key.sign(text.encode(), _LABELS[label][0])
    return f"{label}: {text}\n{label}-Sig: {to_base64(blob)}"


def statements_in(message: str, covers: Covers = Signature.covers) -> Statements:
    """Every statement of a message whose signature holds, and a fault for every other claim.

    Statements stand in the last paragraph and nothing else does; a line that looks like one
    anywhere else is a fault, so that nobody reads an approval where none counts. `covers` may
    answer from what is known already.
    """
    *before, last = message.rstrip("\n").split("\n\n")
    faults = [
        ("HS874", "lời duyệt phải đứng ở đoạn cuối")
        for line in "\n".join(before).split("\n")
        if _LINE.match(line)
    ]
    statements: list[Signed[Statement]] = []
    witnesses: list[Signed[Witness]] = []
    for first, second in _pairs(last.split("\n"), faults):
        try:
            label, data, signature, text = _read(first, second, covers)
        except Fault as fault:
            faults.append((fault.code, str(fault)))
            continue
        effect = data.pop("changeset")
        known = {**data, "digest": effect["sha256"], "paths": effect["paths"]}
        known.pop("_type")
        if label == "Phe-Duyet":
            statement = Statement(**known)
            statements.append(Signed(statement=statement, signature=signature, text=text))
        else:
            witness = Witness(**known)
            witnesses.append(Signed(statement=witness, signature=signature, text=text))
    return Statements(tuple(statements), tuple(witnesses), tuple(faults))


def _pairs(lines: list[str], faults: list[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    if not any(_LINE.match(line) for line in lines):
        return ()
    if len(lines) % 2:
        faults.append(("HS874", "lời duyệt và chữ ký phải đi từng đôi dòng"))
        return ()
    return zip(lines[::2], lines[1::2], strict=True)


def _read(first: str, second: str, covers: Covers) -> tuple[str, dict[str, Any], Signature, str]:
    said, sealed = _LINE.fullmatch(first), _LINE.fullmatch(second)
    if said is None or sealed is None or said[2] or not sealed[2] or said[1] != sealed[1]:
        raise Fault("HS874", "lời duyệt và chữ ký phải đi từng đôi dòng")
    namespace, shape = _LABELS[said[1]]
    data = parse_canonical(said[3])
    if not held(data, shape):
        raise Fault("HS874", "lời duyệt thiếu, thừa hoặc sai mục")
    try:
        blob = from_base64(sealed[3])
    except ValueError as error:
        raise Fault("HS822", "chữ ký chép thiếu hoặc thừa ký tự") from error
    signature = read_signature(blob)
    if not covers(signature, said[3].encode(), namespace):
        raise Fault("HS875", "chữ ký không phải của lời duyệt này")
    return said[1], data, signature, said[3]


def _as_data(statement: Statement | Witness, type_: str) -> dict[str, Any]:
    data = asdict(statement)
    effect = {"alg": "hoso-cs-1", "paths": data.pop("paths"), "sha256": data.pop("digest")}
    return {**data, "_type": type_, "changeset": effect}
