"""Is every column about people accounted for, and does nothing but a number stay of who leaves?"""

import json
import re
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from threading import Barrier, Thread

import pytest
import sqlmodel
from sqlalchemy import JSON, Engine, LargeBinary, String, Text, select
from sqlmodel import Session

from marketplace import consents, mail, needs, parks, personal, registration, tokens
from marketplace.accounts import onetime
from marketplace.accounts.tables import Purpose
from marketplace.compliance import Screening, ScreeningStatus
from marketplace.consents import ConsentKind
from marketplace.database import empty_log, writing
from marketplace.errors import Conflict, NotFound, Refusal
from marketplace.journal import Act, Entry, note
from marketplace.members import invite
from marketplace.needs import NeedFields, NeedStatus
from marketplace.organisations import (
    Organisation,
    Role,
    SignIn,
    Standing,
    User,
    Viewer,
    recognised,
    sign_in,
    viewer_as,
    viewer_of,
)
from marketplace.parks import Park
from marketplace.parks.incentives import IncentiveFields, incentives_of, promise
from marketplace.personal import INVENTORY, NOT_ABOUT_PEOPLE, Gone, OwnFields, as_zip, own_rows
from marketplace.schema import METADATA
from tests.marketplace.conftest import NOW

NAMED = re.compile(
    r"(^|_)(name|login|e?mail|phone|tel|contact|browser|message|password|secret|address|body|subject|ip|reason|grounds"
    r"|comment|answer|content|token|wechat|fax)(_|$)"
)
CANARIES = {"login": "zhenglogin", "name": "郑金丝雀", "email": "zheng@canary.example", "phone": "139-0000-7777"}
HOUSE = {"name": "金丝雀电池有限公司", "uscc": "91310000MA1FL0000X"}


def columns_about_people() -> Iterator[str]:
    for table in METADATA.tables.values():
        for column in table.columns:
            if column.info.get("personal") or (is_text(column) and NAMED.search(column.name)):
                yield f"{table.name}.{column.name}"


def is_text(column: object) -> bool:
    kind = getattr(column.type, "impl", column.type)  # type: ignore[attr-defined]
    return isinstance(kind, String | Text | JSON | LargeBinary)


def in_inventory() -> set[str]:
    return {f"{kept.table}.{column}" for kept in INVENTORY for column in kept.columns}


def test_every_column_about_people_stands_in_the_inventory_or_says_why_not() -> None:
    assert sorted(set(columns_about_people()) - in_inventory() - set(NOT_ABOUT_PEOPLE)) == []


def test_the_inventory_names_only_columns_that_are_there() -> None:
    there = {f"{table.name}.{column.name}" for table in METADATA.tables.values() for column in table.columns}
    assert sorted(in_inventory() - there) == []
    assert sorted(set(NOT_ABOUT_PEOPLE) - there) == []
    assert in_inventory() & set(NOT_ABOUT_PEOPLE) == set()
    for kept in INVENTORY:
        assert all(f"{kept.table}.{name}" in there for name in (kept.person, kept.house) if name), kept
        assert kept.person or kept.house or kept.gone is Gone.HOUSE, kept


def test_a_column_marked_as_personal_without_an_entry_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    column = METADATA.tables["term"].c["typed"]
    monkeypatch.setitem(column.info, "personal", True)
    assert f"term.{column.name}" in set(columns_about_people()) - in_inventory() - set(NOT_ABOUT_PEOPLE)


def found(session: Session, words: list[str]) -> list[str]:
    """Every text of every table that still holds one of these, in any case."""
    session.flush()
    hits = []
    for table in METADATA.tables.values():
        texts = [column for column in table.columns if is_text(column)]
        rows = session.connection().exec_driver_sql(f'SELECT {_quoted(texts)} FROM "{table.name}"') if texts else []
        for row in rows:
            for column, value in zip(texts, row, strict=True):
                hits += [f"{table.name}.{column.name}" for word in words if word.lower() in _plain(value)]
    return hits


def _quoted(columns: list[object]) -> str:
    return ", ".join(f'"{column.name}"' for column in columns)  # type: ignore[attr-defined]


