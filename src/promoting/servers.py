"""Who serves what: what running servers say of their model, and whether it is what their stage holds."""

import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException, InvalidURL
from pathlib import Path
from typing import Any

from ..bundle.bundle import RELEASE
from ..bundle.promoted import Promoted, Tags
from ..common.errors import UserError
from ..common.untrusted import MAX_JSON_BYTES, one_line, parse_json
from .contents import content_at

_TIMEOUT_S = 5.0
_SCHEMES = ("http://", "https://")


@dataclass(frozen=True)
class Served:
    """What a server answers. right: does it serve what its stage holds? said: that in words."""

    address: str
    content: str
    stage: str
    right: bool
    said: str


def ask_server(address: str, root: Path, tags: Tags, stage: str = "") -> Served:
    """Ask a server's /readyz which model it serves, and compare it, by content, with what the tags say.

    address: as http://host:8080. stage: the one that it is to serve; by default the one that it names itself.
    Raises UserError for an address that is none.
    """
    if not address.startswith(_SCHEMES):
        raise UserError(f"{address!r} is no server's address: write http://host:port")
    try:
        model = _model(address)
    except InvalidURL as error:
        raise UserError(
            f"{address!r} is no server's address ({one_line(error)}): write http://host:port"
        ) from error
    except (OSError, ValueError, HTTPException) as error:
        return Served(address, "", stage, False, f"does not say what it serves ({one_line(error)})")
    content, stage = str(model["version"]), stage or str(model.get("stage", ""))
    named = str(model.get("release", "")).partition("@")[0] or RELEASE.name
    known = [found for found in _all(tags) if content_at(root, found).split(" ")[0] == content]
    # Models may be alike: the one that the server names is meant.
    known.sort(key=lambda found: found.model != named)
    called = known[0].release if known else "a model of no version"
    model_name = known[0].model if known else named
    if not stage:
        return Served(address, content, stage, False, f"serves {called}, and names no stage")
    wanted = tags.serving(model_name, stage)
    if wanted is None:
        return Served(address, content, stage, False, f"serves {called}, and {stage} holds nothing")
    if any(found.release == wanted.release for found in known):
        return Served(address, content, stage, True, f"serves {wanted.release}, as {stage} holds")
    return Served(
        address, content, stage, False, f"serves {called}, and {stage} holds {wanted.release}"
    )


def _all(tags: Tags) -> list[Promoted]:
    return [
        Promoted(model, version, commit)
        for model in tags.models()
        for version, commit in tags.versions(model).items()
    ]


def _model(address: str) -> Mapping[str, Any]:
    """Return what a server's /readyz says of its model; raises OSError or ValueError where it does not."""
    url = f"{address.rstrip('/')}/readyz"
    with urllib.request.urlopen(url, timeout=_TIMEOUT_S) as answer:
        content = parse_json(answer.read(MAX_JSON_BYTES).decode("utf-8"))
    model = content.get("model") if isinstance(content, dict) else None
    version = isinstance(model, dict) and model.get("version")
    if not isinstance(model, dict) or not isinstance(version, str) or not version:
        raise ValueError("its answer names no model")
    return model
