"""Positional arguments and options, for the commands that do not go through Hydra."""

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NoReturn

from experiments.suggest import did_you_mean
from twin.errors import InputError


def snapshot_parser(name: str, does: str, example: str, overrides: str, *, needed: bool) -> "Parser":
    """The parser of a command that goes on from a snapshot.

    Parameters
    ----------
    does, example, overrides : str
        What the command, an example of it, and its overrides say in the help.
    needed : bool
        Whether there must be an override.
    """
    parser = Parser(
        f"twin {name}",
        description=does,
        epilog=f"example: twin {name} {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("snapshot", type=Path, help="a snapshot.json of twin run until=...")
    parser.add_argument("overrides", nargs="+" if needed else "*", help=overrides)
    return parser


class Parser(argparse.ArgumentParser):
    """A parser whose complaint is one sentence."""

    def error(self, message: str) -> NoReturn:
        """Raise InputError instead of printing the usage and leaving."""
        raise InputError(f"command line: {message}; see {self.prog} --help")


def parsed(parser: Parser, argv: Sequence[str]) -> argparse.Namespace | None:
    """The arguments, or None when help was asked for and printed."""
    try:
        return parser.parse_intermixed_args(list(argv))
    except SystemExit:
        return None


def values_of(words: Iterable[str], known: Iterable[str]) -> dict[str, str]:
    """The ``key=value`` words of a command line as a mapping.

    Raises
    ------
    InputError
        If a word is none, its key is not ``known``, it has no value, or its key is named twice.
    """
    names, values = tuple(known), dict[str, str]()
    for word in words:
        key, equals, value = word.partition("=")
        if key not in names or not equals:
            raise InputError(f"command line: {word!r} is not understood; {did_you_mean(key, names)}")
        if not value:
            raise InputError(f"command line: {word!r} has no value; write {key}=...")
        if key in values:
            raise InputError(f"command line: {key}= is given twice; write it once")
        values[key] = value
    return values
