"""What Hydra, OmegaConf and YAML complain about, as one sentence with the fix."""

import re
from collections.abc import Iterable
from pathlib import Path

from hydra.errors import HydraException, MissingConfigException, OverrideParseException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException
from yaml import MarkedYAMLError, YAMLError

from experiments.suggest import did_you_mean

CONFIGURATION_ERRORS = (HydraException, OmegaConfBaseException, YAMLError, UnicodeDecodeError, ValueError)

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
)


def unknown_key(error: Exception) -> str | None:
    """The key that an override names and the configuration has not, if that is the complaint."""
    found = _NO_SUCH_KEY.match(str(error))
    return found[1] if found else None


def complaint(error: Exception, files: Iterable[str]) -> str:
    """The sentence for an error; ``files`` says where a file that cannot be read may stand."""
    match error:
        case MissingConfigException():
            return _missing_file(error, files)
        case OverrideParseException():
            return f"command line: {error.override!r} cannot be read; write key=value, quoting odd characters"
        case MarkedYAMLError():
            return _yaml(error)
        case UnicodeDecodeError():
            return f"a configuration file in {' or '.join(files)} is not UTF-8 text; save it as UTF-8"
    text = " ".join(str(error).split())
    for pattern, sentence in _PLAIN:
        if (found := pattern.match(text)) is not None:
            return sentence.format(found[1])
    return f"configuration: {text.partition(' full_key:')[0].partition(' See https')[0]}; check the overrides"


def _missing_file(error: MissingConfigException, files: Iterable[str]) -> str:
    group, _, option = str(error.missing_cfg_file or "").rpartition("/")
    if not group:
        return f"configuration {option!r} is not there; check --config-name and --config-dir"
    within = re.match(r"In '([^']*)'", str(error))
    place = str(within[1]) if within else "defaults"
    known = error.options or [path.stem for folder in files for path in (Path(folder) / group).glob("*.yaml")]
    return f"{place}: {group}={option} is not there; {did_you_mean(option, known)}"


def _yaml(error: MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    place = f"{mark.name}, line {mark.line + 1}" if mark else "configuration"
    return f"{place}: {error.problem or error.context}; mend the YAML there"


def no_such_key(key: str, config: DictConfig) -> str:
    """The sentence for a key that is not there, with the nearest one that is."""
    parts = key.replace("/", ".").split(".")
    while len(parts) > 1 and not OmegaConf.is_dict(OmegaConf.select(config, ".".join(parts[:-1]))):
        parts.pop()
    parent = ".".join(parts[:-1])
    node = OmegaConf.select(config, parent) if parent else config
    known = [f"{parent}.{name}" if parent else name for name in map(str, node) if name != "hydra"]
    return f"command line: there is no key {key}; {did_you_mean('.'.join(parts), known)}"
