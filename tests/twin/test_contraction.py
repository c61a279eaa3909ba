"""An order of contraction is an order, or there is none."""

import numpy as np
import pytest

from scenarios.spec import CitySpec
from scenarios.synthetic import synthetic_city
from twin import contraction
from twin.contraction import is_order, ranks

CITY = synthetic_city(CitySpec(nodes=400))


def test_pyroutingkit_orders_all_nodes() -> None:
    """Each junction has a rank of its own, the same each time."""
    pytest.importorskip("pyroutingkit")
    rank = ranks(CITY)
    assert rank is not None
    assert is_order(rank, CITY.nodes)
    again = ranks(CITY)
    assert again is not None
    assert np.array_equal(rank, again)


def test_without_it_there_is_no_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """None, and no traceback."""
    monkeypatch.setattr(contraction, "find_spec", lambda _: None)
    assert ranks(CITY) is None


@pytest.mark.parametrize("rank", [[0, 0, 2], [0, 1], [1, 2, 3], [-1, 0, 1]])
def test_what_is_no_order_is_seen(rank: list[int]) -> None:
    """Too short, repeated, or out of range."""
    assert not is_order(np.array(rank, dtype=np.int32), 3)
