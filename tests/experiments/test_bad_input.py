"""Whatever is wrong, the answer is one sentence and exit status 2, and nothing is written."""

from pathlib import Path

import pytest

from tests.experiments.conftest import TOY, Twin, files

OVERRIDES = [
    # names
    ("seeed=2", "did you mean 'seed'"),
    ("flet=vans", "did you mean 'fleet'"),
    ("fleet=vanz", "did you mean 'vans'"),
    ("policies/routing=neares", "did you mean 'nearest'"),
    ("policies/rooting=nearest", "policies/rooting"),
    ("operation.wavs=[]", "did you mean 'operation.waves'"),
    ("fleet.vans_early.cont=3", "did you mean 'fleet.vans_early.count'"),
    ("fleet.van.count=3", "did you mean"),
    ("nested.key.nowhere=3", "nested.key.nowhere"),
    ("+operation.wibble=3", "operation.wibble"),
    ("+fleet.vans_early.kind.capcity_kg=3.0", "did you mean 'capacity_kg'"),
    ("+nonsense=1", "nonsense"),
    ("+policies.flying._target_=policies.routing.nearest.NearestNeighbour", "not a port"),
    ("+policies.routing.wibble=3", "policies.routing.wibble"),
    ("~policies.routing", "policies.routing"),
    ("~seeed", "seeed"),
    ("+seed=2", "without the +"),
    # grammar
    ("seed", "key=value"),
    ("=3", "=3"),
    ("seed=[1", "key=value"),
    ("seed=1,2", "--multirun"),
    ("fleet=null", "group"),
    ("scenario=[[storm]]", "scenario is a group"),
    ("scenario=[1]", "scenario is a group"),
    ("seed=\x00", "seed"),
    # numbers
    ("seed=-1", "seed(=-1)"),
    ("seed=1.5", "seed(=1.5)"),
    ("seed=yes", "seed"),
    ("seed=99999999999999999999", "seed"),
    ("seed=null", "seed(=null)"),
    ("days=0", "days(=0)"),
    ("days=366", "days(=366)"),
    ("days=.nan", "days"),
    ("first_weekday=7", "first_weekday(=7)"),
    ("city.depots=0", "city.depots(=0)"),
    ("city.depots=10", "city.depots"),
    ("demand.parcels_per_day=-5.0", "demand.parcels_per_day(=-5.0)"),
    ("demand.parcels_per_day=nan", "demand.parcels_per_day"),
    ("demand.parcels_per_day=inf", "demand.parcels_per_day"),
    ("demand.parcels_per_day=1e12", "at most"),
    ("demand.parcels_per_day=12000000", "at most"),
    ("demand.parcels_per_day=many", "demand.parcels_per_day"),
    ("weather.wet_days=1.5", "weather.wet_days(=1.5)"),
    ("fleet.vans_early.count=-1", "fleet.vans_early.count(=-1)"),
    ("fleet.vans_early.count=2.5", "fleet.vans_early.count(=2.5)"),
    ("fleet.vans_early.kind.capacity_kg=-3", "fleet.vans_early.kind.capacity_kg(=-3)"),
    ("fleet.vans_early.kind.fixed_usd_day=-60.0", "fleet.vans_early.kind.fixed_usd_day(=-60.0)"),
    ("fleet.vans_early.kind.mode=helicopter", "is not one of van"),
    ("fleet.vans_early.kind.speed_kmh=[30.0,40.0]", "fleet.vans_early.kind.speed_kmh"),
    ("fleet=none", "nothing can be delivered"),
    ("people.bad_address=2", "people.bad_address(=2)"),
    ("people.presence_weekday=[0.5]", "people.presence_weekday"),
    ("policies.routing.stakes.late_usd_h=-1.0", "late_usd_h"),
    # times
    ("operation.waves=['25:00']", "'25:00'"),
    ("operation.waves=[]", "operation.waves"),
    ("operation.waves=['13:00','09:00']", "rise"),
    ("operation.inbound=360", "'6:00'"),
    ("operation.pick_hours=['20:00','06:00']", "pick_hours"),
    ("operation.windows=[['14:00','10:00']]", "must be after"),
    ("until=25:00", "until"),
    ("until=noon", "until"),
    ("until=0:00", "until"),
    ("until='3d 10:00'", "until"),
    ("until=840", "'14:00'"),
    # found by trying 4,500 wrong values
    ("weather.storm_km=5e-324", "at least 1e-09"),
    ("policies.adapting.least=1e-300", "must be a valid integer"),
    ("incidents.severity=true", "must be a list"),
    ("operation.windows=[['10:00','14:00'],[]]", "operation.windows.1.0 is missing"),
    ("fleet=['00:00']", "fleet"),
    ("incidents.closures=[{}]", "incidents.closures.0"),
    ("scenario={a:1}", "scenario"),
    ("strike.capacity=2.0", "strike.capacity(=2.0)"),
    ("demand.hours=moonlight", "demand.hours"),
    ("weather.first_day='2013-02-29'", "weather.first_day"),
    # files and folders
    ("demand.orders=/dev/zero", "no ordinary file"),
    ("traffic.volumes=/dev/zero", "traffic.volumes"),
    ("weather.records=/dev/zero", "no ordinary file"),
    ("city=file", "city.path"),
    ("+city.path=x.city", "city.path"),
    ("out=''", "out"),
    ("out=/proc/nowhere/run", "out"),
    ("overwrite=perhaps", "overwrite"),
    # code and secrets
    ("policies.routing._target_=os.system", "os.system"),
    ("policies.routing._target_=policies.routing.nearest.prepare", "not a class"),
    ("policies.routing._target_=policies.routing.nearest.Nearest", "did you mean"),
    ("policies.routing._target_=policies.routing.nowhere.Router", "imported"),
    ("policies.routing._target_=numpy.load", "numpy.load"),
    ("policies.routing._target_=3", "policies.routing._target_"),
    ("+city._target_=os.system", "city._target_"),
    ("+city.path=${oc.env:HOME}", "resolver"),
    ("+city.path=${nothing.there}", "nothing"),
    ("plugins=[no_such_package]", "no_such_package"),
    ("plugins=[os.path]", "os.path"),
    ("+hydra.callbacks.x._target_=os.system", "hydra.callbacks"),
    ("hydra.launcher._target_=os.system", "hydra.launcher"),
    ("hydra/job_logging=default", "job_logging"),
    ("hydra.run.dir=elsewhere", "out="),
    ("+hydra.job.env_set.LD_PRELOAD=x", "env_set"),
    ("hydra/launcher=nowhere", "basic"),
]


