"""``twin bench``: public routing benchmarks, played by the routers that a run uses."""

import csv
import json
from argparse import RawDescriptionHelpFormatter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.arguments import Parser, parsed, values_of
from experiments.suggest import did_you_mean
from twin.errors import InputError

if TYPE_CHECKING:
    from experiments.benchmarks.tables import Table

BENCHES = ("solomon", "euro")
WORDS = {
    "solomon": {"instances": "", "engine": "pyvrp", "iterations": "12000", "starts": "3", "seed": "1", "out": ""},
    "euro": {
        "instances": "", "strategies": "greedy,random,lazy,ours", "iterations": "300", "futures": "10",
        "rounds": "2", "imagined": "100", "seeds": "1", "out": "",
    },
}  # fmt: skip
"""Benchmark -> its words and what they are if nothing is said."""
EPILOG = """\
benchmarks:
  solomon  100 customers with time windows; the gap to the best known costs beside them (*.sol)
  euro     EURO meets NeurIPS 2022: requests by the hour, and which of them leave now

words of solomon:
  instances=R101,RC208   only these (all)
  engine=ortools         pyvrp or ortools (pyvrp)
  iterations=12000       of the search; 12,000 take about ten seconds of CPU an instance
  starts=3               searches that share them, the best counts (3)
  seed=1

words of euro:
  strategies=greedy,ours greedy, random, lazy, ours; static solves the problem with all known
  iterations=300         of the search for the routes of an hour
  futures=10 rounds=2 imagined=100
                         ours: futures a round, rounds, iterations in each
  seeds=1,2              days of each instance (1)
  instances=...          parts of names

words of both:
  out=results.csv        also writes all rows, as .csv or .json

examples:
  twin bench solomon shared/data/benchmarks/solomon instances=C101,R101 iterations=500
  twin bench euro shared/data/benchmarks/euro_neurips_2022 out=euro.json
  twin bench euro shared/data/benchmarks/euro_neurips_2022 strategies=static iterations=2000
"""


def main(argv: Sequence[str]) -> int:
    """Run the command with what follows ``bench`` on the command line."""
    given = parsed(_parser(), argv or ("--help",))
    if given is None:
        return 0
    if given.name not in BENCHES:
        raise InputError(f"command line: there is no benchmark {given.name!r}; {did_you_mean(given.name, BENCHES)}")
    words = WORDS[given.name] | values_of(given.words, WORDS[given.name])
    out = Path(words["out"]) if words["out"] else None
    if out is not None:
        _may_write(out, overwrite=given.overwrite)
    from experiments.benchmarks.tables import euro, solomon

    table = solomon(given.folder, words) if given.name == "solomon" else euro(given.folder, words)
    rows = list(_with_progress(table))
    if out is not None:
        _write(out, table.columns, rows)
    table.show(rows)
    return 0


def _with_progress(table: "Table") -> Iterator[Any]:
    from experiments.progress import bar

    with bar() as progress:
        progress.expect(table.total, table.what)
        for row in table.rows:
            progress.advance(row.instance)
            yield row


def _write(out: Path, columns: Sequence[str], rows: Sequence[Any]) -> None:
    if out.suffix == ".json":
        text = json.dumps([dict(zip(columns, row, strict=True)) for row in rows], indent=1)
        out.write_text(f"{text}\n", encoding="utf-8")
        return
    with out.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(columns)
        table.writerows(rows)


def _may_write(out: Path, *, overwrite: bool) -> None:
    if out.suffix not in (".csv", ".json"):
        raise InputError(f"command line: out={out}: its name must end in .csv or .json")
    if not out.parent.is_dir():
        raise InputError(f"command line: out={out}: there is no folder {out.parent}; make it first")
    if out.exists() and not overwrite:
        raise InputError(f"command line: out={out} is there already; add --overwrite or choose another name")


def _parser() -> Parser:
    parser = Parser(
        "twin bench",
        description="Solve or play a public routing benchmark with the routers of a run.",
        epilog=EPILOG,
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", help="solomon or euro")
    parser.add_argument("folder", type=Path, help="where its instances are")
    parser.add_argument("words", nargs="*", metavar="key=value", help="see below")
    parser.add_argument("--overwrite", action="store_true", help="replace out= if it is there")
    return parser
