"""Who does what is planned: what the market does by itself, and what leaves for the servers of others?"""

import logging
import signal
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from threading import Event, Thread
from typing import Any, Protocol, Self

from sqlalchemy import Engine
from sqlmodel import Session

from marketplace import jobs, schema, timers
from marketplace.database import check_version, engine_for, reading, writing
from marketplace.errors import Conflict
from marketplace.jobs import Claim
from web import i18n, logs
from web.outward.hooks import Messenger
from web.postman import Postman
from web.settings import Settings

EVERY_S = 2.0
RENEWS_S = jobs.LEASE.total_seconds() / 4
KNOWN = schema.TABLES  # what is past its time is found in tables that are loaded


class Carrier(Protocol):
    """Somebody who brings things of some kinds to the servers of others."""

    kinds: frozenset[str]

    def parcel(self, session: Session, claimed: Claim, *, now: datetime) -> Any | None:
        """What is to be carried; None where nothing is any more."""

    def hand_over(self, parcel: Any) -> str:
        """Outside of any transaction: empty when it was taken, else in one word why not. May raise anything."""

    def keep(self, session: Session, parcel: Any, why: str, *, over: bool, now: datetime) -> None:
        """What is written down of it, with the end of its job; `over` when it is not tried again."""


def carriers(settings: Settings) -> Sequence[Carrier]:
    """Who is there under these settings: a postman only where letters can be sent."""
    postmen: list[Carrier] = [Postman(settings)] if settings.has_mail else []
    return [*postmen, Messenger(settings)]


def kinds_of(settings: Settings) -> Collection[str]:
    """The kinds of jobs that a worker does under these settings."""
    return timers.KINDS.union(*(carrier.kinds for carrier in carriers(settings)))


class Renewing(Thread):
    """Keeps a job ours while it is carried out, however long that takes: nobody else begins it meanwhile.

    On SQLite it waits for the writer, as everybody who would begin it does.
    """

    def __init__(
        self, engine: Engine, claimed: Claim, clock: Callable[[], datetime], every_s: float = RENEWS_S
    ) -> None:
        super().__init__(name="renewing", daemon=True)
        self._engine, self._claimed, self._clock, self._every_s = engine, claimed, clock, every_s
        self._over = Event()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.join()

    def run(self) -> None:
        """Until the job is done or another's."""
        ours = True
        while ours and not self._over.wait(self._every_s):
            try:
                with writing(self._engine) as session:
                    ours = jobs.renew(session, self._claimed, now=self._clock())
                    session.commit()
            except Exception as fault:  # tried again before the lease ends
                logging.getLogger(__name__).warning("a lease was not renewed: %s", type(fault).__name__)


class Worker(Thread):
    """A thread of the server, or the command `worker`. Several at once are safe, here and on other machines.

    What the market does goes before what leaves for others, so that a slow server holds up no timer for long.
    """

    def __init__(self, engine: Engine, settings: Settings, clock: Callable[[], datetime]) -> None:
        super().__init__(name="worker", daemon=True)
        self._engine, self._clock = engine, clock
        self._carriers = {kind: carrier for carrier in carriers(settings) for kind in carrier.kinds}
        self._over = Event()

    def run(self) -> None:
        """Until the process ends or `stop` is called."""
        begun = False
        while not self._over.is_set():
            try:
                begun = begun or self.begin()
                self.go_round()
            except Exception:
                logging.getLogger(__name__).exception("jobs could not be read and are tried again")
            self._over.wait(EVERY_S)

    def begin(self) -> bool:
        """Plan what repeats."""
        with writing(self._engine) as session:
            timers.begin(session, now=self._clock())
            session.commit()
        return True

    def end(self) -> None:
        """No further job; the present one is brought to its end."""
        self._over.set()

    def stop(self) -> None:
        """Likewise, and wait for it."""
        self.end()
        if self.is_alive():
            self.join()

    def go_round(self) -> int:
        """Do what is due; how many jobs were done."""
        done = 0
        while not self._over.is_set() and (claimed := self._claimed()) is not None:
            done += self._carried_out(claimed)
        return done

    def _claimed(self) -> Claim | None:
        for kinds in (timers.KINDS, self._carriers.keys()):
            with reading(self._engine) as session:  # where nothing is due, nobody is kept from writing
                if not kinds or not jobs.is_due(session, kinds, now=self._clock()):
                    continue
            with writing(self._engine) as session:
                claimed = jobs.claim(session, kinds, now=self._clock())
                session.commit()
            if claimed:
                return claimed
        return None

    def _carried_out(self, claimed: Claim) -> bool:
        carrier = self._carriers.get(claimed.kind)
        try:
            if claimed.is_worn_out and claimed.kind not in timers.RECURRING:
                return self._failed(claimed, "killed")
            return self._delivered(claimed, carrier) if carrier else self._done(claimed)
        except Conflict:
            return False  # another has it by now
        except Exception as fault:  # what stops one job stops no other; its kind alone is told, never an address
            logging.getLogger(__name__).warning("a job failed: %s: %s", claimed.kind, type(fault).__name__)
            return self._failed(claimed, type(fault).__name__)

    def _done(self, claimed: Claim) -> bool:
        with Renewing(self._engine, claimed, self._clock), writing(self._engine) as session:
            timers.carry_out(session, claimed, now=self._clock())
            session.commit()
        if after := timers.AFTERWARDS.get(claimed.kind):
            after(self._engine)
        return True

    def _delivered(self, claimed: Claim, carrier: Carrier) -> bool:
        """At least once: who dies between handing over and writing down hands over again."""
        with writing(self._engine) as session:
            parcel = carrier.parcel(session, claimed, now=self._clock())
            if parcel is None:
                jobs.finish(session, claimed, now=self._clock())
            session.commit()
        if parcel is None:
            return True
        why = self._handed_over(claimed, carrier, parcel)
        with writing(self._engine) as session:
            now = self._clock()
            over = jobs.fail(session, claimed, why, now=now) if why else True
            if not why:
                jobs.finish(session, claimed, now=now)
            carrier.keep(session, parcel, why, over=over, now=now)
            session.commit()
        return not why

    def _handed_over(self, claimed: Claim, carrier: Carrier, parcel: Any) -> str:
        try:
            return carrier.hand_over(parcel)
        except Exception as fault:
            logging.getLogger(__name__).warning("not handed over: %s: %s", claimed.kind, type(fault).__name__)
            return type(fault).__name__

    def _failed(self, claimed: Claim, why: str) -> bool:
        try:
            with writing(self._engine) as session:
                jobs.fail(session, claimed, why, now=self._clock(), gives_up=claimed.kind not in timers.RECURRING)
                session.commit()
        except Conflict:
            pass  # another has it by now
        return False


def work(url: str, settings: Settings | None = None) -> None:
    """Until SIGTERM or Ctrl-C, after the present job. Raises Refusal where the tables are not this version's."""
    engine = engine_for(url, pool=3)
    check_version(engine)
    logs.begin()
    worker = Worker(engine, settings or Settings(), lambda: datetime.now(UTC))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.end())
    print(i18n.said(i18n.N_("Parkbridge worker: at work until told to stop"), {}), flush=True)
    worker.run()
    engine.dispose()
