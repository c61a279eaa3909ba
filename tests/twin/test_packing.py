"""What is packed comes back the same, and nothing else is taken for it."""

import json
from array import array
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.packing import named, pack, reader


class Pair(NamedTuple):
    """Two numbers."""

    one: int
    other: float


@dataclass
class Thing:
    """One of everything that can be packed."""

    number: int
    truth: bool
    weight: float
    raw: bytes
    flags: bytearray
    column: "array[int]"
    shares: "array[float]"
    rows: list[list[int]]
    heap: list[tuple[int, int]]
    pairs: dict[int, Pair] = field(default_factory=dict)


int64 = st.integers(-(1 << 63), (1 << 63) - 1)
real = st.floats(allow_nan=False, allow_infinity=False)
things = st.builds(
    Thing, int64, st.booleans(), real, st.binary(), st.binary().map(bytearray),
    st.lists(st.integers(-128, 127)).flatmap(lambda xs: st.sampled_from("bhiq").map(lambda code: array(code, xs))),
    st.lists(real).map(lambda xs: array("d", xs)), st.lists(st.lists(int64)), st.lists(st.tuples(int64, int64)),
    st.dictionaries(int64, st.builds(Pair, int64, real)),
)  # fmt: skip


def through_json(thing: Any) -> Any:
    """What a file would hold."""
    return json.loads(json.dumps(pack(thing)))


@given(things)
def test_everything_comes_back(thing: Thing) -> None:
    """Through JSON and back, a record is equal in every value and type."""
    other = reader(Thing)(through_json(thing))
    assert other == thing
    assert other.column.typecode == thing.column.typecode
    assert isinstance(other.flags, bytearray)
    assert all(isinstance(pair, Pair) for pair in other.pairs.values())


WRONG: list[tuple[Any, list[Any]]] = [
    (int, [True, 1.0, "1", None, [1], 1 << 63, -(1 << 63) - 1]),
    (bool, [0, 1, "true", None]),
    (float, [1, "1.0", True, None, float("nan"), float("inf")]),
    (list[int], [{}, 1, "12", [True], [[1]], None]),
    (tuple[int, int], [[1], [1, 2, 3], {}, [1, None]]),
    (dict[int, int], [{}, [1], [[1]], [[1, 2], [1, 3]], [["1", 2]], [[1, 2, 3]]]),
    (Pair, [[1], [1, 2], [1, 2.0, 3], None]),
    (bytes, ["", {}, {"bytes": 1}, {"bytes": "!"}, {"bytes": "AAAA"}, None]),
    ("array[int]", [[], {}, {"array": "d", "data": ""}, {"array": "qq", "data": ""}, {"array": 1, "data": ""}]),
    ("array[float]", [pack(array("q", [1])), pack(array("d", [float("nan")]))]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "value"), [(kind, value) for kind, values in WRONG for value in values])
def test_what_is_something_else_is_refused(kind: Any, value: Any) -> None:
    """A value of another type, size or range is a ValueError, never a wrong object."""
    with pytest.raises(ValueError, match=r"."):
        reader(kind)(value)


@given(things, st.sampled_from(["number", "truth", "column", "pairs"]))
def test_the_field_is_named(thing: Thing, name: str) -> None:
    """Of an object with its fields by name, the one that is wrong, missing or unknown is named."""
    values = {key: pack(value) for key, value in vars(thing).items()}
    assert named(Thing, values) == thing
    with pytest.raises(ValueError, match=f"^{name}: must be"):
        named(Thing, values | {name: "wrong"})
    with pytest.raises(ValueError, match=r"^more: is not known"):
        named(Thing, values | {"more": 1})
    with pytest.raises(ValueError, match=f"^{name}: is missing"):
        named(Thing, {key: value for key, value in values.items() if key != name})


def test_a_column_of_half_numbers_is_refused() -> None:
    """A column whose bytes are no whole numbers is refused."""
    packed = pack(array("q", [1, 2]))
    with pytest.raises(ValueError, match="bytes length"):
        reader("array[int]")(packed | {"data": pack(b"123")["bytes"]})
