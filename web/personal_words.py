"""How is it said in plain words what is kept about people, what for, how long, and what is left?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marketplace import retention, schema
from marketplace.consents import WORDINGS, ConsentKind
from marketplace.personal import INVENTORY, Gone, Ground, Purpose
from marketplace.retention import Period, Why
from web import i18n
from web.i18n import N_, gettext, ngettext

TABLES: Mapping[str, str] = {
    "user_account": N_("Account: sign-in name, name, mail address, telephone number, and the password as a hash"),
    "sign_in": N_("Browsers signed in, as a hash and the browser's name"),
    "second_factor": N_("Second factor, encrypted"),
    "recovery_code": N_("Recovery codes, as hashes"),
    "one_time": N_("One-time links and codes, as hashes"),
    "unconfirmed_mail": N_("The mail address before the present one, until the present one is confirmed"),
    "help_request": N_("Requests of admins to take a second factor away"),
    "api_token": N_("API tokens, as hashes, with the name you gave them"),
    "job": N_("What waits to be done for the platform: kinds and ids, no values"),
    "webhook": N_("Addresses of your organisation's programs and robots, and their secrets"),
    "webhook_delivery": N_("What went to those addresses: kind, id, moment, answer"),
    "mail": N_("Letters to you; text and address are erased once a letter is sent"),
    "notice": N_("Notices to your organisation or to you"),
    "notice_read": N_("Which notices you have read, and when"),
    "notice_choice": N_("Which notices you want by mail"),
    "notice_digest": N_("Up to when the daily letter has told you everything"),
    "saved_search": N_("Your saved searches"),
    "search_hit": N_("What your saved searches found, and when you were told"),
    "feed_token": N_("The address of your calendar, as a hash"),
    "invitation": N_("Invitations and the address they went to"),
    "verification_case": N_("Contact person of an organisation, and the platform's reasons"),
    "authority_letter": N_("Letters of authority, which name a person"),
    "ruling": N_("Decisions about organisations"),
    "park_claim": N_("Claims of parks: grounds and reasons"),
    "sheet_proposal": N_("Proposals to change a capacity sheet, and why they were turned down"),
    "screening": N_("Reviews of incentive texts"),
    "park_report": N_("Reports of an error in a park's facts, with how to reach you"),
    "exchange_promise": N_("Promises of confidence, with the name of who gave them"),
    "project_stage": N_("Stages of projects, with the words in which one was ended"),
    "project": N_("Projects"),
    "project_proof": N_("Documents and approvals of projects"),
    "project_signing": N_("What was signed about projects"),
    "project_payment": N_("Money that came in for projects"),
    "exchange_consent": N_("What was agreed to open, as hashes"),
    "exchange": N_("Interests and exchanges"),
    "talk_message": N_("Messages of an exchange"),
    "talk_file": N_("Files of an exchange"),
    "talk_enquiry": N_("Lists of questions of an exchange"),
    "talk_question": N_("Questions of an exchange and their answers"),
    "talk_offer": N_("Offers of an exchange"),
    "talk_visit": N_("Visits of an exchange: where, and who comes"),
    "talk_transfer": N_("Proposals to hand a project on to another park, with the word that came along"),
    "talk_representative": N_("Who speaks in an exchange"),
    "consent": N_("Consents: which text, when, taken back when"),
    "throttle": N_("Counts of tries, under a hash of the name or address"),
    "once": N_("Which requests were done already, as hashes, so that none is done twice"),
    "need_view": N_("Which organisation looked at which need"),
    "signal": N_("Which parks an organisation looked at for its need"),
    "journal": N_("Journal: acts under the number of who acted"),
    "journal_seal": N_("Seals of the journal"),
    "organisation": N_("Organisations"),
    "need": N_("Needs"),
    "document": N_("Documents of needs"),
    "kept_ranking": N_("Kept lists"),
    "need_grant": N_("Which organisation may see which level of a need"),
    "screening_answer": N_("What authors said about a rule"),
}
PURPOSES: Mapping[Purpose, str] = {
    Purpose.ACCOUNT: N_("to sign in and be known to colleagues"),
    Purpose.SECURITY: N_("to keep others out of your account"),
    Purpose.CONTACT: N_("to reach you at work"),
    Purpose.VERIFICATION: N_("to check who speaks for whom"),
    Purpose.PROOF: N_("to show later what was agreed"),
    Purpose.CORRECTION: N_("to ask back about an error"),
}
GROUNDS: Mapping[Ground, str] = {
    Ground.CONSENT: N_("your consent, Personal Information Protection Law 13(1)"),
    Ground.CONTRACT: N_("needed for the account you asked for, 13(2)"),
    Ground.DUTY: N_("a duty by law, 13(3); Cybersecurity Law 21, 24"),
}
LEFT: Mapping[Gone, str] = {
    Gone.ROW: N_("deleted"),
    Gone.BLANK: N_("emptied"),
    Gone.STRUCK: N_("your name and addresses are struck out"),
    Gone.NUMBER: N_("stays under your number for its period"),
    Gone.HOUSE: N_("goes with the organisation"),
}
STAYS: Mapping[Why, str] = {
    Why.ACCOUNT: N_("as long as the account"),
    Why.HOUSE: N_("until the organisation deletes it, or is deleted"),
    Why.FACTS: N_("without end: public facts about zones"),
    Why.REPLAY: N_("without end: needed to make a list again, about nobody"),
    Why.RIGHTS: N_("without end: who acted for whom"),
    Why.PROOF: N_("without end: nobody can change it; of who is deleted it holds a number"),
}
CONSENTS: Mapping[ConsentKind, str] = {
    ConsentKind.PRIVACY: N_("Handling of personal data"),
}
_UNNAMED = {"user_account"}  # three lines of one table: each says its columns


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the inventory."""

    what: str
    purpose: str
    ground: str
    time: str
    left: str


