"""The command ``twin``: finds the sub-command, runs it, and turns what goes wrong into one sentence.

Nothing heavy is imported here: ``twin --help`` must answer at once.
"""

import difflib
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from experiments.say import give_up_output, say, tell

COMMANDS = {
    "run": ("experiments.run", "[overrides]", "one run: KPIs and a run folder"),
    "compare": ("experiments.compare", "[overrides]", "arms on the same worlds, and report.html"),
    "check": ("experiments.gate.check", "baseline=FILE [overrides]", "is a change worse? a gate for CI"),
    "bisect": ("experiments.gate.bisect", "good= bad= baseline=FILE", "the commit that made it worse"),
    "sensitivity": ("experiments.sensitivity.command", "vary=[...] [overrides]", "which parameters decide a figure"),
    "flip": ("experiments.sensitivity.flip", "key= low= high= [overrides]", "where a decision flips"),
    "regret": ("experiments.hindsight.command", "[overrides]", "what routing cost beyond the best"),
    "sweep": ("experiments.sweeping.command", "[overrides]", "every combination, many worlds"),
    "table": ("experiments.sweeping.tablecommand", "FOLDER|FILE [words]", "results: filter, aggregate, export"),
    "bench": ("experiments.benchmarks.command", "NAME FOLDER [words]", "public routing benchmarks, by our routers"),
    "resume": ("experiments.resume", "SNAPSHOT [until= out=]", "go on from a saved state"),
    "fork": ("experiments.fork", "SNAPSHOT overrides", "what if, with the same luck"),
    "reproduce": (
        "experiments.repeating.command",
        "FOLDER|BUNDLE [words]",
        "play it again: identical, or what differs",
    ),
    "bundle": ("experiments.repeating.pack", "FOLDER --out FILE", "all that this takes, in one file"),
    "evidence": ("experiments.evidence", "[GROUP|KEY] [overrides]", "where every number comes from"),
    "calibrate": ("experiments.calibrate", "TOPIC FILE [--out FILE]", "records to parameters, and a page"),
    "city": ("experiments.city", "import SOURCE --out FILE", "OpenStreetMap to a compiled city"),
    "new-policy": ("experiments.new_policy", "PORT NAME [--dir DIR]", "a policy and its test, ready to edit"),
}
"""Name -> the module whose ``main`` it is, its arguments, and what it does."""

HELP = """\
Usage: twin COMMAND [arguments]

Plays a city's last mile: checkouts, promises, stock, vans, drones, doors.

Commands
{commands}

Examples
  twin run                                        one day with the defaults
  twin run fleet=vans policies/routing=nearest    other choices
  twin run --help                                 all choices
  twin run seed=7 days=3 out=outputs/three        three days, in your folder
  twin run until=12:00 out=outputs/noon           stop at noon with a snapshot
  twin sweep fleet=vans,mixed weather=calm,storm  every combination, ten times
  twin table outputs/sweep/NAME --cells           what came out
  twin compare                                    vans, drones, robovans, both
  twin check --update baseline=kpi.json           what is; and after a change
  twin check baseline=kpi.json                    has a key figure become worse?
  twin resume outputs/noon/snapshot.json          finish the day
  twin fork outputs/noon/snapshot.json policies/routing=pyvrp
  twin bundle outputs/three --out three.zip       for somebody else, who says
  twin reproduce three.zip                        whether it comes out the same
  twin run 'scenario=[peak,storm]'                a storm at peak
  twin evidence vehicle.drone                     sources and grades
  twin city import map.osm.pbf --out map.city     a city of your own, and then
  twin run city=file city.path=map.city           a day in it
  twin bench solomon FOLDER                       gaps to the best known tours
  twin calibrate weather station.csv              parameters from your records
  twin new-policy routing my_router               a policy of your own

Options: --help, --version. For completion: eval "$(twin -sc install=bash)"
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit status.

    Returns
    -------
    int
        0 done, 1 a check found a loss or a result differs, 2 wrong input or policy, 3 a check is undecided, 70 a bug of
        the twin, 130 stopped by the user.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    os.environ.setdefault("HYDRA_FULL_ERROR", "1")  # errors reach us instead of Hydra's own printer
    try:
        status = _dispatch(words)
        sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        tell("twin: stopped.")
        return 130
    except BrokenPipeError:
        give_up_output()
        return 141
    except Exception as error:
        from experiments.explain import explain

        sentence, status = explain(error)
        tell(f"twin: {sentence}")
        return status


def _dispatch(words: list[str]) -> int:
    name = words[0] if words else "--help"
    if name in ("--help", "-h", "help"):
        rows = (f"  {command:<11} {usage:<24} {does}" for command, (_, usage, does) in COMMANDS.items())
        say(HELP.format(commands="\n".join(rows)).rstrip())
        return 0
    if "--version" in words:
        from experiments.versions import own_version

        say(f"lastmile-twin {own_version()}")
        return 0
    if {"-sc", "--shell-completion"} & set(words):
        name, words = "complete", ["complete", *words]
    module = "experiments.complete" if name == "complete" else COMMANDS.get(name, (None,))[0]
    if module is None:
        return _unknown(name)
    status: int = import_module(module).main(words[1:])
    return status


def _unknown(name: str) -> int:
    near = difflib.get_close_matches(name, COMMANDS, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"choose one of {', '.join(COMMANDS)}."
    tell(f"twin: there is no command {name!r}; {hint}")
    return 2
