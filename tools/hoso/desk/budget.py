"""How much of what people send is held in memory at one time, over all requests.

A body is held from its first byte until its answer has gone out. Who finds no room waits a little,
and is told to come again when none has come free.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

#: Bytes of bodies held at one time: four files of the largest size; and of one address half.
MOST, MOST_OF_ONE = 64_000_000, 32_000_000
#: Bodies up to this size need no room: as many as there can be connections are bearable.
FREE = 64_000
#: Seconds that somebody waits for room.
PATIENCE = 10.0


class Budget:
    """The room there is for bodies; for one loop of events."""

    def __init__(self) -> None:
        self._held: Counter[str] = Counter()
        self._freed = asyncio.Condition()

    @asynccontextmanager
    async def room(self, size: int, who: str) -> AsyncIterator[bool]:
        """Holds room for a body from an address; False where there is none before long."""
        if size <= FREE:
            yield True
            return
        try:
            async with asyncio.timeout(PATIENCE), self._freed:
                await self._freed.wait_for(lambda: self._fits(size, who))
                self._held[who] += size
        except TimeoutError:
            yield False
            return
        try:
            yield True
        finally:
            self._held[who] -= size
            async with self._freed:
                self._freed.notify_all()

    def _fits(self, size: int, who: str) -> bool:
        return self._held.total() + size <= MOST and self._held[who] + size <= MOST_OF_ONE
