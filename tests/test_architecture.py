"""The house stands as it is drawn: arrows, doors, no code from data, no outside luck, docstrings, light start.

Each rule is first shown a planted breach and an innocent neighbour of it, then the whole tree.
"""

import re
import subprocess
import sys
import tomllib
from collections.abc import Callable

import pytest

from tests.rules import arrows, code_from_data, doors, early, outside, prints
from tests.source import PACKAGES, ROOT, Module, imports, modules, parse, undocumented

Rule = Callable[[Module], list[str]]
PLUGIN = {"pytest"}
"""Who loads the plug-in has it."""
TREE = [module for module in modules(*PACKAGES) if not module.path.startswith("experiments/bench/")]
"""What is shipped: all but the benchmarks, which compare the model with a bare event loop."""
BREACHES: list[tuple[Rule, str, str]] = [
    (arrows, "twin/x.py", "import policies.check"),
    (arrows, "twin/x.py", "def f():\n    from scenarios import toy"),
    (arrows, "policies/x.py", "from twin.engine import Twin"),
    (arrows, "policies/x.py", "from twin import world"),
    (arrows, "policies/x.py", "from twin.specs import Operation"),
    (arrows, "policies/routing/x.py", "from ...scenarios import toy"),
    (arrows, "policies/solvers/x.py", "from policies.routing import prepare"),
    (arrows, "scenarios/x.py", "import importlib\nimportlib.import_module('policies.check')"),
    (arrows, "scenarios/x.py", "from policies.routing import nearest"),
    (arrows, "experiments/x.py", "import conf"),
    (arrows, "experiments/x.py", "from tests.source import ROOT"),
    (doors, "twin/orders.py", "import simpy"),
    (doors, "policies/carriers/x.py", "from ortools.sat import cp_model"),
    (doors, "policies/check.py", "def f():\n    import pyvrp"),
    (doors, "scenarios/toy.py", "import osmnx as ox"),
    (doors, "scenarios/toy.py", "__import__('osmium')"),
    (doors, "scenarios/toy.py", "from matplotlib import pyplot"),
    (doors, "twin/kpis.py", "import hydra.utils"),
    (doors, "experiments/report.py", "import hydra.utils"),
    (doors, "twin/customers.py", "import numba"),
    (doors, "experiments/compare.py", "def f():\n    import distributed"),
    (early, "scenarios/streets.py", "import osmnx"),
    (early, "experiments/figures.py", "try:\n    import matplotlib.pyplot as plt\nexcept ImportError:\n    plt = None"),
    (early, "policies/routing/x.py", "class A:\n    from pyvrp import Model"),
    (early, "twin/roads.py", "from twin.streetmath import path"),
    (early, "twin/roads.py", "from twin import streetmath"),
    (early, "experiments/sweeping/query.py", "import duckdb"),
    (code_from_data, "experiments/x.py", "import pickle"),
    (code_from_data, "experiments/x.py", "def f():\n    from joblib import load"),
    (code_from_data, "experiments/x.py", "eval('1')"),
    (code_from_data, "experiments/x.py", "run = exec"),
    (code_from_data, "experiments/x.py", "from os import system\nsystem('true')"),
    (code_from_data, "experiments/x.py", "import yaml as y\ny.load('a', y.Loader)"),
    (code_from_data, "experiments/x.py", "import subprocess\nsubprocess.run('true', shell=True)"),
    (code_from_data, "experiments/x.py", "import numpy as np\nnp.lib.npyio.NpzFile('a', allow_pickle=flag)"),
    (code_from_data, "experiments/x.py", "from hydra.utils import instantiate\ninstantiate({})"),
    (outside, "twin/x.py", "import random\nrandom.random()"),
    (outside, "policies/x.py", "import numpy as np\nnp.random.rand(3)"),
    (outside, "policies/x.py", "from numpy import random\nrandom.seed(1)"),
    (outside, "scenarios/x.py", "import numpy as np\nnp.random.default_rng(3)"),
    (outside, "scenarios/x.py", "import numpy as np\nnp.random.Philox(key=3)"),
    (outside, "twin/x.py", "from time import perf_counter\nperf_counter()"),
    (outside, "twin/x.py", "import time\nnow = time.monotonic"),
    (outside, "twin/x.py", "from datetime import datetime\ndatetime.now()"),
    (prints, "twin/x.py", "print(1)"),
    (undocumented, "twin/x.py", "x = 1"),
    (undocumented, "twin/x.py", '"""A module."""\ndef f(): ...'),
    (undocumented, "twin/x.py", '"""A module."""\nclass A:\n    """A class."""\n    def f(self): ...'),
]
INNOCENT: list[tuple[Rule, str, str]] = [
    (arrows, "policies/x.py", "import numpy\nfrom twin.entities import Tour\nfrom twin import ports"),
    (arrows, "scenarios/x.py", "from twin.world import World\nfrom .demand import sessions"),
    (arrows, "experiments/x.py", "from policies import check\nfrom scenarios import toy\nimport twin.kpis"),
    (doors, "policies/solvers/pyvrpdata.py", "def f():\n    import pyvrp"),
    (doors, "experiments/run.py", "from hydra import compose"),
    (early, "twin/streetmath.py", "import numba"),
    (early, "scenarios/streets.py", "def f():\n    import osmnx"),
    (early, "experiments/x.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pandas"),
    (code_from_data, "twin/x.py", "import re\nre.compile('a')\nmodel.eval()\nopen('a', shell=False)"),
    (outside, "twin/x.py", "def f(time, random):\n    return time.early + random.random()"),
    (outside, "twin/draws.py", "import numpy as np\nnp.random.Generator(np.random.Philox(key=3))"),
    (outside, "experiments/x.py", "import time\ntime.perf_counter()"),
    (prints, "experiments/x.py", "print(1)"),
    (undocumented, "twin/x.py", '"""A module."""\ndef _f(): ...\nclass A:\n    """A."""\n    def __len__(self): ...'),
]


