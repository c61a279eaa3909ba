"""Any program that speaks JSON lines, as a forecaster: see docs/reference/external.md."""

from functools import partial

from pydantic.dataclasses import dataclass

from policies.programs import answers, views
from policies.programs.external import Program
from twin.entities import Forecast
from twin.ports import View
from twin.units import STRICT


@dataclass(frozen=True, config=STRICT)
class External(Program):
    """A program as a forecaster; parameters are those of :class:`~policies.programs.external.Program`."""

    def __call__(self, view: View, /) -> Forecast:
        """Today, by area."""
        understood = partial(answers.forecasting, view=view)
        decision: Forecast = self._asked(view, views.forecasting(view), understood)
        return decision
