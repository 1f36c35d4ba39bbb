"""How a network is trained, as params.py and params.yaml say."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from ..common.errors import UserError
from .optimizers import OPTIMIZERS
from .schedule import SCHEDULES


@dataclass(frozen=True, kw_only=True)
class FitSettings:
    """How long and how to train; see the Train… classes of params.py for the meaning of each value.

    schedule, optimizer: names, see params.yaml. Raises UserError for values that cannot be.
    """

    seed: int
    epochs: int
    lr: float
    weight_decay: float
    warmup: float
    grad_clip: float
    patience: int
    schedule: str = "cosine"
    optimizer: str = "muon"
    plateau_factor: float = 0.1
    plateau_patience: int = 2
    ema_decay: float = 0.0
    backbone_lr_factor: float = 1.0
    start_lr_factor: float = 1.0
    start_frozen_epochs: int = 0

    def __post_init__(self) -> None:
        for name in ("epochs", "lr", "grad_clip", "patience"):
            if getattr(self, name) <= 0:
                raise UserError(
                    f"{name.upper()} must be above 0 in params.py, not {getattr(self, name)}"
                )
        known: Mapping[str, Mapping[str, object]] = {"schedule": SCHEDULES, "optimizer": OPTIMIZERS}
        for name, choices in known.items():
            if getattr(self, name) not in choices:
                raise UserError(
                    f"unknown {name} {getattr(self, name)!r}: set {name} in params.yaml to one of "
                    f"{', '.join(sorted(choices))}"
                )

    @property
    def first_counted(self) -> int:
        """Return the first epoch, from 0, whose metric counts for patience."""
        return int(self.epochs * SCHEDULES[self.schedule].settled)

    @classmethod
    def chosen(cls, values: Mapping[str, Any], schedule: str, optimizer: str) -> "FitSettings":
        """Return the settings that one of the Train… classes has, from its values by name, and the names chosen."""
        names = {"schedule": schedule, "optimizer": optimizer}
        held: dict[str, Any] = {
            f.name: names.get(f.name, values.get(f.name.upper())) for f in fields(cls)
        }
        return cls(**held)
