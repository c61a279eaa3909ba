"""Configuration files from somebody: each is checked as Hydra asks for it, and named when it is wrong.

A file is data of strangers. A dozen lines of YAML aliases can stand for more than fits into memory, a thousand brackets
for more than a stack holds, and ``../`` for a file of somebody else.
"""

import re
from pathlib import Path
from typing import Any

import yaml
from hydra._internal.core_plugins import file_config_source
from hydra._internal.sources_registry import SourcesRegistry
from hydra.core.plugins import Plugins
from hydra.plugins.config_source import ConfigResult
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from experiments.confdir import conf_dir
from experiments.guard import MAX_DEPTH
from experiments.origin import short
from twin.errors import InputError

_PACKAGE = re.compile(r"[A-Za-z0-9_.]+")
_OPENS = (yaml.BlockMappingStartToken, yaml.BlockSequenceStartToken, yaml.FlowMappingStartToken,
          yaml.FlowSequenceStartToken)  # fmt: skip
_CLOSES = (yaml.BlockEndToken, yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)


class FileConfigSource(file_config_source.FileConfigSource):
    """Hydra's source of YAML files, which trusts no file but the shipped ones.

    It has the name of the original, because a launcher's process registers that one after it.
    """

    def load_config(self, config_path: str) -> ConfigResult:
        """Read a file.

        Raises
        ------
        InputError
            Naming the file, if it is not text, not YAML, uses aliases, nests too deep, or is no mapping.
        """
        path = Path(self.path, self._normalize_file_name(config_path))
        if Path(self.path) == conf_dir():
            return super().load_config(config_path)
        if ".." in Path(config_path).parts:
            raise InputError(f"{short(Path(self.path))}: {config_path} leads out of this folder; name a file within")
        scan(path)
        try:
            result = super().load_config(config_path)
        except yaml.MarkedYAMLError as error:
            raise InputError(_yaml(path, error)) from None
        except (yaml.YAMLError, OmegaConfBaseException, ValueError, TypeError) as error:
            raise InputError(f"{short(path)}: {_reason(error)}; mend the file") from None
        _check(path, result)
        return result


def check_files() -> None:
    """Have Hydra read files through :class:`FileConfigSource` from now on."""
    Plugins.instance()  # registers Hydra's own sources first
    SourcesRegistry.instance().types["file"] = FileConfigSource


def scan(path: Path) -> None:
    """Look at the marks of a file before anything is made of them.

    Raises
    ------
    InputError
        If it is no text, uses aliases or nests too deep.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise InputError(f"{short(path)}: is not UTF-8 text; save it as UTF-8") from None
    except OSError as error:
        raise InputError(f"{short(path)}: cannot be read ({error.strerror}); check the file") from None
    depth = 0
    try:
        for token in yaml.scan(text):
            line = f"{short(path)}: line {token.start_mark.line + 1}"
            if isinstance(token, yaml.AliasToken):
                raise InputError(f"{line}: *{token.value} is a YAML alias; write the value out")
            depth += isinstance(token, _OPENS) - isinstance(token, _CLOSES)
            if depth > MAX_DEPTH:
                raise InputError(f"{line}: nests deeper than {MAX_DEPTH} levels; flatten it")
    except yaml.YAMLError:
        return  # reading it says what is wrong


def _check(path: Path, result: ConfigResult) -> None:
    """What Hydra would complain about without naming the file, or not at all."""
    config, package = result.config, result.header["package"]
    if package is not None and not _PACKAGE.fullmatch(package):
        raise InputError(f"{short(path)}: # @package {package} is no dotted name; correct its first line")
    if not isinstance(config, DictConfig):
        raise InputError(f"{short(path)}: must hold keys and values, as in  days: 3; mend the file")
    data: Any = OmegaConf.to_container(config, resolve=False)
    _text_keys(path, data)
    defaults = data.get("defaults", [])
    if not isinstance(defaults, list) or not all(map(_is_default, defaults)):
        raise InputError(f"{short(path)}: defaults must be a list of names or group: name; mend it")


def _text_keys(path: Path, node: Any) -> None:
    for key, value in node.items() if isinstance(node, dict) else ():
        if not isinstance(key, str):
            raise InputError(f"{short(path)}: YAML reads a key there as {key!r}, which is no text; quote it")
        _text_keys(path, value)


def _is_default(entry: Any) -> bool:
    return isinstance(entry, str) or (
        isinstance(entry, dict) and len(entry) == 1 and isinstance(next(iter(entry.values())), str | list | None)
    )


def _yaml(path: Path, error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    line = f", line {mark.line + 1}" if mark else ""
    return f"{short(path)}{line}: {error.problem or error.context}; mend the YAML there"


def _reason(error: Exception) -> str:
    """What is wrong in our words, where Python's would send the reader elsewhere."""
    if "integer string conversion" in str(error):
        return "a whole number has thousands of digits"
    if isinstance(error, yaml.reader.ReaderError):
        return f"holds a character that YAML does not allow, #x{error.character:04x}"
    said = " ".join(str(error).partition("full_key:")[0].split())
    return said or "holds something that is no text, number, list or mapping"
