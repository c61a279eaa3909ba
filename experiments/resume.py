"""``twin resume``: go on from a snapshot, to the fingerprint of the unbroken run."""

from argparse import RawDescriptionHelpFormatter
from collections.abc import Sequence
from pathlib import Path

from experiments.arguments import Parser, parsed
from experiments.folder import target
from experiments.play import played
from experiments.run import how_to_go_on, write_run
from experiments.saved import Saved, run_changes
from experiments.show import show_run


def main(argv: Sequence[str]) -> int:
    """Run the command with what follows ``resume`` on the command line."""
    parser = Parser(
        "twin resume",
        description="Go on from a snapshot: to the end, or until=HH:MM for another snapshot.",
        epilog="example: twin resume outputs/noon/snapshot.json out=outputs/whole",
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("snapshot", type=Path, help="a snapshot.json of twin run until=...")
    parser.add_argument("overrides", nargs="*", help="until=, out=, overwrite=, plugins=")
    given = parsed(parser, argv)
    if given is None:
        return 0
    saved = Saved.read(given.snapshot)
    job = saved.job(**run_changes(given.overrides))
    folder = target(job.options.out, "run", overwrite=job.options.overwrite)
    with saved.doubted(job):
        result = played(saved.twin(job), job.until, job.warmup)
    write_run(folder, job, result)
    show_run(result.kpis, folder, how_to_go_on(job, folder))
    return 0
