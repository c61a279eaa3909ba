"""Scenario packs are laid on each other, multiplied, and refused with a hint."""

from itertools import permutations
from pathlib import Path

import pytest

from experiments.composition import composed
from experiments.confdir import conf_dir
from experiments.guard import plain
from experiments.packs import spread
from tests.experiments.conftest import TOY, Twin
from twin.errors import InputError

ARM = "+arms.other=['{}']"
SMALL = ("city=toy", "demand.parcels_per_day=12.0", "replications=1", "workers=1", "~arms.mixed", "~arms.vans_drones",
         "~arms.vans_robovans")  # fmt: skip


@pytest.mark.parametrize(
    ("word", "sweep"),
    [
        ("scenario=product(storm)", "scenario=weekday,storm"),
        ("scenario=product(peak, storm)", "scenario=weekday,peak,storm,[peak,storm]"),
        ("scenario=[peak,storm]", "scenario=[peak,storm]"),
        ("seed=1,2", "seed=1,2"),
    ],
)
def test_a_product_is_every_combination(word: str, sweep: str) -> None:
    """From none of the packs to all of them; other words stay as they are."""
    assert spread(word) == sweep


@pytest.mark.parametrize("packs", ["", "peak,", "peak,peak", "a,b,c,d,e,f,g"])
def test_a_wrong_product_is_refused(packs: str) -> None:
    """No pack, an empty one, one twice, or too many."""
    with pytest.raises(InputError, match="must name 1 to 6 packs, each once"):
        spread(f"scenario=product({packs})")


@pytest.mark.parametrize("packs", [("peak", "storm", "strike"), ("snow", "storm"), ("heat", "peak")])
def test_the_order_of_packs_that_agree_does_not_matter(packs: tuple[str, ...]) -> None:
    """Packs that set different keys, or the same key to the same value, give one configuration in any order."""
    orders = [plain(composed("config", [f"scenario=[{','.join(order)}]"]).config) for order in permutations(packs)]
    assert all(other == orders[0] for other in orders)


def test_of_packs_that_disagree_the_last_wins() -> None:
    """January and July cannot both be: the last one is."""
    for packs, day in (("snow,heat", 207), ("heat,snow", 25)):
        assert composed("config", [f"scenario=[{packs}]"]).config.weather.day_of_year == day


def test_a_pack_stands_over_groups_and_under_keys() -> None:
    """A pack has more say than the file of a group, a key on the command line more than a pack."""
    over = composed("config", ["weather=calm", "scenario=storm", "weather.wet_days=0.5"])
    assert (over.config.weather.wind_mps, over.config.weather.wet_days) == (9.0, 0.5)
    assert over.config.weather.fog_days == 0.0
    assert over.origin.packs == ("storm",)
    assert over.origin.where("weather.wind_mps").endswith("conf/scenario/storm.yaml")
    assert over.origin.where("weather.fog_days").endswith("conf/weather/calm.yaml")
    assert composed("config", []).origin.packs == ("weekday",)


@pytest.mark.parametrize("word", ["scenario=strom", "scenario=[peak,strom]"])
def test_an_unknown_pack_is_refused_with_a_hint(twin: Twin, word: str) -> None:
    """Alone or in a list, the nearest one is named."""
    said = twin("run", word)
    assert (said.status, said.err) == (2, "twin: config: scenario=strom is not there; did you mean 'storm'?\n")


def test_help_lists_the_packs(twin: Twin) -> None:
    """``--help`` has the group with each pack."""
    packs = sorted(path.stem for path in (conf_dir() / "scenario").glob("*.yaml"))
    assert f"scenario: {', '.join(packs)}\n" in twin("run", "--help").out


def test_a_product_is_swept(twin: Twin, tmp_path: Path) -> None:
    """One pack makes two runs, each in a folder that is named by its packs."""
    said = twin("run", "--multirun", *TOY, "days=1", "scenario=product(strike)", "out=swept")
    assert said.status == 0, said.err
    folders = sorted(path.name.partition("scenario=")[2] for path in (tmp_path / "swept").iterdir() if path.is_dir())
    assert folders == ["strike", "weekday"]


def test_a_product_needs_a_sweep(twin: Twin) -> None:
    """Without ``--multirun`` a product is refused, and nothing is written."""
    said = twin("run", *TOY, "scenario=product(peak,storm)")
    assert said.status == 2
    assert "add --multirun" in said.err


def test_a_comparison_is_played_in_a_scenario(twin: Twin, tmp_path: Path) -> None:
    """The packs of a comparison are those of all arms, and its report names them."""
    assert twin("compare", *SMALL, "scenario=[peak,storm]", "out=made").status == 0
    assert "peak + storm" in (tmp_path / "made" / "report.html").read_text()


def test_an_arm_has_no_customers_of_its_own(twin: Twin) -> None:
    """A pack that changes demand is refused as an arm; one that changes the weather alone is not."""
    said = twin("compare", *SMALL, ARM.format("scenario=peak"))
    assert said.status == 2
    assert said.err.endswith("arms.other: demand is the same for all arms; give the scenario to the whole comparison\n")
