"""A real extract becomes a city that a run can use, and what was repaired is said."""

import os
from pathlib import Path

import pytest

from tests.experiments.conftest import Twin, files

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("LASTMILE_DATA", ROOT.parent / "shared" / "data")) / "cities"


@pytest.mark.skipif(not DATA.is_dir(), reason=f"{DATA} is not there; set LASTMILE_DATA")
def test_a_real_city_is_imported_and_run(twin: Twin, tmp_path: Path) -> None:
    """Sao Paulo with its people: sentences on repairs, one file, and a run whose manifest has the file's digest."""
    source = DATA / "sao_paulo" / "drive_simplified.graphml.gz"
    people = DATA / "sao_paulo" / "population_jobs_h3r9.csv"
    said = twin("city", "import", str(source), f"people={people}", "--out", "sao_paulo.city", "name=sao_paulo")
    assert said.status == 0, said
    assert "maxspeed" in said.out
    assert "sao_paulo: 3,5" in said.out
    assert files(tmp_path) == ["sao_paulo.city"]
    again = twin("city", "import", str(source), "--out", "sao_paulo.city")
    assert again.status == 2
    assert "--overwrite" in again.err
    run = ("city=file", "city.path=sao_paulo.city", "demand.parcels_per_day=50.0", "policies/routing=nearest")
    assert twin("run", *run, "out=run").status == 0
    assert "city.path" in (tmp_path / "run" / "manifest.json").read_text()


@pytest.mark.skipif(not DATA.is_dir(), reason=f"{DATA} is not there; set LASTMILE_DATA")
@pytest.mark.parametrize(
    "source", ["sao_paulo/spo_osm.pbf", "monaco/monaco.osm.pbf", "columbus/drive_simplified.graphml.gz"]
)
def test_other_real_extracts_run_too(twin: Twin, source: str) -> None:
    """The raw extract, another country and a larger town: imported, and a day delivered on their streets."""
    assert twin("city", "import", str(DATA / source), "--out", "town.city").status == 0
    few = ("demand.parcels_per_day=20.0", "policies/routing=nearest")
    said = twin("run", "city=file", "city.path=town.city", *few, "out=run")
    assert said.status == 0, said
    assert "delivered " in said.out


@pytest.mark.skipif(not DATA.is_dir(), reason=f"{DATA} is not there; set LASTMILE_DATA")
def test_arms_are_compared_on_a_real_city(twin: Twin, tmp_path: Path) -> None:
    """Compare works on a compiled city as on a drawn one."""
    source = DATA / "sao_paulo" / "drive_simplified.graphml.gz"
    assert twin("city", "import", str(source), "--out", "town.city").status == 0
    few = ("demand.parcels_per_day=20.0", "policies/routing=nearest", "replications=2", "workers=1")
    said = twin("compare", "city=file", "city.path=town.city", *few, "~arms.mixed", "~arms.vans_robovans", "out=which")
    assert said.status == 0, said
    assert (tmp_path / "which" / "report.html").stat().st_size > 100_000


def test_a_city_file_that_was_changed_is_noticed(twin: Twin, tmp_path: Path) -> None:
    """A snapshot goes on only with the very file that its run began with."""
    from scenarios.cityfile import write_city
    from scenarios.spec import CitySpec
    from scenarios.synthetic import synthetic_city

    write_city(synthetic_city(CitySpec(nodes=100)), tmp_path / "mine.city")
    run = (
        "city=file",
        "city.path=mine.city",
        "city.lockers=1",
        "demand.parcels_per_day=20.0",
        "policies/routing=nearest",
    )
    assert twin("run", *run, "until=12:00", "out=noon").status == 0
    write_city(synthetic_city(CitySpec(nodes=101)), tmp_path / "mine.city")
    said = twin("resume", "noon/snapshot.json")
    assert said.status == 2
    assert "has changed since" in said.err
    (tmp_path / "mine.city").unlink()
    said = twin("resume", "noon/snapshot.json")
    assert said.status == 2
    assert "city.path(=mine.city) cannot be read" in said.err


def test_a_city_file_that_is_none_is_refused(twin: Twin, tmp_path: Path) -> None:
    """Text under the right name: one sentence, nothing written."""
    (tmp_path / "mine.city").write_text("not a city")
    said = twin("run", "city=file", "city.path=mine.city", "out=run")
    assert said.status == 2
    assert "mine.city" in said.err
    assert files(tmp_path) == ["mine.city"]