def inventory() -> Sequence[Told]:
    """What is kept about people, in the reader's language."""
    return [
        Told(
            _what(kept.table, kept.columns),
            gettext(PURPOSES[kept.purpose]),
            gettext(GROUNDS[kept.ground]),
            times(kept.table, kept.columns),
            gettext(LEFT[kept.gone]),
        )
        for kept in INVENTORY
    ]


def others() -> Sequence[tuple[str, str]]:
    """(what, how long) of records that are about organisations, or about nobody."""
    told = {kept.table for kept in INVENTORY}
    names = [str(table.__tablename__) for table in schema.TABLES]
    facts = {period.table for period in retention.PERIODS if period.why in (Why.FACTS, Why.REPLAY, Why.RIGHTS)}
    rest = [name for name in names if name not in told | facts]
    public = (gettext("Parks, their sheets, who acts for them, and their history"), gettext(STAYS[Why.FACTS]))
    return [(gettext(TABLES.get(name, name)), times(name)) for name in rest] + [public]


def times(table: str, columns: Sequence[str] = ()) -> str:
    """For how long, in words; of columns that end before their row, their own time."""
    periods = [period for period in retention.PERIODS if period.table == table]
    early = [period for period in periods if period.values and set(columns) & set(period.values)]
    words = [_time(period) for period in (early if early and len(columns) == 1 else periods)]
    return i18n.joined(list(dict.fromkeys(words)))


def _what(table: str, columns: Sequence[str]) -> str:
    if table not in _UNNAMED:
        return gettext(TABLES[table])
    named = {"login": N_("Sign-in name"), "name": N_("Your name"), "email": N_("Mail address")}
    named |= {"phone": N_("Telephone"), "password_hash": N_("Password, as a hash")}
    return i18n.joined([gettext(named[column]) for column in columns])


def _time(period: Period) -> str:
    if period.why is not None:
        return gettext(STAYS[period.why])
    days = period.days or 0
    if period.table == "user_account":
        return gettext("as long as the account; 180 days after leaving the organisation")
    if days % 365 == 0:
        return ngettext("%(n)s year", "%(n)s years", days // 365) % {"n": days // 365}
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


def wording(kind: ConsentKind) -> str:
    """The text that is agreed to, in the reader's language."""
    text = WORDINGS[kind]
    return text.en if i18n.current.get() is i18n.Language.EN else text.zh
