"""A4: does a message to a program or robot, a job or a delivery hold no confidential word, whatever happened?"""

from collections.abc import Callable

from sqlmodel import select

from marketplace.database import reading, writing
from marketplace.jobs import Job
from marketplace.webhooks import Delivery, Form, Webhook
from tests.security.canaries import hits
from tests.security.listeners import listening
from tests.security.world import NOW
from tests.security.worlds import FULLEST, Place
from web.settings import Settings
from web.worker import Worker

TAKEN = b'HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{"errcode": 0}'


def test_a4_messages_jobs_and_deliveries_hold_no_confidential_word(place_at: Callable[[str], Place]) -> None:
    place = place_at(FULLEST)
    engine = place.app.state.engine
    with listening(TAKEN) as listener:
        with writing(engine) as session:
            rows = session.exec(select(Webhook).order_by(Webhook.id)).all()  # type: ignore[arg-type]
            for row, form in zip(rows, (Form.SIGNED, Form.WECOM), strict=True):
                row.url, row.form = f"http://127.0.0.1:{listener.port}/", form
                session.add(row)
            session.commit()
        ways = {"webhook_networks": "127.0.0.0/8", "webhook_ports": str(listener.port)}
        Worker(engine, Settings(public_url="https://park.example", **ways), lambda: NOW).go_round()
    with reading(engine) as session:
        deliveries = session.exec(select(Delivery)).all()
        kept = [each.model_dump() for each in (*deliveries, *session.exec(select(Job)).all())]
    assert {each.webhook_id for each in deliveries} == {row.id for row in rows}  # both sides learnt something
    assert all(each.sent_at == NOW for each in deliveries)
    assert len(listener.heard) == len(deliveries) >= 4
    said = "\n".join(heard.decode() for heard in listener.heard)
    assert "园桥" in said
    assert '"type": "' in said
    assert hits(said, place.world.canaries) == []
    assert hits(str(kept), place.world.canaries) == []
