"""Arrays come back as they were written, mapped; what is not wholly ours is nothing."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from twin.mapped import digest, read, write


@given(st.dictionaries(st.sampled_from("abc"), arrays(st.sampled_from([np.int32, np.int64]), array_shapes(max_side=9))))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, some: dict[str, np.ndarray]) -> None:
    """Same names, types, shapes and numbers, read-only."""
    path = tmp_path_factory.mktemp("mapped") / "some.arrays"
    write(path, "key", some)
    found = read(path, "key")
    assert found is not None
    assert list(found) == list(some)
    for name, array in some.items():
        assert found[name].dtype == array.dtype
        assert np.array_equal(found[name], array)
        assert not found[name].flags.writeable


def test_a_file_of_another_key_is_none(tmp_path: Path) -> None:
    """What was computed from something else is not ours, nor is a folder or what is not there."""
    path = tmp_path / "some.arrays"
    write(path, "key", {"a": np.arange(3)})
    assert read(path, "other") is None
    assert read(tmp_path, "key") is None
    assert read(tmp_path / "none", "key") is None


@pytest.mark.parametrize("at", [0, 20, 5000, -1])
def test_a_flipped_bit_anywhere_is_seen(tmp_path: Path, at: int) -> None:
    """In the header, in the numbers, in the last byte."""
    path = tmp_path / "some.arrays"
    write(path, "key", {"a": np.arange(400)})
    data = bytearray(path.read_bytes())
    data[at] ^= 4
    path.write_bytes(data)
    assert read(path, "key") is None


@pytest.mark.parametrize("dtype", ["object", "float64", "|O"])
def test_only_plain_integers_are_read(tmp_path: Path, dtype: str) -> None:
    """A header that asks for objects gets nothing."""
    path = tmp_path / "some.arrays"
    write(path, "key", {"a": np.arange(4)})
    data = path.read_bytes().replace(b'"int64"', f'"{dtype}"'.encode(), 1)
    path.write_bytes(data[:4095].rstrip().ljust(4095) + b"\n" + data[data.index(b"\n") + 1 :])
    assert read(path, "key") is None


def test_a_crash_while_writing_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Torn off before the rename, what was there is there, and nothing else is left."""
    path = tmp_path / "some.arrays"
    write(path, "key", {"a": np.arange(3)})

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", crash)
    with pytest.raises(KeyboardInterrupt):
        write(path, "key", {"a": np.arange(4)})
    assert [each.name for each in tmp_path.iterdir()] == ["some.arrays"]
    found = read(path, "key")
    assert found is not None
    assert found["a"].tolist() == [0, 1, 2]


def test_digests_tell_arrays_apart() -> None:
    """By content, type, shape and order."""
    a, b = np.arange(6), np.arange(6).reshape(2, 3)
    assert len({digest(a), digest(b), digest(a.astype(np.int32)), digest(a, b), digest(b, a), digest(a[::-1])}) == 6
    assert digest(a) == digest(a.copy())
