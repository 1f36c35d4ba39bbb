"""params.yaml and the folders of the pipeline, found from this file and never from the working directory."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from .errors import UserError

_PACKAGE = Path(__file__).resolve().parents[1]
# A checkout calls it src; pip installs it under another name, and without what lies beside it.
INSTALLED = _PACKAGE.name != "src"
# The checkout's; of an installed package itself, where release/ lies.
ROOT = _PACKAGE if INSTALLED else _PACKAGE.parent
PREPARED = ROOT / "data" / "prepared"
OUT = ROOT / "out"
MODELS = OUT / "models"
_NAMES = ("plate_format", "localize_model", "ocr_model", "runtime", "start", "photos_wait_for")
_KEYS = (*_NAMES, "datasets")
_DATASETS = ("templates", "fonts", "cifar", "backgrounds", "photos")


@dataclass(frozen=True)
class Config:
    """Names chosen and optional input folders (absolute) of params.yaml."""

    plate_format: str
    localize_model: str
    ocr_model: str
    runtime: str
    start: str
    photos_wait_for: str
    templates: Path
    fonts: Path
    cifar: Path
    backgrounds: Path
    photos: Path


def load_config(path: Path = ROOT / "params.yaml") -> Config:
    """Read params.yaml; raises UserError when a key is missing or the file is not YAML."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        values: dict[str, Any] = {key: str(content[key]) for key in _NAMES}
        values |= {key: path.parent / content["datasets"][key] for key in _DATASETS}
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise UserError(
            f"{path.name} is unreadable ({error!r}): it needs {', '.join(_KEYS)}, and under datasets "
            f"{', '.join(_DATASETS)}; `git checkout {path.name}` restores it"
        ) from error
    return Config(**values)
