"""What can be done from a terminal? Thin commands; each imports what it needs when it runs.

Exit codes: 0 done; 2 the input is wrong (one line per fault on stderr, nothing written); 1 anything else.
"""

import json
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from matching.errors import Fault, InputError
from matching.records import Mode
from web import i18n
from web.auditing import journals
from web.import_words import exports, imports
from web.purging import purge
from web.safe_words import backup, restore
from web.terminal import (
    Database,
    Json,
    On,
    database_url,
    day_of,
    index_of,
    learned_version,
    office_text_of,
    print_answer,
    print_json,
    read_json,
    text_of,
)

app = typer.Typer(
    name="parkbridge",
    help="园桥 Parkbridge: 产业转移对接. Commands read files and print text, or one JSON document with --json.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(imports, name="import")
app.add_typer(exports, name="export")
app.add_typer(journals, name="journal")
for command in (purge, backup, restore):
    app.command()(command)


def main() -> None:
    """The console script."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    before = i18n.current.set(terminal_language(os.environ))
    try:
        return app(list(arguments) or ["--help"], standalone_mode=False) or 0
    except typer.TyperException as error:  # an unknown word, a missing argument
        from web import usage

        complain([usage.fault_of(error)])
        return 2
    except typer.Exit as stop:
        return stop.exit_code
    except (typer.Abort, KeyboardInterrupt):
        return 1
    except OSError as error:
        print(f"{error.filename or 'parkbridge'}: {error.strerror or error}", file=sys.stderr)
        return 1
    except Exception as error:  # of modules that are not loaded here
        return failed(error)
    finally:
        i18n.current.reset(before)


def failed(error: Exception) -> int:
    """Tells of an InputError or Refusal (2), of a database that is away or is none (1); raises anything else."""
    faults = getattr(error, "faults", None)
    if faults is not None:
        complain(faults)
        return 2
    if type(error).__name__ in ("OperationalError", "DatabaseError"):
        why = " ".join(str(getattr(error, "orig", error)).split())
        complain([Fault("--db", "The database cannot be used ({why})", {"why": why})])
        return 1
    raise error


def terminal_language(environment: dict[str, str] | os._Environ[str]) -> i18n.Language:
    """English where the locale says so; Chinese otherwise."""
    locale = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG") or ""
    return i18n.Language.EN if locale.startswith("en") else i18n.Language.ZH


def complain(faults: Iterable[Fault]) -> None:
    """One line per fault on stderr: where, what, how to mend it."""
    for fault in faults:
        words = i18n.said(fault.message, fault.params)
        print(f"{fault.where}: {words}" if fault.where else words, file=sys.stderr)


@app.command()
def rank(
    need: Annotated[Path, typer.Argument(metavar="NEED.json", help="the need; - reads it from standard input")],
    parks: Annotated[
        Path | None, typer.Option("--parks", metavar="PARKS.json", help="instead of the catalogue")
    ] = None,
    db: Database = None,
    mode: Annotated[Mode | None, typer.Option("--mode", help="beats the file's mode")] = None,
    on: On = None,
    top: Annotated[int, typer.Option("--top", min=1, max=5000, help="how many parks to explain")] = 20,
    seed: Annotated[int, typer.Option("--seed", min=0, help="of the draws behind how sure a place is")] = 0,
    why: Annotated[str | None, typer.Option("--why", metavar="CODE", help="why does this park not lead?")] = None,
    congestion: Annotated[
        Path | None, typer.Option("--congestion", metavar="FILE", help="crowded parks stand further down")
    ] = None,
    learned: Annotated[str | None, typer.Option("--learned", metavar="FILE|VERSION", help="order as learned")] = None,
    diverse: Annotated[bool, typer.Option("--diverse", help="few parks of one city side by side")] = False,
    keep: Annotated[Path | None, typer.Option("--keep", metavar="FILE", help="write what replay needs")] = None,
    institution: Annotated[
        bool, typer.Option("--institution/--no-institution", help="of two places: count official ties between them")
    ] = True,
    as_json: Json = False,
) -> None:
    """企业需求 → 园区排序。Rank parks, or pairs of places, for a need: the catalogue's, a file's or a database's."""
    from matching.answers import answer as answered
    from web import explaining, ordering

    prices = read_json(congestion) if congestion else None
    switches = ordering.switches_of(prices, learned_version(learned, db), diverse=diverse)
    question = ordering.asked(read_json(need), mode, top, switches, institution=institution)
    index = index_of(parks, db, day_of(on))
    ranking = ordering.ranking(index, question)
    answer = explaining.explained(answered(ranking), ranking, index, question, seed=seed, why=why)
    if keep:
        ordering.keep(keep, question, index.parks if parks or db else None, answer, day_of(on), seed=seed, why=why)
    print_json(answer) if as_json else print_answer(answer)


@app.command()
def pairs(
    mode: Annotated[Mode, typer.Option("--mode", help="enclave or partner")],
    origin: Annotated[
        str | None, typer.Option("--from", metavar="CODE", help="a park, or an adcode for all in it")
    ] = None,
    destination: Annotated[str | None, typer.Option("--to", metavar="CODE", help="likewise")] = None,
    reverse: Annotated[bool, typer.Option("--reverse", help="反向飞地: the destination has the research")] = False,
    institution: Annotated[
        bool, typer.Option("--institution/--no-institution", help="count one province, 都市圈 and official pairings")
    ] = True,
    parks: Annotated[Path | None, typer.Option("--parks", metavar="PARKS.json")] = None,
    db: Database = None,
    on: On = None,
    top: Annotated[int, typer.Option("--top", min=1, max=5000, help="how many pairs to explain")] = 20,
    congestion: Annotated[
        Path | None, typer.Option("--congestion", metavar="FILE", help="crowded parks stand further down")
    ] = None,
    diverse: Annotated[bool, typer.Option("--diverse", help="few parks of one city side by side")] = False,
    seed: Annotated[int, typer.Option("--seed", min=0, help="of the draws behind how sure a place is")] = 0,
    as_json: Json = False,
) -> None:
    """飞地、伙伴园区 → 园区对排序。Rank pairs of parks; with --from each destination once, with its best origin."""
    from web import ordering, pairing

    switches = ordering.switches_of(read_json(congestion) if congestion else None, None, diverse=diverse)
    asked = pairing.Asked(mode, origin, destination, reverse, institution, top, seed, switches)
    answer = pairing.answer_of(asked, index_of(parks, db, day_of(on)))
    if as_json:
        print_json(answer)
    else:
        from web import pair_lines

        print(*pair_lines.lines(answer), sep="\n")


@app.command()
def match(
    needs: Annotated[Path, typer.Argument(metavar="NEEDS.json", help="a list of needs, each as NEED.json")],
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="an empty folder, or one to go on with")],
    parks: Annotated[Path | None, typer.Option("--parks", metavar="PARKS.json")] = None,
    db: Database = None,
    on: On = None,
    top: Annotated[int, typer.Option("--top", min=1, max=1000, help="how many of each")] = 20,
    both: Annotated[bool, typer.Option("--both", help="also the best needs of each park")] = False,
    cluster: Annotated[str | None, typer.Option("--cluster", metavar="tcp://…", help="a Dask scheduler")] = None,
    part: Annotated[int, typer.Option("--part", min=1, help="needs that are done or lost together")] = 1024,
    as_json: Json = False,
) -> None:
    """批量匹配。Many needs against all parks, into a folder of JSON lines; a run that was killed goes on."""
    from web import batching

    index = index_of(parks, db, day_of(on))
    job = batching.Job(batching.needs_from(read_json(needs)), index, out, top, both, cluster, part)
    done = batching.matched(job)
    if as_json:
        print_json(done)
    else:
        print(i18n.said(i18n.N_("{needs} needs, {parks} parks: {folder}"), done))


