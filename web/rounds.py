"""What does every server do by itself every few seconds: seal the journal, write down what it refused?"""

import logging
from datetime import datetime
from threading import Event, Thread

from fastapi import FastAPI

from marketplace import journal
from web import refused

EVERY_S = 5.0


class Rounds(Thread):
    """A thread beside the requests. A round that fails is tried again at the next; a process that is killed loses none.

    Every replica makes its own: sealing waits for its turn, and refusals are counted in each process. No job (record
    0070): where nothing is to be sealed nothing is written.
    """

    def __init__(self, app: FastAPI) -> None:
        super().__init__(name="rounds", daemon=True)
        self._app = app
        self._over = Event()
        self._first = True

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
        journal.seal_all(state.engine, everywhere=self._first)
        self._first = False
