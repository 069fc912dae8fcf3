"""How are the rules of the incentive screen, what a text waits for, and the parts of an incentive called?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marketplace import policy, screening
from marketplace.policy import Policy
from marketplace.screening import Hit, Level
from web.i18n import N_, gettext

RULES: Mapping[str, str] = {
    "R01": N_("No tax favour to particular operators"),
    "R02": N_("No reward to beneficiaries of an opaque list or case by case"),
    "R03": N_("No reward reckoned from tax paid or fiscal contribution"),
    "R04": N_("No reward for moving the seat, paying tax or being counted here"),
    "R05": N_("No blocking or punishing of departure"),
    "R06": N_("No forced local entity or branch"),
    "R07": N_("No worse terms for outsiders"),
    "R08": N_("No favour by ownership, legal form or rank"),
    "R09": N_("No favour in land, rent, power or quotas"),
    "R10": N_("No favour in fees, funds or social insurance"),
    "R11": N_("No designated supplier"),
    "R12": N_("No interference with prices"),
    "R13": N_("No tailored land bidding"),
    "R14": N_("No benefit to a company by name"),
}
STATUSES: Mapping[str, tuple[str, str, str]] = {  # tone, icon, word
    "clear": ("pass", "check", N_("public: nothing tripped")),
    "noticed": ("stale", "alert-triangle", N_("public with a warning, to be looked at")),
    "waiting": ("stale", "hourglass", N_("waits for review, not public")),
    "passed": ("pass", "check", N_("reviewed and public")),
    "refused": ("fail", "x", N_("refused")),
    "replaced": ("unknown", "clock", N_("taken back or replaced")),
    "public": ("pass", "check", N_("public")),
    "withdrawn": ("unknown", "x", N_("withdrawn")),
}
KINDS: Mapping[str, str] = {
    "grant": N_("Grant"),
    "tax": N_("Tax"),
    "land": N_("Land price"),
    "rent": N_("Rent"),
    "energy": N_("Power price"),
    "quota": N_("Energy or pollutant quota"),
    "fee": N_("Fees and funds"),
    "social": N_("Social insurance"),
    "service": N_("Service"),
}
WHOM: Mapping[str, str] = {
    "open": N_("everybody who meets open conditions"),
    "listed": N_("enterprises on a list or recognised by us"),
    "case": N_("agreed case by case"),
    "rank": N_("listed companies, top 500 and the like"),
    "ownership": N_("enterprises of one kind of ownership"),
    "named": N_("an enterprise by name"),
}
BASES: Mapping[str, str] = {
    "fixed": N_("a fixed amount"),
    "investment": N_("investment in equipment"),
    "research": N_("spending on research"),
    "jobs": N_("new jobs"),
    "energy_saved": N_("energy saved"),
    "tax_paid": N_("tax paid or fiscal contribution"),
}
CONDITIONS: Mapping[str, str] = {
    "open_procedure": N_("conditions, standard and procedure are public"),
    "registered": N_("registered here"),
    "taxed": N_("pays tax here"),
    "counted": N_("counted in our statistics"),
    "moved": N_("moves its seat here"),
    "stays": N_("stays for some years"),
    "local_entity": N_("sets up a company here"),
    "local_purchase": N_("buys local products"),
}
AUTHORITIES: Mapping[str, str] = {
    "law": N_("a law"),
    "regulation": N_("an administrative regulation"),
    "approval": N_("an approval of the State Council"),
}
GROUNDS: Mapping[str, str] = {
    "security": N_("national security and development interests"),
    "science": N_("progress of science, own capacity to innovate"),
    "public_interest": N_("saving energy, environment, disaster relief and other public interests"),
    "other_law": N_("other cases that a law or administrative regulation names"),
}
STATES: Mapping[str, str] = {
    "READ": N_("text or official account read"),
    "PART": N_("to be verified: a number or item was not read"),
    "MEM": N_("to be verified: not read"),
}
FIELDS: Mapping[str, str] = {
    "introduction": N_("Introduction"),
    "industries_reason": N_("Why more than three leading industries"),
    "text": N_("Incentive text"),
}


@dataclass(frozen=True, slots=True)
class HitRow:
    """One hit as it is shown: the words within their sentence, and what the rule rests on."""

    rule: str
    title: str
    blocks: bool
    basis: bool
    line: int
    before: str
    words: str
    after: str
    article: str
    cites: Sequence[Policy]


def hit_rows(hits: Iterable[Hit | Mapping[str, Any]]) -> list[HitRow]:
    """Hits, fresh or kept, as rows."""
    return [_row(hit if isinstance(hit, Hit) else Hit(**hit)) for hit in hits]


def rules_of(rows: Iterable[HitRow]) -> list[HitRow]:
    """One row for each rule that tripped, in the order of the rules."""
    return [rows for _, rows in sorted({row.rule: row for row in rows}.items())]


def choices(table: Mapping[str, str]) -> list[tuple[str, str]]:
    """(value, words in the reader's language) for a select or boxes."""
    return [(value, gettext(words)) for value, words in table.items()]


def _row(hit: Hit) -> HitRow:
    before, _, after = hit.sentence.partition(hit.words)
    return HitRow(
        rule=hit.rule,
        title=gettext(RULES[hit.rule]),
        blocks=hit.level == Level.BLOCK,
        basis=screening.rules()[hit.rule].basis,
        line=hit.line,
        before=before,
        words=hit.words,
        after=after,
        article=hit.article,
        cites=policy.cited_by(hit.rule),
    )
