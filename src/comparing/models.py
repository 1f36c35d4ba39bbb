"""The models that are compared, by the names that a command line or a report gives them."""

from datetime import UTC, datetime
from pathlib import Path

from ..bundle.bundle import STACK, Bundle, load_bundle, load_trusted
from ..bundle.choose import OWN, choose_model
from ..bundle.origin import Thresholds
from ..bundle.trained import Origin, bundle_trained
from ..common.config import MODELS, ROOT
from ..common.errors import UserError
from ..pipeline.start import model_folder
from ..reporting.base_revision import WORKSPACE
from ..reporting.revision import Revision


def load_model(name: str, root: Path = ROOT) -> Bundle:
    """Return a model, tried out.

    name: "release"; "own" or out/models, the networks saved last; a saved model's folder, from the working directory;
    or a git revision of the project at ``root``: ``REV`` is what was trained there, ``REV:release`` what was released.

    Raises UserError when there is no such model, it is damaged, or it lacks the signature that is demanded.
    """
    folder = Path(name)
    if name == OWN or folder.absolute() == MODELS:
        return choose_model(OWN)
    return load_trusted(model_folder(str(folder.absolute()) if folder.is_dir() else name, root))


def load_networks(revision: Revision, root: Path = ROOT) -> Bundle:
    """Return the networks that a revision trained, with its thresholds; of the workspace, those that lie in out/models.

    Raises UserError where they are not here, or are damaged.
    """
    if revision.commit is not None:
        return load_bundle(model_folder(revision.commit, root))
    try:
        held = revision.params["params.py"]["EvaluateStackParams"]
        thresholds = Thresholds(*(held[field.upper()] for field in Thresholds._fields))
    except (KeyError, TypeError) as error:
        raise UserError(f"params.py lacks {error} of EvaluateStackParams") from error
    target = root / ".cache" / WORKSPACE / STACK.name
    origin = Origin(WORKSPACE, datetime.now(UTC).date().isoformat())
    return bundle_trained(root / "out/models", target, thresholds, {}, origin)
