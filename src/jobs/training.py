"""A training as a job: the stages of dvc.yaml in order, on one machine or several, to a saved model."""

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from dvc.utils.serialize import load_py

from ..bundle.bundle import load_bundle
from ..bundle.files import SUMS, copy_whole
from ..bundle.origin import Thresholds, evaluated_metrics, folder_md5, trained_data
from ..bundle.trained import Origin, bundle_trained
from ..common.errors import UserError
from ..common.files import write_json
from ..common.progress import tell
from ..pipeline.start_weights import FOLDER, write_start_weights
from .hosts import FAREWELL_S, Lost, Meeting
from .overrides import override
from .request import Request
from .steps import Steps
from .workspace import keep, needed, read_stages

# What else a training leaves that is worth having. Sheets of photographs show people's cars, and stay.
_EXTRA = ("out/evaluations", "out/runs", "dvc.lock", "params.py", "params.yaml")
_NOT_EXTRA = ("photos_*", "tensorboard", "checkpoints")
_NETWORKS = ("localize", "ocr")
_WITH_8_BITS = "onnx-int8"


def start_override(start: Path | str) -> list[str]:
    """Return how -S says which model training starts from; nothing for what stands in params.yaml."""
    text = str(start)
    if any(c in text for c in "'\\\n"):
        raise UserError(f"{text!r} is no name for a model's folder here: rename it")
    return [f"start='{text}'"] if text else []


