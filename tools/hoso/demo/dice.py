"""Chance that depends on a name alone: the same seed and words always fall the same way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """A stream of draws named by words; streams of different names know nothing of each other.

    A hash instead of `random.Random`: ten times cheaper to begin, and the same in every version of
    Python. What one page draws therefore never shifts what another page draws.
    """

    __slots__ = ("_name", "_state", "_turn")

    def __init__(self, *words: object) -> None:
        self._name = "/".join(map(str, words)).encode()
        self._turn = 0
        self._state = 0

    def below(self, size: int) -> int:
        """A whole number from 0 to size - 1, each as likely as the others."""
        # 64 spare bits keep the bias of the division far below anything one could see.
        if self._state >> 64 == 0:
            self._refill()
        self._state, drawn = divmod(self._state, size)
        return drawn

    def between(self, least: int, most: int) -> int:
        """A whole number from least to most, both possible."""
        return least + self.below(most - least + 1)

    def chance(self, per_mille: int) -> bool:
        """Whether something of this likelihood, in thousandths, happens."""
        return self.below(1000) < per_mille

    def pick(self, choices: Sequence[T]) -> T:
        """One of the choices."""
        return choices[self.below(len(choices))]

    def weighted(self, choices: Mapping[str, int]) -> str:
        """One of the choices, each as likely as its weight says."""
        drawn = self.below(sum(choices.values()))
        for choice, weight in choices.items():
            drawn -= weight
            if drawn < 0:
                return choice
        raise AssertionError("the weights add up to more than any draw")

    def some(self, choices: Sequence[T], count: int) -> list[T]:
        """Different choices, at most as many as there are, in the order drawn."""
        left = list(choices)
        return [left.pop(self.below(len(left))) for _ in range(min(count, len(left)))]

    def _refill(self) -> None:
        turn = self._turn.to_bytes(4, "big")
        drawn = int.from_bytes(blake2b(turn + self._name, digest_size=64).digest(), "big")
        self._state = drawn
        self._turn += 1
