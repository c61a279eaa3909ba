"""How much is ordered, when and where: what a demand configuration says, checked at construction.

Letters in brackets grade the evidence: A seen in a peer-reviewed or government source, B trade press,
C vendor, M from memory, D derived here.
"""

from dataclasses import field
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator
from pydantic.dataclasses import dataclass

from twin.units import STRICT, NonNeg, Pos, Share

Week = Annotated[tuple[NonNeg, ...], Field(min_length=7, max_length=7)]
Text = Annotated[str, Field(strict=True, min_length=1, max_length=4096)]
Pull = Annotated[float, Field(strict=True, ge=-1, le=1)]
_Shares = Annotated[tuple[NonNeg, ...], Field(min_length=24, max_length=24)]


def _way(value: Any) -> str:
    """Which of the two ways to give hours a value is; in brackets, so that no message takes it for a key."""
    return "[a name]" if isinstance(value, str) else "[24 shares]"


Hours = Annotated[
    Annotated[Literal["oberlo", "evening"], Tag("[a name]")] | Annotated[_Shares, Tag("[24 shares]")],
    Discriminator(_way),
]


@dataclass(frozen=True, config=STRICT)
class DemandWeather:
    """What the weather of a day does to the number of orders; each is a share of a day without weather.

    Adobe and IBM 2014 via RetailWire (B); the sign of rain is that of Steinker, Hoberg & Thonemann 2017 (A). What lies
    between the figures is interpolated in a straight line (D).
    """

    rain: Pull = 0.044
    """Of a day with at least 20 mm of rain (B: .8 to 1 inch)."""
    wind: Pull = 0.035
    """Of a day with a mean wind of 6.7 to 8.9 m/s (B: 15 to 20 mph)."""
    gale: Pull = -0.067
    """Of a day with a mean wind of 11.2 m/s or more (B: above 25 mph)."""
    snow: Pull = 0.0
    """Of a day with at least 10 mm of snow, as water; its sign differs by city (B), so it is left to you (D)."""


@dataclass(frozen=True, config=STRICT)
class DemandSpec:
    """How much is ordered, when, where, and what is in the parcels."""

    parcels_per_day: Annotated[float, Field(strict=True, gt=0)] | None = None
    """Parcels bought on a mean day without weather; left out, households x .44 x ``catchment``."""
    catchment: Share = 0.03
    """Share of all parcels of the city that is ours (D)."""
    customers: Annotated[float, Field(strict=True, gt=0, le=1)] = 0.25
    """Share of households (and offices) that ever buy from us (D)."""
    peak: Annotated[float, Field(strict=True, gt=0, le=10)] = 1.0
    """Season: 1.3 in December, 1.6 on extreme days (ShipMatrix, B+)."""
    hours: Hours = "oberlo"
    """When people order: most at lunch (Oberlo, B), most at 20 to 21 h (SaleCycle, B), or 24 shares from midnight."""
    week: Week = (1.06, 1.03, 1.01, 1.03, 1.00, 0.93, 0.94)
    """Monday to Sunday (D); sources disagree on the weekend's sign."""
    overdispersion: Pos = 6.0
    """k of the negative binomial of an area's day: 4-8 (D)."""
    shared: Share = 0.3
    """Share of that overdispersion that neighbours have in common on a day (D)."""
    spatial_sigma: Annotated[float, Field(strict=True, ge=0, le=3)] = 0.5
    """Of the logarithm of what areas order for good beyond households and income (D)."""
    spatial_km: Pos = 1.5
    """Distance at which the correlation of two areas falls to 1/e (D)."""
    weather: DemandWeather = field(default_factory=DemandWeather)
    weight_kg: Pos = 0.9
    """Median: 86 % of parcels weigh at most 5 lb (B), so LN(.9 kg, sigma 1.0) (D)."""
    weight_sigma: NonNeg = 1.0
    litres_per_kg: Pos = 5.0
    """Median volume of a kilogram: carriers' divisor of 139 in3/lb is 5.02 l/kg (M)."""
    litres_sigma: NonNeg = 0.5
    heaviest_kg: Pos = 30.0
    largest_l: Pos = 150.0
    sku_power: Annotated[float, Field(strict=True, ge=0, le=5)] = 1.0
    """A product's share falls as 1 / (rank + 3) to this power (D)."""
    parcels_per_order: Annotated[float, Field(strict=True, ge=1, le=20)] = 1.15
    """Mean (D)."""
    buys: Annotated[float, Field(strict=True, gt=0, le=1)] = 0.65
    """Share of checkouts that become orders (D); the customer's choice decides, this only sizes the candidates."""
    headroom: Annotated[float, Field(strict=True, ge=1, le=5)] = 1.15
    """Candidates over the mean rate, so that well served customers can order more."""
    orders: Text | None = None
    """A file of orders to play instead of drawing them."""
    first_date: Text | None = None
    """Which date of that file is the first day of the run; left out, its first."""

    @model_validator(mode="after")
    def _possible(self) -> "DemandSpec":
        if not isinstance(self.hours, str) and not sum(self.hours):
            raise ValueError("hours(=24 times 0) must have a share above 0; set demand.hours")
        if self.first_date is not None:
            if self.orders is None:
                raise ValueError(f"first_date(={self.first_date!r}) is of a file of orders; set demand.orders")
            _check_date(self.first_date)
        return self


def _check_date(text: str) -> None:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"first_date(={text!r}) must be a date; write it as in '2024-03-04'") from None
