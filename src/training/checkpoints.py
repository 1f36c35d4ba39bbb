"""Checkpoints on disk: written atomically, and verified before a training resumes from them."""

import io
import zipfile
from pathlib import Path
from typing import Any

import torch
from lightning.fabric.plugins import TorchCheckpointIO

from ..common.files import atomic_path
from .distributed import broadcast


class DamagedCheckpoint(Exception):
    """A checkpoint that is not what was written; the message says in what way."""


def read_checkpoint(path: Path) -> dict[str, Any]:
    """Return a checkpoint, tensors on the processor and nothing but plain data.

    Each part is checked against the checksum that torch stores beside it and does not check itself.
    Raises DamagedCheckpoint for a file that is missing, torn, changed or none.
    """
    try:
        with zipfile.ZipFile(path) as parts:
            damaged = parts.testzip()
        if damaged is not None:
            raise ValueError(f"{damaged} is not what was written")
        checkpoint: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # a torn file fails in as many ways as it can be torn
        line = next(iter(str(error).splitlines()), type(error).__name__)
        raise DamagedCheckpoint(line) from error
    return checkpoint


class Checkpoints(TorchCheckpointIO):
    """How Lightning writes and reads checkpoints.

    Its own way is through the folder for temporary files, which may be on another disk: moving a file from there is
    copying it, and a copy can be torn.
    """

    def save_checkpoint(
        self, checkpoint: dict[str, Any], path: Any, storage_options: Any | None = None
    ) -> None:
        """Write a checkpoint beside its place and put it there; raises UserError when the disk is full."""
        # Into memory first: torch's own writer does not say why it could not write.
        content = io.BytesIO()
        torch.save(checkpoint, content)
        with atomic_path(Path(path)) as partial:
            partial.write_bytes(content.getbuffer())

    def load_checkpoint(self, path: Any, *args: Any, **options: Any) -> dict[str, Any]:
        """Return the checkpoint of the first process's file, broadcast to all: the others need no access to it."""
        known = Path(path)
        data = broadcast(known.read_bytes() if known.is_file() else b"")
        checkpoint: dict[str, Any] = torch.load(
            io.BytesIO(data), map_location="cpu", weights_only=True
        )
        return checkpoint