def devices_here() -> int:
    """Return how many processes train on this machine: one for each GPU, or one."""
    try:
        done = subprocess.run(["nvidia-smi", "-L"], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return 1
    return max(1, sum(line.startswith("GPU ") for line in done.stdout.splitlines()))


class Training:
    """A training in a workspace that has its data and parameters."""

    def __init__(
        self,
        request: Request,
        workspace: Path,
        steps: Steps,
        revision: str,
        photos: Mapping[str, str],
        ancestry: Sequence[str] | None,
    ) -> None:
        """revision, photos, ancestry: what the model's card says of its code, its photographs and where it started."""
        self._request, self._workspace, self._steps = request, workspace, steps
        self._revision, self._photos, self._ancestry = revision, photos, ancestry
        self._stages = read_stages(workspace)
        self._order = needed(self._stages, request.stages or self._stages)
        self._devices = request.devices or devices_here()
        self._names = yaml.safe_load((workspace / "params.yaml").read_text(encoding="utf-8"))

    def run(self) -> None:
        """Train, and write the model; on all machines but the first, train only."""
        hosts = self._request.hosts
        override(
            self._workspace,
            [
                f"params.py:Train{name}Params.DEVICES={self._devices}"
                for name in ("Localize", "OCR")
            ],
        )
        if hosts.count == 1:
            self._lead(None)
            return
        if "train_ocr" in self._order and "train_localize" in needed(self._stages, ["prepare_ocr"]):
            raise UserError(
                "with several machines prepare_ocr cannot wait for the localizer, which the first one alone has: leave "
                "photos_wait_for of params.yaml as it is"
            )
        meeting = Meeting(hosts)
        if hosts.rank == 0:
            self._lead(meeting)
        else:
            self._follow(meeting)

    def _lead(self, meeting: Meeting | None) -> None:
        """Run the stages and write the model; tell the others what comes, and how it ended."""
        if meeting is None:
            self._run_stages(None)
            self._write()
            return
        why = "it was told to end"
        try:
            self._run_stages(meeting)
            self._write()
            why = ""
        except Exception as error:
            why = str(error) or type(error).__name__
            raise
        finally:
            meeting.announce({"end": why})
            # One that has failed itself says nothing any more; what has failed here is to be heard.
            with suppress(Lost):
                meeting.leave(FAREWELL_S)

    def _run_stages(self, meeting: Meeting | None) -> None:
        if (self._workspace / "dvc.lock").is_file():
            # What an earlier try has done comes back; what is missing is made again.
            self._steps.attempt("checkout", "--quiet", "--force", "--allow-missing")
        for stage in self._order:
            if meeting is None or not stage.startswith("train_"):
                self._steps.dvc("repro", "--single-item", stage)
            elif self._steps.changed(stage):
                meeting.announce({"run": stage, "prepared": self._prepared(stage)})
                meeting.answers()
                self._train(stage)
                self._steps.dvc("commit", "--force", stage)
            keep(self._workspace, self._request.checkpoints)

    def _follow(self, meeting: Meeting) -> None:
        """Freeze what the first machine freezes, train when that does, and end as it ends."""
        failed = ""
        try:
            trainings = [stage for stage in self._order if stage.startswith("train_")]
            for stage in needed(self._stages, trainings):
                if stage not in trainings:
                    self._steps.module(self._module(stage))
        except UserError as error:
            failed = str(error)
        while True:
            what = meeting.next()
            if "end" in what:
                meeting.left()
                if what["end"] or failed:
                    raise UserError(failed or f"the first machine has failed: {what['end']}")
                return
            if not failed and self._prepared(what["run"]) != what["prepared"]:
                failed = (
                    f"what {what['run']} learns from is not the same here and on the first machine: give each of them "
                    "the same data"
                )
            meeting.answer({"failed": failed} if failed else {})
            if not failed:
                self._train(what["run"])

    def _prepared(self, stage: str) -> str:
        """Return a hash of what a training learns from."""
        return folder_md5(self._workspace / "data/prepared" / stage.removeprefix("train_"))

    def _train(self, stage: str) -> None:
        """Train, as one of several machines, by torchrun: the first one is the first there too."""
        hosts = self._request.hosts
        self._steps.module(
            "torch.distributed.run",
            f"--nnodes={hosts.count}",
            f"--node-rank={hosts.rank}",
            f"--master-addr={hosts.master}",
            f"--master-port={hosts.port}",
            f"--nproc-per-node={self._devices}",
            "-m",
            self._module(stage),
        )

    def _module(self, stage: str) -> str:
        module: str = self._stages[stage]["cmd"].removeprefix("python3 -m ")
        return module

    def _write(self) -> None:
        """Write the saved model where it is wanted: as a bundle, with the weights to train on from."""
        request, models = self._request, self._workspace / "out/models"
        trained = [name for name in _NETWORKS if (models / name).is_dir()]
        request.out.mkdir(parents=True, exist_ok=True)
        if trained == list(_NETWORKS):
            self._write_bundle(models)
            bundle = load_bundle(request.out)
            tell(f"wrote {bundle.title}")
        else:
            for name in trained:
                _copy_tree(models / name, request.out / name)
                tell(
                    f"wrote {request.out / name}: one network, which reads nothing without the other"
                )
        if request.extra is not None:
            for path in map(Path, _EXTRA):
                if (self._workspace / path).exists():
                    _copy_tree(self._workspace / path, request.extra / path)
            facts: dict[str, Any] = {**request.facts, "photos": dict(self._photos)}
            write_json(request.extra / "job.json", {"revision": self._revision, **facts})

    def _write_bundle(self, models: Path) -> None:
        request, workspace = self._request, self._workspace
        held = load_py(str(workspace / "params.py"))["EvaluateStackParams"]
        thresholds = Thresholds(*(held[field.upper()] for field in Thresholds._fields))
        data = trained_data(workspace)
        data |= {f"data/datasets/photos/{name}": md5 for name, md5 in self._photos.items()}
        created = datetime.now(UTC).date().isoformat()
        facts = {**request.facts, "devices": str(self._devices)}
        bundle = bundle_trained(
            models,
            models / "stack",
            thresholds,
            evaluated_metrics(workspace, thresholds),
            Origin(self._revision, created, data, self._ancestry, facts),
            self._names["runtime"] == _WITH_8_BITS,
        )
        beside = models / "beside"
        shutil.rmtree(beside, ignore_errors=True)
        write_start_weights(bundle, models, beside)
        # The place may be one that cannot be renamed: file by file, and last what says that they are there.
        (request.out / SUMS).unlink(missing_ok=True)
        _copy_tree(beside / FOLDER, request.out / FOLDER)
        for name in bundle.files:
            copy_whole(bundle.folder / name, request.out / name)


def _copy_tree(source: Path, target: Path) -> None:
    """Copy a file, or the files of a folder, each whole."""
    if source.is_file():
        copy_whole(source, target)
        return
    for path in sorted(source.rglob("*")):
        inner = path.relative_to(source)
        if path.is_file() and not any(
            Path(part).match(no) for part in inner.parts for no in _NOT_EXTRA
        ):
            copy_whole(path, target / inner)
