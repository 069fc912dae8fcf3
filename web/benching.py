"""Where are the benchmarks, and how are their figures told?

They lie in the folder bench/ of the repository and not in the package: who only installs it needs neither them nor
their peers.
"""

import importlib
import json
import sys
from collections.abc import Sequence
from typing import Any

from marketplace.errors import Fault, InputError
from web.i18n import N_

ABSENT = N_("The benchmarks come with the repository, not with the package: there is no folder bench/ here.")
UNKNOWN = N_("There is no benchmark {name}: take {known}.")


def told(names: Sequence[str], *, quick: bool, write: bool, as_json: bool) -> None:
    """Run benchmarks and print their figures as they come, or all as one JSON document. Raises InputError."""
    try:
        run = importlib.import_module("bench.run")
    except ModuleNotFoundError as error:
        if error.name not in ("bench", "bench.run"):
            raise
        raise InputError([Fault("bench", ABSENT)]) from error
    known = {"known": ", ".join(run.BENCHES)}
    wrong = [Fault("NAME", UNKNOWN, {"name": name, **known}) for name in names if name not in run.BENCHES]
    if wrong:
        raise InputError(wrong)
    figures = importlib.import_module("bench.figures")
    sections: list[Any] = []
    for section in run.run(names, quick=quick):
        sections.append(section)
        print(figures.as_text(section), file=sys.stderr if as_json else sys.stdout, flush=True)
    if as_json:
        print(json.dumps(figures.as_json(sections), ensure_ascii=False))
    if write:
        print(*run.write(sections, quick=quick), sep="\n", file=sys.stderr)