def _plain(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", "replace").lower()
    if isinstance(value, str) and "\\u" in value:
        value = value.encode().decode("unicode_escape", "replace")
    return str(value).lower()


@pytest.fixture
def leaver(session: Session, enterprise: Viewer) -> Viewer:
    """Somebody with canaries wherever a person leaves traces; the admin of the organisation stays."""
    user = User(
        password_hash="-", organisation_id=enterprise.organisation_id, created_at=NOW, role=Role.EDITOR, **CANARIES
    )
    session.add(user)
    session.flush()
    return viewer_as(session, user)


def leave_traces(session: Session, leaver: Viewer, enterprise: Viewer, park: Park) -> None:
    user = session.get_one(User, leaver.user_id)
    words = "、".join(CANARIES.values())
    sign_in(session, user.id, now=NOW, browser=words[:80])
    consents.agree(session, user, ConsentKind.PRIVACY, now=NOW)
    parks.report_error(session, park, field="", message=words, contact=words, by=leaver, now=NOW)
    mail.post(session, CANARIES["email"], "您好", words, now=NOW, user_id=user.id)
    mail.post(session, "other@example.com", CANARIES["name"], "…", now=NOW)
    onetime.issue(session, Purpose.LINK, user.id, now=NOW)
    invite(session, Role.EDITOR, email=CANARIES["email"], by=enterprise, now=NOW)
    case = registration.Case(
        organisation_id=enterprise.organisation_id, claimed_uscc="", contact=words, reason=words[:200],
        submitted_at=NOW, created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    session.add(case)
    session.add(tokens.Token(
        user_id=user.id, organisation_id=user.organisation_id, name=CANARIES["name"], prefix="pb", token_hash="h",
        scopes=[], created_at=NOW, expires_at=NOW,
    ))  # fmt: skip
    note(session, Act.SIGNED_IN, "user", user.public_id, by=leaver, now=NOW, whose=user.organisation_id)
    session.flush()


def test_after_deletion_nothing_of_a_person_is_left_but_the_number_in_the_journal(
    session: Session, leaver: Viewer, enterprise: Viewer, park: Park
) -> None:
    leave_traces(session, leaver, enterprise, park)
    assert {"user_account.login", "park_report.contact", "mail.body", "invitation.email"} <= set(
        found(session, list(CANARIES.values()))
    )
    personal.delete_account(session, by=leaver, now=NOW)
    assert found(session, list(CANARIES.values())) == []
    entries = session.scalars(select(Entry).where(Entry.by_user_id == leaver.user_id)).all()
    assert {entry.act for entry in entries} >= {Act.SIGNED_IN, Act.DELETED, Act.CONSENTED}
    user = session.get_one(User, leaver.user_id)
    assert (user.deleted_at, user.disabled_at, user.name, user.password_hash) == (NOW, NOW, "", "")
    assert {consent.withdrawn_at for consent in consents.consents_of(session, user.id)} == {NOW}
    case = session.scalars(select(registration.Case)).one()
    assert case.contact == "、".join(["—"] * 4)


def test_after_deletion_the_file_itself_holds_nothing_of_a_person(
    engine: Engine, session: Session, leaver: Viewer, enterprise: Viewer, park: Park
) -> None:
    if engine.dialect.name != "sqlite":
        return  # PostgreSQL overwrites what is dead when it vacuums
    leave_traces(session, leaver, enterprise, park)
    session.commit()
    empty_log(engine)
    file = Path(str(engine.url.database))
    assert CANARIES["email"].encode() in file.read_bytes()
    personal.delete_account(session, by=leaver, now=NOW)
    session.commit()
    empty_log(engine)
    content = file.read_bytes() + file.with_name(file.name + "-wal").read_bytes()
    assert [name for name, word in CANARIES.items() if word.encode() in content] == []


def test_all_sessions_of_who_is_deleted_end_and_nobody_signs_in_again(
    session: Session, leaver: Viewer, enterprise: Viewer
) -> None:
    token = sign_in(session, leaver.user_id, now=NOW)
    assert viewer_of(session, token, now=NOW)
    personal.delete_account(session, by=leaver, now=NOW)
    assert viewer_of(session, token, now=NOW) is None
    assert session.scalars(select(SignIn).where(SignIn.user_id == leaver.user_id)).all() == []
    login = session.get_one(User, leaver.user_id).login
    for name in (CANARIES["login"], login):
        with pytest.raises(Refusal):
            recognised(session, name, "")
    with pytest.raises(NotFound):
        personal.delete_account(session, by=leaver, now=NOW)


def test_others_keep_what_they_wrote(session: Session, leaver: Viewer, rival: Viewer, park: Park) -> None:
    text = f"请联系{CANARIES['name']}"
    parks.report_error(session, park, field="", message=text, contact="", by=rival, now=NOW)
    personal.delete_account(session, by=leaver, now=NOW)
    assert session.scalars(select(parks.ParkReport)).one().message == text


def publish(session: Session, owner: Viewer) -> needs.Need:
    fields = NeedFields(industry="3841", title=HOUSE["name"], description=f"{HOUSE['name']} 搬迁", origin="310114")
    return needs.enter(session, fields, owner=owner, now=NOW)


def test_the_last_admin_hands_over_first_while_there_is_something_to_hand_over(
    session: Session, enterprise: Viewer, leaver: Viewer, office: Viewer, park: Park, rival: Viewer
) -> None:
    publish(session, rival)
    for admin in (enterprise, office, rival):  # people, a park, a need
        with pytest.raises(Conflict):
            personal.delete_account(session, by=admin, now=NOW)
    session.get_one(User, leaver.user_id).role = Role.ADMIN
    session.flush()
    personal.delete_account(session, by=enterprise, now=NOW)
    assert session.get_one(Organisation, enterprise.organisation_id).deleted_at is None


def test_the_last_person_takes_an_empty_organisation_along(session: Session, rival: Viewer) -> None:
    assert personal.loss_of_account(session, rival).whole_organisation
    personal.delete_account(session, by=rival, now=NOW)
    assert found(session, ["乙企业"]) == []
    assert session.get_one(Organisation, rival.organisation_id).deleted_at == NOW


def test_after_deletion_nothing_of_an_organisation_is_left_and_its_parks_are_free(
    session: Session, enterprise: Viewer, office: Viewer, park: Park, leaver: Viewer
) -> None:
    house = session.get_one(Organisation, enterprise.organisation_id)
    house.name, house.uscc = HOUSE["name"], HOUSE["uscc"]
    leave_traces(session, leaver, enterprise, park)
    mail.post(session, "a@example.com", "审核", f"{HOUSE['name']}（{HOUSE['uscc']}）", now=NOW)
    need = publish(session, enterprise)
    personal.delete_organisation(session, by=enterprise, now=NOW)
    assert found(session, [*HOUSE.values(), *CANARIES.values(), "甲企业"]) == []
    session.refresh(need)
    assert (need.status, need.description, need.industry, need.origin) == (NeedStatus.WITHDRAWN, "", None, None)
    house = session.get_one(Organisation, enterprise.organisation_id)
    assert (house.standing, house.deleted_at) == (Standing.SUSPENDED, NOW)
    personal.delete_organisation(session, by=office, now=NOW)
    session.refresh(park)
    assert park.owner_id is None


@pytest.mark.parametrize("leaving", ["deleted", "given up"])
def test_what_an_office_promised_and_what_waits_ends_with_it(
    session: Session, park: Park, office: Viewer, leaving: str
) -> None:
    said = {"kind": "grant", "whom": "open", "basis": "fixed", "amount": "100 万元", "title": "设备补助"}
    for text in ("", "按地方留成50%奖励"):
        promise(session, park, IncentiveFields.model_validate({**said, "text": text}), by=office, now=NOW)
    waiting = session.exec(sqlmodel.select(Screening).where(Screening.status == ScreeningStatus.WAITING)).one()
    assert (len(incentives_of(session, park)), personal.loss_of_organisation(session, office).incentives) == (1, 2)
    if leaving == "deleted":
        personal.delete_organisation(session, by=office, now=NOW)
    else:
        parks.give_up(session, park, version=park.version, by=office, now=NOW)
    session.refresh(park)
    session.refresh(waiting)
    assert (park.owner_id, waiting.status, waiting.owner_id) == (None, ScreeningStatus.REPLACED, None)
    assert incentives_of(session, park) == []


def test_only_an_admin_deletes_an_organisation_and_the_platform_stays(
    session: Session, leaver: Viewer, enterprise: Viewer
) -> None:
    with pytest.raises(NotFound):
        personal.delete_organisation(session, by=leaver, now=NOW)
    assert session.get_one(Organisation, enterprise.organisation_id).deleted_at is None


def test_two_last_admins_who_leave_at_once_leave_one_behind(
    session: Session, enterprise: Viewer, leaver: Viewer
) -> None:
    session.get_one(User, leaver.user_id).role = Role.ADMIN
    publish(session, enterprise)
    session.commit()
    personal.delete_account(session, by=enterprise, now=NOW)
    with pytest.raises(Conflict):
        personal.delete_account(session, by=viewer_as(session, session.get_one(User, leaver.user_id)), now=NOW)


def test_of_two_last_admins_who_leave_at_the_same_time_one_stays(
    engine: Engine, session: Session, enterprise: Viewer, leaver: Viewer
) -> None:
    session.get_one(User, leaver.user_id).role = Role.ADMIN
    publish(session, enterprise)
    session.commit()
    session.close()
    together, ends = Barrier(2), list[str]()

    def leave(by: Viewer) -> None:
        with writing(engine) as own:
            together.wait()
            try:
                personal.delete_account(own, by=by, now=NOW)
                own.commit()
                ends.append("left")
            except Conflict:
                ends.append("stays")

    threads = [Thread(target=leave, args=(by,)) for by in (enterprise, leaver)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["left", "stays"]


def test_a_person_puts_their_data_right_and_the_journal_says_which_field(session: Session, leaver: Viewer) -> None:
    fields = OwnFields.model_validate({"name": "郑新", "email": "", "phone": "+86 21 5555 0000"})
    personal.correct(session, fields, by=leaver, now=NOW)
    user = session.get_one(User, leaver.user_id)
    assert (user.name, user.email, user.phone) == ("郑新", None, "+86 21 5555 0000")
    entry = session.scalars(select(Entry).order_by(Entry.id.desc())).first()
    assert entry is not None
    assert (entry.act, entry.facts) == (Act.CHANGED, {"fields": ["email", "name", "phone"]})
    assert found(session, [CANARIES["email"]]) == ["mail.to_address"]  # the letter that says so, until sent


@pytest.mark.parametrize("wrong", [{"email": "no mail"}, {"email": "a@b"}, {"phone": "call me"}, {"name": ""}])
def test_an_address_that_is_none_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        OwnFields.model_validate({"name": "x", **wrong})


def test_a_person_carries_away_everything_but_keys_and_hashes(
    session: Session, leaver: Viewer, enterprise: Viewer, park: Park
) -> None:
    leave_traces(session, leaver, enterprise, park)
    rows = own_rows(session, leaver)
    content = as_zip(rows, lambda headings, lines: json.dumps([list(headings), len(lines)]).encode())
    with zipfile.ZipFile(BytesIO(content)) as archive:
        told = json.loads(archive.read("data.json"))
        assert "user_account.csv" in archive.namelist()
    assert told["user_account"][0]["email"] == CANARIES["email"]
    assert told["park_report"][0]["message"] == "、".join(CANARIES.values())
    assert len(told["consent"]) == 1
    assert {row["act"] for row in told["journal"]} >= {"signed_in", "consented"}
    assert not any(name == "id" or name.endswith("_id") for row in told["park_report"] for name in row)
    assert not re.search(r"hash\"|secret\"|salt\"", content.decode("latin-1") + json.dumps(told))


def test_a_consent_stands_once_per_wording_and_is_taken_back_as_easily(session: Session, leaver: Viewer) -> None:
    user = session.get_one(User, leaver.user_id)
    first = consents.agree(session, user, ConsentKind.PRIVACY, now=NOW)
    assert consents.agree(session, user, ConsentKind.PRIVACY, now=NOW + timedelta(days=1)).id == first.id
    assert first.text_sha256 == consents.WORDINGS[ConsentKind.PRIVACY].sha256
    consents.take_back(session, leaver, ConsentKind.PRIVACY, now=NOW)
    assert consents.standing(session, user.id, ConsentKind.PRIVACY) is None
    assert consents.consents_of(session, user.id)[0].withdrawn_at == NOW
    again = consents.agree(session, user, ConsentKind.PRIVACY, now=NOW + timedelta(days=1))
    assert again.id != first.id
    acts = [entry.facts["given"] for entry in session.scalars(select(Entry).where(Entry.act == Act.CONSENTED))]
    assert acts == [True, False, True]
