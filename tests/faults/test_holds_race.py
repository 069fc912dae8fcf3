"""D1: do many who ask for the same amounts at once, in two processes, get exactly what there is?"""

import subprocess
import sys

from sqlmodel import Session, func, select

from marketplace import capacity
from marketplace.capacity import Capacity, Hold, HoldLine, SheetFields
from marketplace.database import engine_for, reading, writing
from marketplace.organisations import OrganisationKind, Standing, add_organisation
from marketplace.parks import Park, ParkFields, join
from tests.marketplace import conftest as databases
from tests.marketplace.conftest import NOW

template_file, postgres_url = databases.template_file, databases.postgres_url
database_url = databases.database_url

PROCESSES, CLIENTS = 2, 16
SMALL, FULL = (100, 10), (1000, 2000)  # units there are, accepts of each client
# 16 threads ask for one unit each until all have asked so often; the last line: granted, refused, anything else
PROGRAM = """
import sys
from datetime import datetime, UTC
from threading import Thread
from sqlmodel import select
from marketplace import capacity
from marketplace.database import engine_for, writing
from marketplace.errors import Refusal
from marketplace.parks import Park
url, clients, times = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
engine, counts = engine_for(url), {"granted": 0, "refused": 0, "failed": 0}
now = datetime(2026, 11, 23, 2, tzinfo=UTC)
def client():
    for _ in range(times):
        with writing(engine) as session:
            try:
                park = session.exec(select(Park)).one()
                named = {"for_kind": "exchange", "for_id": "x", "owner_id": park.owner_id}
                capacity.hold(session, park, {"power": 1}, **named, by=None, now=now)
                session.commit()
                answer = "granted"
            except Refusal as refused:
                answer = "refused" if refused.faults[0].where == "power_kva" else "failed"
            except Exception as wrong:
                print(repr(wrong)[:300], file=sys.stderr)
                answer = "failed"
        counts[answer] += 1
print("ready", flush=True)
sys.stdin.readline()
threads = [Thread(target=client) for _ in range(clients)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(*counts.values(), flush=True)
"""


def declare(session: Session, units: int) -> Park:
    """A park with so many kVA and nothing else."""
    house = add_organisation(session, "管委会", OrganisationKind.PARK, now=NOW, standing=Standing.VERIFIED)
    park = join(session, ParkFields(name="示例园区"), by=None, now=NOW)
    park.owner_id = house.id
    session.flush()
    capacity.save_sheet(session, park, SheetFields.model_validate({"power_kva": units}), by=None, now=NOW)
    return park


def test_exactly_what_there_is_is_granted_to_32_clients_in_two_processes(database_url: str, full: bool) -> None:
    units, times = FULL if full else SMALL
    engine = engine_for(database_url)
    with writing(engine) as session:
        declare(session, units)
        session.commit()
    command = [sys.executable, "-c", PROGRAM, database_url, str(CLIENTS), str(times)]
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(PROCESSES)
    ]
    answers = []
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in started:
        out, _ = process.communicate()
        answers.append([int(count) for count in out.split()])
    granted, refused, failed = (sum(column) for column in zip(*answers, strict=True))
    print(f"{engine.dialect.name}: {granted} of {units} units granted, {refused} refused, {failed} failed")
    assert (granted, refused, failed) == (units, PROCESSES * CLIENTS * times - units, 0)
    with reading(engine) as session:
        row = session.exec(select(Capacity)).one()
        assert (row.held, row.committed, capacity.free_of(row)) == (units, 0, 0)
        assert session.exec(select(func.count()).select_from(Hold)).one() == units
        assert int(session.exec(select(func.sum(HoldLine.amount))).one()) == units
    engine.dispose()
