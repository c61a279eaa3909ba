"""A run on records says which file it was, what was left out, and goes on with that file only."""

import json
from pathlib import Path

import pytest

from tests.experiments.conftest import Twin

RECORDS = "time,lon,lat\n" + "2024-03-04 09:15,-100,40\n" * 4 + "2024-03-04 10:00,0,0\n"


@pytest.fixture(autouse=True)
def orders(tmp_path: Path) -> Path:
    """Four orders of the toy city and one of the sea."""
    path = tmp_path / "orders.csv"
    path.write_text(RECORDS)
    return path


def test_the_manifest_says_what_was_played(twin: Twin, tmp_path: Path) -> None:
    """The digest of the file and what was left out stand in it; what was left out is said."""
    said = twin("run", "city=toy", "demand.orders=orders.csv", "out=run")
    assert said.status == 0, said.err
    assert said.out.startswith("Orders left out: 1 of 5, more than 1 km from any street.\n")
    about = json.loads((tmp_path / "run" / "manifest.json").read_text())
    assert about["notes"] == ["Orders left out: 1 of 5, more than 1 km from any street."]
    assert set(about["data_sha256"]) == {"demand.orders"}
    assert json.loads((tmp_path / "run" / "kpis.json").read_text())["orders"] in (0.0, 4.0)


def test_a_run_goes_on_with_the_same_file_only(twin: Twin, orders: Path) -> None:
    """After the file has changed a snapshot is refused, naming the key and the file."""
    assert twin("run", "city=toy", "demand.orders=orders.csv", "until=12:00", "out=noon").status == 0
    assert twin("resume", "noon/snapshot.json", "out=on").status == 0
    orders.write_text(RECORDS + "2024-03-04 11:00,-100,40\n")
    said = twin("resume", "noon/snapshot.json", "out=off")
    assert said.status == 2
    assert "demand.orders(=orders.csv) has changed since" in said.err
