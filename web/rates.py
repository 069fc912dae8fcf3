"""How often may somebody ask this process within a minute?

Kept in memory: each process counts for itself, which is enough to keep one asker from taking all of it. What must hold
across processes is counted in the database (`marketplace.throttle`).
"""

import math
import time
from collections.abc import Callable
from threading import Lock

from marketplace.errors import Busy, Fault
from web.i18n import N_

WINDOW_S = 60.0
MOST_KEPT = 20_000


class Rates:
    """A bucket for each asker, which empties evenly. Source: the generic cell rate algorithm, ITU-T I.371."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, Lock()
        self._until: dict[tuple[str, str], float] = {}

    def spend(self, kind: str, who: str, *, per_minute: int) -> None:
        """One more of a kind; 0 a minute is no limit. Raises Busy with the seconds after which there is room again."""
        if not per_minute:
            return
        now, step = self._clock(), WINDOW_S / per_minute
        with self._lock:
            until = max(self._until.get((kind, who), now), now) + step
            over_s = until - now - WINDOW_S
            if over_s <= 1e-6:
                self._until[kind, who] = until
                if len(self._until) > MOST_KEPT:
                    self._tidy(now)
                return
        message = N_("Too many requests in one minute: try again in a few seconds")
        raise Busy(Fault("", message), retry_s=max(1, math.ceil(over_s)))

    def _tidy(self, now: float) -> None:
        """Forget the empty buckets; with too many askers at once, the emptier half."""
        left = sorted(((until, key) for key, until in self._until.items() if until > now), reverse=True)
        self._until = {key: until for until, key in left[: MOST_KEPT // 2]}
