"""A1: does every route answer every role as docs/rights.md says, and does the file say what the roles mean?"""

from itertools import pairwise

import pytest

from tests.security import rights
from tests.security.asking import Route, routes_of
from tests.security.world import MEMBERS, ROLES, STRANGER
from tests.security.worlds import Place

# Routes at which a stranger may send something; each says why.
OPEN_TO_ALL = {
    "/api/v1/ranking": "a ranking of a need that is nowhere kept",
    "/api/v1/ranking/sure": "the same question",
    "/api/v1/ranking/why/{park}": "the same question",
    "/parks/{code}/report": "anybody may say that a public fact is wrong",
    "/sign-in": "the door",
    "/register": "who is not here yet comes in, and waits to be verified",
    "/invitation": "who holds an invitation takes the place kept for them",
    "/sign-in/second": "the second door, for who has passed the first",
    "/mail-address": "who holds the link of a letter to a changed address",
    "/reset": "who forgot a password asks for a letter; the answer says nothing",
    "/reset/link": "who holds the link of a letter",
    "/reset/code": "who was told a one-time code",
    "/first-admin": "who holds the one-time token of a site without an admin",
    "/screen": "a text is screened and kept nowhere",
    "/sign-out": "ends what is there, if anything is",
    "/language": "a choice kept in the reader's own browser",
    "/theme": "a choice kept in the reader's own browser",
}
# Routes by which everybody signed in changes what is their own alone.
OWN = {
    "/account": "one's own password, second factor, browsers, tokens and data",
    "/journal/csv": "an export of one's own organisation's part, as it is read",
    "/desk/journal/csv": "the same of all, for auditors; an export is journalled, so it is sent",
    "/organisation/leave": "nobody is kept in an organisation",
    "/inbox": "what one has read",
    "/searches": "what one looks for again and again",
    "/api/v1/inbox": "the same as JSON",
    "/api/v1/searches": "the same as JSON",
}
ANSWERED = {"404", "in", "401", "403"}  # nothing was done, and what was sent was not read
USUAL = (
    STRANGER,
    "park_viewer",
    "park_editor",
    "park_approver",
    "park2",
    "park_suspended",
    "firm_viewer",
    "firm_approver",
    "rival",
    "agent",
    "platform_viewer",
    "platform_admin",
    "writes",
)
ALSO_ON_POSTGRESQL = ("firm_editor",)


@pytest.fixture(scope="module")
def listed() -> rights.Rights:
    return rights.read(rights.FILE.read_text(encoding="utf-8"))


def test_every_route_is_listed_and_no_other(place: Place, listed: rights.Rights) -> None:
    now = {str(route) for route in routes_of(place.app) if route.path not in rights.NOT_ASKED}
    written = {str(route) for route in listed}
    assert (sorted(now - written), sorted(written - now)) == ([], []), "make rights"


@pytest.mark.parametrize("role", ROLES)
def test_every_role_gets_the_listed_answer_from_every_route(
    place: Place, listed: rights.Rights, role: str, full: bool
) -> None:
    if not full and role not in (USUAL if place.is_file else ALSO_ON_POSTGRESQL):
        pytest.skip("every role on both databases with --full")
    answers = rights.rights(place, [role])
    told = {str(route): answer[role] for route, answer in answers.items()}
    said = {str(route): answer[role] for route, answer in listed.items()}
    differing = {route: (said.get(route), told[route]) for route in told if told[route] != said.get(route)}
    assert differing == {}, "(listed, answered): mend it, or make rights and look at the difference"


def test_the_file_is_what_the_table_says(listed: rights.Rights) -> None:
    assert rights.written(listed) == rights.FILE.read_text(encoding="utf-8")


def test_no_answer_is_a_fault_of_ours(listed: rights.Rights) -> None:
    assert [str(route) for route, told in listed.items() if any(answer[0] == "5" for answer in told.values())] == []


def test_a_closed_account_is_a_stranger(listed: rights.Rights) -> None:
    assert [str(route) for route, told in listed.items() if told["disabled"] != told[STRANGER]] == []


def unsafe(listed: rights.Rights, role: str) -> dict[str, str]:
    """What somebody is told who sends something, where it is not open to all."""
    return {
        str(route): told[role]
        for route, told in listed.items()
        if not route.is_safe and route.path not in OPEN_TO_ALL and not route.path.startswith(tuple(OWN))
    }


@pytest.mark.parametrize("role", [STRANGER, "park_viewer", "firm_viewer", "platform_viewer", "park_suspended"])
def test_who_may_only_look_changes_nothing_and_is_refused_before_the_form_is_read(
    listed: rights.Rights, role: str
) -> None:
    assert {route: answer for route, answer in unsafe(listed, role).items() if answer not in ANSWERED} == {}


# Where roles are no ladder.
APART = {
    "/desk/journal": "audit is a duty of its own: the auditor and the admin read what moderators must not",
    "/parks/{code}/ledger": "the platform's auditors look into ledgers, its moderators do not (record 0060)",
    "/api/v1/parks/{code}/ledger": "the same as JSON",
    "/parks/{code}/sheet/proposals/{id}/withdraw": "who saved a sheet takes it back, nobody for them",
}


@pytest.mark.parametrize("organisation", ["park", "firm", "platform"])
def test_a_higher_role_may_all_that_a_lower_one_may(listed: rights.Rights, organisation: str) -> None:
    order = [
        role for role in MEMBERS if role.startswith(organisation + "_") and MEMBERS[role].organisation == organisation
    ]
    lost = []
    for route, told in listed.items():
        if route.path.startswith(tuple(OWN)) or route.path in APART:
            continue
        for lower, higher in pairwise(order):
            if told[lower] not in ANSWERED and told[higher] in ANSWERED:
                lost.append((str(route), lower, higher))
    assert lost == []


THINGS_OF_THE_FIRM = ("/needs/{id}", "/api/v1/needs/{id}")


@pytest.mark.parametrize("role", ["rival", "firm_pending", "park_pending", "park_suspended", "organizer"])
def test_what_an_enterprise_owns_is_not_there_for_who_has_no_level(listed: rights.Rights, role: str) -> None:
    seen = {str(route): told[role] for route, told in listed.items() if route.path.startswith(THINGS_OF_THE_FIRM)}
    assert {route: answer for route, answer in seen.items() if answer not in ANSWERED} == {}


def test_a_route_without_a_place_in_the_table_is_noticed(listed: rights.Rights) -> None:
    assert Route("/invented", "GET") not in listed
    assert all(len(told) == len(ROLES) for told in listed.values())
