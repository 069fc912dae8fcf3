"""Which exchanges and which document does the demonstration show? Both sides are invented."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from marketplace import capacity, exchanges, plots
from marketplace.demo_talks import fill_talk
from marketplace.exchanges import PROMISE, Exchange
from marketplace.needs import Need
from marketplace.organisations import User, Viewer
from marketplace.parks import Park
from marketplace.plots import PlotKind
from marketplace.uploads import checked_upload

TEXT = b"BT /F1 18 Tf 60 760 Td (Simulated document: layout of a plant that does not exist) Tj ET"
OBJECTS = (
    b"<< /Type /Catalog /Pages 2 0 R >>",
    b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    b"<< /Length %d >>\nstream\n%s\nendstream" % (len(TEXT), TEXT),
    b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
)


def fill_exchanges(
    session: Session, waiting: Need, open_one: Need, park: Park, *, firm: Viewer, office: Viewer, now: datetime
) -> None:
    """One interest that waits for the enterprise, and one exchange that is open, with the promise and a document."""
    for viewer, phone in ((firm, "021-0000-0000"), (office, "0563-000-0000")):
        person = session.get_one(User, viewer.user_id)
        person.email, person.phone = f"{person.login}@example.com", phone
    asked = exchanges.show_interest(session, waiting, park, by=office, now=now - timedelta(days=2))
    _agree(session, asked, waiting, park, office, now - timedelta(days=2))
    talk = exchanges.show_interest(session, open_one, park, by=office, now=now - timedelta(days=5))
    _agree(session, talk, open_one, park, office, now - timedelta(days=5))
    _agree(session, talk, open_one, park, firm, now - timedelta(days=3))
    text = exchanges.text_of(PROMISE).sha256
    exchanges.promise(session, talk, open_one, park, text, by=office, now=now - timedelta(days=1))
    upload = checked_upload("模拟·总平面布置.pdf", pdf())
    exchanges.hand_over(session, open_one, upload, by=firm, now=now - timedelta(days=1), simulated=True)
    _set_aside(session, talk, open_one, park, office, now - timedelta(days=1))
    fill_talk(session, talk, firm=firm, office=office, now=now)


def _agree(session: Session, exchange: Exchange, need: Need, park: Park, by: Viewer, now: datetime) -> None:
    side = exchanges.side_of(exchange, by)
    assert side is not None
    shown = exchanges.opening_for(session, need, side, by).sha256
    exchanges.consent(session, exchange, need, park, shown, by=by, now=now)


def _set_aside(session: Session, talk: Exchange, need: Need, park: Park, office: Viewer, now: datetime) -> None:
    """A quarter of what the park has free is held, one hold was given back, and somebody waits for more."""
    free = {row.resource: capacity.free_of(row) for row in capacity.rows_of(session, park)}
    held = {name: free[name] // 4 for name in ("land", "power", "water") if free.get(name, 0) >= 4}
    if not held:
        return
    parts = talk, need, park
    named: dict[str, Any] = {"by": office, "now": now}
    place = next((each for each in plots.plots_of(session, park) if each.kind == PlotKind.PLOT), None)
    first = [
        exchanges.reserve(session, *parts, {name: base}, plot=place if name == "land" else None, **named)
        for name, base in held.items()
    ]
    name = next(iter(held))
    mistaken = exchanges.reserve(session, *parts, {name: held[name]}, until=now + timedelta(days=10), **named)
    capacity.release(session, mistaken, capacity.Reason.MISTAKE, **named)
    exchanges.wait_for(session, *parts, {name: free[name] - held[name] // 2}, **named)
    for each in first:
        capacity.extend(session, each, now + timedelta(days=45), **named)


def pdf() -> bytes:
    """A page with one line."""
    made, places = b"%PDF-1.4\n", []
    for number, body in enumerate(OBJECTS, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(OBJECTS) + 1)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(OBJECTS) + 1, len(made))
    return made + head + table + trailer
