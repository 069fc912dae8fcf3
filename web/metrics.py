"""How many requests, of which route, with which answer, and how long did they take? For who runs the site.

Counted in plain numbers; prometheus_client is loaded when somebody asks. Labels hold names of routes, never an id, an
address or a person.
"""

import hmac
import time
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from ipaddress import ip_address
from threading import Lock
from typing import Any

from starlette.requests import Request
from starlette.types import Message, Scope

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BOUNDS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


class Meter:
    """The counts of this process since it began."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._answers: Counter[tuple[str, str, str]] = Counter()
        self._buckets: defaultdict[str, list[int]] = defaultdict(lambda: [0] * (len(BOUNDS_S) + 1))
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def note(self, scope: Scope, answer: Message, began: float) -> None:
        """One answer begins to leave."""
        route = str(getattr(scope.get("route"), "path", "")) or "other"
        method = scope["method"] if scope["method"] in METHODS else "other"
        seconds = time.perf_counter() - began
        with self._lock:
            self._answers[method, route, str(answer["status"])] += 1
            self._buckets[route][bisect_left(BOUNDS_S, seconds)] += 1
            self._seconds[route] += seconds

    def collect(self) -> Iterator[Any]:
        """As prometheus_client reads it."""
        from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily

        with self._lock:
            answers, seconds = dict(self._answers), dict(self._seconds)
            buckets = {route: list(counts) for route, counts in self._buckets.items()}
        requests = CounterMetricFamily("parkbridge_requests", "Answers", labels=("method", "route", "status"))
        for labels, count in answers.items():
            requests.add_metric(labels, count)
        yield requests
        said = "Until an answer begins to leave"
        times = HistogramMetricFamily("parkbridge_request_seconds", said, labels=("route",))
        for route, counts in buckets.items():
            reached = [sum(counts[: upto + 1]) for upto in range(len(counts))]
            bounds = [*(str(bound) for bound in BOUNDS_S), "+Inf"]
            times.add_metric((route,), list(zip(bounds, reached, strict=True)), seconds[route])
        yield times


class Waiting:
    """The jobs that are due in the database, for all processes together."""

    def __init__(self, count: int, oldest_s: float) -> None:
        self._count, self._oldest_s = count, oldest_s

    def collect(self) -> Iterator[Any]:
        """As prometheus_client reads it."""
        from prometheus_client.core import GaugeMetricFamily

        yield GaugeMetricFamily("parkbridge_jobs_waiting", "Jobs that are due and not done", value=self._count)
        yield GaugeMetricFamily("parkbridge_jobs_oldest_seconds", "Since the oldest was due", value=self._oldest_s)


def exposition(meter: Meter, waiting: Waiting | None = None) -> tuple[bytes, str]:
    """The text of now and its media type; without what waits where the database does not say."""
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest

    registry = CollectorRegistry()
    registry.register(meter)
    if waiting:
        registry.register(waiting)
    ProcessCollector(registry=registry)
    return generate_latest(registry), CONTENT_TYPE_LATEST


def may_measure(request: Request, token: str) -> bool:
    """Who holds the token of the settings; without one who asks from this machine itself and through no proxy."""
    if token:
        said = request.headers.get("authorization", "")
        return hmac.compare_digest(said.encode(), f"Bearer {token}".encode())
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False
