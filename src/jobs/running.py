"""A job from its workspace to its end, on this machine."""

import tempfile
from pathlib import Path

from ..bundle.bundle import read_card
from ..common.config import ROOT
from ..common.errors import UserError
from ..common.files import write_json
from ..common.progress import tell
from ..pipeline.start import NONE, model_folder
from .contract import model_in
from .overrides import override
from .photographs import augment, preprocess, test
from .placing import Placed, place
from .request import Request
from .steps import Steps
from .training import Training, start_override
from .workspace import keep_in, make_workspace

RECORD = "job.json"
"""The file that says of which code and data a result is."""


def run(request: Request, root: Path = ROOT) -> None:
    """Run a job. root: of the checkout, or of the image's code.

    Raises UserError, or what `Steps` raises, and leaves in ``request.checkpoints`` what the next try goes on from.
    """
    with tempfile.TemporaryDirectory(prefix="job-") as scratch:
        workspace = Path(scratch) / "workspace"
        revision = make_workspace(workspace, root, request.revision)
        tell(f"{request.job} at revision {revision}")
        placed = place(request.sources, workspace, request.classes)
        _check_versions(request, placed)
        request.checkpoints.mkdir(parents=True, exist_ok=True)
        keep_in(request.checkpoints, workspace)
        start = _start(request, placed, root)
        override(workspace, [*request.overrides, *start_override(start)])
        steps = Steps(workspace, request.hosts.environment)
        with steps.stopping():
            if request.job == "train":
                ancestry = _ancestry(start, workspace)
                Training(request, workspace, steps, revision, placed.photos, ancestry).run()
                return
            if request.hosts.count > 1:
                raise UserError(
                    f"a job that is to {request.job} runs on one machine: set nodes to 1"
                )
            request.out.mkdir(parents=True, exist_ok=True)
            if request.job == "test":
                models = {
                    name: _model(where, root, request.checkpoints / "models" / name)
                    for name, where in request.models.items()
                }
                test(request, workspace, steps, models)
            else:
                (preprocess if request.job == "preprocess" else augment)(
                    request, workspace, steps, placed
                )
        record = {"revision": revision, "photos": placed.photos, **request.facts}
        write_json(request.out / RECORD, record)


def _check_versions(request: Request, placed: Placed) -> None:
    """Raise UserError for a folder of photographs that is another version than was asked for."""
    for name, wanted in request.md5.items():
        found = placed.photos.get(name)
        if found is None:
            have = ", ".join(placed.photos) or "none"
            raise UserError(
                f"there is no folder of photographs {name}, of which a hash is given: there is {have}"
            )
        if found != wanted:
            raise UserError(
                f"the photographs {name} are another version: {found}, and {wanted} was asked for; name the version "
                "that was meant, or its hash"
            )


def _start(request: Request, placed: Placed, root: Path) -> Path | str:
    """Return the folder of the model to start from; NONE, "release", or "" for what stands in params.yaml."""
    if request.start in (NONE, "release"):
        return request.start
    if request.start:
        return _model(request.start, root, request.checkpoints / "start")
    if placed.model is not None:
        return model_in(placed.model, request.checkpoints / "start").resolve()
    return ""


def _model(where: str, root: Path, unpacked: Path) -> Path:
    """Return the folder of a model by its place, or as `start` in params.yaml names it."""
    if Path(where).exists():
        return model_in(Path(where), unpacked).resolve()
    return model_folder(where, root).resolve()


def _ancestry(start: Path | str, workspace: Path) -> list[str] | None:
    """Return the versions of the model that training starts from and of those before it; None where nobody knows."""
    if start == NONE:
        return []
    if not start:
        return None
    try:
        card = read_card(workspace / start)
    except (OSError, ValueError) as error:
        raise UserError(f"{start} holds no saved model to start from ({error})") from error
    return [card.version, *card.ancestry]
