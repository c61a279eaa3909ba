"""Where a value of a configuration comes from, so that a complaint can name the file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf

COMMAND_LINE = "command line"


@dataclass(frozen=True)
class Origin:
    """What a composed configuration was made of.

    Attributes
    ----------
    overrides : tuple of str
        As on the command line, without those of Hydra itself.
    choices : mapping
        Group -> option, as in ``policies/routing`` -> ``nearest``.
    sources : tuple of Path
        Folders that were searched, first match wins.
    config_name : str
        Name of the primary file.
    file : str
        The one file that holds everything, when it was not composed.
    """

    overrides: tuple[str, ...] = ()
    choices: Mapping[str, str] | None = None
    sources: tuple[Path, ...] = ()
    config_name: str = "config"
    file: str = ""

    @classmethod
    def of(cls, hydra: Any) -> "Origin":
        """The origin that Hydra's own node of a composed configuration tells."""
        return cls(
            overrides=_unresolved(hydra.overrides.task),
            choices={str(group): str(option) for group, option in hydra.runtime.choices.items()},
            sources=tuple(Path(source.path) for source in hydra.runtime.config_sources if source.schema == "file"),
            config_name=str(hydra.job.config_name),
        )

    @property
    def extra_dirs(self) -> tuple[str, ...]:
        """Folders searched beside the shipped configuration."""
        return tuple(str(source) for source in self.sources[1:])

    @property
    def packs(self) -> tuple[str, ...]:
        """The scenario packs, in the order in which they were laid on; Hydra tells of one, but not of several."""
        said = [word.partition("=")[2] for word in self.overrides if override_key(word) == "scenario"]
        text = said[-1] if said else (self.choices or {}).get("scenario", "")
        return tuple(name.strip(" '\"") for name in text.strip("[]").split(",") if name.strip())

    def where(self, key: str) -> str:
        """The file, or the command line, that has the last word on a dotted key."""
        if self.file:
            return self.file
        file = self.file_of(key)
        return COMMAND_LINE if file is None else short(file)

    def file_of(self, key: str) -> Path | None:
        """The file that has the last word on a dotted key; None when the command line has it."""
        set_here = [name for name in map(override_key, self.overrides) if name not in (self.choices or {})]
        if any(touches(name, key) or touches(key, name) for name in set_here):
            return None
        for pack in reversed(self.packs):
            for file in (source / "scenario" / f"{pack}.yaml" for source in self.sources):
                if file.is_file() and OmegaConf.select(OmegaConf.load(file), key) is not None:
                    return file
        group = self._group(key)
        name = f"{group}/{(self.choices or {})[group]}" if group else self.config_name
        return next(
            (file for source in self.sources if (file := source / f"{name}.yaml").is_file()), Path(f"{name}.yaml")
        )

    def _group(self, key: str) -> str:
        groups = [group for group in self.choices or {} if touches(group.replace("/", "."), key)]
        inside = [group for group in groups if len(group.split("/")) <= len(key.split("."))]
        return max(inside, key=len, default="")


def _unresolved(overrides: Any) -> tuple[str, ...]:
    """As they were written: reading one by one would fill in what they refer to."""
    texts: Any = OmegaConf.to_container(overrides, resolve=False)
    return tuple(texts)


def override_key(override: str) -> str:
    """The dotted key that an override sets, or the group that it chooses."""
    return override.lstrip("+~").partition("=")[0].partition("@")[0].strip()


def without(overrides: Sequence[str], *keys: str) -> list[str]:
    """The overrides that touch none of these keys."""
    return [override for override in overrides if not any(touches(key, override_key(override)) for key in keys)]


def touches(prefix: str, key: str) -> bool:
    """Whether a dotted key is at or below another."""
    return key == prefix or key.startswith(prefix + ".")


def short(file: Path) -> str:
    """The path as its user would type it: from the working folder, if it is below."""
    try:
        return str(file.relative_to(Path.cwd()))
    except ValueError:
        return str(file)
