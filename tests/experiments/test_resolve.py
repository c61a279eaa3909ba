"""A configuration names policies and cannot make anything else run."""

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from experiments import resolve
from experiments.resolve import policies_from
from policies.check import check_policy
from policies.routing.nearest import NearestNeighbour
from twin.errors import InputError
from twin.ports import PORTS

NAMED: dict[str, Any] = {
    "routing": {"_target_": "policies.routing.nearest.NearestNeighbour"},
    "promising": {"_target_": "policies.promising.fixed.FixedPrice"},
    "placement": {"_target_": "policies.placement.static.RefillToOpening"},
    "carriers": {"_target_": "policies.carriers.cheapest.Cheapest"},
    "recovering": {"_target_": "policies.recovering.fixed_order.FixedOrder"},
    "notifying": {"_target_": "policies.notifying.silent.Silent"},
    "forecasting": {"_target_": "policies.forecasting.naive.SameAsLastWeek"},
    "adapting": {"_target_": "policies.adapting.none.Steadfast"},
}
"""The baseline of every port."""

HOSTILE = [
    "os.system", "os.popen", "os.execv", "os.remove", "os.fork", "posix.system", "nt.system", "subprocess.run",
    "subprocess.Popen", "subprocess.check_output", "shutil.rmtree", "shutil.copy", "builtins.eval", "builtins.exec",
    "builtins.open", "builtins.compile", "builtins.__import__", "eval", "exec", "open", "__import__",
    "pickle.loads", "pickle.load", "_pickle.loads", "marshal.loads", "shelve.open", "dill.loads",
    "cloudpickle.loads", "joblib.load", "numpy.load", "numpy.fromfile", "numpy.lib.npyio.load",
    "pandas.read_pickle", "pandas.eval", "yaml.load", "yaml.unsafe_load", "runpy.run_path", "runpy.run_module",
    "importlib.import_module", "importlib.reload", "imp.load_source", "ctypes.CDLL", "ctypes.cdll.LoadLibrary",
    "urllib.request.urlopen", "requests.get", "http.client.HTTPConnection", "socket.socket",
    "socket.create_connection", "smtplib.SMTP", "ftplib.FTP", "webbrowser.open", "antigravity.fly", "pathlib.Path",
    "pathlib.Path.write_text", "tempfile.mktemp", "zipfile.ZipFile", "tarfile.open", "logging.config.dictConfig",
    "logging.os.system", "logging.FileHandler", "signal.signal", "sys.exit", "sys.setprofile", "code.interact",
    "pty.spawn", "pdb.run", "timeit.timeit", "cProfile.run", "multiprocessing.Process", "threading.Thread",
    "concurrent.futures.ProcessPoolExecutor", "asyncio.run", "sqlite3.connect", "types.FunctionType",
    "types.CodeType", "functools.partial", "functools.reduce", "operator.call", "operator.attrgetter",
    "operator.methodcaller", "collections.namedtuple", "itertools.starmap", "atexit.register", "gc.collect",
    "inspect.getsource", "string.Formatter", "jinja2.Template", "hydra.utils.instantiate", "hydra.utils.call",
    "hydra.utils.get_method", "hydra.main", "omegaconf.OmegaConf.load", "experiments.cli.main",
    "experiments.pool.mapped", "experiments.folder.whole", "scenarios.cityfile.read_city", "twin.files.write_text",
    "twin.state.load", "twin.ledger.Ledger.read", "twin.ledger.Ledger", "matplotlib.pyplot.imread",
    "policies.routing.nearest.prepare", "policies.routing.nearest.Tour", "policies.routing.nearest.STRICT",
    "policies.routing.nearest.NearestNeighbour.__init__", "policies.routing.nearest.NearestNeighbour.__call__",
    "policies.check.check_policy", "policies.check.random", "policies.check.random.seed", "policies.check.np.load",
    "policies.cases.cases", "policies", "policies.", ".policies", "policies..routing", "policies.routing",
    "policiesx.routing.Router", "policies-evil.Router", "policies/routing",
    "..policies.routing.nearest.NearestNeighbour", "policies.__builtins__.eval",
    "policies.routing.nearest.__builtins__", "policies.routing.__loader__", "", " ", "a", "os",
    "policies.routing.nearest.NearestNeighbour ", "policies.routing.nearest.NearestNeighbour()", "\0", "é.è",
]  # fmt: skip


@pytest.mark.parametrize("target", HOSTILE)
def test_what_is_no_policy_is_refused(target: str) -> None:
    """Functions, classes of others, classes that are merely imported, and names that are none."""
    with pytest.raises(InputError, match="_target_"):
        policies_from({**NAMED, "routing": {"_target_": target}})


def test_refused_names_are_not_even_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    """Importing runs code, so a package that is not trusted is left alone."""
    imported: list[str] = []
    monkeypatch.setattr(resolve, "import_module", imported.append)
    for target in HOSTILE:
        if not target.startswith("policies."):
            with pytest.raises(InputError):
                policies_from({**NAMED, "routing": {"_target_": target}})
    assert imported == []


