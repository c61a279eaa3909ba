"""A program decides as a policy in the process does; one that breaks, lies or hangs ends in a sentence, and is gone."""

import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from policies.carriers.cheapest import Cheapest
from policies.cases import cases
from policies.check import check_policy
from policies.programs import answers
from policies.programs.external import PROTOCOL
from policies.programs.wire import line_of, message_of, plain
from policies.routing.nearest import NearestNeighbour
from tests.policies.programs import DECISIONS, external, program
from tests.source import ROOT
from tests.worlds import PLAIN, everything, fingerprints, play
from twin.engine import Twin
from twin.entities import Trigger
from twin.errors import PolicyError
from twin.ports import PORTS
from twin.snapshot import load, save
from twin.units import HOUR


@pytest.mark.parametrize("port", PORTS)
def test_a_program_keeps_the_contract_of_each_port(port: str, tmp_path: Path) -> None:
    """Asked in every hand-made situation, over the line, it decides legally and the same again."""
    check_policy(external(port, program(tmp_path, DECISIONS[port])), port)


@pytest.mark.parametrize("port", PORTS)
def test_the_contract_finds_a_program_that_remembers(port: str, tmp_path: Path) -> None:
    """Whoever decides by how often it was asked is found out, or was never asked twice."""
    counting = "standing['asked'] = standing.get('asked', 0) + 1"
    wrong = program(tmp_path, f"({DECISIONS[port]}) if standing['asked'] < 2 else None", counting)
    with pytest.raises(PolicyError, match=port):
        check_policy(external(port, wrong), port)


def test_a_program_plays_a_run_as_the_same_policy_in_the_process(tmp_path: Path) -> None:
    """The cheapest offer chosen over the line, and in Python: one fingerprint."""
    world = everything()
    inside = play(world, carriers=Cheapest())
    outside = play(world, carriers=external("carriers", program(tmp_path, DECISIONS["carriers"])))
    assert fingerprints(outside) == fingerprints(inside)


ROUTER = """
wave = asked["dispatch"]
order = sorted(range(len(wave["stops"])), key=lambda i: (wave["duration"][wave["vehicles"][0]["profile"]][0][i + 1], i))
tours = [{"vehicle": wave["vehicles"][0]["id"], "stops": order[:3]}] if order else []
"""


def test_a_program_that_routes_sees_the_wave(tmp_path: Path) -> None:
    """Stops, vehicles and matrices reach it, and its indices become the stops."""
    policy = external("routing", program(tmp_path, "tours", ROUTER))
    for case in [case for case in cases("routing") if case.args[0].dispatch.vehicles and case.args[0].dispatch.stops]:
        (tour,) = policy(*case.args)
        wave = case.args[0].dispatch
        row = wave.duration[wave.vehicles[0].profile][0]
        near = sorted(range(len(wave.stops)), key=lambda i: (int(row[i + 1]), i))[:3]
        assert tour.stops == tuple(wave.stops[i] for i in near)


def test_a_run_with_a_program_is_saved_and_goes_on(tmp_path: Path) -> None:
    """Cut anywhere, saved, and resumed with the program started anew: the fingerprint of the unbroken run."""
    world, command = everything(), program(tmp_path, DECISIONS["carriers"])
    whole = fingerprints(play(world, carriers=external("carriers", command)))
    for cut in (9 * HOUR, 31 * HOUR):
        first = Twin(world, PLAIN.replace(carriers=external("carriers", command)))
        first.run(cut)
        save(tmp_path / "cut.json", first.snapshot(), {})
        state, _ = load(tmp_path / "cut.json")
        resumed = Twin(world, PLAIN.replace(carriers=external("carriers", command)), state)
        assert fingerprints(resumed.run()) == whole


