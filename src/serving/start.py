"""Start-up of every server: choose a model, and print which one it is and its limits."""

import os
import re
import sys
from dataclasses import replace

from ..bundle.bundle import Bundle
from ..bundle.choose import choose_model
from ..common.errors import UserError
from .service import Service

_STAGE = re.compile(r"[A-Za-z0-9][\w/-]{0,39}")


def served_model(asked: str | None) -> Bundle:
    """Return the model that is asked for, that of PLATES_MODEL, or the one that `choose_model` returns.

    Its stage is the one that it was asked for by, or else what PLATES_STAGE says: a server in a container sees no tags.
    """
    bundle = choose_model(asked or os.environ.get("PLATES_MODEL") or None)
    stage = os.environ.get("PLATES_STAGE", "").strip()
    if stage and not _STAGE.fullmatch(stage):
        raise UserError(f"PLATES_STAGE is {stage!r}: write the name of a stage, as prod")
    return replace(bundle, stage=bundle.stage or stage)


def announce(service: Service) -> None:
    """Say on stderr which model is served, and within which limits."""
    settings = service.settings
    print(f"serving {service.bundle.title}", file=sys.stderr)
    print(f"running: {service.bundle.engine.title}", file=sys.stderr)
    print(
        f"limits: {settings.max_upload_mb:g} MB a request, {settings.max_megapixels:g} megapixels a picture, "
        f"{settings.concurrency} at once, {settings.queue} waiting, {settings.timeout_s:g} s each",
        file=sys.stderr,
    )
    if settings.collect:
        print(
            f"collecting: pictures read with less than {settings.collect_below:.0%} confidence, and those that clients "
            f"say are wrong, into {settings.collect}; at most {settings.collect_mb:g} MB, each for "
            f"{settings.collect_days:g} days",
            file=sys.stderr,
        )
    if settings.drift_log:
        print(
            f"watching: a line on each picture in {settings.drift_log}, at most {settings.drift_log_mb:g} MB",
            file=sys.stderr,
        )
