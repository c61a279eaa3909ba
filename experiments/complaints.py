"""What Hydra and OmegaConf complain about, as one sentence with the fix."""

import re
import traceback
from collections.abc import Iterable, Sequence
from pathlib import Path

from hydra.errors import HydraException, MissingConfigException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from experiments.confdir import conf_dir
from experiments.overrides import nameless
from experiments.suggest import did_you_mean

CONFIGURATION_ERRORS = (
    *(HydraException, OmegaConfBaseException, ValueError),
    *(AssertionError, TypeError, RecursionError),  # Hydra's own, for overrides that it did not foresee
)

_NO_SUCH_KEY = re.compile(r"Could not override '([^']*)'")
_PLAIN = (
    (
        re.compile(r"Ambiguous value for argument '([^']*)'"),
        "command line: {} has a comma; add --multirun to sweep, or write [a,b] for a list",
    ),
    (
        re.compile(r"Could not delete from config. '([^']*)'"),
        "command line: ~{} is not in the configuration; remove it",
    ),
    (
        re.compile(r"Could not append to config. An item is already at '([^']*)'"),
        "command line: +{} is there already; write it without the +",
    ),
    (
        re.compile(r"Could not delete from config. The value of '([^']*)' is"),
        "command line: ~{0} names another value than the one that is there; write ~{0}",
    ),
    (
        re.compile(r"Error merging override (.*)"),
        "command line: {} has another shape than what is there; see twin run --cfg job",
    ),
    (
        re.compile(r"Could not delete '([^']*)'"),
        "command line: ~{} is no group that was chosen; remove it",
    ),
)


def unknown_key(error: Exception) -> tuple[str, str] | None:
    """The key of an override, and the key at or below it that the configuration has not, if that is the complaint."""
    found = _NO_SUCH_KEY.match(str(error))
    below = str(getattr(error.__cause__, "full_key", None) or "")
    return (found[1], below or found[1]) if found else None


def complaint(error: Exception, overrides: Sequence[str], files: Iterable[str]) -> str:
    """The sentence for an error that composing with these overrides met; ``files`` are folders."""
    if isinstance(error, MissingConfigException):
        return _missing_file(error, files)
    if isinstance(error, RecursionError):
        return _circle(error)
    text = " ".join(str(error).split())
    for pattern, sentence in _PLAIN:
        if (found := pattern.match(text)) is not None:
            return sentence.format(found[1])
    if text.startswith("Config group override must be") or (isinstance(error, TypeError) and _no_choices(overrides)):
        return _no_choice(overrides)
    text = text.partition(" full_key:")[0].partition(" See https")[0] or "cannot be composed"
    return f"configuration: {text}; check the overrides"


def _circle(error: RecursionError) -> str:
    """The files that name each other without end, as Hydra went through them."""
    frames = (frame for frame, _ in traceback.walk_tb(error.__traceback__))
    paths = [frame.f_locals.get("path") for frame in frames if frame.f_code.co_name == "_create_defaults_tree_impl"]
    files = list(dict.fromkeys(f"{path}.yaml" for path in paths[-len(paths) // 2 :] if path))
    if not files:
        return "configuration: nests without end; flatten it"
    return f"{files[0]}: its defaults name {' and then '.join([*files[1:], files[0]])} again; remove one of them"


def _no_choices(overrides: Sequence[str]) -> list[str]:
    """The groups that are set to something that is neither a name nor a list of names."""
    return [key for key in nameless(overrides) if (conf_dir() / key).is_dir()]


def _no_choice(overrides: Sequence[str]) -> str:
    """The group that is set to something that is neither a name nor a list of names."""
    key = next(iter(_no_choices(overrides)), "it")
    return f"command line: {key} is a group and needs the name of a choice, as in fleet=vans; see twin run --help"


def _missing_file(error: MissingConfigException, files: Iterable[str]) -> str:
    group, _, option = str(error.missing_cfg_file or "").rpartition("/")
    if not group:
        return f"configuration {option!r} is not there; check --config-name and --config-dir"
    within = re.match(r"In '([^']*)'", str(error))
    place = str(within[1]) if within else "defaults"
    known = error.options or [path.stem for folder in files for path in (Path(folder) / group).glob("*.yaml")]
    return f"{place}: {group}={option} is not there; {did_you_mean(option, known)}"


def no_such_key(said: str, key: str, config: DictConfig) -> str:
    """The sentence for an override of ``said`` when there is no ``key``, at or near it; with the nearest that is."""
    parts = key.replace("/", ".").split(".")
    while len(parts) > 1 and not OmegaConf.is_dict(OmegaConf.select(config, ".".join(parts[:-1]))):
        parts.pop()
    parent = ".".join(parts[:-1])
    node = OmegaConf.select(config, parent) if parent else config
    known = [f"{parent}.{name}" if parent else name for name in map(str, node) if name != "hydra"]
    place = "" if key.startswith(said) else f"{said}: "
    return f"command line: {place}there is no key {key}; {did_you_mean('.'.join(parts), known)}"