@pytest.mark.parametrize(("rule", "path", "text"), BREACHES)
def test_a_planted_breach_is_found(rule: Rule, path: str, text: str) -> None:
    """Every rule can fail: a small module that breaks it is reported with its place."""
    assert any(found.startswith(f"{path}:") for found in rule(parse(text, path)))


@pytest.mark.parametrize(("rule", "path", "text"), INNOCENT)
def test_an_innocent_neighbour_is_left_alone(rule: Rule, path: str, text: str) -> None:
    """A rule reports what it is about and nothing that merely looks like it."""
    assert rule(parse(text, path)) == []


@pytest.mark.parametrize("rule", [arrows, doors, early, code_from_data, outside, prints, undocumented])
def test_the_tree_keeps_the_rule(rule: Rule) -> None:
    """No module of the four packages breaks the rule."""
    assert [found for module in TREE for found in rule(module)] == []


def test_simpy_has_exactly_one_door() -> None:
    """One module of the model, and only one, knows the event loop."""
    knowing = {module.path for module in TREE for found in imports(module) if found.root == "simpy"}
    assert len(knowing) == 1
    assert knowing.pop().startswith("twin/")


def test_every_test_says_what_it_shows() -> None:
    """Every test has a docstring, and so does every module of tests."""
    assert [found for module in modules("tests") for found in undocumented(module)] == []


def test_conf_is_data() -> None:
    """The configuration holds YAML and no module that could be imported."""
    files = [file for file in (ROOT / "conf").rglob("*") if file.is_file()]
    assert files
    assert {file.suffix for file in files} == {".yaml"}


def _distributions(*extras: str) -> set[str]:
    """What the project needs, with the extras that its modules import."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = project["dependencies"] + [entry for extra in extras for entry in project["optional-dependencies"][extra]]
    return {re.split(r"[<>=!~\[; ]", entry, maxsplit=1)[0] for entry in needed}


def test_what_is_imported_is_declared_and_what_is_declared_is_imported() -> None:
    """The distribution's requirements are exactly the third-party packages that its modules import."""
    names = {"hydra": "hydra-core", "yaml": "pyyaml"}
    roots = {found.root for module in TREE for found in imports(module)} - set(PACKAGES) - sys.stdlib_module_names
    assert {names.get(root, root) for root in roots - PLUGIN} == _distributions(
        "dask", "fast", "slurm", "sql", "sensitivity"
    )


def _texts() -> list[tuple[str, str]]:
    kept = (*PACKAGES, "conf", "tests", "docs", ".ci")
    files = [file for folder in kept for file in (ROOT / folder).rglob("*")] + list(ROOT.iterdir())
    texts = []
    for file in sorted(file for file in files if file.is_file() and "__pycache__" not in file.parts):
        try:
            texts.append((file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue
    return texts


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    """No text of the project holds a path of somebody's home or work folder."""
    known = re.compile(r"(?<![\w.-])/(?:" + "|".join(("work", "root", "home")) + r")/\w")
    assert known.search("see /work" + "/main")
    assert not known.search("twin/work/x")
    assert [path for path, text in _texts() if known.search(text)] == []


def test_help_is_import_light() -> None:
    """``twin --help`` answers without a library that takes time to import."""
    script = (
        "import sys\nsys.argv = ['twin', '--help']\nfrom experiments.cli import main\n"
        "try:\n    status = main()\nexcept SystemExit as end:\n    status = end.code\n"
        "print('\\n'.join(sys.modules), file=sys.stderr)\nsys.exit(status)"
    )
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0
    assert "compare" in run.stdout
    heavy = {"numpy", "scipy", "numba", "pydantic", "hydra", "omegaconf", "simpy", "osmnx", "matplotlib", "pandas"}
    assert heavy & set(run.stderr.split()) == set()
