"""The mail server is away for a day: does every letter arrive once, under its own id, and is none given up?"""

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import Engine

from marketplace import mail
from marketplace.database import reading, writing
from tests.marketplace.conftest import NOW
from tests.web import test_postman as letters
from tests.web.test_postman import Box, listening
from web.settings import Settings
from web.worker import Worker

box, free_port = letters.box, letters.free_port
LETTERS = 12


def worker(engine: Engine, port: int, clock: list[datetime]) -> Worker:
    settings = Settings(
        public_url="https://park.example/",
        smtp_host="127.0.0.1",
        smtp_port=port,
        smtp_starttls=False,
        smtp_from="robot@park.example",
    )
    return Worker(engine, settings, lambda: clock[0])


def waiting(engine: Engine) -> int:
    with reading(engine) as session:
        return mail.waiting(session)


def test_after_a_day_every_letter_arrives_once(engine: Engine, free_port: int, box: Box) -> None:
    clock = [NOW]
    for hour in range(25):
        clock[0] = NOW + timedelta(hours=hour)
        if hour % 2 == 0 and hour < 2 * LETTERS:
            with writing(engine) as session:  # people go on working meanwhile
                mail.post(session, f"reader{hour}@mail.invalid", f"letter {hour}", "text", now=clock[0])
                session.commit()
        worker(engine, free_port, clock).go_round()  # another process each hour
        assert waiting(engine) == min(hour // 2 + 1, LETTERS)
    server = listening(box, free_port)
    try:
        for hour in range(25, 25 + 26):
            clock[0] = NOW + timedelta(hours=hour)
            worker(engine, free_port, clock).go_round()
    finally:
        server.stop()
    assert waiting(engine) == 0
    assert Counter(letter["Subject"] for letter in box.arrived) == {f"letter {2 * n}": 1 for n in range(LETTERS)}
    assert len({letter["Message-ID"] for letter in box.arrived}) == LETTERS
