"""A result says which numbers moved it, and where they come from."""

import json
from pathlib import Path

from experiments.composition import composed, job_of
from experiments.config import Job
from experiments.provenance import Moved, grades, moved
from experiments.shipped import names
from tests.experiments.conftest import TOY, Twin


def job(*overrides: str) -> Job:
    """A run with these overrides."""
    return job_of(composed("config", list(overrides)))


def changed(*jobs: Job) -> dict[str, Moved]:
    """Key -> the numbers that are not as by default."""
    return {one.key: one for one in moved({f"arm{n}": one for n, one in enumerate(jobs)}) if one.changed}


def test_the_default_run_has_changed_nothing() -> None:
    """Only the numbers that decide most are named, with a source each."""
    found = moved({"run": job()})
    assert [one.key for one in found if one.changed] == []
    assert "vehicle.drone.vehicles_per_operator" in [one.key for one in found]


def test_each_change_is_named_once() -> None:
    """Keys, counts, vehicles that are gone, policies, carriers and what a scenario pack sets."""
    found = changed(job("fleet=vans", "policies/routing=nearest", "carriers=none", "scenario=peak",
                        "fleet.vans_early.kind.wage_usd_h=30.0", "operation.grid_kgco2_kwh=1.5"))  # fmt: skip
    assert found.keys() == {
        *("policies/routing", "carriers", "demand.peak", "operation.grid_kgco2_kwh"),
        *("fleet.vans_early.count", "fleet.vans_late.count", "fleet.drones.count", "fleet.robovans.count"),
        "fleet.vans_early.kind.wage_usd_h",
    }
    assert (found["policies/routing"].values, found["policies/routing"].default) == ({"arm0": "nearest"}, "insertion")
    assert (found["carriers"].values, found["fleet.drones.count"].values) == ({"arm0": "none"}, {})
    assert (found["demand.peak"].values, found["demand.peak"].default) == ({"arm0": 1.3}, 1.0)
    assert found["operation.grid_kgco2_kwh"].outside
    assert not found["fleet.vans_early.kind.wage_usd_h"].outside


def test_arms_are_told_apart() -> None:
    """A number has the value of each arm that uses it."""
    vans, mixed = job("fleet=vans"), job("fleet=mixed")
    found, counts = changed(vans, mixed), [one.scenario.fleet["vans_early"].count for one in (vans, mixed)]
    assert counts[0] != counts[1]
    assert found["fleet.vans_early.count"].values == {"arm0": counts[0], "arm1": counts[1]}
    assert found["fleet.drones.count"].values.keys() == {"arm1"}


def test_grades_count_every_number_in_use() -> None:
    """Each number is counted once, and a changed one as the user's own."""
    usual, other = job(), job("operation.pick_usd=3.0")
    assert sum(grades(usual).values()) == len({name for _, name, _ in names(usual.plain)})
    assert grades(other)["own"] == grades(usual).get("own", 0) + 1
    assert grades(other)["C"] == grades(usual)["C"] - 1


def test_a_run_says_so_in_its_manifest_and_on_the_terminal(twin: Twin) -> None:
    """The manifest names the packs, the grades and each number; the terminal the changes."""
    said = twin("run", *TOY, "scenario=[peak,storm]", "out=made")
    manifest = json.loads(Path("made/manifest.json").read_text())
    assert manifest["scenario"] == ["peak", "storm"]
    numbers = {row["key"]: row for row in manifest["evidence"]}
    assert numbers["demand.peak"]["value"] == 1.3
    assert [numbers[key]["set_by"] for key in ("demand.peak", "city.kind")] == ["scenario=peak", "city=toy"]
    assert all("set_by" in row for row in numbers.values() if row["changed"])
    assert numbers["city.kind"]["grade"] == "D"
    assert sum(manifest["grades"].values()) > 100
    assert "Not as by default" in said.out
    assert "scenario=peak" in said.out
    assert "by grade of their source" in said.out


def test_a_report_shows_every_number_that_moved(twin: Twin) -> None:
    """The page has a row for each number of the manifest, with its source, and says what lies outside."""
    words = ("city=toy", "demand.parcels_per_day=12.0", "replications=1", "workers=1", "out=made")
    arms = ("~arms.mixed", "~arms.vans_drones", "~arms.vans_robovans", "+arms.robots=['fleet=robots']")
    assert twin("compare", *words, *arms, "operation.grid_kgco2_kwh=1.5").status == 0
    page, manifest = Path("made/report.html").read_text(), json.loads(Path("made/manifest.json").read_text())
    assert [row["key"] for row in manifest["evidence"] if f'<th scope="row">{row["key"]}' not in page] == []
    assert "the metric that decides; operators publish none" in page
    assert page.count("(outside)") == 1
    assert all("set_by" in row for row in manifest["evidence"] if row["changed"])
    assert "set by command line" in page
    assert "set by robots: fleet=robots" in page or "vans: fleet=vans<br>robots: fleet=robots" in page
    assert manifest["grades"].keys() == {"vans", "robots"}
