"""The audit at midnight finds every fact that changed without its event, and nothing else."""

import pytest

from tests.twin.audit import audit
from tests.twin.corruptions import CORRUPTIONS, Corruption, healthy
from tests.worlds import PLAIN, everything, in_turn, play
from twin import laws
from twin.engine import Twin
from twin.errors import InvariantError
from twin.units import DAY, HOUR

BUSY = PLAIN.replace(carriers=in_turn)
ALL = pytest.mark.parametrize("corruption", CORRUPTIONS, ids=lambda one: f"{one.law} {one.change.__name__}")


def test_a_healthy_state_passes() -> None:
    """In the middle of a morning, with everything under way."""
    twin = healthy()
    laws.check(twin)
    assert audit(twin) == []


@ALL
def test_a_corrupted_state_is_named_by_its_law(corruption: Corruption) -> None:
    """Counted again from the ground, the first law that is broken is the one."""
    with pytest.raises(InvariantError, match=rf"^{corruption.law}: "):
        laws.check(corruption.planted())


@ALL
def test_a_corruption_stops_the_run_by_midnight(corruption: Corruption) -> None:
    """Whatever else happens that day, the run does not get beyond it."""
    twin = corruption.planted()
    with pytest.raises(InvariantError):
        twin.run(DAY + 1)


@ALL
def test_an_independent_audit_sees_it_too(corruption: Corruption) -> None:
    """What the drawn scenarios are held against is not blind itself."""
    assert audit(corruption.planted())


def test_it_can_be_asked_at_any_time() -> None:
    """Not only at midnight: every two hours of a rough day all laws hold, and asking changes nothing."""
    world = everything(3)
    asked = Twin(world, BUSY)
    for hour in range(1, 48, 2):
        asked.run(hour * HOUR)
        laws.check(asked)
    assert asked.run().fingerprint() == play(world, BUSY).fingerprint()
