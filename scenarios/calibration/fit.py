"""What a calibration found: values for a run, and how well they stand up to records that it has not seen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the records beside the model's.

    Attributes
    ----------
    name : str
        What is compared, in words, with its unit.
    observed, fitted : float
    low, high : float, optional
        95 % interval of the observed figure, where one can be given.
    """

    name: str
    observed: float
    fitted: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """A loss on records that were held out; smaller is better.

    Attributes
    ----------
    name : str
        As in ``Brier score, May``.
    model, baseline : float
        The model's, and that of the simplest forecast.
    """

    name: str
    model: float
    baseline: float


@dataclass(frozen=True, slots=True)
class Curve:
    """Records and model along one axis, to be drawn.

    Attributes
    ----------
    title, x_label, y_label : str
    x, observed, fitted : tuple of float
        Of equal length.
    """

    title: str
    x_label: str
    y_label: str
    x: tuple[float, ...]
    observed: tuple[float, ...]
    fitted: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Fit:
    """The outcome of one calibration.

    Attributes
    ----------
    topic : str
        As on the command line: ``twin calibrate TOPIC FILE``.
    group : str
        The configuration group that ``values`` belong to, as in ``weather``.
    values : mapping
        Keys of that group, nested as in its YAML, plain numbers, texts and lists.
    rows : int
        Records in the file.
    dropped : mapping
        Why a record was left out, in words -> how many.
    figures, scores, curves : tuple
        Goodness of fit.
    notes : tuple of str
        What a user must know: what was assumed, what the records cannot tell.
    intervals : mapping
        Dotted key of a value -> its 95 % interval, where one can be given.
    """

    topic: str
    group: str
    values: Mapping[str, Any]
    rows: int
    dropped: Mapping[str, int] = field(default_factory=dict)
    figures: tuple[Figure, ...] = ()
    scores: tuple[Score, ...] = ()
    curves: tuple[Curve, ...] = ()
    notes: tuple[str, ...] = ()
    intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def used(self) -> int:
        """Records that the fit rests on."""
        return self.rows - sum(self.dropped.values())
