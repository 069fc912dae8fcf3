"""How do the facts of an entry read: which level, which fields, to whom?"""

from collections.abc import Mapping
from typing import Any

from marketplace.journal import People, Person
from marketplace.organisations import OrganisationKind
from web import i18n, labels, paper_words, projecting, screen_words
from web.i18n import N_, gettext, said

NAMES: Mapping[str, str] = {
    "level": N_("Level"),
    "fields": N_("Fields"),
    "opened": N_("Fields opened"),
    "to": N_("To"),
    "side": N_("Side"),
    "round": N_("Round"),
    "text": N_("Version of the text"),
    "version": N_("Version of the text"),
    "sha256": N_("Hash of the text"),
    "kind": N_("Kind"),
    "need": N_("Need"),
    "exchange": N_("Exchange"),
    "role": N_("Role"),
    "before": N_("Before"),
    "standing": N_("Standing"),
    "claim": N_("Claim"),
    "status": N_("Status"),
    "method": N_("Method"),
    "route": N_("Page"),
    "count": N_("Times"),
    "rows": N_("Rows"),
    "given": N_("Given"),
    "two_factors": N_("Two factors"),
    "what": N_("What exactly"),
    "how": N_("How"),
    "change": N_("Change"),
    "scopes": N_("Scopes"),
    "days": N_("Days"),
    "own": N_("By themselves"),
    "closed": N_("Account closed"),
    "withdrawn": N_("taken back"),
    "invitation": N_("Invitation"),
    "four_eyes": N_("Four eyes"),
    "documents": N_("Documents"),
    "noun": N_("Of"),
    "field": N_("Field"),
    "rules": N_("Rules"),
    "edition": N_("Edition"),
    "mandate": N_("Mandate"),
    "handover": N_("Handing over"),
    "proposal": N_("Proposal"),
    "park": N_("Park"),
    "reason": N_("Why"),
    "until": N_("Until"),
    "reconfirmed": N_("Reconfirmed"),
    "given_up": N_("Given up"),
    "alone": N_("Without a second pair of eyes"),
    "stage": N_("Stage"),
    "on": N_("Day"),
    "backdated": N_("entered later than it happened"),
    "signing": N_("What was signed"),
    "payment": N_("Money that came in"),
    "entry": N_("Entry"),
    "proof": N_("Document"),
    "name": N_("Figure"),
    "source": N_("Source"),
    "stands": N_("Stands"),
    "file": N_("With a document"),
    "deleted": N_("deleted"),
    "section": N_("Part"),
    "doubt": N_("Doubt"),
    "asked": N_("Asked"),
    "agreed": N_("Agreed"),
}
_ROLES: Mapping[str, str] = {
    "viewer": N_("may look"),
    "editor": N_("may edit"),
    "approver": N_("may approve"),
    "admin": N_("administers"),
}
_OFFERS: Mapping[str, str] = {
    "offered": N_("offered"),
    "active": N_("accepted"),
    "accepted": N_("accepted"),
    "declined": N_("declined"),
    "withdrawn": N_("taken back"),
    "ended": N_("ended"),
}
_SPEAKS: Mapping[str, str] = {
    "speaks": N_("somebody speaks in an exchange"),
    "speaks_no_more": N_("somebody speaks in an exchange no more"),
}
WORDS: Mapping[str, Mapping[str, str]] = {
    "side": {"need": N_("enterprise's side"), "park": N_("park's side")},
    "reason": {
        **{str(reason): words for reason, words in projecting.REASONS.items()},
        **labels.VALUES["release_reason"],
    },
    "stage": {str(stage): words for stage, words in projecting.STAGES.items()},
    "signing": {str(kind): words for kind, words in projecting.SIGNINGS.items()},
    "proof": {str(kind): words for kind, words in projecting.PROOFS.items()},
    "source": labels.VALUES["source"],
    "doubt": paper_words.DOUBTS,
    "section": labels.VALUES["section"],
    "role": _ROLES,
    "before": _ROLES,
    "standing": {
        "pending": N_("waits for verification"),
        "verified": N_("verified organisation"),
        "rejected": N_("turned away"),
        "suspended": N_("suspended organisation"),
    },
    "kind": {
        **labels.VALUES["organisation_kind"],
        "privacy": N_("Handling of personal data"),
        "moderation": N_("by moderation"),
        "sharing": N_("Handing over name and contact in an exchange"),
        "signed": N_("A program of ours: JSON, signed"),
        "wecom": N_("Robot of a 企业微信 group"),
        "dingtalk": N_("Robot of a 钉钉 group"),
    },
    "claim": {**_OFFERS, "submitted": N_("handed in"), "verified": N_("granted"), "rejected": N_("refused")},
    "mandate": _OFFERS,
    "status": {name: words for name, (_, _, words) in screen_words.STATUSES.items()},
    "noun": {"incentive": N_("Incentive text"), "park": N_("Park")},
    "handover": _OFFERS,
    "change": {
        "token_made": N_("API token made"),
        "token_revoked": N_("API token revoked"),
        **_SPEAKS,
        "webhook_made": N_("Webhook made"),
        "webhook_rotated": N_("Secret of a webhook changed"),
        "webhook_resumed": N_("Webhook resumed"),
        "webhook_ended": N_("Webhook ended"),
    },
    "what": {
        "password": N_("the password"),
        "code": N_("a one-time code"),
        "second_factor": N_("the second factor"),
        "second_factor_removed": N_("the second factor, taken away"),
        "second_factor_asked": N_("the second factor, to be taken away if a second admin agrees"),
        "second_factor_kept": N_("the second factor, not taken away"),
        "mail_confirmed": N_("the mail address, confirmed"),
        "recovery_codes": N_("recovery codes"),
        "recovery_code_used": N_("a recovery code, used"),
        "sign_in": N_("a wrong sign-in"),
    },
    "how": {"old": N_("by the old password"), "link": N_("by a mailed link"), "code": N_("by a one-time code")},
}
FIELDS: Mapping[str, str] = {
    "owner.name": N_("Name of the enterprise"),
    "owner.uscc": N_("Unified social credit code"),
    "owner.contact": N_("Contact person, mail and telephone"),
    "office.name": N_("Name of the park's organisation"),
    "office.contact": N_("Contact person, mail and telephone"),
    "hidden_from": N_("Hidden from"),
    "raised": N_("Levels raised"),
    "wider": N_("Ranges made wider"),
    "email": N_("Mail address"),
    "phone": N_("Telephone"),
}
KINDS: Mapping[OrganisationKind, str] = {
    OrganisationKind.ENTERPRISE: N_("an enterprise"),
    OrganisationKind.PARK: N_("a park's organisation"),
    OrganisationKind.ORGANIZER: N_("an organizer"),
    OrganisationKind.PLATFORM: N_("the platform"),
}
_FIELD_LISTS = ("field", "fields", "opened", "name")
_SHOWN = 12  # signs of a digest: enough to find it in the CSV, which has it whole


