"""How do parks rank for a need, from the shell? `python -m matching rank NEED.json`."""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from matching.answers import answer
from matching.documents import need_from, parks_from
from matching.errors import InputError
from matching.index import Index
from matching.reading import parsed
from matching.records import Mode, Ranking
from matching.reference import catalogue


def main(arguments: Sequence[str] | None = None) -> int:
    """0 done, 2 the input is wrong: one line per fault on stderr."""
    options = _options().parse_args(arguments)
    try:
        mode = Mode(options.mode) if options.mode else None
        need = need_from(parsed(options.need.read_bytes()), mode)
        parks = parks_from(parsed(options.parks.read_bytes()), options.on) if options.parks else catalogue()
        ranking = Index.fit(parks).parks_for(need, top=options.top)
    except InputError as error:
        print(*error.faults, sep="\n", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return 2
    print(json.dumps(answer(ranking), ensure_ascii=False) if options.json else "\n".join(_lines(ranking)))
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m matching", description="Rank parks for a need.")
    rank = parser.add_subparsers(required=True).add_parser("rank", help="rank parks for a need")
    rank.add_argument("need", type=Path, help="NEED.json")
    rank.add_argument("--parks", type=Path, help="PARKS.json; the catalogue unless given")
    rank.add_argument("--mode", choices=[mode.value for mode in Mode], help="beats the file's")
    rank.add_argument("--on", type=date.fromisoformat, help="the day of the question: what is stale then is unknown")
    rank.add_argument("--top", type=int, default=20)
    rank.add_argument("--json", action="store_true")
    return parser


def _lines(ranking: Ranking) -> list[str]:
    counts = ", ".join(f"{count} {standing.value}" for standing, count in ranking.counts.items())
    lines = [counts if ranking.fill_first is None else f"{counts}; fill first: {ranking.fill_first}"]
    for rank, match in enumerate(ranking.results, start=1):
        low, high = match.interval
        lines.append(
            f"{rank:3d}  {match.score:.4f} ({low:.2f} to {high:.2f})  {match.standing.value:10s}  "
            f"{match.park.code}  {match.park.name}"
        )
    for match in ranking.misses:
        change = f"{match.relax.gate} by {match.relax.by:g} {match.relax.unit}" if match.relax else "no single change"
        lines.append(f"  –  {match.score:.4f}  missed: {change}  {match.park.code}  {match.park.name}")
    return lines


if __name__ == "__main__":
    sys.exit(main())
