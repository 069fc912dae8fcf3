"""How do many who hold at the same moment share one commit, each with an answer of their own?

SQLite has one writer and pays a disk flush for each commit. Here one thread writes what has come in since the last
commit as one transaction (`hold_all`), and everybody is answered after it: what is answered is durable.
"""

from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from queue import Empty, SimpleQueue
from threading import Thread

from sqlalchemy import Engine

from marketplace.capacity.holding import hold_all
from marketplace.capacity.ledger import Hold
from marketplace.capacity.moving import Ask
from marketplace.database import writing
from marketplace.errors import Refusal

MOST = 64  # in one commit: the last who came in waits for no more than these

Waits = tuple[Ask, "Future[Hold]"]


class Grouped:
    """The one who writes holds for everybody. Close it at the end."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self.engine, self.clock = engine, clock
        self.queue: SimpleQueue[Waits | None] = SimpleQueue()
        self.thread = Thread(target=self._write, name="holds", daemon=True)
        self.thread.start()

    def hold(self, ask: Ask) -> Hold:
        """A hold that is durable when this returns. Raises what `hold` raises."""
        answer: Future[Hold] = Future()
        self.queue.put((ask, answer))
        return answer.result()

    def close(self) -> None:
        """Write what came in, then stop."""
        self.queue.put(None)
        self.thread.join()

    def _write(self) -> None:
        while (first := self.queue.get()) is not None:
            group, ends = [first], False
            while len(group) < MOST and not ends:
                try:
                    following = self.queue.get_nowait()
                except Empty:
                    break
                ends = following is None
                group += [] if following is None else [following]
            self._commit(group)
            if ends:
                return

    def _commit(self, group: list[Waits]) -> None:
        """One transaction for a group; where it fails as a whole, each is tried alone."""
        try:
            with writing(self.engine) as session:
                answers = hold_all(session, [ask for ask, _ in group], now=self.clock())
                session.commit()
        except Exception as failure:
            if len(group) == 1:
                group[0][1].set_exception(failure)
                return
            for each in group:
                self._commit([each])
            return
        for (_, waits), answer in zip(group, answers, strict=True):
            if isinstance(answer, Refusal):
                waits.set_exception(answer)
            else:
                waits.set_result(answer)
