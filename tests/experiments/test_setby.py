"""Of each number that is not as shipped it is known what set it, and of a file of one's own where it has it from."""

from pathlib import Path

import pytest

from experiments.composition import composed
from experiments.origin import Origin
from experiments.setby import LONGEST, set_by

FITTED = """\
# weather fitted to records: 8,701 used of 26,115
# Records: weather.csv.gz
# SHA-256: cfdd6a
defaults:
  - temperate
  - _self_
wind_mps: 4.2
gust: 1.4
"""


def origin(*words: str, folder: Path | None = None) -> Origin:
    """What a run with these words was made of."""
    return composed("config", list(words), [str(folder)] if folder else []).origin


@pytest.mark.parametrize(
    ("words", "key", "said"),
    [
        (["operation.pick_usd=2.0"], "operation.pick_usd", "command line"),
        (["weather=storm"], "weather.wind_mps", "weather=storm"),
        (["scenario=[peak,storm]"], "weather.wind_mps", "scenario=storm"),
        (["scenario=[peak,storm]"], "demand.peak", "scenario=peak"),
        (["scenario=storm", "weather.wind_mps=12.0"], "weather.wind_mps", "command line"),
        (["fleet=vans"], "fleet.drones.count", "fleet=vans"),
        (["policies/routing=nearest"], "policies.routing", "policies/routing=nearest"),
    ],
)
def test_who_has_the_last_word_is_named(words: list[str], key: str, said: str) -> None:
    """The command line over a pack, a pack over the choice of a group."""
    assert set_by(origin(*words), key) == said


def test_a_file_of_one_s_own_says_where_it_has_its_numbers_from(tmp_path: Path) -> None:
    """What twin calibrate wrote on top of it: records, digest, how many were used."""
    (tmp_path / "weather").mkdir()
    (tmp_path / "weather" / "mine.yaml").write_text(FITTED)
    said = set_by(origin("weather=mine", folder=tmp_path), "weather.wind_mps")
    assert said == (
        "weather=mine: weather fitted to records: 8,701 used of 26,115; Records: weather.csv.gz; SHA-256: cfdd6a"
    )
    assert set_by(origin("weather=mine", "scenario=storm", folder=tmp_path), "weather.wind_mps") == "scenario=storm"


def test_a_file_that_builds_on_another_names_the_other_s_records(tmp_path: Path) -> None:
    """A key that it does not set itself comes from the file beside it."""
    (tmp_path / "weather").mkdir()
    (tmp_path / "weather" / "mine.yaml").write_text(FITTED)
    (tmp_path / "weather" / "more.yaml").write_text("# a guess\ndefaults:\n  - mine\n  - _self_\ngust: 1.8\n")
    made = origin("weather=more", folder=tmp_path)
    assert set_by(made, "weather.gust") == "weather=more: a guess"
    assert set_by(made, "weather.wind_mps").startswith("weather=more: weather fitted to records")


def test_what_a_file_builds_on_elsewhere_is_passed_over(tmp_path: Path) -> None:
    """Defaults of other groups, overrides of Hydra's: only the files beside it are looked at."""
    (tmp_path / "mine.yaml").write_text(
        "# all mine\ndefaults:\n  - config\n  - /weather/storm@weather\n  - _self_\n"
        "  - override hydra/job_logging: none\n"
        "days: 3\n"
    )
    made = composed("mine", [], [str(tmp_path)]).origin
    assert set_by(made, "days") == "mine.yaml: all mine"


def test_what_a_file_says_of_itself_is_repeated_up_to_a_length(tmp_path: Path) -> None:
    """A long head is cut."""
    (tmp_path / "weather").mkdir()
    (tmp_path / "weather" / "mine.yaml").write_text("# long\n" * 200 + "defaults: [temperate, _self_]\ngust: 1.8\n")
    said = set_by(origin("weather=mine", folder=tmp_path), "weather.gust").partition(": ")[2]
    assert len(said) == LONGEST
    assert said.endswith("...")


def test_a_cell_of_a_sweep_and_a_snapshot_say_what_they_know() -> None:
    """The words of the cell; the snapshot's file."""
    cell = Origin(overrides=("weather=storm", "scenario=peak"))
    assert set_by(cell, "weather.wind_mps") == "weather=storm"
    assert set_by(cell, "demand.peak") == "scenario=peak"
    assert set_by(Origin(file="outputs/noon/snapshot.json"), "days") == "snapshot.json"
