"""``twin reproduce``: play a result again, and say that it is identical or where it first differs."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from experiments.arguments import Parser, parsed, values_of
from experiments.progress import bar
from experiments.repeating.kept import Kept, kept_in
from experiments.say import say
from twin.errors import InputError
from twin.units import STRICT

DIFFERS = 1
EXAMPLE = """\
examples: twin reproduce outputs/run/2026-01-31_12-00-00
          twin reproduce study.zip worlds=2 workers=4"""


@checked(frozen=True, config=STRICT)
class Way:
    """How it is played again."""

    workers: Annotated[int, Field(ge=1, le=256)] = 2
    worlds: Annotated[int, Field(ge=1)] | None = None
    """The first so many seeds of each arm; None plays all of them."""
    plugins: tuple[str, ...] = ()


def main(argv: Sequence[str]) -> int:
    """Run the command with what follows ``reproduce`` on the command line."""
    parser = Parser("twin reproduce", description=__doc__, epilog=EXAMPLE)
    parser.add_argument(
        "source", type=Path, help="a folder of twin run, fork, compare, sweep or --multirun, or a bundle"
    )
    parser.add_argument("words", nargs="*", help="workers=2, worlds=N (of each arm), plugins=[package]")
    given = parsed(parser, argv)
    if given is None:
        return 0
    way = way_of(given.words)
    with _opened(given.source) as (kept, notes):
        return reproduce(kept, way, notes)


def way_of(words: Sequence[str]) -> Way:
    """What the words ask for.

    Raises
    ------
    InputError
        If a word is unknown or its value is wrong.
    """
    said: dict[str, Any] = {}
    for key, value in values_of(words, ("workers", "worlds", "plugins")).items():
        if key == "plugins":
            said[key] = tuple(name.strip() for name in value.strip("[]").split(",") if name.strip())
        else:
            said[key] = int(value) if value.isascii() and value.isdigit() and len(value) < 10 else value
    try:
        way: Way = TypeAdapter(Way).validate_python(said)
    except ValidationError as error:
        key = str(error.errors(include_url=False)[0]["loc"][0])
        raise InputError(f"command line: {key}(={said[key]!r}) must be a whole number from 1; write {key}=2") from None
    return way


@contextmanager
def _opened(source: Path) -> Iterator[tuple[Kept, list[str]]]:
    from experiments.repeating.bundle import changed_code, is_bundle, unpacked

    if not is_bundle(source):
        yield kept_in(source), []
        return
    with unpacked(source) as (kept, contents):
        changed = changed_code(contents)
        yield kept, [f"Other sources than those that packed it: {', '.join(changed)}."] if changed else []


def reproduce(kept: Kept, way: Way, notes: Sequence[str] = ()) -> int:
    """Play a folder again and say what came of it; the exit status."""
    from experiments.pool import mapped
    from experiments.repeating.again import changed_versions, check_data, check_ledgers, play_again
    from experiments.repeating.tables import tables_differ

    check_ledgers(kept)
    check_data(kept)
    seeds = sorted({past.seed for past in kept.runs})[: way.worlds]
    runs = [past.trusting(way.plugins) for past in kept.runs if past.seed in seeds]
    with bar() as shown:
        shown.expect(len(runs), "playing again")
        played = mapped(play_again, [(run,) for run in runs], min(way.workers, len(runs)), shown.advance)
    wrong = [one for one in played if one.differs]
    tables = [] if wrong or len(runs) < len(kept.runs) else tables_differ(kept, played)
    changed = changed_versions(kept)
    if not wrong and not tables:
        say(f"identical: {_runs(len(runs), len(kept.runs))}, {sum(one.events for one in played):,} events.")
        return 0
    if wrong:
        first = wrong[0]
        whose = f" {first.name}, seed {first.seed}:" if first.name else ""
        say(f"differs: {len(wrong)} of {_runs(len(runs), len(kept.runs))}.{whose and ' The first:'}{whose}")
    else:
        say(f"differs: every run is the same, but not {' and '.join(tables)}, which are made of them.")
    for line in (*(wrong[0].differs if wrong else ()), *notes):
        say(line)
    if changed:
        say(f"Versions: {'; '.join(changed)}.")
    return DIFFERS


def _runs(played: int, kept: int) -> str:
    said = "1 run" if played == 1 else f"{played} runs"
    return said if played == kept else f"{said} of {kept}"
