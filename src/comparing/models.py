"""The models that are compared, by the names that a command line gives them."""

from pathlib import Path

from ..bundle.bundle import Bundle, load_bundle
from ..bundle.choose import OWN, choose_model
from ..common.config import MODELS, ROOT
from ..common.errors import UserError
from ..pipeline.start import start_bundle


def load_model(name: str, root: Path = ROOT) -> Bundle:
    """Return a model, tried out.

    name: "release"; "own" or out/models, the networks saved last; a saved model's folder, from the working directory;
    or a git revision of the project at ``root``: ``REV`` is what was trained there, ``REV:release`` what was released.

    Raises UserError when there is no such model, or it is damaged.
    """
    folder = Path(name)
    if name == OWN or folder.absolute() == MODELS:
        return choose_model(OWN)
    found = start_bundle(str(folder.absolute()) if folder.is_dir() else name, root)
    if found is None:
        raise UserError(f"{name} is no model: name a folder, release, own or a git revision")
    return load_bundle(found)
