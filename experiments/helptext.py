"""``twin run --help``: what can be chosen, and the configuration as it stands."""

from collections.abc import Iterator

from omegaconf import OmegaConf

from experiments.composition import Composed

_HELP = """\
Usage: twin run [override ...]      or  twin compare [override ...]

Groups (group=option)

{groups}

Configuration (key=value)

{config}

Options: --multirun (sweep: seed=1,2,3), --cfg job (show the configuration), --config-dir DIR (add your own),
--hydra-help. Choose from a group with group=option, set a value with key=value."""


def choices(made: Composed) -> str:
    """Every group with its options, and every key with its value."""
    config = OmegaConf.to_yaml(made.config).rstrip()
    return _HELP.format(groups="\n".join(_groups(made)), config=config)


def _groups(made: Composed) -> Iterator[str]:
    """The groups that can be chosen from on the command line: those that the defaults name."""
    for group in sorted(made.origin.choices or {}):
        if not group.startswith("hydra/"):
            folder = group.partition("@")[0]
            files = (file for source in made.origin.sources for file in (source / folder).glob("*.yaml"))
            yield f"{group}: {', '.join(sorted({file.stem for file in files}))}"
