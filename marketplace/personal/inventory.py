"""Which columns are about people: what for, on which ground, and what is left when the person goes?

Source: 个人信息保护法 6, 13, 17, 47, 51, 54. A column that is marked or named like one of these and does not stand here
fails a test.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Purpose(StrEnum):
    """What it is kept for."""

    ACCOUNT = "account"
    SECURITY = "security"
    CONTACT = "contact"
    VERIFICATION = "verification"
    PROOF = "proof"
    CORRECTION = "correction"


class Ground(StrEnum):
    """On which item of article 13 of the 个人信息保护法."""

    CONSENT = "consent"  # (一)
    CONTRACT = "contract"  # (二)
    DUTY = "duty"  # (三), with 网络安全法 21 and 24


class Gone(StrEnum):
    """What happens to it when the account is deleted."""

    ROW = "row"  # the row is deleted
    BLANK = "blank"  # the value is emptied, the row stays without it
    STRUCK = "struck"  # the person's names and addresses are struck out of the text
    NUMBER = "number"  # it stays under the number of somebody who is nobody any more, until its period is over
    HOUSE = "house"  # it is the organisation's, and goes with it


@dataclass(frozen=True, slots=True)
class Kept:
    """Columns of one table. `person` names the column with the person's number, `house` that of the organisation."""

    table: str
    columns: tuple[str, ...]
    purpose: Purpose
    ground: Ground
    gone: Gone
    person: str = ""
    house: str = ""


_P, _G, _E = Purpose, Ground, Gone
INVENTORY: tuple[Kept, ...] = (
    Kept("user_account", ("login", "name"), _P.ACCOUNT, _G.CONTRACT, _E.BLANK, "id"),
    Kept("user_account", ("email", "phone"), _P.CONTACT, _G.CONSENT, _E.BLANK, "id"),
    Kept("user_account", ("password_hash",), _P.SECURITY, _G.CONTRACT, _E.BLANK, "id"),
    Kept("sign_in", ("token_hash", "browser"), _P.SECURITY, _G.DUTY, _E.ROW, "user_id"),
    Kept("second_factor", ("secret",), _P.SECURITY, _G.CONTRACT, _E.ROW, "user_id"),
    Kept("recovery_code", ("code_hash",), _P.SECURITY, _G.CONTRACT, _E.ROW, "user_id"),
    Kept("one_time", ("token_hash",), _P.SECURITY, _G.CONTRACT, _E.ROW, "user_id"),
    Kept("unconfirmed_mail", ("before",), _P.CONTACT, _G.CONSENT, _E.ROW, "user_id"),
    Kept("api_token", ("name", "token_hash"), _P.ACCOUNT, _G.CONTRACT, _E.ROW, "user_id"),
    Kept("mail", ("to_address", "subject", "body"), _P.CONTACT, _G.CONTRACT, _E.ROW, "user_id"),
    Kept("notice_read", ("read_at",), _P.ACCOUNT, _G.CONTRACT, _E.ROW, "user_id"),
    Kept("notice", ("facts",), _P.ACCOUNT, _G.CONTRACT, _E.ROW, "user_id"),
    Kept("notice_choice", ("letter",), _P.ACCOUNT, _G.CONTRACT, _E.ROW, "user_id"),
    Kept("notice_digest", ("until_at",), _P.ACCOUNT, _G.CONTRACT, _E.ROW, "user_id"),
    Kept("search_hit", ("told_at",), _P.ACCOUNT, _G.CONTRACT, _E.ROW, "user_id"),
    Kept("saved_search", ("name", "wish"), _P.ACCOUNT, _G.CONTRACT, _E.ROW, "user_id"),
    Kept("feed_token", ("token_hash",), _P.ACCOUNT, _G.CONTRACT, _E.ROW, "user_id"),
    Kept("invitation", ("email",), _P.ACCOUNT, _G.CONTRACT, _E.BLANK, "accepted_by_id", "organisation_id"),
    Kept("verification_case", ("contact", "reason"), _P.VERIFICATION, _G.DUTY, _E.STRUCK, "", "organisation_id"),
    Kept("authority_letter", ("name", "content"), _P.VERIFICATION, _G.DUTY, _E.HOUSE),
    Kept("ruling", ("reason",), _P.VERIFICATION, _G.DUTY, _E.STRUCK, "by_user_id", "organisation_id"),
    Kept("park_claim", ("grounds", "reason"), _P.VERIFICATION, _G.DUTY, _E.STRUCK, "by_user_id", "organisation_id"),
    Kept("sheet_proposal", ("reason",), _P.PROOF, _G.CONTRACT, _E.STRUCK, "made_by_id", "organisation_id"),
    Kept("screening", ("reason",), _P.PROOF, _G.DUTY, _E.STRUCK, "concluded_by", "owner_id"),
    Kept("park_report", ("message", "contact"), _P.CORRECTION, _G.CONSENT, _E.BLANK, "user_id"),
    Kept("exchange_promise", ("name",), _P.PROOF, _G.CONTRACT, _E.BLANK, "user_id", "organisation_id"),
    Kept("talk_message", ("text",), _P.CONTACT, _G.CONTRACT, _E.STRUCK, "", "organisation_id"),
    Kept("talk_question", ("text",), _P.CONTACT, _G.CONTRACT, _E.STRUCK, "", "organisation_id"),
    Kept("talk_question", ("reply",), _P.CONTACT, _G.CONTRACT, _E.STRUCK, "", "replier_id"),
    Kept("talk_offer", ("text",), _P.PROOF, _G.CONTRACT, _E.STRUCK, "", "organisation_id"),
    Kept("talk_visit", ("place", "who"), _P.CONTACT, _G.CONTRACT, _E.STRUCK, "", "organisation_id"),
    Kept("talk_transfer", ("words",), _P.CONTACT, _G.CONTRACT, _E.STRUCK, "user_id", "organisation_id"),
    Kept("project_stage", ("words",), _P.PROOF, _G.CONTRACT, _E.STRUCK, "user_id", "organisation_id"),
    Kept("consent", ("text_version", "text_sha256"), _P.PROOF, _G.DUTY, _E.NUMBER, "user_id"),
)
# Named like what is about people, and about something else.
NOT_ABOUT_PEOPLE: Mapping[str, str] = {
    "organisation.name": "a legal person or office",
    "park.name": "a zone",
    "park.address": "of a zone",
    "park_name.name": "a zone",
    "plot.name": "a piece of land or a building",
    "hold.reason": "one of our words",
    "once.content": "at which of our addresses an answer can be read again",
    "project_stage.reason": "one of our words",
    "talk_transfer.reason": "one of our words",
    "term.name": "a kind of price or gate",
    "park.industries_reason": "why a zone names more than three",
    "need.hidden_reason": "why a listing was hidden",
    "document.name": "a file about a need, which goes with it",
    "document.content": "a file about a need, which goes with it",
    "talk_file.name": "a file about a project, which goes with the talk",
    "talk_file.content": "a file about a project, which goes with the talk",
    "project_proof.name": "a file about a project, which goes with it",
    "project_proof.content": "a file about a project, which goes with it",
    "evidence.name": "a resource or a kind of price",
    "evidence.text": "which paper says a figure",
    "evidence.file_name": "a paper about a figure, which goes with it",
    "evidence.content": "a paper about a figure, which goes with it",
    "kept_ranking.answer": "a list of parks",
    "mail.message_id": "a random number",
    "webhook.secret": "by which a program knows our messages",
    "webhook.secret_before": "by which a program knew our messages",
    "invitation.token_hash": "of a place for nobody yet",
    "journal.by_user_id": "the number that stays when nothing else does",
}
