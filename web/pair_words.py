"""How are the terms and reasons of a pair of parks said to a reader?"""

from collections.abc import Mapping
from typing import Any

from web import i18n, labels, places
from web.i18n import N_, gettext, number, said

TERMS: Mapping[str, str] = {
    "spare": N_("Spare land and quotas"),
    "access": N_("Hours between both"),
    "near": N_("Distance"),
    "nearness": N_("Distance of the cities"),
    "interval": N_("Tax shares both accept"),
    "policy": N_("Policy at the destination"),
    "gradient": N_("Lead of the origin's industries"),
    "lead": N_("Lead of the destination's industries"),
    "funds": N_("Means of the origin's place"),
    "linkage": N_("Links between the industries"),
    "tax": N_("Tax per mu"),
    "research": N_("Universities at the destination"),
    "science": N_("A zone for research"),
    "suited": N_("A zone for factories"),
    "maker": N_("A zone that makes things"),
    "room": N_("Area of the origin"),
    "complementarity": N_("Supply links between the industries"),
    "related_variety": N_("Related variety"),
    "capability": N_("Research meets room"),
    "platforms": N_("Platforms both places have"),
    "distinct": N_("No competition of likes"),
    "hinterland": N_("Hinterland"),
    "income_gap": N_("Gap in income"),
    "zones": N_("Zones at the destination"),
    "listed": N_("Listed firms at the destination"),
    "universities": N_("Universities at the destination"),
    "same_province": N_("One province"),
    "metro": N_("One metropolitan area"),
    "cluster": N_("One city cluster"),
    "paired": N_("Official pairing"),
    "scarcity": N_("Scarcity at the origin"),
}
SAID: Mapping[str, tuple[str, str]] = {  # well, badly
    "spare": (N_("room for the programme"), N_("little room for the programme")),
    "interval": (N_("both accept the same tax shares"), N_("hardly a tax share both accept")),
    "policy": (N_("policy supports transfer at the destination"), N_("no special policy at the destination")),
    "gradient": (N_("the origin is ahead in its industries"), N_("the origin is hardly ahead in its industries")),
    "lead": (N_("the destination is ahead in the origin's industries"), N_("hardly ahead in the origin's industries")),
    "funds": (N_("the origin's place has means"), N_("the origin's place has few means")),
    "tax": (N_("the origin's firms bring much tax per mu"), N_("the origin's firms bring little tax per mu")),
    "research": (N_("{count} universities in that city"), N_("only {count} universities in that city")),
    "universities": (
        N_("{count} universities and colleges in that city"),
        N_("only {count} universities and colleges in that city"),
    ),
    "science": (N_("a zone for research"), N_("not a zone for research")),
    "suited": (N_("a zone for factories"), N_("not a zone for factories")),
    "maker": (N_("a zone that makes things"), N_("not a zone that makes things")),
    "listed": (N_("{count} listed firms in that city"), N_("only {count} listed firms in that city")),
    "nearness": (N_("the two cities are {count} km apart"), N_("the two cities are far apart: {count} km")),
    "zones": (N_("{count} zones in that city"), N_("only {count} zones in that city")),
    "room": (N_("a large origin to make things in"), N_("a small origin to make things in")),
    "related_variety": (N_("related, not the same industries"), N_("the industries are strangers, or the same")),
    "capability": (N_("one has research, the other room"), N_("neither adds research or room to the other")),
    "platforms": (N_("both have the same national platforms"), N_("no platform in common")),
    "distinct": (N_("hardly the same industries"), N_("{share} % of their industries are the same")),
    "hinterland": (
        N_("the destination looks to the origin: {share} % of what draws it"),
        N_("other places draw the destination more: the origin has {share} % of it"),
    ),
    "hinterland both": (
        N_("the places look to each other: {share} % of what draws them"),
        N_("other places draw both more: {share} % of it is between them"),
    ),
    "income_gap": (
        N_("GDP per head {ratio} times the destination's"),
        N_("GDP per head only {ratio} times the destination's"),
    ),
    "same_province": (N_("one province"), N_("two provinces")),
    "metro": (N_("one metropolitan area"), N_("no common metropolitan area")),
    "cluster": (N_("one city cluster"), N_("no common city cluster")),
    "paired": (N_("officially paired"), N_("not officially paired")),
    "scarcity land": (N_("the origin is short of room"), N_("the origin has room of its own")),
    "scarcity research": (N_("the origin is short of research"), N_("the origin has research of its own")),
    "distance": (N_("{km} km, about {hours} h door to door"), N_("far: {km} km, about {hours} h door to door")),
}  # fmt: skip
LINKED: Mapping[str, str] = {
    "supplies": N_("{one} supplies {other}"),
    "buys": N_("{one} buys from {other}"),
}
Reason = Mapping[str, Any]


def term(name: str) -> str:
    """What a term of a pair is called."""
    return gettext(TERMS.get(name, name))


def reason_of(reason: Reason) -> str:
    """A reason as the answer of `pairs` gives it, in words."""
    kind, good = reason["kind"], reason["good"]
    if kind == "gate":
        return said(N_("{gate} does not fit"), {"gate": labels.gate(reason["gate"])})
    if kind == "unconfirmed":
        return said(N_("to be confirmed: {gates}"), {"gates": i18n.joined([labels.gate(g) for g in reason["gates"]])})
    if kind in ("linkage", "complementarity"):
        return _linked(reason) if good else gettext("few links between the industries")
    well, badly = SAID.get(f"{kind} {reason['of']}" if "of" in reason else kind, (kind, kind))
    return said(well if good else badly, _amounts(kind, reason))


def _linked(reason: Reason) -> str:
    names = {"one": _industry(reason["from_industry"]), "other": _industry(reason["to_industry"])}
    return said(LINKED["supplies" if reason["supplies"] else "buys"], names)


def _industry(code: str) -> str:
    return places.industry(code).removeprefix(code).strip() or code


def _amounts(kind: str, reason: Reason) -> dict[str, object]:
    measure = reason.get("measure")
    plain = 0.0 if measure is None else float(measure)
    share = 1 - plain if kind == "distinct" else plain
    km, hours = reason.get("km"), reason.get("hours")
    return {
        "count": number(round(plain)),
        "share": number(100 * share, 0 if share >= 0.01 else 1),
        "ratio": number(plain, 1),
        "km": "?" if km is None else number(km, 0),
        "hours": "?" if hours is None else number(hours, 1),
    }
