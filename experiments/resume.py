"""``twin resume``: go on from a snapshot, to the fingerprint of the unbroken run."""

from collections.abc import Sequence

from experiments.arguments import parsed, snapshot_parser
from experiments.folder import target
from experiments.play import played
from experiments.run import how_to_go_on, write_run
from experiments.saved import Saved, run_changes
from experiments.show import show_run


def main(argv: Sequence[str]) -> int:
    """Run the command with what follows ``resume`` on the command line."""
    parser = snapshot_parser(
        "resume",
        "Go on from a snapshot: to the end, or until=HH:MM for another snapshot.",
        "outputs/noon/snapshot.json out=outputs/whole",
        "until=, out=, overwrite=, plugins=, programs.PORT=",
        needed=False,
    )
    given = parsed(parser, argv)
    if given is None:
        return 0
    saved = Saved.read(given.snapshot)
    job = saved.job(**run_changes(given.overrides))
    folder = target(job.options.out, "run", overwrite=job.options.overwrite)
    with saved.doubted(job):
        result = played(saved.twin(job), job.until, job.warmup)
    write_run(folder, job, result)
    show_run(result.kpis, folder, job.counted, how_to_go_on(job, folder))
    return 0
