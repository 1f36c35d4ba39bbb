"""The smallest network, and a goal for it whose scores are given: what is tested is the training around them."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from src.models.torch_runtime import Output
from src.training.batch import Batch
from src.training.data import frozen_batches, training_batches
from src.training.fit import fit
from src.training.settings import FitSettings

SETTINGS = FitSettings(
    seed=1, epochs=3, lr=0.1, weight_decay=0.01, warmup=0.1, grad_clip=5.0, patience=10
)


class Net(nn.Module):
    """The smallest network with a norm, whose running statistics belong to the weights too."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(1)
        self.layers = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Conv2d(2, 1, 2))

    def forward(self, images: Tensor) -> Tensor:
        out: Tensor = self.layers(images.float())
        return out.flatten(1)


def weights(network: nn.Module) -> dict[str, Tensor]:
    return {name: tensor.clone() for name, tensor in network.state_dict().items()}


def same(a: dict[str, Tensor], b: dict[str, Tensor]) -> bool:
    return all(torch.equal(a[name], b[name]) for name in a)


class Goal:
    """Learns to answer each picture's mean; its metric is told to it, epoch by epoch."""

    monitor = "val_good"

    def __init__(self, network: nn.Module, scores: Iterable[float]) -> None:
        self.network, self.scores = network, iter(scores)
        self.seen: list[dict[str, Tensor]] = []
        self.steps: list[int] = []
        self.spoil: Callable[[int, Tensor], Tensor] = lambda _, loss: loss

    def loss(self, network: nn.Module, raw: Any, batch: Batch, step: int) -> dict[str, Tensor]:
        self.steps.append(step)
        error = (raw.mean(1) - batch["images"].float().mean((1, 2, 3))).square().mean()
        if network.training:
            # A batch comes in parts, in more than one thread at once.
            error = self.spoil(step + 1, error)
        return {"loss": error}

    def collect(self, raw: Output, batch: Batch) -> None:
        """Nothing to keep: the scores are given."""

    def metrics(self) -> dict[str, float]:
        self.seen.append(weights(self.network))
        return {self.monitor: next(self.scores)}


def render(index: int) -> Tensor:
    return torch.rand(1, 4, 4, generator=torch.Generator().manual_seed(index))


def collate(samples: Sequence[Tensor]) -> Batch:
    return {"images": torch.stack(list(samples))}


def loaders() -> tuple[Iterable[Batch], Iterable[Batch]]:
    frozen = [render(1000 + i) for i in range(5)]
    return training_batches(render, collate, 6, 4, 0), frozen_batches(frozen, collate, 4)


def run(
    scores: list[float], settings: FitSettings = SETTINGS, identity: str = "one"
) -> tuple[Goal, dict[str, float]]:
    goal = Goal(Net(), scores)
    metrics = fit("ocr", goal.network, goal, *loaders(), settings, {"what": identity})
    assert metrics is not None
    return goal, metrics
