"""Run a job on a platform: here, in Kubernetes, on SageMaker, Azure ML or Slurm (docs/clusters.md).

python3 -m src.submit JOB.yaml --on local|kubernetes|sagemaker|azureml|slurm [--dry-run] [-S NAME=VALUE …]
"""

import argparse
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .bundle.origin import folder_md5, git_revision
from .bundle.revision import commit_of
from .common.config import OUT, ROOT
from .common.errors import UserError, run_main
from .common.files import atomic_path
from .common.progress import tell
from .jobs.description import make_job, read_description
from .jobs.overrides import PARAMS_PY, PARAMS_YAML, override
from .jobs.platforms import PLATFORMS

FOLDER = OUT / "jobs"
_DIRTY = "-dirty"


def main() -> None:
    """Write what a platform is to run, and hand it to the platform's client, or only show it."""
    options = _options()
    if options.hash:
        print(folder_md5(options.hash))
        return
    if options.description is None:
        raise UserError("name a job's description, as jobs/train.yaml")
    content = _changed(read_description(options.description), options)
    platform = PLATFORMS[options.on]
    revision = _revision(str(content.get("revision") or "HEAD"))
    stamp = options.stamp or f"{datetime.now(UTC):%Y%m%d-%H%M%S}"
    job = make_job(content, options.on, PLATFORMS, revision, stamp)
    _try_overrides(job.overrides)
    text = platform.write(job)
    if options.dry_run:
        print(text, end="")
        return
    path = FOLDER / f"{job.run}{platform.suffix}"
    with atomic_path(path) as partial:
        partial.write_text(text, encoding="utf-8")
    tell(f"wrote {path}")
    print(platform.submit(job, path))


def _revision(named: str) -> str:
    """Return the commit of a revision, in full; "" outside git. Says where files differ from it."""
    own = git_revision(ROOT)
    if own == "unknown":
        tell("note: this is no git repository: the model's card cannot say of which revision it is")
        return ""
    commit = commit_of(ROOT, named)
    if commit is None:
        raise UserError(f"there is no revision {named!r}: name a branch, a tag or a commit")
    if own == f"{commit}{_DIRTY}":
        tell("note: files differ from the last commit, and the job runs what is committed")
    return commit


def _try_overrides(overrides: Any) -> None:
    """Raise UserError for what `-S` would not take, before anything is sent."""
    with tempfile.TemporaryDirectory() as folder:
        for name in (PARAMS_PY, PARAMS_YAML):
            shutil.copy(ROOT / name, folder)
        override(Path(folder), overrides)


def _changed(content: dict[str, Any], options: argparse.Namespace) -> dict[str, Any]:
    """Return a description with what the command line says besides."""
    changed = {**content}
    if options.set:
        changed["set"] = [*(content.get("set") or []), *options.set]
    for key in ("tag", "name", "nodes", "revision"):
        value = getattr(options, key)
        if value is not None:
            changed[key] = value
    return changed


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python3 -m src.submit",
        description="Run a job on a platform.",
        epilog="exit codes: 0 sent, or, on this machine, done; 1 an error; 2 wrong usage; 130 Ctrl-C",
    )
    add = parser.add_argument
    add("description", nargs="?", type=Path, metavar="JOB.yaml", help="what is to run")
    add("--on", choices=list(PLATFORMS), default="local", help="where; default: local")
    add("--dry-run", action="store_true", help="show what the platform would get, and send nothing")
    add(
        "-S", "--set", action="append", default=[], metavar="NAME=VALUE", help="as of `dvc exp run`"
    )
    add("--tag", help="a word of your own, for the model's card")
    add("--name", help="of the job")
    add("--nodes", type=int, help="machines")
    add("--revision", metavar="REV", help="of the code; default: HEAD")
    add("--stamp", help="what makes the run's name its own; default: the time")
    add(
        "--hash", type=Path, metavar="DIR", help="print DVC's hash of a folder, for `md5:`, and end"
    )
    return parser.parse_args()


if __name__ == "__main__":
    run_main(main)
