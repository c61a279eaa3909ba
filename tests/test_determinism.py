"""One input, one outcome: in every process, under every hash seed, number of threads and kind of processor."""

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest

SCRIPT = Path(__file__).with_name("onerun.py")


def play(*arguments: str, **environment: str) -> list[str]:
    """What the script prints, run in a fresh process with these variables set."""
    done = subprocess.run(
        [sys.executable, str(SCRIPT), *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return list(json.loads(done.stdout)) if done.stdout else []


@cache
def first() -> list[str]:
    """Fingerprints of the toy and of the town (trace, costs, figures) in an ordinary process."""
    return play(PYTHONHASHSEED="0")


def dispatched() -> list[str]:
    """Instruction sets beyond the baseline that numpy uses on this machine."""
    core = np._core if hasattr(np, "_core") else np.core
    module = core._multiarray_umath
    return [name for name in module.__cpu_dispatch__ if module.__cpu_features__[name]]


def test_there_is_something_to_compare() -> None:
    """Six digests, no two of them equal."""
    assert len(first()) == len(set(first())) == 6


@pytest.mark.parametrize("seed", ["1", "random"])
def test_hash_seeds_do_not_matter(seed: str) -> None:
    """The order in which sets and dictionaries of texts are walked decides nothing."""
    assert play(PYTHONHASHSEED=seed) == first()


@pytest.mark.parametrize("threads", ["1", "2"])
def test_threads_do_not_matter(threads: str) -> None:
    """Sums that a linear algebra library splits over threads decide nothing."""
    assert play(OMP_NUM_THREADS=threads, OPENBLAS_NUM_THREADS=threads, NUMBA_NUM_THREADS=threads) == first()


def test_the_processor_does_not_matter() -> None:
    """With the instruction sets switched off in which exp, log and power end in other bits, all stays the same."""
    features = dispatched()
    if not features:
        pytest.skip("numpy uses only its baseline on this machine")
    assert play(NPY_DISABLE_CPU_FEATURES=" ".join(features)) == first()


def test_this_process_and_another_agree(tmp_path: Path) -> None:
    """Played here, there, or begun there, saved, and finished in a third process: one outcome."""
    from tests.onerun import BUSY
    from tests.worlds import everything, fingerprints
    from twin.engine import Twin

    snapshot = tmp_path / "noon.json"
    play(str(snapshot))
    here = list(fingerprints(Twin(everything(), BUSY).run()))
    assert here == first()[:3] == play(str(snapshot))