def told(facts: Mapping[str, Any], people: People, *, whole: bool) -> str:
    """The facts in the reader's language; `whole` with digests in full."""
    parts = []
    for name, value in facts.items():
        if value not in (None, [], {}, ""):
            label = gettext(NAMES[name]) if name in NAMES else name
            parts.append(f"{label} {_value(name, value, people, whole)}")
    return (", " if i18n.current.get() is i18n.Language.EN else "，").join(parts)


def named(person: Person | None, gone: str) -> str:
    """Somebody by name, by the number that is left of them, or by what kind of organisation they are."""
    if person is None:
        return ""
    if person.number is not None:
        return said(gone, {"number": str(person.number)})
    return gettext(KINDS[person.kind]) if person.kind else person.name


def _value(name: str, value: Any, people: People, whole: bool) -> str:
    match value:
        case bool():
            return i18n.shown(value)
        case int() if name == "to":
            return named(people.organisations.get(value), N_("deleted organisation {number}"))
        case list():
            return i18n.joined([_value(name, each, people, whole) for each in value])
        case dict():
            return i18n.joined([f"{key} {_value(name, each, people, whole)}" for key, each in value.items()])
        case str() if name in _FIELD_LISTS:
            return _field(value)
        case str() if name == "sha256" and not whole:
            return value[:_SHOWN] + "…"
        case str() if value in WORDS.get(name, {}):
            return gettext(WORDS[name][value])
    return str(value)


def _field(value: str) -> str:
    """A field of ours, or a resource of a sheet."""
    if value in FIELDS:
        return gettext(FIELDS[value])
    return labels.gate(value) if value in labels.GATES else labels.field(value.removeprefix("emission:"))