@app.command()
def congestion(
    needs: Annotated[
        Path | None, typer.Argument(metavar="[NEEDS.json]", help="a list of needs; the open ones of --db without it")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="for rank --congestion")] = None,
    parks: Annotated[Path | None, typer.Option("--parks", metavar="PARKS.json")] = None,
    db: Database = None,
    on: On = None,
    cap: Annotated[float, typer.Option("--cap", help="needs a park can look after at a time")] = 3.0,
    as_json: Json = False,
) -> None:
    """竞争热度。What crowded parks cost in the order, where all these needs stand on the market."""
    if parks and db:
        raise InputError([Fault("--db", "Give --parks or --db, not both")])
    if needs:
        from web import ordering

        prices = ordering.prices_for(read_json(needs), index_of(parks, db, day_of(on)), cap)
    elif db:
        from web import remembered

        prices = remembered.measure(db, day_of(on), cap)
    else:
        raise InputError([Fault("NEEDS.json", "Give a file of needs, or a database with --db")])
    if out:
        out.write_text(json.dumps(prices, indent=1) + "\n", encoding="utf-8")
    said = i18n.said(i18n.N_("{count} parks are crowded"), {"count": len(prices)})
    print_json({"crowded": len(prices), "prices": prices}) if as_json else print(said)


@app.command()
def learn(
    db: Database = None,
    on: On = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="of the bootstrap")] = 0,
    as_json: Json = False,
) -> None:
    """从选择中学习。Learn from what owners chose; promoted only where later lists are better, else refused."""
    from web import remembered

    document = remembered.learn(database_url(db), day_of(on), seed)
    print_json(document) if as_json else print(*remembered.learn_lines(document), sep="\n")


@app.command()
def replay(
    kept: Annotated[str, typer.Argument(metavar="KEPT", help="a file of rank --keep, or a kept ranking's id")],
    db: Database = None,
    as_json: Json = False,
) -> None:
    """重算留存名单。Make a kept list again and compare it bit for bit: exit 0 the same, exit 1 what differs."""
    from web import ordering

    if db and not Path(kept).is_file():  # a file holds its own market
        from web import remembered

        done = remembered.again(db, kept)
    else:
        done = ordering.again(read_json(Path(kept)))
    print_json(ordering.replay_document(done)) if as_json else print(*ordering.replay_lines(done), sep="\n")
    raise typer.Exit(0 if done.same else 1)


