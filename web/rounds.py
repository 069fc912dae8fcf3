"""What does the server do by itself: seal the journal every few seconds, delete once a day what is past its time?"""

import logging
from datetime import datetime, timedelta
from threading import Event, Thread

from fastapi import FastAPI

from marketplace import journal, retention, schema
from marketplace.database import empty_log, writing
from web import refused

EVERY_S = 5.0
PURGE_EVERY = timedelta(days=1)
KNOWN = schema.TABLES  # what is past its time is found in tables that are loaded


class Rounds(Thread):
    """A thread beside the requests. A round that fails is tried again at the next; a process that is killed loses none.

    Every replica makes its own: sealing waits for its turn, and what one has deleted the next no longer finds.
    """

    def __init__(self, app: FastAPI) -> None:
        super().__init__(name="rounds", daemon=True)
        self._app = app
        self._over = Event()
        self._purged_at: datetime | None = None

    def run(self) -> None:
        """Until the process ends or `stop` is called."""
        while not self._over.wait(EVERY_S):
            try:
                self.go_round()
            except Exception:
                logging.getLogger(__name__).exception("a round failed and is tried again")

    def stop(self) -> None:
        """No further round; one that is under way is waited for."""
        self._over.set()
        if self.is_alive():
            self.join()

    def go_round(self) -> None:
        """One round."""
        state = self._app.state
        now: datetime = state.clock()
        refused.write_finished(state.engine, state.refusals, now=now)
        first = self._purged_at is None
        journal.seal_all(state.engine, everywhere=first)
        if self._purged_at is None or now - self._purged_at >= PURGE_EVERY:
            self._purged_at = now
            with writing(state.engine) as session:
                retention.purge(session, now=now)
                session.commit()
            empty_log(state.engine)
