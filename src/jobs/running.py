"""A job from its workspace to its end, on this machine."""

import fcntl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
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
    with tempfile.TemporaryDirectory(prefix="job-", dir=request.scratch) as scratch:
        workspace = Path(scratch) / "workspace"
        if request.hosts.rank:
            # The first machine keeps what is to be gone on from, and sends it to the others.
            request = replace(request, checkpoints=Path(scratch) / "checkpoints")
        request.checkpoints.mkdir(parents=True, exist_ok=True)
        with _alone(request.checkpoints):
            _run(request, workspace, root)


def _run(request: Request, workspace: Path, root: Path) -> None:
    steps = Steps(workspace, request.hosts.environment)
    with steps.stopping():
        revision = make_workspace(workspace, root, request.revision)
        tell(f"{request.job} at revision {revision}")
        placed = place(request.sources, workspace, request.classes)
        _check_versions(request, placed)
        keep_in(request.checkpoints, workspace)
        start = _start(request, placed, workspace, root)
        override(workspace, [*request.overrides, *start_override(start)])
        if request.job == "train":
            ancestry = _ancestry(start, workspace)
            Training(request, workspace, steps, revision, placed.photos, ancestry).run()
            return
        if request.hosts.count > 1:
            raise UserError(f"a job that is to {request.job} runs on one machine: set nodes to 1")
        request.out.mkdir(parents=True, exist_ok=True)
        if request.job == "test":
            models = {
                name: _model(where, root, workspace / "unpacked" / name)
                for name, where in request.models.items()
            }
            test(request, workspace, steps, models)
        else:
            make = preprocess if request.job == "preprocess" else augment
            make(request, workspace, steps, placed)
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


def _start(request: Request, placed: Placed, workspace: Path, root: Path) -> Path | str:
    """Return the folder of the model to start from; NONE, "release", or "" for what stands in params.yaml.

    One that was unpacked has the same name on every machine and in every try: what is frozen of it says that name.
    """
    if request.start in (NONE, "release"):
        return request.start
    unpacked = workspace / "start_model"
    if request.start:
        found = _model(request.start, root, unpacked)
    elif placed.model is not None:
        found = model_in(placed.model, unpacked).resolve()
    else:
        return ""
    inside = workspace.resolve()
    return found.relative_to(inside) if found.is_relative_to(inside) else found


def _model(where: str, root: Path, unpacked: Path) -> Path:
    """Return the folder of a model by its place, or as `start` in params.yaml names it."""
    if Path(where).exists():
        return model_in(Path(where), unpacked).resolve()
    try:
        return model_folder(where, root).resolve()
    except FileNotFoundError:  # an image has no git
        raise UserError(f"there is no model {where!r} here: name a folder, or release") from None


@contextmanager
def _alone(checkpoints: Path) -> Iterator[None]:
    """Keep others out of a folder of checkpoints; raises UserError where another job uses it."""
    with (checkpoints / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UserError(
                f"another job uses {checkpoints}: wait for it, or give this one other checkpoints or another name"
            ) from None
        except OSError:
            tell(f"note: {checkpoints} cannot be locked: let no other job use it")
        yield


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
