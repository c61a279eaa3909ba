"""What a moved baseline changes, in lines."""

from experiments.gate.update import Moved
from experiments.wording import figure, shown_unit
from twin.kpis import MEANING


def moves(moved: Moved) -> list[str]:
    """Settings and figures that are others now, and where the baseline is."""
    lines = [line for name in moved.levels for line in _moves_of(moved, name)]
    gone = [] if moved.old is None else sorted(moved.old.baseline.scenarios.keys() - moved.levels.keys())
    lines += [f"{name}: no longer checked" for name in gone]
    worlds = moved.new.baseline.worlds
    if moved.old is None:
        return [*lines, f"Written to {moved.path}: {len(moved.levels)} scenario(s) of {worlds} worlds."]
    same = "" if lines else " Nothing has changed."
    return [*lines, f"Moved {moved.path} from {moved.old.digest[:12]} to {moved.new.digest[:12]}.{same}"]


def _moves_of(moved: Moved, name: str) -> list[str]:
    lines = [f"{name}: {change}" for change in moved.settings[name]]
    for kpi, (then, now) in moved.levels[name].items():
        unit = MEANING[kpi][0]
        if then is not None and figure(then, unit) != figure(now, unit):
            lines.append(f"{name}: {kpi} {figure(then, unit)} -> {figure(now, unit)} {shown_unit(unit)}".rstrip())
    return lines