def refused(twin: Twin, folder: Path, words: tuple[str, ...], says: str) -> None:
    """The command says one sentence that holds ``says``, ends with 2, and writes nothing more."""
    before = files(folder)
    said = twin(*words)
    assert said.status == 2, said
    assert says in said.err
    assert said.err.count("\n") == 1
    assert "Traceback" not in said.err
    assert said.out == ""
    assert files(folder) == before


@pytest.mark.parametrize(("override", "says"), OVERRIDES)
def test_a_wrong_override_is_one_sentence(twin: Twin, tmp_path: Path, override: str, says: str) -> None:
    """Names, numbers, times, files and attempts to run code: named, with the value and the fix."""
    refused(twin, tmp_path, ("run", *TOY, override), says)


FILES = {
    "broken: [1,\n b: 2\n": "mend the YAML",
    "vans: 1\nvans: 2\n": "duplicate",
    "vans: !!python/object/apply:os.system ['true']\n": "tag",
    "- 1\n- 2\n": "fleet",
    "hello\n": "fleet",
    "": "nothing can be delivered",
    "vans: {count: 1, kind: {mode: van}}\n": "missing",
    "vans:\n  count: 3\n  kind: ${oc.env:HOME}\n": "resolver",
    "vans:\n  _target_: os.system\n": "_target_",
    "defaults:\n  - nowhere\n": "nowhere",
    "defaults:\n  - /vehicle@v.kind: van\n  - _self_\nv:\n  count: .nan\n": "finite",
    "defaults:\n  - /vehicle@v.kind: van\n  - _self_\nv:\n  count: 1\n  kind:\n    shift_start: 14:00\n": "'14:00'",
    "defaults:\n  - /vehicle@v.kind: van\n  - _self_\nv:\n  count: 1\n  kind:\n    capacity_kg: -3\n": "mine.yaml",
    "# @package hydra.callbacks\nx:\n  _target_: os.system\n": "hydra.callbacks",
    "# @package _global_\nplugins: [os]\nfleet: {}\n": "command line only",
    "# @package _global_\nhydra:\n  job_logging:\n    root: {level: INFO}\n": "job_logging",
}


@pytest.mark.parametrize(("text", "says"), FILES.items())
def test_a_wrong_file_is_one_sentence(twin: Twin, tmp_path: Path, text: str, says: str) -> None:
    """A file from somebody else: truncated, duplicated, hostile or merely wrong."""
    mine = tmp_path / "pack" / "fleet" / "mine.yaml"
    mine.parent.mkdir(parents=True)
    mine.write_text(text)
    refused(twin, tmp_path, ("run", "--config-dir", "pack", *TOY, "fleet=mine"), says)


def test_a_file_that_is_not_text_is_refused(twin: Twin, tmp_path: Path) -> None:
    """Latin-1 is named as what it is not: UTF-8."""
    mine = tmp_path / "pack" / "fleet" / "mine.yaml"
    mine.parent.mkdir(parents=True)
    mine.write_bytes("größe: 1\n".encode("latin-1"))
    refused(twin, tmp_path, ("run", "--config-dir", "pack", *TOY, "fleet=mine"), "UTF-8")


