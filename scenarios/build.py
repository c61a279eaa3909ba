"""From a scenario and a seed to a world."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from scenarios.customers import draw_customers, draw_rates
from scenarios.demand import Crowd, Demand, draw_demand, mean_parcels, popularity
from scenarios.incidents import draw_disruptions
from scenarios.sites import place_sites
from scenarios.spec import CitySpec, Scenario, check_size
from scenarios.toycity import toy_city
from scenarios.traffic import draw_traffic
from scenarios.weather import draw_weather
from scenarios.weatherluck import zone_places
from twin.draws import Draws
from twin.errors import InputError
from twin.specs import FleetGroup, People
from twin.world import City, Sites, WeatherField, World

if TYPE_CHECKING:
    from scenarios.demandorders import Placed


def draw_world(scenario: Scenario, seed: int) -> World:
    """Draw everything that nobody decides.

    The city, its sites and its customers follow the city's seed; sessions, parcels, weather, traffic and what
    disturbs it follow ``seed``, each with luck of its own, so that changing one part leaves the others as they were.

    Raises
    ------
    InputError
        If the city cannot be read, or the scenario would not fit into memory.
    """
    city, sites = _city(scenario.city, _version(scenario.city.path, "city.path"))
    draws = Draws(seed)
    weather = draw_weather(scenario.weather, scenario.days, zone_places(city), draws)
    demand = _recorded(scenario, draws) if scenario.demand.orders else _drawn(scenario, city, weather, draws)
    return World(
        seed=seed,
        days=scenario.days,
        first_weekday=scenario.first_weekday,
        city=city,
        sites=sites,
        customers=demand.customers,
        sessions=demand.sessions,
        parcels=demand.parcels,
        weather=weather,
        traffic=draw_traffic(scenario.traffic, scenario.days, scenario.first_weekday, city, weather, draws),
        disruptions=draw_disruptions(scenario.incidents, scenario.days, scenario.first_weekday, city, weather, draws),
        fleet=ordered(scenario.fleet),
        carriers=scenario.carriers,
        strike=scenario.strike,
        operation=scenario.operation,
        people=scenario.people,
        popularity=demand.popularity,
        notes=(*demand.notes, *_gaps(weather), *_bare(scenario)),
    )


def _drawn(scenario: Scenario, city: City, weather: WeatherField, draws: Draws) -> Demand:
    spec, skus = scenario.demand, scenario.operation.skus
    _check(scenario, city)
    version = _version(scenario.city.path, "city.path")
    crowd = _crowd(scenario.city, version, spec.customers, scenario.people, (spec.spatial_sigma, spec.spatial_km))
    sessions, parcels = draw_demand(spec, scenario.days, scenario.first_weekday, crowd, weather, skus, draws)
    return Demand(crowd.customers, sessions, parcels, popularity(skus, spec.sku_power))


def _recorded(scenario: Scenario, draws: Draws) -> Demand:
    from scenarios.demandorders import play_orders

    path = str(scenario.demand.orders)
    versions = _version(scenario.city.path, "city.path"), _version(path, "demand.orders")
    placed = _placed(scenario.city, versions, path, scenario.people)
    return play_orders(placed, scenario.demand, scenario.days, scenario.first_weekday, scenario.operation.skus, draws)


def _gaps(weather: WeatherField) -> list[str]:
    """What was not in the records that are replayed."""
    return [f"Weather: {weather.filled} hours that the records lack are as the hour before."] if weather.filled else []


def _bare(scenario: Scenario) -> list[str]:
    """How many depots have no vehicle of their own, where others have."""
    largest, depots = max((group.count for group in scenario.fleet.values()), default=0), scenario.city.depots
    bare = depots - largest if largest else 0
    return [f"{bare} of {depots} depots have no vehicle: carriers bring what is packed there."] if bare > 0 else []


def ordered(fleet: dict[str, FleetGroup]) -> tuple[FleetGroup, ...]:
    """Groups by mode, then name: adding drones leaves the vans' numbers, and so their luck, as they were."""
    return tuple(fleet[name] for name in sorted(fleet, key=lambda name: (fleet[name].kind.mode, name)))


def _version(path: str | None, key: str) -> tuple[int, int]:
    """What tells a file from a newer one of the same name."""
    if path is None:
        return 0, 0
    try:
        about = Path(path).stat()
    except OSError as error:
        raise InputError(f"{key}(={path}) cannot be read ({error.strerror}); check the path") from None
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
def _crowd(
    spec: CitySpec, version: tuple[int, int], share: float, people: People, spatial: tuple[float, float]
) -> Crowd:
    city, _ = _city(spec, version)
    customers = draw_customers(city, share, people, spec.seed)
    return Crowd(city, customers, draw_rates(city, customers, spec.seed), spatial, spec.seed)


@lru_cache(maxsize=2)
def _placed(
    spec: CitySpec,
    versions: tuple[tuple[int, int], tuple[int, int]],
    path: str,
    people: People,
) -> "Placed":
    from scenarios.demandfile import read_orders
    from scenarios.demandorders import place_orders

    city, _ = _city(spec, versions[0])
    return place_orders(read_orders(Path(path)), path, city, people, spec.seed)


def _check(scenario: Scenario, city: City) -> None:
    try:
        check_size(mean_parcels(scenario.demand, city), scenario.demand.peak, scenario.days)
    except ValueError as error:
        raise InputError(str(error)) from None
