"""The rules of the house. Each takes one module and returns its violations as ``path:line what``."""

import ast
from fnmatch import fnmatch

from tests.source import PACKAGES, Module, imports, uses, within

OURS = (*PACKAGES, "conf", "tests")
ARROWS = {
    "twin": ("twin",),
    "policies": ("policies", "twin.entities", "twin.ports", "twin.units", "twin.errors", "twin.legal"),
    "scenarios": ("scenarios", "twin"),
    "experiments": ("experiments", "policies", "scenarios", "twin"),
}
"""What each package may import of ours."""

SEALED = {"policies/solvers/": ("policies.solvers", "twin.entities", "twin.errors")}
"""Rooms that know less than their package: solvers know no wave, no view and no router."""

BENCH = ("policies/cases.py", "policies/plainview.py", "policies/waves.py")
"""The contract test's hand-made situations stand in for the twin's, so they build what a view shows: they alone
among the policies also see the specifications and the draws."""

_COMPOSING = tuple(
    f"experiments/{name}.py" for name in ("front", "composition", "complaints", "overrides", "run", "yamlfiles")
)
DOORS = {
    "simpy": ("twin/calendar.py",),
    "numba": ("twin/streetmath.py", "twin/hierarchymath.py", "twin/drawmath.py"),
    "pyroutingkit": ("twin/contraction.py",),
    "ortools": ("policies/solvers/ortools*.py",),
    "pyvrp": ("policies/solvers/pyvrp*.py",),
    "osmnx": ("scenarios/streets/*",),
    "osmium": ("scenarios/streets/*",),
    "networkx": ("scenarios/streets/*",),
    "h3": ("scenarios/*",),
    "hydra": _COMPOSING,
    "omegaconf": (
        *_COMPOSING,
        "experiments/compare.py",
        "experiments/guard.py",
        "experiments/helptext.py",
        "experiments/origin.py",
        "experiments/setby.py",
    ),
    "matplotlib": ("experiments/figures.py",),
    "jinja2": ("experiments/*",),
    "distributed": ("experiments/sweeping/daskcluster.py",),
    "submitit": ("experiments/sweeping/slurm.py",),
    "SALib": ("experiments/sensitivity/screening.py",),
    "duckdb": ("experiments/sweeping/query.py",),
    "rich": ("experiments/*",),
}
"""The only files through which a library comes in."""

LATE = (
    "osmnx",
    "osmium",
    "pandas",
    "geopandas",
    "matplotlib",
    "sklearn",
    "pyvrp",
    "ortools",
    "networkx",
    "numba",
    "distributed",
    "submitit",
    "duckdb",
    "SALib",
    "pyroutingkit",
    "twin.streetmath",
    "twin.hierarchymath",
    "twin.drawmath",
)
"""Imported inside the function that needs them, so that a command does not wait for what it does not use."""

WORKSHOPS = {"numba": ("twin/streetmath.py", "twin/hierarchymath.py", "twin/drawmath.py")}
"""Modules that are themselves imported late may import their library at once."""

CODE_FROM_DATA = ("pickle", "cPickle", "_pickle", "shelve", "marshal", "dill", "cloudpickle", "joblib", "jsonpickle")
"""Modules that turn files into running code."""

RUNS_TEXT = (
    "builtins.eval",
    "builtins.exec",
    "builtins.compile",
    "os.system",
    "os.popen",
    "yaml.load",
    "yaml.unsafe_load",
    "yaml.full_load",
    "numpy.load",
    "pandas.read_pickle",
    "hydra.utils.instantiate",
    "hydra.utils.call",
    "hydra.utils.get_class",
    "hydra.utils.get_method",
    "hydra.utils.get_object",
)
"""Names that run what a text or a file says."""

KEYED = ("twin", "policies", "scenarios")
"""Packages whose outcome is a function of their input alone."""

OUTSIDE = (
    "random",
    "secrets",
    "uuid",
    "time",
    "os.urandom",
    "os.environ",
    "os.getenv",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
)
"""What a machine knows and a simulation must not."""

WATCHMEN = ("policies/globalluck.py", "twin/cachefolder.py")
"""The contract test's guard over the generators that no policy may touch, which has to know them; and where this
machine keeps what can be computed again, which decides how fast something is and not what comes out."""

GENERATORS = {"numpy.random.Generator": ("*",), "numpy.random.Philox": ("twin/draws.py",)}
"""What may be used of ``numpy.random`` in the keyed packages, and where: everything else asks ``Draws``."""


def arrows(module: Module) -> list[str]:
    """Imports of ours that the arrows do not allow."""
    allowed = ARROWS[module.package] + (("twin.specs", "twin.draws") if module.path in BENCH else ())
    allowed = next((sealed for room, sealed in SEALED.items() if module.path.startswith(room)), allowed)
    return [
        f"{module.path}:{found.line} imports {found.name}"
        for found in imports(module)
        if found.root in OURS and not any(within(found.name, prefix) for prefix in allowed)
    ]


def doors(module: Module) -> list[str]:
    """Libraries that come in elsewhere than through their door."""
    return [
        f"{module.path}:{found.line} imports {found.root}"
        for found in imports(module)
        if found.root in DOORS and not any(fnmatch(module.path, door) for door in DOORS[found.root])
    ]


def early(module: Module) -> list[str]:
    """Heavy modules that are imported as soon as this one is."""
    return [
        f"{module.path}:{found.line} imports {found.name} at once"
        for found in imports(module)
        if found.at_import
        and any(within(found.name, heavy) for heavy in LATE)
        and module.path not in WORKSHOPS.get(found.root, ())
    ]


def code_from_data(module: Module) -> list[str]:
    """Ways for a file or a text to become running code."""
    found = [f"{module.path}:{i.line} imports {i.root}" for i in imports(module) if i.root in CODE_FROM_DATA]
    for use in uses(module):
        shown = f"{module.path}:{use.line} {use.name}"
        if any(within(use.name, name) for name in RUNS_TEXT):
            found.append(shown)
        if use.call and _says_true(use.call, "shell", "allow_pickle"):
            found.append(f"{shown} with shell or allow_pickle")
    return found


def _says_true(call: ast.Call, *names: str) -> bool:
    return any(
        keyword.arg in names and not (isinstance(keyword.value, ast.Constant) and keyword.value.value is False)
        for keyword in call.keywords
    )


def outside(module: Module) -> list[str]:
    """Clocks, generators and environments that would make two runs of one input differ."""
    if module.package not in KEYED or module.path in WATCHMEN:
        return []
    return [
        f"{module.path}:{use.line} {use.name}"
        for use in uses(module)
        if any(within(use.name, name) for name in OUTSIDE) or _global_luck(module.path, use.name)
    ]


def _global_luck(path: str, name: str) -> bool:
    if not within(name, "numpy.random") or name == "numpy.random":
        return False
    return not any(within(name, known) and any(fnmatch(path, p) for p in GENERATORS[known]) for known in GENERATORS)


def prints(module: Module) -> list[str]:
    """Prints outside the command line's package."""
    if module.package == "experiments":
        return []
    return [f"{module.path}:{use.line} prints" for use in uses(module) if use.name == "builtins.print" and use.call]
