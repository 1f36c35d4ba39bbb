"""Parts of a batch that are learned from at once."""

from collections.abc import Mapping
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from src.training.parts import PARTS, Parts, part_count, split


def network(norm: bool) -> nn.Sequential:
    torch.manual_seed(1)
    middle: list[nn.Module] = [nn.BatchNorm2d(3)] if norm else []
    return nn.Sequential(nn.Conv2d(1, 3, 3), *middle, nn.ReLU(), nn.Flatten(), nn.Linear(108, 2))


def batch(size: int) -> dict[str, Any]:
    torch.manual_seed(2)
    return {
        "images": torch.randn(size, 1, 8, 8),
        "looks": torch.randn(3 * size, 4),
        "texts": [f"T{i}" for i in range(size)],
    }


def losses(net: nn.Module, part: Mapping[str, Any]) -> dict[str, Tensor]:
    loss = net(part["images"]).square().mean()
    return {"loss": loss, "half_loss": loss / 2}


@given(st.integers(1, 40), st.integers(1, 5))
def test_parts_share_the_batch(size: int, count: int) -> None:
    whole = batch(size)
    parts = split(whole, count)
    assert len(parts) == min(size, count)
    sizes = [len(part["images"]) for part in parts]
    assert max(sizes) - min(sizes) <= 1
    for part in parts:
        assert len(part["looks"]) == 3 * len(part["images"])
        assert len(part["texts"]) == len(part["images"])
    assert torch.equal(torch.cat([part["looks"] for part in parts]), whole["looks"])
    assert [text for part in parts for text in part["texts"]] == whole["texts"]


@pytest.mark.parametrize(("size", "count"), [(8, 2), (7, 2), (7, 3), (1, 2)])
def test_they_learn_what_the_batch_teaches(size: int, count: int) -> None:
    alone, together = network(norm=False), network(norm=False)
    expected = losses(alone, batch(size))
    expected["loss"].backward()
    found = Parts(together, count).learn(losses, batch(size))
    found["loss"].backward()
    assert found.keys() == expected.keys()
    for name, value in found.items():
        assert torch.allclose(value, expected[name])
        assert value.requires_grad == (name == "loss")
    for a, b in zip(alone.parameters(), together.parameters(), strict=True):
        assert torch.allclose(a.grad, b.grad, atol=1e-7)  # type: ignore[arg-type]


def test_each_part_is_normalised_on_its_own() -> None:
    net, other = network(norm=True), network(norm=True)
    norm, reference = net[1], other[1]
    assert isinstance(norm, nn.BatchNorm2d)
    assert isinstance(reference, nn.BatchNorm2d)
    whole, means = batch(8), []
    Parts(net, 2).learn(losses, whole)
    for part in split(whole, 2):
        reference.reset_running_stats()
        other(part["images"])
        assert reference.running_mean is not None
        means.append(reference.running_mean.clone())
    assert norm.running_mean is not None
    assert torch.allclose(norm.running_mean, torch.stack(means).mean(0))
    assert norm.num_batches_tracked == 1


def test_what_only_the_batch_of_another_part_uses_has_a_gradient_all_the_same() -> None:
    net = nn.ModuleList([nn.Linear(1, 1), nn.Linear(1, 1)])

    def loss(one: nn.Module, part: Mapping[str, Any]) -> dict[str, Tensor]:
        used = one[int(part["which"][0])]  # type: ignore[index]
        return {"loss": used(part["images"]).mean()}

    values = {"images": torch.ones(2, 1), "which": torch.tensor([0, 1])}
    Parts(net, 2).learn(loss, values)["loss"].backward()
    assert [layer.weight.grad.item() for layer in net] == [0.5, 0.5]  # type: ignore[operator,union-attr]


def test_it_follows_weights_that_were_loaded_and_moved() -> None:
    net = network(norm=True)
    parts = Parts(net, 2)
    torch.manual_seed(9)
    net.load_state_dict(
        {k: torch.rand_like(v.float()).to(v.dtype) for k, v in net.state_dict().items()}
    )
    first = parts.learn(losses, batch(6))["loss"]
    torch.optim.SGD(net.parameters(), 0.1).zero_grad()
    first.backward()
    torch.optim.SGD(net.parameters(), 0.1).step()
    other = network(norm=True)
    other.load_state_dict(net.state_dict())
    assert torch.equal(
        parts.learn(losses, batch(6))["loss"], Parts(other, 2).learn(losses, batch(6))["loss"]
    )


def test_an_error_in_a_part_is_one_of_the_batch() -> None:
    def fail(net: nn.Module, part: Mapping[str, Any]) -> dict[str, Tensor]:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        Parts(network(norm=False), 2).learn(fail, batch(4))


@pytest.mark.parametrize(
    ("network", "count"),
    [
        (nn.Sequential(nn.Linear(1, 1), nn.Dropout(0.0)), PARTS),
        (nn.Sequential(nn.Linear(1, 1), nn.Dropout(0.1)), 1),
        (nn.LSTM(1, 1, num_layers=2), PARTS),
        (nn.LSTM(1, 1, num_layers=2, dropout=0.2), 1),
    ],
)
def test_what_draws_at_random_does_so_in_one_thread(network: nn.Module, count: int) -> None:
    assert part_count(network) == count
