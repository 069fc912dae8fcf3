"""How far has the blind need of the tests' world come, and what brings it to the next stage?

Everything by the public rules, as the people of both sides would.
"""

from collections.abc import Callable, Mapping

from sqlmodel import Session, select

from marketplace import disclosure, exchanges, needs, projects
from marketplace.database import day_of
from marketplace.exchanges import PROMISE, Exchange, opening_for, side_of, text_of
from marketplace.needs import Need
from marketplace.organisations import Viewer, viewer_by_login
from marketplace.parks import Park
from marketplace.projects import ApprovalFields, ProjectFields, SigningFields
from marketplace.uploads import checked_upload
from tests.security import talk
from tests.security.canaries import chinese
from tests.security.world import NOW, PLACES_TAKEN, World

STAGES = ("draft", "open", "interest", "consented", "both", "promise", "withdrawn")
MONTHS_END = b"\nxref\n0 1\n0000000000 65535 f \ntrailer <</Size 1>>\nstartxref\n9\n%%EOF\n"


def reach(session: Session, world: World, stage: str) -> None:
    """Brings a fresh world to a stage, through those before it."""
    for each in STAGES[1 : STAGES.index(stage) + 1]:
        STEPS[each](session, world)


def firm(session: Session, who: str = "firm_approver") -> Viewer:
    return viewer_by_login(session, who)


def office(session: Session) -> Viewer:
    return viewer_by_login(session, "park_approver")


def need_of(session: Session, world: World) -> Need:
    return session.exec(select(Need).where(Need.public_id == world.ids["need:firm"])).one()


def park_of(session: Session, world: World) -> Park:
    return session.exec(select(Park).where(Park.code == world.ids["park:park"])).one()


def exchange_of(session: Session, world: World) -> Exchange:
    return session.exec(select(Exchange).where(Exchange.public_id == world.ids["exchange:firm"])).one()


def opened(session: Session, world: World) -> None:
    need = need_of(session, world)
    disclosure.publish(session, need, by=firm(session), now=NOW)
    world.ids["listing:firm"] = need.listing_id or ""


def interested(session: Session, world: World) -> None:
    need, park = need_of(session, world), park_of(session, world)
    made = exchanges.show_interest(session, need, park, by=office(session), now=NOW)
    world.ids["exchange:firm"] = made.public_id


def consent(session: Session, world: World, by: Viewer) -> None:
    need, park, exchange = need_of(session, world), park_of(session, world), exchange_of(session, world)
    side = side_of(exchange, by)
    assert side is not None
    digest = opening_for(session, need, side, by).sha256
    exchanges.consent(session, exchange, need, park, digest, by=by, now=NOW)


def one_consents(session: Session, world: World) -> None:
    consent(session, world, office(session))


def both_consent(session: Session, world: World) -> None:
    consent(session, world, firm(session))
    name = world.leave("document", "name", chinese(PLACES_TAKEN))
    inside = world.leave("document", "content", "canary-in-a-document-4711")
    upload = checked_upload(f"{name}.pdf", b"%PDF-1.4\n%" + inside.encode() + MONTHS_END)
    document = exchanges.hand_over(session, need_of(session, world), upload, by=firm(session), now=NOW)
    world.ids["document:firm"] = document.public_id
    talk.fill(session, world, firm(session), office(session))
    set_aside(session, world)


def set_aside(session: Session, world: World) -> None:
    """What the office holds for the firm, and what it waits for beyond that."""
    parts = exchange_of(session, world), need_of(session, world), park_of(session, world)
    amount, free = world.leave("hold", "amount", "11,239"), world.leave("hold", "free", "48,761")
    kva = int(amount.replace(",", ""))
    assert free == f"{60_000 - kva:,}"
    held = exchanges.reserve(session, *parts, {"power": kva}, by=office(session), now=NOW)
    waits = exchanges.wait_for(session, *parts, {"power": 60_000}, by=office(session), now=NOW)
    world.ids |= {"hold:park": held.public_id, "waiting:park": waits.public_id}


def promised(session: Session, world: World) -> None:
    exchange, need, park = exchange_of(session, world), need_of(session, world), park_of(session, world)
    exchanges.promise(session, exchange, need, park, text_of(PROMISE).sha256, by=office(session), now=NOW)
    follow_up(session, world)


def follow_up(session: Session, world: World) -> None:
    """A project with an approval and a letter of intent that waits for the enterprise."""
    exchange, need, park, by = (
        exchange_of(session, world),
        need_of(session, world),
        park_of(session, world),
        office(session),
    )
    title = world.leave("project", "title", chinese(PLACES_TAKEN + 1))
    made = projects.begin(session, exchange, need, park, ProjectFields(title=title), by=by, now=NOW)
    world.ids["project:firm"] = made.public_id
    name = world.leave("project", "proof", chinese(PLACES_TAKEN + 2))
    upload = checked_upload(f"{name}.pdf", b"%PDF-1.4" + MONTHS_END)
    number = world.leave("project", "number", "canary-approval-2026-4713")
    approval = {"approval": "eia_approval", "approval_number": number, "dated_on": day_of(NOW)}
    proof = projects.attach(session, made, ApprovalFields.model_validate(approval), upload, by=by, now=NOW)
    world.ids["project_proof:firm"] = proof.public_id
    said = {"signing": "letter_of_intent", "signed_on": day_of(NOW), "amount_10k": "73219"}
    world.leave("project", "amount", "73,219")
    entry = projects.sign(session, made, SigningFields.model_validate(said), version=made.version, by=by, now=NOW)
    world.ids["project_entry:firm"] = entry.public_id


def withdrawn(session: Session, world: World) -> None:
    exchange, need, park = exchange_of(session, world), need_of(session, world), park_of(session, world)
    exchanges.withdraw(session, exchange, need, park, by=firm(session), now=NOW)
    projects.let_go(session, exchange, by=firm(session), now=NOW)
    needs.withdraw(session, need_of(session, world), by=firm(session), now=NOW)


STEPS: Mapping[str, Callable[[Session, World], None]] = {
    "open": opened,
    "interest": interested,
    "consented": one_consents,
    "both": both_consent,
    "promise": promised,
    "withdrawn": withdrawn,
}