FAULTS = {
    "ends": ("0", "sys.exit(3)", "ended with status 3 instead of answering"),
    "closes": ("0", "os.close(1); time.sleep(30)", "closed its output instead of answering"),
    "hangs": ("0", "time.sleep(30)", "did not answer within 0.5 s"),
    "dribbles": ("0", "[(sys.stdout.write(' '), sys.stdout.flush(), time.sleep(.05)) for _ in range(600)]", "0.5 s"),
    "no json": ("0", "print('hello', flush=True); continue", "is no JSON"),
    "nan": ("float('nan')", "", "NaN is not a number of JSON"),
    "infinite": ("float('inf')", "", "Infinity is not a number of JSON"),
    "list": ("0", "print('[1]', flush=True); continue", "is no object"),
    "deep": ("0", "print('[' * 100000, flush=True); continue", "nests too deeply"),
    "too big": ("'x' * (1 << 21)", "", "answered with more than 1048576 bytes"),
    "endless": (
        "0",
        "[(sys.stdout.write('x' * 65536)) for _ in iter(int, 1)]",
        "answered with more than 1048576 bytes",
    ),
    "other id": ("0", "asked['id'] += 1", "must answer with id 1 and a decision"),
    "more": ("0", 'print(\'{"id": 1, "decision": 0, "x": 1}\', flush=True); continue', "must answer with id 1"),
    "index": ("99", "", "the choice is 99, but must be an index from 0 to"),
    "negative": ("-1", "", "the choice is -1, but must be an index"),
    "true": ("True", "", "the choice is True, but must be an index"),
    "text": ("'0'", "", "the choice is '0', but must be an index"),
    "binary": ("0", "sys.stdout.buffer.write(b'\\xff\\xfe\\n'); sys.stdout.flush(); continue", "is no JSON"),
    "gives up": ("0", 'print(\'{"id": 1, "error": "no idea"}\', flush=True); continue', "gave up: 'no idea'"),
}


