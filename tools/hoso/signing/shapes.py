"""Closed shapes of signed data: every field named, each held to its own pattern."""

from __future__ import annotations

import re
from typing import Any

#: A git object; the other side of a beginning or an end is all zeros.
ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
SHA256 = re.compile(r"[0-9a-f]{64}")
#: Branches, paths, names of repositories: short, visible, without spaces.
PLACE = re.compile(r"[^\s\x00-\x20\x7f]{1,200}")


def held(data: object, shape: object) -> bool:
    """Whether data has a shape: a pattern, `int` from 0, a literal, one of a tuple, or a mapping.

    A mapping has exactly the fields that its shape names.
    """
    match shape:
        case re.Pattern():
            return isinstance(data, str) and bool(shape.fullmatch(data))
        case tuple():
            return any(held(data, each) for each in shape)
        case dict():
            return (
                isinstance(data, dict)
                and data.keys() == shape.keys()
                and all(held(data[name], shape[name]) for name in shape)
            )
    if shape is int:
        return _is_count(data)
    return data == shape


def _is_count(data: Any) -> bool:
    return type(data) is int and data >= 0