COMMANDS = [
    (("rum",), "did you mean 'run'"),
    (("frobnicate",), "choose one of"),
    (("run", "--frobnicate"), "--frobnicate"),
    (("run", "--config-dir", "nowhere"), "nowhere"),
    (("run", "--config-name", "nowhere"), "nowhere"),
    (("run", "--config-dir", ""), "--config-dir is empty"),
    (("run", "--config-name", ""), "--config-name is empty"),
    (("run", "--config-path", "nowhere"), "--config-dir"),
    (("run", "--experimental-rerun", "x.pickle"), "pickle"),
    (("run", "--cfg", "job", "seeed=1"), "did you mean 'seed'"),
    (("run", "--cfg", "everything"), "--cfg"),
    (("run", "--multirun", *TOY, "seed=1,-1"), "seed(=-1)"),
    (("run", "--multirun", *TOY, "seed=1,2", "fleet=vans,vanz"), "did you mean 'vans'"),
    (("compare", "replications=0"), "replications(=0)"),
    (("compare", "workers=0"), "workers(=0)"),
    (("compare", "baseline=bikes"), "baseline(=bikes)"),
    (("compare", "until=12:00"), "until"),
    (("compare", "~arms"), "arms is missing"),
    (("compare", "arms.vans=['fleet=vanz']"), "did you mean 'vans'"),
    (("compare", "+arms.x=['seed=2']"), "arms.x: seed is the same"),
    (("compare", "+arms.x=['plugins=[os]']"), "arms.x: plugins is the same"),
    (("compare", "+arms.x=3"), "arms.x"),
    (("compare", "fleet.x=3"), "fleet.x"),
    (("compare", "seed=-4"), "seed(=-4)"),
    (("resume",), "snapshot"),
    (("resume", "nowhere.json"), "nowhere.json"),
    (("fork", "nowhere.json", "fleet=vans"), "nowhere.json"),
    (("fork", "nowhere.json"), "overrides"),
    (("city", "export", "x"), "export"),
    (("city", "import", "nowhere.osm.pbf", "--out", "x.city"), "nowhere.osm.pbf"),
    (("city", "import", "nowhere.osm.pbf"), "--out"),
    (("city", "import", "a.osm", "--out", "nowhere/x.city"), "nowhere"),
    (("city", "import", "a.osm", "peeple=x.csv", "--out", "x.city"), "did you mean 'people'"),
    (("city", "import", "a.osm", "people=", "--out", "x.city"), "'people=' has no value"),
    (("city", "import", "/dev/zero", "--out", "x.city"), "/dev/zero"),
    (("resume", "/dev/zero"), "no ordinary file"),
    (("check", "baseline=/dev/zero"), "no ordinary file"),
    (("calibrate", "demand", "/dev/zero"), "no ordinary file"),
    (("new-policy", "rooting", "mine"), "did you mean 'routing'"),
    (("new-policy", "routing", "My-Router"), "my_router"),
    (("new-policy", "routing", "../mine"), "../mine"),
    (("new-policy", "routing", "class"), "class"),
    (("new-policy", "routing", "numpy"), "numpy"),
    (("new-policy", "routing", "mine", "--dir", "nowhere"), "nowhere"),
]


@pytest.mark.parametrize(("words", "says"), COMMANDS)
def test_a_wrong_command_is_one_sentence(twin: Twin, tmp_path: Path, words: tuple[str, ...], says: str) -> None:
    """Unknown commands, options and arguments, of every command."""
    refused(twin, tmp_path, words, says)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"a": 1}', '{"lastmile-twin snapshot": 99, "digest": "", "body": {}}', "\x00\x01"]
)
def test_a_file_that_is_no_snapshot_is_refused(twin: Twin, tmp_path: Path, text: str) -> None:
    """Empty, truncated, of another kind or of another version."""
    (tmp_path / "snapshot.json").write_text(text)
    refused(twin, tmp_path, ("resume", "snapshot.json"), "snapshot.json")


def test_an_existing_folder_is_left_alone(twin: Twin, tmp_path: Path) -> None:
    """A folder is replaced only when that is asked for, and only when twin wrote it."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    refused(twin, tmp_path, ("run", *TOY, "out=mine"), "overwrite=true")
    refused(twin, tmp_path, ("run", *TOY, "out=mine", "overwrite=true"), "did not write")
    refused(twin, tmp_path, ("run", *TOY, "out=mine/thesis.txt"), "no folder")
    refused(twin, tmp_path, ("run", "--multirun", *TOY, "seed=1,2", "out=mine"), "new folder")
