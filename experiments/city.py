"""``twin city import``: OpenStreetMap to one compiled file, saying what was repaired."""

import os
from argparse import RawDescriptionHelpFormatter
from collections.abc import Sequence
from pathlib import Path

from experiments.arguments import Parser, parsed, values_of
from experiments.say import say
from twin.errors import InputError

EPILOG = """\
examples:
  twin city import map.osm.pbf --out map.city
  twin city import drive.graphml.gz people=population.csv name=my_town --out my_town.city
  twin city import "Olinda, Brazil" --out olinda.city     a place name needs a network
then: twin run city=file city.path=map.city
"""
WORDS = ("people", "name")


def main(argv: Sequence[str]) -> int:
    """Run the command with what follows ``city`` on the command line."""
    parser = Parser(
        "twin city import",
        description="Read .osm, .osm.gz, .osm.pbf, .graphml, .graphml.gz or a place name, repair it, compile it.",
        epilog=EPILOG,
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("source", help="a file, or the name of a place")
    parser.add_argument("words", nargs="*", metavar="key=value", help="people=TABLE of H3 cells, name=NAME")
    parser.add_argument("--out", type=Path, required=True, help="the file to write")
    parser.add_argument("--overwrite", action="store_true", help="replace the file if it is there")
    verb, *rest = argv or ("--help",)
    if verb not in ("import", "--help", "-h"):
        raise InputError(f"command line: twin city {verb} is not known; did you mean 'twin city import'?")
    given = parsed(parser, rest if verb == "import" else ["--help"])
    if given is None:
        return 0
    words = values_of(given.words, WORDS)
    _writable(given.out, overwrite=given.overwrite)
    return _import(given.source, words, given.out)


def _writable(out: Path, *, overwrite: bool) -> None:
    """Refuse a file that could not be written, before the minutes that a large import takes."""
    if out.exists() and (not overwrite or not out.is_file()):
        fix = "choose another name, or add --overwrite" if out.is_file() else "choose another name"
        raise InputError(f"--out {out}: is there already; {fix}")
    folder = out.absolute().parent
    if not folder.is_dir():
        raise InputError(f"--out {out}: its folder is not there; make it first")
    if not os.access(folder, os.W_OK):
        raise InputError(f"--out {out}: you may not write to {folder}; choose another folder")


def _import(source: str, words: dict[str, str], out: Path) -> int:
    from scenarios.cityfile import read_city
    from scenarios.streets import compile_city

    people = Path(words["people"]).expanduser() if "people" in words else None
    repairs = compile_city(source, people, out, words.get("name"))
    city = read_city(out)
    for sentence in repairs.sentences():
        say(sentence)
    say(
        f"{city.name}: {city.nodes:,} junctions, {len(city.head):,} street sections, {city.areas} areas, "
        f"{city.households.sum():,.0f} households, {city.jobs.sum():,.0f} jobs"
    )
    say(f"Written to {out}. Try it: twin run city=file city.path={out}")
    return 0
