"""``twin run``: one run, a table of KPIs on the terminal, and a folder."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf

from experiments.composition import Composed, job_of
from experiments.config import Job, data_files
from experiments.folder import target, whole
from experiments.front import launch
from experiments.manifest import manifest, write_json
from experiments.play import Played, played, twin_of
from experiments.say import say
from experiments.show import show_line, show_moved, show_run
from twin.files import write_text
from twin.snapshot import save
from twin.units import hhmm

NOT_SAVED = ("until", "out", "overwrite", "plugins", "programs")


def main(argv: Sequence[str]) -> int:
    """Run the command with what follows ``run`` on the command line."""
    return launch(run_job, job_of, "config", argv)


def run_job(made: Composed, sweep: Path | None) -> None:
    """Play one composed configuration and write its folder; one line is said of a job of a sweep."""
    job = job_of(made)
    folder = sweep or target(job.options.out, "run", overwrite=job.options.overwrite)
    result = played(twin_of(job), job.until, job.warmup, show=sweep is None)
    write_run(folder, job, result)
    if sweep is None:
        for note in result.twin.world.notes:
            say(note)
        show_run(result.kpis, folder, job.counted, how_to_go_on(job, folder))
        show_moved(job)
    else:
        show_line(result.kpis, folder)


def how_to_go_on(job: Job, folder: Path) -> str:
    """What to type after a run that was stopped."""
    if job.until is None:
        return ""
    return f"Stopped at {hhmm(job.until)}. Go on with: twin resume {folder / 'snapshot.json'}"


def write_run(folder: Path, job: Job, result: Played, forked: int | None = None) -> None:
    """Write the folder of a run, whole or not at all; of a what-if ``forked`` says when it began to differ."""
    with whole(folder) as inside:
        write_json(inside / "kpis.json", result.kpis.values)
        result.ledger.write(inside / "ledger.parquet")
        write_json(
            inside / "manifest.json",
            manifest(
                job, result.ledger, result.kpis, result.twin.events, result.wall_s, result.twin.world.notes, forked
            ),
        )
        hydra = inside / ".hydra"
        hydra.mkdir()
        write_text(hydra / "config.yaml", OmegaConf.to_yaml(OmegaConf.create(job.plain)))
        write_text(hydra / "overrides.yaml", OmegaConf.to_yaml(OmegaConf.create(list(job.origin.overrides))))
        if job.until is not None:
            save(inside / "snapshot.json", result.twin.snapshot(), about(job))


def about(job: Job) -> dict[str, Any]:
    """What a snapshot needs to rebuild its world and its policies."""
    return {
        "settings": {key: value for key, value in job.plain.items() if key not in NOT_SAVED},
        "overrides": list(job.origin.overrides),
        "config_name": job.origin.config_name,
        "config_dirs": list(job.origin.extra_dirs),
        "data_sha256": data_files(job),
    }
