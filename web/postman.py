"""How does a letter leave, after the transaction that posted it?"""

import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage

from sqlmodel import Session

from marketplace import accounts, inbox, mail, members
from marketplace.jobs import Claim
from marketplace.mail import Mail
from web.settings import Settings

TIMEOUT_S = 20.0
Parcel = tuple[Mail, str]


class Postman:
    """Carries letters for the worker. One that dies on the way loses none: it goes again under its Message-ID."""

    kinds = frozenset({mail.KIND})

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def parcel(self, session: Session, claimed: Claim, *, now: datetime) -> Parcel | None:
        """The letter with its text; None where there is none, or it goes to nobody, or comes too late."""
        letter = mail.letter_called(session, claimed.key)
        if letter is None or mail.is_void(letter, now=now):
            if letter is not None:
                mail.close(session, letter, sent_at=None)
            return None
        return letter, self._written(session, letter, now)

    def hand_over(self, parcel: Parcel) -> str:
        """To the mail server. Raises what stops it."""
        letter, text = parcel
        message = mail.as_message(letter, text, self._settings.smtp_from)
        self._send(message)
        return ""

    def keep(self, session: Session, parcel: Parcel, why: str, *, over: bool, now: datetime) -> None:
        """What was sent or given up keeps neither text nor address."""
        if over:
            mail.close(session, parcel[0], sent_at=None if why else now)

    def _written(self, session: Session, letter: Mail, now: datetime) -> str:
        """The text, with a link made at this moment where one belongs in it."""
        site = self._settings.public_url.rstrip("/")
        text, kind, whose = letter.body, letter.link or "", letter.user_id
        if kind == inbox.LETTER:
            return text.replace("{site}", site)
        if kind.startswith(members.LETTER):
            token = members.link_for(session, kind, now=now) or ""
            return text.replace("{link}", f"{site}/invitation?token={token}")
        if kind == accounts.CONFIRM and whose is not None:
            token = accounts.confirmation_for(session, whose, now=now)
            return text.replace("{link}", f"{site}/mail-address?token={token}")
        if kind == accounts.RESET and whose is not None:
            token = accounts.link_for(session, whose, now=now)
            return text.replace("{link}", f"{site}/reset/link?token={token}")
        return text

    def _send(self, message: EmailMessage) -> None:
        settings = self._settings
        with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_S) as server:
            if settings.smtp_starttls:
                server.starttls(context=ssl.create_default_context())
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
            server.send_message(message)
