"""One run in a process of its own: prints the fingerprints of a toy and of a drawn town as one line of JSON.

``python tests/onerun.py`` plays from the start; with a path, the toy is cut at noon, saved there and not finished;
with a path that exists, it is resumed from there.
"""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scenarios.build import draw_world  # noqa: E402 - the path comes first
from scenarios.spec import CitySpec, DemandSpec, Scenario  # noqa: E402
from scenarios.toyfleet import toy_carrier, toy_fleet  # noqa: E402
from tests.worlds import PLAIN, everything, fingerprints, in_turn, tell  # noqa: E402
from twin.engine import Twin  # noqa: E402
from twin.entities import Cause  # noqa: E402
from twin.snapshot import load, save  # noqa: E402
from twin.units import HOUR  # noqa: E402
from twin.world import World  # noqa: E402

BUSY = PLAIN.replace(carriers=in_turn, notifying=tell(*Cause))


def town() -> World:
    """A small synthetic town for one day, drawn from nothing."""
    scenario = Scenario(
        fleet={"vans": toy_fleet(van=2)[0], "drones": toy_fleet(drone=2)[0]},
        carriers=(toy_carrier(),),
        city=CitySpec(nodes=200, depots=1, lockers=2),
        demand=DemandSpec(parcels_per_day=60.0),
    )
    return draw_world(scenario, 5)


def main(arguments: list[str]) -> None:
    """Play, save or resume."""
    world = everything()
    if not arguments:
        print(json.dumps([*fingerprints(Twin(world, BUSY).run()), *fingerprints(Twin(town(), BUSY).run())]))  # noqa: T201
    elif Path(arguments[0]).exists():
        state, _ = load(Path(arguments[0]))
        print(json.dumps(fingerprints(Twin(world, BUSY, state).run())))  # noqa: T201
    else:
        twin = Twin(world, BUSY)
        twin.run(12 * HOUR)
        save(Path(arguments[0]), twin.snapshot(), {})


if __name__ == "__main__":
    main(sys.argv[1:])
