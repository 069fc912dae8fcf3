"""Is every letter sent at least once, under one id, and is nothing of it kept that is needed no more?"""

from datetime import UTC, datetime, timedelta

from sqlmodel import Session, select

from marketplace import mail

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


def only(session: Session) -> mail.Mail:
    return session.exec(select(mail.Mail)).one()


def test_a_letter_is_claimed_by_one_sender_and_comes_again_if_that_one_died(session: Session) -> None:
    mail.post(session, "anna@mail.invalid", "one\nline", "text", now=NOW)
    letter = mail.next_letter(session, now=NOW)
    assert letter is not None
    assert (letter.subject, letter.tries) == ("one line", 1)
    assert mail.next_letter(session, now=NOW) is None
    again = mail.next_letter(session, now=NOW + mail.CLAIM)
    assert again is not None
    assert (again.message_id, again.tries) == (letter.message_id, 2)


def test_what_was_sent_keeps_neither_text_nor_address(session: Session) -> None:
    mail.post(session, "anna@mail.invalid", "subject", "text", now=NOW)
    letter = mail.next_letter(session, now=NOW)
    assert letter is not None
    mail.sent(session, letter, now=NOW)
    kept = only(session)
    session.refresh(kept)
    assert (kept.to_address, kept.body, kept.sent_at, kept.due_at, mail.waiting(session)) == ("", "", NOW, None, 0)


def test_pauses_grow_and_after_the_last_a_letter_is_given_up_and_erased(session: Session) -> None:
    mail.post(session, "anna@mail.invalid", "subject", "text", now=NOW)
    at, pauses = NOW, []
    while (letter := mail.next_letter(session, now=at)) is not None:
        mail.failed(session, letter, now=at)
        session.refresh(letter)
        if letter.due_at is None:
            break
        pauses.append(letter.due_at - at)
        assert mail.next_letter(session, now=letter.due_at - timedelta(seconds=1)) is None
        at = letter.due_at
    assert pauses == list(mail.PAUSES)
    assert pauses == sorted(set(pauses))
    assert (only(session).body, only(session).sent_at) == ("", None)


def test_a_message_bears_one_id_and_says_that_a_program_wrote_it(session: Session) -> None:
    mail.post(session, "anna@mail.invalid", "园桥", "正文", now=NOW)
    message = mail.as_message(only(session), "正文", "Parkbridge <robot@park.example>")
    assert message["Message-ID"] == f"<{only(session).message_id}@park.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert (message["Subject"], message.get_content().strip()) == ("园桥", "正文")
