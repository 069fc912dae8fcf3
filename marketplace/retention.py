"""How long is each kind of record kept, and what is deleted when its time is over?

Source: 个人信息保护法 19, 47 (no longer than its purpose needs); 网络安全法 21 (network logs at least six months: the
journal keeps them). The periods are ours where no law gives one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Table, delete, or_, select, update
from sqlmodel import Session, SQLModel

from marketplace import personal

Columns = Any  # the columns of a table, by name
Condition = Callable[[Columns, datetime], Any]  # an SQL condition


class Why(StrEnum):
    """Why a record has no end of its own."""

    ACCOUNT = "account"  # it goes with the account
    HOUSE = "house"  # it goes with the organisation, or when the organisation deletes it
    FACTS = "facts"  # public facts about zones, about nobody
    REPLAY = "replay"  # a list that was shown can be made again; of parks, about nobody
    RIGHTS = "rights"  # who may act for whom must stay to be shown
    PROOF = "proof"  # nobody can change or delete it; of a person it holds a number


@dataclass(frozen=True, slots=True)
class Period:
    """Rows of a table end `days` after the moment that `over` judges, or stay for a reason.

    `values` are emptied instead, where the row is still of use without them.
    """

    table: str
    days: int | None = None
    why: Why | None = None
    over: Condition | None = None
    values: Mapping[str, Any] | None = None


def _after(name: str) -> Condition:
    return lambda columns, since: columns[name] < since


def _settled(columns: Columns, since: datetime) -> Any:
    return columns.status.not_in(("submitted", "proposed", "open", "offered", "waiting")) & (columns.updated_at < since)


def _decided_letter(columns: Columns, since: datetime) -> Any:
    case = SQLModel.metadata.tables["verification_case"].c
    return columns.case_id.in_(select(case.id).where(case.decided_at < since))


def _unanswered(columns: Columns, since: datetime) -> Any:
    return (columns.status == "offered") & (columns.since_at < since)


def _of_unanswered(columns: Columns, since: datetime) -> Any:
    exchange = SQLModel.metadata.tables["exchange"]
    return columns.exchange_id.in_(select(exchange.c.id).where(_unanswered(exchange.c, since)))


def _of_ended_round(columns: Columns, since: datetime) -> Any:
    """Of a talk that is over: nobody can read it any more."""
    of = SQLModel.metadata.tables["exchange"].c
    own = columns.exchange_id == of.id
    closed = select(of.id).where(own, of.closed_at < since).exists()
    return closed | (select(of.id).where(own, columns.round < of.round).exists() & (columns.created_at < since))


def _of_ended_transfer(columns: Columns, since: datetime) -> Any:
    """One that was agreed to stays: it says whose the first talk was."""
    return (columns.status != "accepted") & _of_ended_round(columns, since)


def _of_ended_enquiry(columns: Columns, since: datetime) -> Any:
    enquiry = SQLModel.metadata.tables["talk_enquiry"].c
    return columns.enquiry_id.in_(select(enquiry.id).where(_of_ended_round(enquiry, since)))


def _ended_token(columns: Columns, since: datetime) -> Any:
    return or_(columns.expires_at < since, columns.revoked_at < since)


def _of_old_notice(columns: Columns, since: datetime) -> Any:
    notice = SQLModel.metadata.tables["notice"].c
    return columns.notice_id.in_(select(notice.id).where(notice.created_at < since))


def _ended_job(columns: Columns, since: datetime) -> Any:
    """Also of letters that nobody delivers: they are gone by then."""
    return or_(columns.done_at < since, (columns.kind == "mail") & (columns.created_at < since))


YEAR = 365
PERIODS: tuple[Period, ...] = (  # in the order in which they are deleted: what hangs on a row goes before it
    Period("sign_in", 1, over=_after("created_at")),
    Period("throttle", 1, over=_after("ends_at")),
    Period("once", 2, over=_after("created_at")),
    Period("job", 30, over=_ended_job),
    Period("webhook_delivery", 30, over=_after("created_at")),
    Period("webhook", 30, over=_after("ended_at")),
    Period("one_time", 7, over=_after("expires_at")),
    Period("help_request", 7, over=_after("created_at")),
    Period("unconfirmed_mail", why=Why.ACCOUNT),
    Period("mail", 30, over=_after("created_at")),
    Period("notice_read", 180, over=_of_old_notice),
    Period("notice", 180, over=_after("created_at")),
    Period("notice_choice", why=Why.ACCOUNT),
    Period("notice_digest", why=Why.ACCOUNT),
    Period("search_hit", why=Why.ACCOUNT),
    Period("saved_search", why=Why.ACCOUNT),
    Period("feed_token", why=Why.ACCOUNT),
    Period("search_looked_at", why=Why.FACTS),
    Period("invitation", 30, over=_after("expires_at")),
    Period("api_token", 90, over=_ended_token),
    Period("second_factor", why=Why.ACCOUNT),
    Period("recovery_code", why=Why.ACCOUNT),
    Period("user_account", 180, over=_after("disabled_at")),  # the person, not the row: see `purge`
    Period("consent", 3 * YEAR, over=_after("withdrawn_at")),
    Period("organisation", why=Why.HOUSE),
    Period("authority_letter", YEAR, over=_decided_letter),
    Period("verification_case", why=Why.HOUSE),
    Period("ruling", 3 * YEAR, over=_after("at")),
    Period("park_claim", 3 * YEAR, over=_settled),
    Period("park_handover", why=Why.RIGHTS),
    Period("mandate", why=Why.RIGHTS),
    Period("agent_voice", why=Why.RIGHTS),
    Period("voice_consent", why=Why.RIGHTS),
    Period("sheet_proposal", YEAR, over=_settled),
    Period("evidence", why=Why.HOUSE),
    Period("park_report", 180, over=_after("created_at"), values={"contact": "", "user_id": None}),
    Period("park_report", 2 * YEAR, over=_after("created_at")),
    Period("talk_question", 90, over=_of_ended_enquiry),
    Period("talk_enquiry", 90, over=_of_ended_round),
    Period("talk_file", 90, over=_of_ended_round),
    Period("talk_message", 90, over=_of_ended_round),
    Period("talk_offer", 90, over=_of_ended_round),
    Period("talk_visit", 90, over=_of_ended_round),
    Period("talk_representative", 90, over=_of_ended_round),
    Period("talk_transfer", 90, over=_of_ended_transfer),
    Period("talk_transfer", 90, over=_of_ended_round, values={"words": "", "user_id": None, "answerer_id": None}),
    Period("talk_transfer", YEAR, over=_of_unanswered),
    Period("exchange_consent", YEAR, over=_of_unanswered),
    Period("exchange", YEAR, over=_unanswered),
    Period("exchange_consent", 3 * YEAR, over=_after("ended_at")),
    Period("exchange_promise", 3 * YEAR, over=_after("ended_at")),
    Period("need_view", 2 * YEAR, over=_after("hour")),
    Period("need_grant", why=Why.HOUSE),
    Period("need", why=Why.HOUSE),
    Period("document", why=Why.HOUSE),
    Period("occasion", why=Why.FACTS),
    Period("project", why=Why.HOUSE),
    Period("project_proof", why=Why.HOUSE),
    Period("project_stage", why=Why.HOUSE),
    Period("project_signing", why=Why.HOUSE),
    Period("project_payment", why=Why.HOUSE),
    Period("signal", 3 * YEAR, over=_after("at")),
    Period("kept_ranking", why=Why.HOUSE),
    Period("incentive", why=Why.FACTS),
    Period("screening", why=Why.HOUSE),
    Period("screening_answer", why=Why.HOUSE),
    Period("park", why=Why.FACTS),
    Period("park_name", why=Why.FACTS),
    Period("park_tie", why=Why.FACTS),
    Period("park_sector", why=Why.FACTS),
    Period("capacity", why=Why.FACTS),
    Period("plot", why=Why.FACTS),
    Period("hold", why=Why.RIGHTS),
    Period("hold_line", why=Why.RIGHTS),
    Period("waiting", why=Why.RIGHTS),
    Period("ledger_entry", why=Why.PROOF),
    Period("term", why=Why.FACTS),
    Period("market_state", why=Why.REPLAY),
    Period("park_state", why=Why.REPLAY),
    Period("learned", why=Why.REPLAY),
    Period("crowding", why=Why.REPLAY),
    Period("journal", why=Why.PROOF),
    Period("journal_seal", why=Why.PROOF),
)


def purge(session: Session, *, now: datetime) -> dict[str, int]:
    """Delete what is past its time, and say how many rows of each table; the caller commits."""
    done: dict[str, int] = {}
    for period in PERIODS:
        if period.days is None or period.over is None:
            continue
        since = now - timedelta(days=period.days)
        if period.table == "user_account":
            count = personal.erase_left(session, since, now=now)
        else:
            count = _ended(session, period, SQLModel.metadata.tables[period.table], since)
        if count:
            done[period.table] = done.get(period.table, 0) + count
    return done


def _ended(session: Session, period: Period, table: Table, since: datetime) -> int:
    assert period.over is not None, "asked by purge"
    past = period.over(table.c, since)
    if period.values is None:
        return session.connection().execute(delete(table).where(past)).rowcount
    full = or_(*(table.c[name].is_distinct_from(empty) for name, empty in period.values.items()))
    return session.connection().execute(update(table).where(past, full).values(**period.values)).rowcount
