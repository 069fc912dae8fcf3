"""How do letters leave, beside the requests and after the transaction that posted them?"""

import logging
import smtplib
import ssl
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from threading import Event, Thread

from sqlalchemy import Engine
from sqlmodel import Session

from marketplace import accounts, inbox, mail, members
from marketplace.database import writing
from marketplace.mail import Mail
from web.settings import Settings

EVERY_S = 5.0
TIMEOUT_S = 20.0


class Postman(Thread):
    """A thread that looks into the outbox. A process that is killed loses no letter: another finds it after a while."""

    def __init__(self, engine: Engine, settings: Settings, clock: Callable[[], datetime]) -> None:
        super().__init__(name="postman", daemon=True)
        self._engine, self._settings, self._clock = engine, settings, clock
        self._over = Event()

    def run(self) -> None:
        """Until the process ends or `stop` is called."""
        while not self._over.wait(EVERY_S):
            try:
                self.go_round()
            except Exception:
                logging.getLogger(__name__).exception("the outbox could not be read and is tried again")

    def stop(self) -> None:
        """No further round; one that is under way is waited for."""
        self._over.set()
        if self.is_alive():
            self.join()

    def go_round(self) -> int:
        """Send what is due; how many letters were handed over."""
        handed_over = 0
        while not self._over.is_set() and (claimed := self._claimed()) is not None:
            handed_over += self._delivered(*claimed)
        return handed_over

    def _claimed(self) -> tuple[Mail, str] | None:
        """A letter that is ours for some minutes, with its text."""
        with writing(self._engine) as session:
            letter = mail.next_letter(session, now=self._clock())
            text = self._written(session, letter) if letter else ""
            session.commit()
        return (letter, text) if letter else None

    def _delivered(self, letter: Mail, text: str) -> bool:
        if mail.is_void(letter, now=self._clock()):
            self._keep(mail.sent, letter)
            return False
        try:
            self._hand_over(mail.as_message(letter, text, self._settings.smtp_from))
        except Exception as fault:  # whatever stops one letter stops no other; its kind alone is told, never an address
            logging.getLogger(__name__).warning("a letter was not handed over: %s", type(fault).__name__)
            self._keep(mail.failed, letter)
            return False
        self._keep(mail.sent, letter)
        return True

    def _keep(self, rule: Callable[..., None], letter: Mail) -> None:
        with writing(self._engine) as session:
            rule(session, letter, now=self._clock())
            session.commit()

    def _written(self, session: Session, letter: Mail) -> str:
        """The text, with a link made at this moment where one belongs in it."""
        now = self._clock()
        if letter.link == inbox.LETTER:
            return letter.body.replace("{site}", self._settings.public_url.rstrip("/"))
        if letter.link and letter.link.startswith(members.LETTER) and not mail.is_void(letter, now=now):
            token = members.link_for(session, letter.link, now=now) or ""
            return letter.body.replace("{link}", f"{self._settings.public_url.rstrip('/')}/invitation?token={token}")
        if letter.link == accounts.CONFIRM and letter.user_id and not mail.is_void(letter, now=now):
            token = accounts.confirmation_for(session, letter.user_id, now=now)
            return letter.body.replace("{link}", f"{self._settings.public_url.rstrip('/')}/mail-address?token={token}")
        if letter.link != accounts.RESET or letter.user_id is None or mail.is_void(letter, now=now):
            return letter.body
        token = accounts.link_for(session, letter.user_id, now=now)
        return letter.body.replace("{link}", f"{self._settings.public_url.rstrip('/')}/reset/link?token={token}")

    def _hand_over(self, message: EmailMessage) -> None:
        settings = self._settings
        with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_S) as server:
            if settings.smtp_starttls:
                server.starttls(context=ssl.create_default_context())
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
            server.send_message(message)
