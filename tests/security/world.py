"""Who is in the tests' world, what is theirs, and which confidential words did they leave in it?

Made through the public rules alone. Nobody has a password: people come in by `organisations.sign_in`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session

from marketplace import capacity, disclosure, kept, needs, parks, signals, tokens
from marketplace.capacity import SheetFields
from marketplace.database import day_of
from marketplace.needs import NeedFields
from marketplace.organisations import (
    OrganisationKind,
    Role,
    Standing,
    User,
    Viewer,
    add_organisation,
    sign_in,
    viewer_as,
)
from marketplace.parks import ParkFields
from marketplace.signals import SignalKind
from marketplace.tokens import Scope, TokenFields
from tests.security.canaries import Canary, chinese, code_of

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
STRANGER = "stranger"


@dataclass(frozen=True, slots=True)
class Member:
    """A role of the tests: whose person, how far they may go, and in words who that is."""

    organisation: str
    role: Role
    words: str


ORGANISATIONS: Mapping[str, tuple[OrganisationKind, Standing, str]] = {
    "park": (OrganisationKind.PARK, Standing.VERIFIED, "341100"),
    "park2": (OrganisationKind.PARK, Standing.VERIFIED, "330800"),
    "park_excluded": (OrganisationKind.PARK, Standing.VERIFIED, "310115"),
    "park_pending": (OrganisationKind.PARK, Standing.PENDING, "340200"),
    "park_suspended": (OrganisationKind.PARK, Standing.SUSPENDED, "340300"),
    "firm": (OrganisationKind.ENTERPRISE, Standing.VERIFIED, "310114"),
    "rival": (OrganisationKind.ENTERPRISE, Standing.VERIFIED, "310114"),
    "firm_pending": (OrganisationKind.ENTERPRISE, Standing.PENDING, "320500"),
    "organizer": (OrganisationKind.ORGANIZER, Standing.VERIFIED, "310000"),
    "agent": (OrganisationKind.ORGANIZER, Standing.VERIFIED, "330000"),
    "platform": (OrganisationKind.PLATFORM, Standing.VERIFIED, "110000"),
}
MEMBERS: Mapping[str, Member] = {
    "park_viewer": Member("park", Role.VIEWER, "a viewer of the park's office"),
    "park_editor": Member("park", Role.EDITOR, "an editor of the park's office"),
    "park_approver": Member("park", Role.APPROVER, "an approver of the park's office"),
    "park_admin": Member("park", Role.ADMIN, "an admin of the park's office"),
    "park2": Member("park2", Role.ADMIN, "an admin of another verified park's office"),
    "park_excluded": Member("park_excluded", Role.ADMIN, "an admin of a verified park's office that the need excludes"),
    "park_pending": Member("park_pending", Role.ADMIN, "an admin of a park's office that waits for its verification"),
    "park_suspended": Member("park_suspended", Role.ADMIN, "an admin of a suspended park's office"),
    "firm_viewer": Member("firm", Role.VIEWER, "a viewer of the enterprise that owns the need"),
    "firm_editor": Member("firm", Role.EDITOR, "an editor of the enterprise that owns the need"),
    "firm_approver": Member("firm", Role.APPROVER, "an approver of the enterprise that owns the need"),
    "firm_admin": Member("firm", Role.ADMIN, "an admin of the enterprise that owns the need"),
    "rival": Member("rival", Role.ADMIN, "an admin of another verified enterprise"),
    "firm_pending": Member("firm_pending", Role.ADMIN, "an admin of an enterprise that waits for its verification"),
    "organizer": Member("organizer", Role.ADMIN, "an admin of a verified organizer"),
    "agent": Member("agent", Role.ADMIN, "an admin of an organizer that acts for the other park by a mandate"),
    "platform_viewer": Member("platform", Role.VIEWER, "the platform's auditor"),
    "platform_editor": Member("platform", Role.EDITOR, "a moderator of the platform"),
    "platform_approver": Member("platform", Role.APPROVER, "who verifies organisations for the platform"),
    "platform_admin": Member("platform", Role.ADMIN, "an admin of the platform"),
    "disabled": Member("firm", Role.ADMIN, "somebody of the enterprise whose account was closed"),
}
# Programs: whose token they hold, and what it reaches.
PROGRAMS: Mapping[str, tuple[str, tuple[Scope, ...], str]] = {
    "reads": ("firm_editor", (Scope.READ,), "a program with a token of the enterprise's editor, to read"),
    "writes": ("firm_editor", tuple(Scope), "a program with a token of the enterprise's editor, to do all it may"),
    "revoked": ("firm_editor", tuple(Scope), "a program with a token that was revoked"),
}
ROLES = (STRANGER, *MEMBERS, *PROGRAMS)
PLACES_TAKEN = len(ORGANISATIONS) + len(MEMBERS) + 4  # of the canaries; further ones begin here

# What the blind need says; the numbers occur nowhere else.
AMOUNTS = {"land_mu": "1373.7", "power_kva": 23417, "water_t_d": 9173, "investment_10k": 48271, "jobs": 7919}
DETAILS = {"tax_10k_a": 6337, "output_10k_a": 151867}
NEED = {"industry": "3841", "origin": "310114", "regions": {"prefer": ["3411"], "exclude": ["31"]}}


@dataclass(slots=True)
class World:
    """What a test may ask for by name; written to JSON beside the database it describes."""

    tokens: dict[str, str] = field(default_factory=dict)  # role → the cookie of somebody signed in
    ids: dict[str, str] = field(default_factory=dict)  # thing → what addresses call it
    canaries: list[Canary] = field(default_factory=list)

    def leave(self, owner: str, name: str, text: str) -> str:
        """Remembers a confidential text and gives it back to be written."""
        self.canaries.append(Canary(owner, name, text))
        return text


def fill(session: Session) -> tuple[World, dict[str, Viewer]]:
    """Who is there and what is theirs, the need still a draft; the caller commits."""
    world = World()
    viewers = _people(session, world)
    _parks(session, world, viewers)
    _needs(session, world, viewers)
    _programs(session, world, viewers)
    return world, viewers


def _people(session: Session, world: World) -> dict[str, Viewer]:
    organisations, viewers = {}, {}
    for place, (key, (kind, standing, adcode)) in enumerate(ORGANISATIONS.items()):
        name, code = world.leave(key, "name", chinese(place)), world.leave(key, "uscc", code_of(place))
        made = add_organisation(session, name, kind, now=NOW, uscc=code, adcode=adcode, standing=standing)
        organisations[key] = made
        world.ids[f"organisation:{key}"] = made.public_id
    for place, (key, member) in enumerate(MEMBERS.items()):
        person = User(
            login=key,
            name=world.leave(key, "person", chinese(len(ORGANISATIONS) + place)),
            email=world.leave(key, "mail", f"canary{place}.{key}@mail.invalid"),
            phone=world.leave(key, "phone", f"139{7310000 + place * 37:08d}"),
            password_hash="-",
            password_set_at=NOW,
            organisation_id=organisations[member.organisation].id,
            role=member.role,
            disabled_at=NOW if key == "disabled" else None,
            created_at=NOW,
        )
        session.add(person)
        session.flush()
        world.ids[f"user:{key}"] = person.public_id
        world.tokens[key] = sign_in(session, person.id, now=NOW, two_factors=True)
        viewers[key] = viewer_as(session, person)
    return viewers


def _parks(session: Session, world: World, viewers: Mapping[str, Viewer]) -> None:
    places = {"park": "341100", "park2": "330800", "park_excluded": "310115"}
    for key, adcode in places.items():
        said = {"name": f"示例产业园{adcode}", "adcode": adcode, "level": "provincial", "industries": "电池、装备制造"}
        by = viewers["park_admin" if key == "park" else key]
        park = parks.join(session, ParkFields.model_validate(said), by=by, now=NOW)
        world.ids[f"park:{key}"] = park.code
        sheet = {"land_mu": 2000, "land_mu_used": 100, "power_kva": 60000, "water_t_d": 20000, "land_10k_mu": 20}
        capacity.save_sheet(session, park, SheetFields.model_validate(sheet), by=None, now=NOW)
    free = {"name": "无主示例产业园", "adcode": "340800", "level": "provincial"}
    world.ids["park:free"] = parks.join(session, ParkFields.model_validate(free), by=None, now=NOW).code
    contact = world.leave("report", "contact", "13988776123")
    own = parks.park_by_code(session, world.ids["park:park"])
    words = world.leave("report", "message", chinese(len(ORGANISATIONS) + len(MEMBERS)))
    parks.report_error(session, own, field="name", message=words, contact=contact, by=None, now=NOW)


def _needs(session: Session, world: World, viewers: Mapping[str, Viewer]) -> None:
    place = len(ORGANISATIONS) + len(MEMBERS) + 1
    texts = {name: world.leave("need", name, chinese(place + at)) for at, name in enumerate(("title", "description"))}
    for name, amount in {**AMOUNTS, **DETAILS}.items():
        world.leave("need", name, str(amount))
        world.leave("need", name, f"{float(amount):,.1f}".removesuffix(".0"))
    said: dict[str, Any] = {**NEED, **AMOUNTS, **DETAILS, **texts}
    by, theirs = viewers["firm_admin"], viewers["rival"]
    need = needs.enter(session, NeedFields.model_validate(said), owner=by, now=NOW)
    world.ids["need:firm"] = need.public_id
    title = world.leave("rival_need", "title", chinese(place + 2))
    other = {"industry": "3852", "description": "家用空调", "title": title, "origin": "440606"}
    for name in ("rival", "deleted"):
        draft = needs.enter(session, NeedFields.model_validate(other), owner=theirs, now=NOW)
        disclosure.publish(session, draft, by=theirs, now=NOW)
        world.ids |= {f"need:{name}": draft.public_id, f"listing:{name}": draft.listing_id or ""}
        if name == "deleted":
            session.delete(draft)
    park = parks.park_by_code(session, world.ids["park:park"])
    document = needs.document_of(need)
    signals.note(session, need, park, SignalKind.FAVOURITE, document, on=day_of(NOW), by=viewers["firm_admin"], now=NOW)
    index = kept.index_now(session, None, on=day_of(NOW))
    row = kept.keep(session, index, need, needs.fields_of(need), on=day_of(NOW), now=NOW)
    world.ids["kept:firm"] = row.public_id


def _programs(session: Session, world: World, viewers: Mapping[str, Viewer]) -> None:
    for key, (holder, scopes, _) in PROGRAMS.items():
        fields = TokenFields(name=world.leave(holder, "token", f"canary token {key}"), scopes=list(scopes), days=30)
        made, world.tokens[key] = tokens.make(session, fields, by=viewers[holder], now=NOW)
        if key == "revoked":
            tokens.revoke(session, made.public_id, by=viewers[holder], now=NOW)
        else:
            world.ids[f"token:{holder}"] = made.public_id
