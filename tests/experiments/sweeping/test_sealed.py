"""A file that is not whole is never believed."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from experiments.sweeping.sealed import read_sealed, write_sealed
from experiments.sweeping.shards import FOLDER, read_run, shard, write_run
from twin.errors import InputError

HERE = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@HERE
@given(value=JSON)
def test_what_is_written_is_read(tmp_path: Path, value: Any) -> None:
    """Every JSON value comes back, to the last bit of a number."""
    digest = write_sealed(tmp_path / "a.json", "run", value)
    assert read_sealed(tmp_path / "a.json", "run") == (value, digest)


@HERE
@given(value=JSON, data=st.data())
def test_a_changed_file_is_refused(tmp_path: Path, value: Any, data: st.DataObject) -> None:
    """Cut anywhere, or with any byte changed: refused in a sentence."""
    path = tmp_path / "a.json"
    write_sealed(path, "run", value)
    whole = path.read_bytes()
    place = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != whole[place]))
    for wrong in (whole[:place], whole[:place] + bytes([other]) + whole[place + 1 :], whole + b"\n"):
        path.write_bytes(wrong)
        with pytest.raises(InputError, match="is no whole run"):
            read_sealed(path, "run")


def test_another_kind_is_refused(tmp_path: Path) -> None:
    """A plan is not a run."""
    write_sealed(tmp_path / "a.json", "sweep", {})
    with pytest.raises(InputError, match="is no whole run"):
        read_sealed(tmp_path / "a.json", "run")


def test_a_run_is_known_by_cell_and_seed(tmp_path: Path) -> None:
    """Under another name, or not there, it is none; in its place it is what was written."""
    (tmp_path / FOLDER).mkdir()
    record = {"seed": 3, "fingerprint": "f", "kernel_events": 7, "values": {"orders": 0.1}, "blocks": ["b"],
              "portrait": {}, "arm": "not kept"}  # fmt: skip
    write_run(tmp_path, "a" * 64, record)
    assert read_run(tmp_path, "a" * 64, 3) == {"key": "a" * 64, **{k: v for k, v in record.items() if k != "arm"}}
    text = shard(tmp_path, "a" * 64, 3).read_text()
    for key, seed in (("a" * 64, 4), ("b" * 64, 3), ("a" * 16 + "b" * 48, 3)):
        shard(tmp_path, key, seed).write_text(text)
        assert read_run(tmp_path, key, seed) is None
    assert read_run(tmp_path, "c" * 64, 3) is None
