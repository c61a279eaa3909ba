"""Who may order: homes and habits, which belong to the city and outlive a run's seed."""

import numpy as np

from twin.draws import Draws, Stream
from twin.entities import Street
from twin.specs import People
from twin.world import City, Customers, Floats, Ints

_FEWEST = 30


def draw_customers(city: City, share: float, people: People, seed: int, homes: Ints | None = None) -> Customers:
    """One row for each customer; a larger ``share`` adds rows and changes none.

    Parameters
    ----------
    share : float
        Share of the city's households who ever order.
    seed : int
        The city's seed.
    homes : (customers,) int64, optional
        The node of each, where that is known.
    """
    draws = Draws(seed)
    total = max(_FEWEST, round(share * float(city.households.sum()))) if homes is None else len(homes)

    def luck(part: int) -> Floats:
        return draws.generator(Stream.CUSTOMER, part).random(total)

    area = _areas(city, luck(0)) if homes is None else city.area[homes]
    dwelling = (luck(1)[:, None] >= np.cumsum(city.dwelling, axis=1)[area, :-1]).sum(axis=1)
    habit = draws.generator(Stream.CUSTOMER, 7).standard_normal(total)
    heard = [(luck(4 + channel) < reach) << channel for channel, reach in enumerate(people.reach)]
    return Customers(
        node=_homes(city, area, luck(2)) if homes is None else homes,
        dwelling=dwelling.astype(np.int64),
        segment=np.searchsorted(np.cumsum(people.segments)[:-1], luck(3), side="right").astype(np.int64),
        presence=people.presence_sigma * habit,
        kerb=people.handoff_sigma * habit,
        channels=np.sum(heard, axis=0).astype(np.int64),
        drop_point=luck(8) < np.array(people.drop_point)[dwelling],
    )


def draw_rates(city: City, customers: Customers, seed: int) -> Ints:
    """How often each customer orders, relative to others: exponential over people, and with the root of income."""
    luck = Draws(seed).generator(Stream.CUSTOMER, 9).standard_exponential(len(customers.node))
    return np.rint(1_000.0 * luck * np.sqrt(city.income[city.area[customers.node]])).astype(np.int64) + 1


def _areas(city: City, luck: Floats) -> Ints:
    weight = np.rint(city.households).astype(np.int64)
    if not weight.any():
        weight = np.bincount(city.area, minlength=city.areas)
    weight[np.bincount(city.area, minlength=city.areas) == 0] = 0
    edge = np.cumsum(weight)
    area: Ints = np.searchsorted(edge, luck * edge[-1], side="right").astype(np.int64)
    return area


def _homes(city: City, area: Ints, luck: Floats) -> Ints:
    """A node of each one's area: rarely on an arterial, on an expressway only where there is nothing else."""
    slowest = np.full(city.nodes, int(Street.EXPRESSWAY), dtype=np.int64)
    np.minimum.at(slowest, city.tail, city.street)
    weight = np.array([4, 4, 1, 0], dtype=np.int64)[slowest]
    weight[np.bincount(city.area, weights=weight, minlength=city.areas)[city.area] == 0] = 1
    order = np.argsort(city.area, kind="stable")
    edge = np.concatenate([[0], np.cumsum(weight[order])])
    first = np.searchsorted(city.area[order], np.arange(city.areas + 1))
    low, high = edge[first[area]], edge[first[area + 1]]
    at = np.searchsorted(edge, low + luck * (high - low), side="right") - 1
    home: Ints = order[np.minimum(at, first[area + 1] - 1)].astype(np.int64)
    return home
