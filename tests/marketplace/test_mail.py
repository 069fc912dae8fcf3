"""Is every letter posted with the job that delivers it, and is nothing of it kept that is needed no more?"""

from datetime import UTC, datetime

from sqlmodel import Session, select

from marketplace import jobs, mail

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


def only(session: Session) -> mail.Mail:
    return session.exec(select(mail.Mail)).one()


def test_a_letter_is_posted_with_its_job(session: Session) -> None:
    mail.post(session, "anna@mail.invalid", "one\nline", "text", now=NOW)
    claimed = jobs.claim(session, [mail.KIND], now=NOW)
    assert claimed is not None
    letter = mail.letter_called(session, claimed.key)
    assert letter is not None
    assert (letter.subject, claimed.facts, mail.waiting(session)) == ("one line", {}, 1)
    jobs.finish(session, claimed, now=NOW)
    assert mail.waiting(session) == 0


def test_a_letter_that_is_rolled_back_is_no_job(session: Session) -> None:
    mail.post(session, "anna@mail.invalid", "subject", "text", now=NOW)
    session.rollback()
    assert mail.waiting(session) == 0


def test_what_was_sent_keeps_neither_text_nor_address(session: Session) -> None:
    mail.post(session, "anna@mail.invalid", "subject", "text", now=NOW)
    mail.close(session, only(session), sent_at=NOW)
    kept = only(session)
    session.refresh(kept)
    assert (kept.to_address, kept.body, kept.sent_at) == ("", "", NOW)


def test_a_message_bears_one_id_and_says_that_a_program_wrote_it(session: Session) -> None:
    mail.post(session, "anna@mail.invalid", "园桥", "正文", now=NOW)
    message = mail.as_message(only(session), "正文", "Parkbridge <robot@park.example>")
    assert message["Message-ID"] == f"<{only(session).message_id}@park.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert (message["Subject"], message.get_content().strip()) == ("园桥", "正文")