def alive(pid: int) -> bool:
    """Whether a process runs, a zombie not counted."""
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not (stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z")


@pytest.mark.parametrize("fault", FAULTS)
def test_a_program_that_goes_wrong_is_named_and_gone(fault: str, tmp_path: Path) -> None:
    """One sentence with the program and what it did; the process has ended, and is not asked again."""
    decision, before, said = FAULTS[fault]
    noted = f"open({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))\n{before}"
    policy = external("carriers", program(tmp_path, decision, noted), seconds=0.5 if "0.5" in said else 20.0, most_mb=1)
    case = cases("carriers")[0]
    with pytest.raises(PolicyError) as caught:
        policy(*case.args)
    assert said in str(caught.value)
    assert "mine.py" in str(caught.value)
    assert "\n" not in str(caught.value)
    pid = int((tmp_path / "pid").read_text())
    for _ in range(100):
        if not alive(pid):
            break
        time.sleep(0.05)
    assert not alive(pid)
    with pytest.raises(PolicyError, match=r"mine\.py"):
        policy(*case.args)


@pytest.mark.skipif(os.name == "nt", reason="there is no group of processes")
def test_what_a_program_started_is_gone_too(tmp_path: Path) -> None:
    """A grandchild that holds the line open neither hangs the run nor outlives it."""
    sleeper = f"import subprocess; p = subprocess.Popen(['sleep', '60']); open({str(tmp_path / 'pid')!r}, 'w')"
    policy = external("carriers", program(tmp_path, "0", f"{sleeper}.write(str(p.pid))\nos._exit(1)"), seconds=2.0)
    began = time.monotonic()
    with pytest.raises(PolicyError):
        policy(*cases("carriers")[0].args)
    assert time.monotonic() - began < 20
    pid = int((tmp_path / "pid").read_text())
    for _ in range(100):
        if not alive(pid):
            break
        time.sleep(0.05)
    assert not alive(pid)


@pytest.mark.parametrize(
    ("greeting", "said"),
    [("{'type': 'hello', 'protocol': 2}", "another version"), ("{}", "another version"), ("[]", "is no object")],
)
def test_another_version_is_refused_at_the_greeting(greeting: str, said: str, tmp_path: Path) -> None:
    """Before anything is decided."""
    (tmp_path / "mine.py").write_text(f"import json\ninput()\nprint(json.dumps({greeting}), flush=True)\ninput()\n")
    with pytest.raises(PolicyError, match=said):
        external("carriers", (sys.executable, str(tmp_path / "mine.py")))(*cases("carriers")[0].args)


def test_a_program_that_is_not_there_is_named() -> None:
    """No traceback, no shell."""
    with pytest.raises(PolicyError, match="'no-such-program' cannot be started"):
        external("carriers", ("no-such-program",))(*cases("carriers")[0].args)


def test_a_question_that_is_too_long_is_not_sent(tmp_path: Path) -> None:
    """The limit holds for what the twin writes too."""
    view, parcel, offers = cases("carriers")[0].args
    long = (offers[0]._replace(name="x" * (1 << 20)), *offers[1:])
    with pytest.raises(PolicyError, match="raise most_mb"):
        external("carriers", program(tmp_path, "0"), most_mb=1)(view, parcel, long)


def test_a_program_that_does_not_read_is_stopped(tmp_path: Path) -> None:
    """A question larger than a pipe does not hang the twin."""
    view, parcel, offers = cases("carriers")[0].args
    (tmp_path / "mine.py").write_text(
        "import json, time\ninput()\nprint(json.dumps({'type': 'hello', 'protocol': 1}), flush=True)\ntime.sleep(60)\n"
    )
    long = (offers[0]._replace(name="x" * 900_000), *offers[1:])
    with pytest.raises(PolicyError, match=r"did not answer within 0\.5 s"):
        external("carriers", (sys.executable, str(tmp_path / "mine.py")), seconds=0.5)(view, parcel, long)


@pytest.mark.parametrize("port", PORTS)
@pytest.mark.parametrize("wrong", [None, 7, "x", [1], [{}], {"mean": 1}, [None], {}, [[]], 1e999, -5, True])
def test_no_answer_of_the_wrong_shape_is_understood(port: str, wrong: Any) -> None:
    """At every port: a ValueError that says what must be, never another error."""
    case = cases(port)[-1]
    extra = {
        "routing": lambda view: (view.dispatch,),
        "promising": lambda _view, _session, slots: (slots,),
        "carriers": lambda _view, _parcel, offers: (offers,),
        "recovering": lambda _view, _trouble, remedies: (remedies,),
        "notifying": lambda _view, notice: (notice,),
        "forecasting": lambda view: (view,),
    }.get(port, lambda *_: ())(*case.args)  # type: ignore[operator]
    with pytest.raises(ValueError, match="must"):
        getattr(answers, port)(wrong, *extra)


def test_messages_are_plain_and_finite() -> None:
    """Arrays, records and names survive; NaN does not leave."""
    case = next(case for case in cases("routing") if case.args[0].dispatch.stops)
    wave = case.args[0].dispatch
    back = message_of(line_of({"dispatch": plain(wave)}))["dispatch"]
    assert np.array_equal(np.array(back["duration"][0]), wave.duration[0])
    assert back["stops"][0]["parcels"] == list(wave.stops[0].parcels)
    assert back["vehicles"][0]["mode"] == wave.vehicles[0].mode.name
    with pytest.raises(PolicyError, match="cannot be written as JSON"):
        line_of({"x": float("nan")})


@pytest.mark.parametrize("port", PORTS)
def test_what_a_program_is_told_is_on_the_page(port: str, tmp_path: Path) -> None:
    """Each field of the greeting and of each question stands in the reference, with the version."""
    page = (ROOT / "docs" / "reference" / "external.md").read_text()
    kept = f"open({str(tmp_path / 'asked')!r}, 'w').write(json.dumps([standing, asked]))"
    external(port, program(tmp_path, DECISIONS[port], kept))(*cases(port)[-1].args)
    standing, asked = json.loads((tmp_path / "asked").read_text())
    assert f"Version {PROTOCOL}." in page
    row = next(line for line in page.splitlines() if line.startswith(f"| {port} | "))
    told = set(asked) - {"type", "id", "now", "day", "weekday", "knobs"}
    assert {name.strip("`") for name in row.split("|")[2].strip().split(", ")} == told
    assert [name for name in (*standing, *asked, *told) if f"`{name}`" not in page and f'"{name}"' not in page] == []
    parts = [part for name in told for part in (asked[name] if isinstance(asked[name], list) else [asked[name]])]
    fields = {name for part in parts if isinstance(part, dict) for name in part}
    assert [name for name in fields if f"`{name}`" not in page] == []


def test_the_view_in_a_run_has_what_the_port_is_told(tmp_path: Path) -> None:
    """A whole run in which programs decide at all eight ports."""
    policies = {port: external(port, program(tmp_path, DECISIONS[port], name=f"{port}.py")) for port in PORTS}
    policies["routing"] = NearestNeighbour()
    world = replace(everything(), carriers=everything().carriers)
    assert len(play(world, **policies).trace.data) > 1000
    policies["routing"] = external("routing", program(tmp_path, DECISIONS["routing"], name="routing.py"))
    assert len(play(world, **policies).trace.data) > 1000


def test_a_program_may_plan_between_the_waves(tmp_path: Path) -> None:
    """With ``when`` it is asked at those triggers too, and legal there; without it, at the waves alone."""
    triggers = f"open({str(tmp_path / 'seen')!r}, 'a').write(' '.join(asked['dispatch']['triggers']) + ' ')"
    calm = external("routing", program(tmp_path, "[]", triggers))
    assert not hasattr(calm, "triggers")
    busy = external("routing", program(tmp_path, "[]", triggers), when=("order", "late"))
    assert busy.triggers == {Trigger.ORDER, Trigger.LATE}
    check_policy(busy, "routing")
    assert "LATE" in (tmp_path / "seen").read_text()
    (tmp_path / "seen").unlink()
    play(everything(), routing=busy)
    assert "ORDER" in (tmp_path / "seen").read_text()
