"""From a scenario and a seed to a world."""

from functools import lru_cache
from pathlib import Path

from scenarios.customers import draw_customers, draw_rates
from scenarios.demand import draw_demand, mean_parcels, popularity
from scenarios.sites import place_sites
from scenarios.spec import CitySpec, Scenario, check_size
from scenarios.toycity import toy_city
from scenarios.traffic import draw_traffic
from scenarios.weather import draw_weather
from twin.draws import Draws
from twin.errors import InputError
from twin.specs import FleetGroup, People
from twin.world import City, Customers, Ints, Sites, World


def draw_world(scenario: Scenario, seed: int) -> World:
    """Draw everything that nobody decides.

    The city, its sites and its customers follow the city's seed; sessions, parcels, weather and traffic follow
    ``seed``, each with luck of its own, so that changing one part leaves the others as they were.

    Raises
    ------
    InputError
        If the city cannot be read, or the scenario would not fit into memory.
    """
    city, sites = _city(scenario.city, _version(scenario.city))
    customers, rates = _people(scenario.city, _version(scenario.city), scenario.demand.customers, scenario.people)
    _check(scenario, city)
    draws = Draws(seed)
    days, skus = scenario.days, scenario.operation.skus
    weather = draw_weather(scenario.weather, days, city.zones, draws)
    sessions, parcels = draw_demand(scenario.demand, days, scenario.first_weekday, city, customers, rates, skus, draws)
    return World(
        seed=seed,
        days=days,
        first_weekday=scenario.first_weekday,
        city=city,
        sites=sites,
        customers=customers,
        sessions=sessions,
        parcels=parcels,
        weather=weather,
        traffic=draw_traffic(scenario.traffic, days, weather, draws),
        fleet=ordered(scenario.fleet),
        carriers=scenario.carriers,
        strike=scenario.strike,
        operation=scenario.operation,
        people=scenario.people,
        popularity=popularity(skus),
    )


def ordered(fleet: dict[str, FleetGroup]) -> tuple[FleetGroup, ...]:
    """Groups by mode, then name: adding drones leaves the vans' numbers, and so their luck, as they were."""
    return tuple(fleet[name] for name in sorted(fleet, key=lambda name: (fleet[name].kind.mode, name)))


def _version(spec: CitySpec) -> tuple[int, int]:
    """What tells a city file from a newer one of the same name."""
    if spec.path is None:
        return 0, 0
    try:
        about = Path(spec.path).stat()
    except OSError as error:
        raise InputError(f"city.path(={spec.path}) cannot be read ({error.strerror}); check the path") from None
    return about.st_mtime_ns, about.st_size


@lru_cache(maxsize=4)
def _city(spec: CitySpec, version: tuple[int, int]) -> tuple[City, Sites]:  # noqa: ARG001 - a key of the cache
    """The city and its sites; ``version`` is there to miss the cache when the file has changed."""
    city = _read_or_draw(spec)
    return city, place_sites(city, spec.depots, spec.lockers)


def _read_or_draw(spec: CitySpec) -> City:
    if spec.kind == "toy":
        return toy_city()
    if spec.kind == "file":
        from scenarios.cityfile import read_city

        return read_city(Path(str(spec.path)))
    from scenarios.synthetic import synthetic_city

    return synthetic_city(spec)


@lru_cache(maxsize=4)
def _people(spec: CitySpec, version: tuple[int, int], share: float, people: People) -> tuple[Customers, Ints]:
    city, _ = _city(spec, version)
    customers = draw_customers(city, share, people, spec.seed)
    return customers, draw_rates(city, customers, spec.seed)


def _check(scenario: Scenario, city: City) -> None:
    try:
        check_size(mean_parcels(scenario.demand, city), scenario.demand.peak, scenario.days)
    except ValueError as error:
        raise InputError(str(error)) from None
