"""The folder of a comparison: results, manifest, configurations, ``report.html`` and its figures."""

import csv
import io
import platform
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from experiments.answer import answer
from experiments.comparison import Comparison, as_json
from experiments.config import data_files, sha256_of
from experiments.folder import whole
from experiments.manifest import SCHEMA, peak_memory_mb, write_json
from experiments.provenance import as_json as numbers
from experiments.provenance import grades, moved
from experiments.report import exhibits_of, report
from experiments.reporting.checklist import checklist
from experiments.reporting.exhibit import write_exhibits
from experiments.study import Study
from experiments.versions import versions
from twin.files import write_text

CONFIGS = "config"
"""Folder with the configuration of each arm."""
BLOCKS = "blocks.json"
"""Arm -> of each world a trace of its ledger; see :mod:`experiments.repeating.blocks`."""


def write_study(folder: Path, study: Study, found: Comparison, wall_s: float) -> None:
    """Write the folder of a comparison: whole or not at all."""
    sketches = {arm: found.records[arm][0]["sketch"] for arm in found.arms if found.records[arm][0]["sketch"]}
    about = provenance(study, found, wall_s)
    exhibits = exhibits_of(found, sketches)
    done = checklist(found.question, study.jobs, study.plan.arms, about)
    page = report(found, exhibits, facts(study, about), moved(study.jobs), done)
    with whole(folder) as inside:
        write_configs(inside / CONFIGS, {arm: job.plain for arm, job in study.jobs.items()})
        write_json(inside / BLOCKS, {arm: [run["blocks"] for run in found.records[arm]] for arm in found.arms})
        write_json(inside / "comparison.json", {"answer": answer(found), **as_json(found)})
        write_text(inside / "results.csv", results(found))
        write_json(inside / "manifest.json", about)
        write_text(inside / "report.html", page)
        write_exhibits(inside, exhibits)


def write_configs(folder: Path, settings: Mapping[str, Mapping[str, Any]]) -> None:
    """Write the whole configuration of each arm as ``NAME.yaml``."""
    folder.mkdir()
    for name, said in settings.items():
        kept = {key: value for key, value in said.items() if key not in ("out", "overwrite")}
        write_text(folder / f"{name}.yaml", yaml.safe_dump(kept, sort_keys=False, allow_unicode=True))


def provenance(study: Study, found: Comparison, wall_s: float) -> dict[str, Any]:
    """What it takes to repeat the comparison."""
    configs = {arm: job.sha256 for arm, job in study.jobs.items()}
    return {
        "schema": SCHEMA,
        "config_sha256": sha256_of({"arms": configs, "seeds": list(found.seeds)}),
        "arms": {
            arm: {
                "overrides": list(study.plan.arms[arm]),
                "config_sha256": configs[arm],
                "data_sha256": data_files(job),
            }
            for arm, job in study.jobs.items()
        },
        "overrides": list(study.first.origin.overrides),
        "scenario": list(study.first.origin.packs),
        "seeds": list(found.seeds),
        "counted": study.first.counted,
        "data_sha256": {
            **{k: v for job in study.jobs.values() for k, v in data_files(job).items()},
            **data_files(study.first),
        },
        "versions": versions(),
        "platform": platform.platform(),
        "kernel_events": sum(record["kernel_events"] for records in found.records.values() for record in records),
        "workers": study.plan.workers,
        "wall_s": round(wall_s, 3),
        "peak_memory_mb": peak_memory_mb(),
        "grades": {arm: grades(job) for arm, job in study.jobs.items()},
        "evidence": numbers(moved(study.jobs)),
    }


def facts(study: Study, about: dict[str, Any]) -> dict[str, str]:
    """The provenance as people read it."""
    scenario, seeds = study.first.scenario, about["seeds"]
    return {
        "Written": time.strftime("%d %B %Y, %H:%M"),
        "City": scenario.city.path or scenario.city.kind,
        "Map": "(c) OpenStreetMap contributors, ODbL 1.0" if scenario.city.kind == "file" else "drawn by the twin",
        "Scenario": " + ".join(study.first.origin.packs) or "as the groups say",
        "Days in a world": f"{scenario.days}, counted: {study.first.counted}",
        "Worlds": f"{len(seeds)}, seeds {seeds[0]} to {seeds[-1]}; every arm played all of them with the same luck",
        "Arms": "; ".join(f"{arm}: {' '.join(said['overrides']) or 'defaults'}" for arm, said in about["arms"].items()),
        "Configuration": f"SHA-256 {about['config_sha256']}",
        "Data files": "; ".join(f"{key} SHA-256 {digest}" for key, digest in about["data_sha256"].items()) or "none",
        "Versions": ", ".join(f"{name} {version}" for name, version in about["versions"].items()),
        "Intervals": "ratios of totals over the worlds, delete-one jackknife with Student's t; the unit is the run",
    }


def results(found: Comparison) -> str:
    """One row for each run: arm, seed, fingerprint, every KPI; empty where one is not defined."""
    records = [record for arm in found.arms for record in found.records[arm]]
    names = list(found.estimates[found.baseline])
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["arm", "seed", "fingerprint", *names])
    for record in records:
        numbers = [record["values"].get(name, "") for name in names]
        table.writerow([record["arm"], record["seed"], record["fingerprint"], *numbers])
    return text.getvalue()
