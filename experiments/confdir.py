"""Where the configuration stands: beside the packages in a checkout, inside ``twin`` once installed."""

from pathlib import Path

import twin


def conf_dir() -> Path:
    """The folder of the shipped configuration.

    Raises
    ------
    FileNotFoundError
        If neither place has it: the installation is broken.
    """
    package = Path(twin.__file__).absolute().parent
    for place in (package / "conf", package.parent / "conf"):
        if (place / "config.yaml").is_file():
            return place
    raise FileNotFoundError(f"{package / 'conf' / 'config.yaml'}: the configuration was not installed")
