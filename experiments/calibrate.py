"""``twin calibrate``: records to parameters that a run can use, and a page on how well they fit."""

import hashlib
import inspect
import re
from argparse import Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.arguments import Parser, parsed, values_of
from experiments.suggest import did_you_mean
from twin.errors import InputError

if TYPE_CHECKING:
    from scenarios.calibration.fit import Fit

TOPICS = {
    "attempts": "deliveries that were tried: who, when, how, and whether they failed",
    "service": "stops: seconds at the door, parking, district, dwelling",
    "weather": "hourly observations of a station",
    "traffic": "trips with their times, or speeds by hour",
    "demand": "orders, or parcels by day and area",
}
"""What can be fitted -> to which records. Each is a module of ``scenarios.calibration`` with a ``fit``."""
EPILOG = """\
topics:
{topics}

examples:
  twin calibrate weather station.csv.gz
  twin calibrate attempts attempts.parquet --out fitted/people/mine.yaml
  twin calibrate TOPIC --help                     its columns and options
then: twin run --config-dir fitted people=mine
"""
_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$")


def main(argv: Sequence[str]) -> int:
    """Run the command with what follows ``calibrate`` on the command line."""
    parser = _parser(next((word for word in argv if word in TOPICS), None))
    given = parsed(parser, argv or ("--help",))
    if given is None:
        return 0
    if given.topic not in TOPICS:
        raise InputError(f"command line: topic {given.topic!r} is not known; {did_you_mean(given.topic, TOPICS)}")
    fit = _fit_of(given.topic)
    options = _options(fit, given.words)
    if given.out is not None:
        _may_write(given.out, overwrite=given.overwrite)
    return _calibrate(given, fit(given.file, **options), options)


def _parser(topic: str | None) -> Parser:
    lines = "\n".join(f"  {name:<10} {what}" for name, what in TOPICS.items())
    about = inspect.getdoc(_fit_of(topic)) if topic else None
    parser = Parser(
        "twin calibrate",
        description=about or "Fit parameters to records; write a YAML file for runs, and a page beside it.",
        epilog=EPILOG.format(topics=lines),
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("topic", help="what is fitted")
    parser.add_argument("file", type=Path, help="CSV, gzipped or not, or Parquet")
    parser.add_argument("words", nargs="*", metavar="key=value", help="options of the topic")
    parser.add_argument("--out", type=Path, help="the YAML file, in a folder called like its configuration group")
    parser.add_argument("--base", help="the choice of that group whose other values are kept")
    parser.add_argument("--overwrite", action="store_true", help="replace the files if they are there")
    return parser


def _fit_of(topic: str) -> "Callable[..., Fit]":
    fit: Callable[..., Fit] = import_module(f"scenarios.calibration.{topic}").fit
    return fit


def _options(fit: Callable[..., Any], words: Sequence[str]) -> dict[str, Any]:
    """Options of a topic, the keyword-only parameters of its ``fit``, each of its default's type."""
    known = {
        name: parameter.default
        for name, parameter in inspect.signature(fit).parameters.items()
        if parameter.kind is parameter.KEYWORD_ONLY
    }
    return {key: _value(key, text, type(known[key])) for key, text in values_of(words, known).items()}


def _value(key: str, text: str, kind: type) -> Any:
    if kind is bool:
        if text not in ("true", "false"):
            raise InputError(f"command line: {key}(={text!r}) must be true or false")
        return text == "true"
    try:
        return kind(text)
    except ValueError:
        raise InputError(f"command line: {key}(={text!r}) must be a number") from None


def _calibrate(given: Namespace, found: "Fit", options: dict[str, Any]) -> int:
    from experiments import calibrated, calibration_page, show_calibration
    from experiments.versions import own_version

    out = given.out or Path("fitted") / found.group / f"{given.topic}.yaml"
    if out.parent.name != found.group:
        better = out.parent / found.group / out.name
        raise InputError(f"--out {out}: must lie in a folder called {found.group!r} for a run to find; write {better}")
    _may_write(out, overwrite=given.overwrite)
    base = given.base or calibrated.default_choice(found.group)
    facts = {
        "Records": given.file.name,
        "SHA-256": hashlib.sha256(given.file.read_bytes()).hexdigest(),
        "Options": " ".join(f"{key}={value}" for key, value in options.items()) or "none",
        "lastmile-twin": own_version(),
    }
    text = calibrated.yaml_text(found, base, facts)
    page = calibration_page.page(found, base, facts)
    calibrated.write(out, found.group, text, page)
    show_calibration.show(found, out)
    return 0


def _may_write(out: Path, *, overwrite: bool) -> None:
    if out.suffix != ".yaml" or not _NAME.match(out.stem):
        raise InputError(f"--out {out}: must be NAME.yaml, with letters, digits, _ and -")
    for path in (out, out.with_suffix(".html")):
        if path.exists() and not (overwrite and path.is_file()):
            raise InputError(f"--out {path}: is there already; choose another name, or add --overwrite")
