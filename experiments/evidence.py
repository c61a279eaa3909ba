"""``twin evidence``: every number of a configuration with its unit, range, source and grade."""

from argparse import RawDescriptionHelpFormatter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from experiments.arguments import Parser, parsed
from experiments.register import GRADES, Evidence, evidence_of
from experiments.shipped import default_run, names, shipped, usual
from experiments.suggest import did_you_mean
from twin.errors import InputError


@dataclass(frozen=True)
class Line:
    """One number: its key, its value, what the register says of it, and whether the configuration ships it so."""

    key: str
    value: Any
    evidence: Evidence | None
    changed: bool = False

    @property
    def group(self) -> str:
        """The part of the configuration that the key belongs to."""
        return self.key.partition(".")[0] if "." in self.key else "run"


def main(argv: Sequence[str]) -> int:
    """Run the command with what follows ``evidence`` on the command line."""
    parser = Parser(
        "twin evidence",
        description="Where every number comes from: value, unit, range, source, grade.",
        epilog="grades: " + "; ".join(f"{grade} {meaning}" for grade, meaning in GRADES.items())
        + "\nexamples: twin evidence vehicle.drone     twin evidence --grade D weather=storm",
        formatter_class=RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("words", nargs="*", help="groups or keys to show, and overrides as for twin run")
    parser.add_argument("--format", choices=("table", "csv", "json", "markdown"), default="table")
    parser.add_argument("--grade", metavar="LETTERS", default="", help="only these grades, as in D or CD")
    parser.add_argument("--config-dir", metavar="DIR", help="a folder of files that come before the shipped ones")
    given = parsed(parser, argv)
    if given is None:
        return 0
    overrides = [word for word in given.words if "=" in word or word.startswith("~")]
    settings = _settings(overrides, [given.config_dir] if given.config_dir else [])
    chosen = _named([word for word in given.words if word not in overrides], lines(settings), settings)
    _show(_graded(chosen, given.grade), given.format)
    return 0


def _settings(overrides: Sequence[str], dirs: Sequence[str]) -> dict[str, Any]:
    from experiments.composition import composed, job_of

    return job_of(composed("config", overrides, dirs)).plain


def lines(settings: Mapping[str, Any]) -> list[Line]:
    """Every number of a configuration, and of the vehicles, carriers and policies that are shipped beside it.

    Keys are the register's (``vehicle.drone.speed_kmh``) where the value is the shipped one, and those of the command
    line (``fleet.drones.kind.speed_kmh``) where it is not.
    """
    own = [
        Line(key, value, evidence_of(name), changed=value != usual(key, name))
        for key, name, value in names(settings)
        if name not in shipped() or shipped()[name] != value
    ]
    replaced = {line.key for line in own} | (default_run().keys() - {key for key, _, _ in names(settings)})
    others = [Line(name, value, evidence_of(name)) for name, value in shipped().items() if name not in replaced]
    order = list(dict.fromkeys(line.group for line in (*others, *own)))
    return sorted([*others, *own], key=lambda line: order.index(line.group))


def _named(wanted: Sequence[str], every: Sequence[Line], settings: Mapping[str, Any]) -> list[Line]:
    """The lines of some groups or keys, all of them when none is named."""
    if not wanted:
        return list(every)
    alias = {key: name for key, name, _ in names(settings)}
    prefixes = [_known(word.replace("/", "."), every, alias) for word in wanted]
    return [line for line in every if any(_within(line, prefix) for prefix in prefixes)]


def _within(line: Line, prefix: str) -> bool:
    return prefix in (line.key, line.group) or line.key.startswith(f"{prefix}.")


def _known(word: str, every: Sequence[Line], alias: Mapping[str, str]) -> str:
    """The group or key that a word means.

    Raises
    ------
    InputError
        If it means none, with the nearest that there is.
    """
    if any(_within(line, word) for line in every):
        return word
    if word in alias:
        return alias[word]
    raise InputError(f"command line: there is no group or key {word!r}; {_hint(word, every)}")


def _hint(word: str, every: Sequence[Line]) -> str:
    last = [line.key for line in every if line.key.rpartition(".")[2] == word]
    if last:
        return f"did you mean {last[0]!r}?"
    groups = list(dict.fromkeys(line.group for line in every))
    hint = did_you_mean(word, [*groups, *(line.key for line in every)])
    return hint if hint.startswith("did you mean") else did_you_mean(word, groups, limit=20)


def _graded(chosen: Sequence[Line], grades: str) -> list[Line]:
    wanted = [letter for letter in grades.upper() if letter not in ", "]
    for letter in wanted:
        if letter not in GRADES:
            raise InputError(f"command line: --grade {letter} is no grade; choose from {', '.join(GRADES)}")
    return [line for line in chosen if not wanted or (line.evidence and line.evidence.grade[0] in wanted)]


def _show(chosen: Iterable[Line], shape: str) -> None:
    from experiments import tabulate

    {"table": tabulate.show, "csv": tabulate.as_csv, "json": tabulate.as_json, "markdown": tabulate.as_markdown}[shape](
        list(chosen)
    )
