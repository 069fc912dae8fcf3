"""After any run of interest, consent, promise, withdrawal, exclusion, suspension: who sees which level, which page?

Two parks and two needs beside a small model. After every step the real `level_of` is asked for every pair, and of the
pair that was touched the real pages and the real document.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import product

import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlmodel import Session
from starlette.testclient import TestClient

from marketplace import disclosure, exchanges, needs
from marketplace.database import public_id, writing
from marketplace.disclosure import level_of
from marketplace.errors import Conflict, NotFound, Refusal
from marketplace.exchanges import LAPSE, PROMISE, Side
from marketplace.needs import HiddenFrom, Need, NeedFields
from marketplace.organisations import (
    Organisation,
    OrganisationKind,
    Role,
    Standing,
    User,
    Viewer,
    add_organisation,
    sign_in,
    viewer_as,
)
from marketplace.parks import Park, ParkFields, join
from marketplace.uploads import checked_upload
from tests.security.conftest import HEADERS, NOW
from web.app import create_app
from web.settings import Settings

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
PAIRS = list(product((0, 1), (0, 1)))  # (need, park)
SIDES = st.sampled_from(list(Side))
ONE = st.sampled_from((0, 1))
PAIR = st.sampled_from(PAIRS)


@dataclass
class Talk:
    """What the model knows of a pair."""

    id: str = ""
    interest: dict[Side, bool] = field(default_factory=lambda: dict.fromkeys(Side, False))
    titles: dict[Side, str | None] = field(default_factory=lambda: dict.fromkeys(Side))  # as it read at the consent
    is_open: bool = False
    promised: bool = False
    since: datetime = NOW

    def close(self) -> None:
        id = self.id
        self.__init__(id)  # type: ignore[misc]


@dataclass
class Place:
    """The application under test and its clock."""

    app: FastAPI
    now: list[datetime]


@pytest.fixture
def place(database_url: str) -> Iterator[Place]:
    now = [NOW]
    app = create_app(database_url, Settings(), clock=lambda: now[0])
    yield Place(app, now)
    app.state.engine.dispose()


class Consents(RuleBasedStateMachine):
    """The rules on one side, the model on the other."""

    place: Place

    def __init__(self) -> None:
        super().__init__()
        self.place.now[0] = NOW
        self.mark = public_id()
        self.talks = {pair: Talk() for pair in PAIRS}
        self.listed, self.excluded, self.suspended = [True, True], dict.fromkeys(PAIRS, False), [False, False]
        self.touched = PAIRS[0]
        with self.session() as session:
            self.firm = self.person(session, OrganisationKind.ENTERPRISE, "公司")
            self.offices = [self.person(session, OrganisationKind.PARK, f"招商局{n}") for n in (0, 1)]
            self.parks = [self.park(session, n) for n in (0, 1)]
            self.titles = [f"{self.mark}项目{n}" for n in (0, 1)]
            made = [self.need(session, n) for n in (0, 1)]
            self.needs = [need.id for need, _ in made]
            self.files = [file for _, file in made]
            session.commit()

    def session(self) -> Session:
        return writing(self.place.app.state.engine)

    @property
    def now(self) -> datetime:
        return self.place.now[0]

    def person(self, session: Session, kind: OrganisationKind, name: str) -> int:
        house = add_organisation(session, self.mark + name, kind, now=NOW, adcode="340000", standing=Standing.VERIFIED)
        user = User(login=f"{self.mark}{name}", name=f"{self.mark}{name}经办", password_hash="-", created_at=NOW)
        user.organisation_id, user.role = house.id, Role.ADMIN
        session.add(user)
        session.flush()
        return user.id

    def viewer(self, session: Session, user_id: int) -> Viewer:
        return viewer_as(session, session.get_one(User, user_id))

    def park(self, session: Session, n: int) -> int:
        fields = ParkFields(name=f"{self.mark}园区{n}", adcode="340100")
        return join(session, fields, by=self.viewer(session, self.offices[n]), now=NOW).id

    def need(self, session: Session, n: int) -> tuple[Need, str]:
        owner = self.viewer(session, self.firm)
        need = needs.enter(session, NeedFields(industry="3841", title=self.titles[n]), owner=owner, now=NOW)
        disclosure.publish(session, need, by=owner, now=NOW)
        file = exchanges.hand_over(session, need, checked_upload("图.png", PNG), by=owner, now=NOW)
        return need, file.public_id

    def by(self, session: Session, side: Side, park: int) -> Viewer:
        return self.viewer(session, self.firm if side is Side.NEED else self.offices[park])

    # ---- the model

    def visible(self, pair: tuple[int, int]) -> bool:
        return self.listed[pair[0]] and not self.excluded[pair] and not self.suspended[pair[1]]

    def lives(self, pair: tuple[int, int]) -> bool:
        talk = self.talks[pair]
        within = talk.is_open or self.now < talk.since + LAPSE
        return any(talk.interest.values()) and within and self.visible(pair)

    def level(self, pair: tuple[int, int]) -> int | None:
        if not self.visible(pair):
            anybody = any(self.excluded[pair[0], park] for park in (0, 1))
            return 0 if self.listed[pair[0]] and self.suspended[pair[1]] and not anybody else None
        talk = self.talks[pair]
        return (3 if talk.promised else 2) if talk.is_open else 1

    def show(self, pair: tuple[int, int], side: Side) -> None:
        talk = self.talks[pair]
        if not self.lives(pair):
            talk.close()
            talk.since = self.now
        if not talk.interest[side]:
            talk.interest[side] = True
            if talk.interest[side.other]:
                talk.since = self.now

    def fall(self) -> None:
        """What no longer stands is closed for good."""
        for pair, talk in self.talks.items():
            if not self.lives(pair):
                talk.close()

    # ---- the acts

    def act(self, pair: tuple[int, int], side: Side, name: str) -> bool:
        """Does it through the rules; whether it was done."""
        self.touched = pair
        talk = self.talks[pair]
        with self.session() as session:
            by = self.by(session, side, pair[1])
            need, park = session.get_one(Need, self.needs[pair[0]]), session.get_one(Park, self.parks[pair[1]])
            try:
                if name == "interest":
                    talk.id = exchanges.show_interest(session, need, park, by=by, now=self.now).public_id
                else:
                    exchange = exchanges.exchange_by_id(session, talk.id, by, now=self.now).exchange
                    digest = self.digest(session, need, side, by, name)
                    getattr(exchanges, name)(session, exchange, need, park, *digest, by=by, now=self.now)
                session.commit()
            except (Conflict, NotFound, Refusal):
                session.rollback()
                return False
        return True

    def digest(self, session: Session, need: Need, side: Side, by: Viewer, name: str) -> list[str]:
        if name == "promise":
            return [exchanges.text_of(PROMISE).sha256]
        return [exchanges.opening_for(session, need, side, by).sha256] if name == "consent" else []

    @rule(pair=PAIR, side=SIDES)
    def interest(self, pair: tuple[int, int], side: Side) -> None:
        assert self.act(pair, side, "interest") == self.visible(pair)
        if self.visible(pair):
            self.show(pair, side)

    @rule(pair=PAIR, side=SIDES)
    def consent(self, pair: tuple[int, int], side: Side) -> None:
        may = bool(self.talks[pair].id) and self.lives(pair)
        assert self.act(pair, side, "consent") == may
        if may:
            self.show(pair, side)
            talk = self.talks[pair]
            talk.titles[side] = self.titles[pair[0]]
            current = talk.titles[Side.NEED] == self.titles[pair[0]] and talk.titles[Side.PARK] is not None
            talk.is_open = talk.is_open or current

    @rule(pair=PAIR)
    def both_agree(self, pair: tuple[int, int]) -> None:
        self.interest(pair, Side.PARK)
        for side in Side:
            self.consent(pair, side)

    @rule(pair=PAIR, side=SIDES)
    def decline(self, pair: tuple[int, int], side: Side) -> None:
        talk = self.talks[pair]
        self.act(pair, side, "decline")
        assert self.talks[pair] is talk  # nothing that anybody else sees has changed

    @rule(pair=PAIR)
    def promise(self, pair: tuple[int, int]) -> None:
        talk = self.talks[pair]
        may = talk.is_open and self.lives(pair)
        assert self.act(pair, Side.PARK, "promise") == may
        talk.promised = talk.promised or may

    @rule(pair=PAIR, side=SIDES)
    def withdraw(self, pair: tuple[int, int], side: Side) -> None:
        talk = self.talks[pair]
        may = self.lives(pair) and talk.interest[side]
        assert self.act(pair, side, "withdraw") == may
        if may:
            talk.close()

    @rule(need=ONE, park=ONE)
    def exclude_or_admit(self, need: int, park: int) -> None:
        self.touched = (need, park)
        self.excluded[need, park] = not self.excluded[need, park]
        with self.session() as session:
            row, by = session.get_one(Need, self.needs[need]), self.viewer(session, self.firm)
            codes = [session.get_one(Park, self.parks[n]).code for n in (0, 1) if self.excluded[need, n]]
            limits = disclosure.Limits(hidden_from=HiddenFrom(parks=codes))
            disclosure.limit(session, row, limits, version=row.version, by=by, now=self.now)
            exchanges.close_fallen(session, row, by=by, now=self.now)
            session.commit()
        self.fall()

    @rule(park=ONE)
    def suspend_or_reinstate(self, park: int) -> None:
        self.touched = (self.touched[0], park)
        self.suspended[park] = not self.suspended[park]
        with self.session() as session:
            house = session.get_one(User, self.offices[park]).organisation_id
            standing = Standing.SUSPENDED if self.suspended[park] else Standing.VERIFIED
            session.get_one(Organisation, house).standing = standing
            session.flush()
            exchanges.close_fallen_of(session, house, by=None, now=self.now)
            session.commit()
        self.fall()

    @rule(need=ONE)
    def withdraw_or_list_the_need(self, need: int) -> None:
        self.touched = (need, self.touched[1])
        self.listed[need] = not self.listed[need]
        with self.session() as session:
            row, by = session.get_one(Need, self.needs[need]), self.viewer(session, self.firm)
            if self.listed[need]:
                disclosure.publish(session, row, by=by, now=self.now)
            else:
                needs.withdraw(session, row, by=by, now=self.now)
                exchanges.close_fallen(session, row, by=by, now=self.now)
            session.commit()
        self.fall()

    @rule(need=ONE)
    def change_the_title(self, need: int) -> None:
        self.titles[need] += "改"
        with self.session() as session:
            row, by = session.get_one(Need, self.needs[need]), self.viewer(session, self.firm)
            fields = needs.fields_of(row).model_copy(update={"title": self.titles[need]})
            needs.revise(session, row, fields, version=row.version, by=by, now=self.now)
            session.commit()

    @precondition(lambda self: any(any(talk.interest.values()) for talk in self.talks.values()))
    @rule(days=st.sampled_from((1, 29, 31)))
    def days_pass(self, days: int) -> None:
        self.place.now[0] += timedelta(days=days)

    # ---- what is seen

    @invariant()
    def levels_are_the_models(self) -> None:
        with self.session() as session:
            for need, park in PAIRS:
                by, row = self.viewer(session, self.offices[park]), session.get_one(Need, self.needs[need])
                found = level_of(session, by, row, now=self.now)
                assert (None if found is None else int(found)) == self.level((need, park))

    @invariant()
    def pages_show_what_is_open_and_nothing_else(self) -> None:
        need, park = pair = self.touched
        talk = self.talks[pair]
        if not talk.id:
            return
        is_open = talk.is_open and self.lives(pair)
        theirs = self.page(self.offices[park], f"/exchanges/{talk.id}")
        assert (self.mark + "公司" in theirs) == is_open
        agreed = is_open and talk.titles[Side.NEED] == self.titles[need]
        assert (self.titles[need] in theirs) == agreed
        assert (f"{self.mark}招商局{park}经办" in self.page(self.firm, f"/exchanges/{talk.id}")) == is_open
        taken = self.browser(self.offices[park]).get(f"/documents/{self.files[need]}")
        assert taken.status_code == (200 if is_open and talk.promised else 404)

    def browser(self, user_id: int) -> TestClient:
        client = TestClient(self.place.app, headers=HEADERS, follow_redirects=False)
        with self.session() as session:
            token = sign_in(session, user_id, now=self.now, two_factors=True)
            session.commit()
        client.cookies.set(self.place.app.state.settings.session_cookie, token)
        return client

    def page(self, user_id: int, path: str) -> str:
        answer = self.browser(user_id).get(path)
        assert answer.status_code == 200
        return answer.text.partition("<main")[2]  # the head names who is signed in


def test_who_sees_what_follows_from_what_both_sides_did(place: Place, full: bool) -> None:
    machine: Callable[[], Consents] = type("Machine", (Consents,), {"place": place})
    counts = settings(
        max_examples=60 if full else 5,
        stateful_step_count=40 if full else 14,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=counts)