@app.command()
def classify(
    text: Annotated[list[str], typer.Argument(metavar="TEXT...", help="products in your own words")],
    top: Annotated[int, typer.Option("--top", min=1, max=50)] = 3,
    as_json: Json = False,
) -> None:
    """产品词 → GB/T 4754-2017 代码。Free text to industry codes, with a score."""
    from matching.text import classify as codes_of

    rows: list[dict[str, Any]] = [
        {"text": words, "codes": [{"code": c.code, "name": c.name, "score": c.score} for c in codes_of(words, top=top)]}
        for words in text
    ]
    if as_json:
        print_json({"results": rows})
        return
    for row in rows:
        print(row["text"])
        for code in row["codes"]:
            print(f"  {code['code']}  {code['score']:.2f}  {code['name']}")
        if not row["codes"]:
            print("  " + i18n.gettext("No industry resembles this"))


@app.command()
def screen(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="a text in UTF-8 or GB18030; - is standard input")],
    as_json: Json = False,
) -> None:
    """合规审查。Screen an incentive text by 公平竞争审查条例: exit 0 when clean, exit 1 when something tripped."""
    from marketplace.screening import screened

    hits = screened(office_text_of(file))
    rows = [{"rule": hit.rule, "article": hit.article, "words": hit.words, "line": hit.line} for hit in hits]
    if as_json:
        print_json(rows)
    else:
        clean = i18n.gettext("No rule tripped. That is no opinion of law: a person decides.")
        print(
            *([f"{row['line']}: {row['rule']} {row['article']}: {row['words']}" for row in rows] or [clean]), sep="\n"
        )
    raise typer.Exit(1 if rows else 0)


@app.command()
def evaluate(
    part: Annotated[list[str] | None, typer.Option("--part", help="A, B, D or E; all unless given")] = None,
    cases: Annotated[
        Path | None, typer.Option("--cases", metavar="FILE", help="documented pairs (CSV) for part B, not our own list")
    ] = None,
    size: Annotated[str, typer.Option("--size", help="tiny, ci or nightly")] = "ci",
    seed: Annotated[int, typer.Option("--seed", min=0)] = 0,
    on: On = None,
    save: Annotated[bool, typer.Option("--save", help="keep the figures for the page")] = False,
    as_json: Json = False,
) -> None:
    """方法评测。Judge the engine against its goals and simpler methods; failures are printed and exit 0."""
    from matching.evaluate import run as trial
    from web import figures

    wanted = trial.asked(part or [], size)
    progress = (lambda word: print(word, file=sys.stderr)) if sys.stderr.isatty() else (lambda _: None)
    text = text_of(cases) if cases else None
    found = trial.evaluated(wanted, size, seed=seed, on=day_of(on), progress=progress, cases=text)
    for row in found["unused"]:
        print(row, file=sys.stderr)
    if save:
        trial.save(found)
    if as_json:
        print_json(found)
    else:
        print(*figures.lines(found), sep="\n")


@app.command()
def bench(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="all unless given")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="small sizes: a minute or two, rough ratios")] = False,
    write: Annotated[bool, typer.Option("--write", help="keep the figures in docs/")] = False,
    as_json: Json = False,
) -> None:
    """测速。How fast, beside what others would use, in one run; figures are printed, nothing is judged."""
    from web import benching

    benching.told(names or [], quick=quick, write=write, as_json=as_json)


@app.command()
def migrate(db: Database = None) -> None:
    """Bring a database's schema up to date."""
    from marketplace import database

    database.migrate(database_url(db))


@app.command("first-admin")
def first_admin(db: Database = None) -> None:
    """首位管理员。Print a link that lets the platform's first admin in, once, while there is none."""
    from web import admitting

    print(admitting.first_link(database_url(db)))


@app.command()
def serve(
    host: Annotated[str, typer.Option("--host")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535)] = 8000,
    db: Database = None,
) -> None:
    """Serve the site from a migrated database."""
    from web.server import serve as listen

    listen(database_url(db), host=host, port=port)


@app.command()
def worker(db: Database = None) -> None:
    """后台任务。Do what is planned and deliver what leaves, beside servers; SIGTERM ends it after the present job."""
    from web.worker import work

    work(database_url(db))


@app.command()
def demo(
    port: Annotated[int, typer.Option("--port", min=0, max=65535)] = 8000,
    db: Annotated[Path, typer.Option("--db", metavar="FILE", help="the embedded database")] = Path("var/demo.db"),
    parks_only: Annotated[bool, typer.Option("--parks-only", help="the real zones and nothing simulated")] = False,
) -> None:
    """演示。Make the demonstration database if it is missing, and serve it."""
    from web.server import demonstrate

    demonstrate(db, port=port, parks_only=parks_only)