def test_baselines_are_built_and_keep_their_contract() -> None:
    """Every port gets a policy that passes the check."""
    policies = policies_from(NAMED)
    assert isinstance(policies.routing, NearestNeighbour)
    for port in PORTS:
        check_policy(getattr(policies, port), port)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"price_usd": -1.0}, r"policies.promising.price_usd\(=-1.0\) must be greater than or equal to 0"),
        ({"price_usd": "cheap"}, "policies.promising.price_usd"),
        ({"price_usd": True}, "policies.promising.price_usd"),
        ({"prise_usd": 1.0}, "did you mean 'price_usd'"),
    ],
)
def test_parameters_are_checked(given: dict[str, Any], says: str) -> None:
    """A wrong parameter is named with its value, an unknown one with its neighbour."""
    with pytest.raises(InputError, match=says):
        policies_from({**NAMED, "promising": {**NAMED["promising"], **given}})


@pytest.mark.parametrize("given", [None, "nearest", 3, [], {}, {"_target_": None}])
def test_a_port_without_a_policy_is_refused(given: object) -> None:
    """Each of the eight decisions must be somebody's."""
    with pytest.raises(InputError, match="policies/routing="):
        policies_from({**NAMED, "routing": given})


PLUGIN = '''
"""A plug-in."""
from dataclasses import dataclass
from policies.routing.nearest import NearestNeighbour

@dataclass(frozen=True)
class Mine(NearestNeighbour):
    """Ours."""
    patience: int = 3
    shares: tuple[float, ...] = (0.5,)

class Plain:
    """Not a dataclass."""
    def __init__(self, patience: int) -> None:
        self.patience = patience
    def __call__(self, view): return ()

class Picky:
    """Has a rule of its own."""
    def __init__(self, patience: int = 1) -> None:
        if patience > 5:
            raise ValueError(f"patience(={patience}) must be <= 5")
    def __call__(self, view): return ()
'''


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A module of policies in the working folder, which is on nobody's path."""
    (tmp_path / "my_plugin_of_tests.py").write_text(PLUGIN)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", [*__import__("sys").path])
    monkeypatch.delitem(__import__("sys").modules, "my_plugin_of_tests", raising=False)
    return "my_plugin_of_tests"


def test_a_plugin_named_on_the_command_line_is_trusted(plugin: str) -> None:
    """Its classes are built, with parameters as their annotations say; without being named it is refused."""
    wanted = {"_target_": f"{plugin}.Mine", "patience": 7, "shares": [0.25, 0.75]}
    built: Any = policies_from({**NAMED, "routing": wanted}, [plugin]).routing
    assert (built.patience, built.shares) == (7, (0.25, 0.75))
    with pytest.raises(InputError, match=r"plugins=\[\.\.\.\]"):
        policies_from({**NAMED, "routing": wanted})


def test_an_installed_plugin_is_trusted(plugin: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package announced under the entry point group needs no naming."""
    monkeypatch.syspath_prepend(str(Path.cwd()))
    monkeypatch.setattr(resolve, "entry_points", lambda group: [SimpleNamespace(value=f"{plugin}:Mine", group=group)])
    assert policies_from({**NAMED, "routing": {"_target_": f"{plugin}.Mine"}}).routing is not None


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({"_target_": "Mine", "patience": 1.5}, r"policies.routing.patience\(=1.5\)"),
        ({"_target_": "Plain"}, "policies.routing.patience is missing"),
        ({"_target_": "Plain", "patience": "x"}, r"policies.routing.patience\(='x'\)"),
        ({"_target_": "Picky", "patience": 9}, r"patience\(=9\) must be <= 5"),
        ({"_target_": "Mime"}, "did you mean 'Mine'"),
        ({"_target_": "NearestNeighbour"}, "not a class that my_plugin_of_tests defines"),
    ],
)
def test_a_plugins_parameters_are_checked_too(plugin: str, wanted: dict[str, Any], says: str) -> None:
    """Dataclass or not, annotations are kept and the class's own rules are told."""
    wanted = {**wanted, "_target_": f"{plugin}.{wanted['_target_']}"}
    with pytest.raises(InputError, match=says):
        policies_from({**NAMED, "routing": wanted}, [plugin])


@dataclass(frozen=True)
class Elsewhere:
    """A class of this test module."""


def test_a_class_lent_to_a_trusted_module_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """What counts is who defines the class, not through which module it can be reached."""
    import policies.routing.nearest as module

    monkeypatch.setattr(module, "Elsewhere", Elsewhere, raising=False)
    with pytest.raises(InputError, match="not a class"):
        policies_from({**NAMED, "routing": {"_target_": "policies.routing.nearest.Elsewhere"}})
