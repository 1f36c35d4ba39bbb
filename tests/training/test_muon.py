"""Muon for the layers between, AdamW for the rest."""

import copy

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from src.training.muon import LARGEST, Muon, orthogonalised
from src.training.optimizers import optimizer_of


def network() -> nn.Sequential:
    torch.manual_seed(3)
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, bias=False),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.Conv2d(4, 6, 1),
        nn.Flatten(2),
        nn.LSTM(36, 5, batch_first=True),
    )


def learn(net: nn.Module, optimizer: torch.optim.Optimizer, steps: int) -> None:
    torch.manual_seed(4)
    for _ in range(steps):
        optimizer.zero_grad()
        out, _ = net(torch.randn(8, 1, 8, 8))
        out.square().mean().backward()
        optimizer.step()


@given(st.integers(1, 24), st.integers(1, 24), st.integers(0, 999), st.floats(1e-3, 1e3))
def test_singular_values_come_near_one(rows: int, columns: int, seed: int, scale: float) -> None:
    torch.manual_seed(seed)
    # A random matrix whose singular values are within a factor of ten: no iteration lifts all of a wild one.
    u, _, v = torch.linalg.svd(torch.randn(rows, columns), full_matrices=False)
    values = torch.rand(min(rows, columns)) * 0.9 + 0.1
    result = orthogonalised(scale * u @ torch.diag(values) @ v)
    found = torch.linalg.svdvals(result)
    assert 0.5 < found.min() <= found.max() < 1.3
    # Its directions are those of the matrix.
    assert torch.allclose(u.T @ result @ v.T, torch.diag(found_in_place(u, v, result)), atol=1e-3)


def found_in_place(u: Tensor, v: Tensor, result: Tensor) -> Tensor:
    return (u.T @ result @ v.T).diagonal()


def test_no_gradient_no_direction() -> None:
    assert orthogonalised(torch.zeros(3, 5)).abs().max() == 0


def test_each_layer_has_its_optimiser() -> None:
    net = network()
    optimizer = optimizer_of(net, 0.1, 0.01)
    names = {id(p): name for name, p in net.named_parameters()}
    groups = [[names[id(p)] for p in group["params"]] for group in optimizer.param_groups]
    assert groups == [
        ["0.weight", "5.weight_ih_l0", "5.weight_hh_l0"],
        ["3.weight"],
        ["1.weight", "1.bias", "3.bias", "5.bias_ih_l0", "5.bias_hh_l0"],
    ]
    assert [group["weight_decay"] for group in optimizer.param_groups] == [0.01, 0.01, 0]


@pytest.mark.parametrize("gradient_last", [True, False])
def test_a_convolution_moves_as_the_matrix_that_it_is(gradient_last: bool) -> None:
    torch.manual_seed(5)
    weight, gradient = torch.randn(4, 2, 3, 3), torch.randn(4, 2, 3, 3)
    matrix, image = nn.Parameter(weight.flatten(1).clone()), nn.Parameter(weight.clone())
    image.data = image.data.to(memory_format=torch.channels_last)
    form = torch.channels_last if gradient_last else torch.contiguous_format
    matrix.grad, image.grad = gradient.flatten(1), gradient.to(memory_format=form)
    for parameter in (matrix, image):
        Muon([{"params": [parameter], "weight_decay": 0.5, "muon": True}], 0.01).step()
    assert torch.allclose(matrix, image.flatten(1), atol=1e-6)
    # By hand: the first momentum is a twentieth of the gradient, whose length does not matter.
    moved = orthogonalised(gradient.flatten(1)) * 0.01 * 0.2 * 18**0.5
    assert torch.allclose(matrix, weight.flatten(1) * (1 - 0.005) - moved, atol=1e-5)


def test_the_rest_is_adamw() -> None:
    mine, others = network(), network()
    optimizer = optimizer_of(mine, 0.01, 0.1)
    for group in optimizer.param_groups:
        group.pop("muon", None)
    decayed = [p for p in others.parameters() if p.ndim > 1]
    rest = [p for p in others.parameters() if p.ndim <= 1]
    groups = [{"params": decayed, "weight_decay": 0.1}, {"params": rest, "weight_decay": 0.0}]
    learn(mine, optimizer, 3)
    learn(others, torch.optim.AdamW(groups, lr=0.01, fused=True), 3)
    for a, b in zip(mine.parameters(), others.parameters(), strict=True):
        assert torch.equal(a, b)


@pytest.mark.parametrize("steps", [1, 3])
def test_it_goes_on_from_its_state(steps: int) -> None:
    net = network()
    optimizer = optimizer_of(net, 0.01, 0.1)
    learn(net, optimizer, steps)
    again = copy.deepcopy(net)
    resumed = optimizer_of(again, 0.5, 0.0)
    resumed.load_state_dict(copy.deepcopy(optimizer.state_dict()))
    learn(net, optimizer, 2)
    learn(again, resumed, 2)
    for a, b in zip(net.parameters(), again.parameters(), strict=True):
        assert torch.equal(a, b)


@pytest.mark.parametrize(("units", "muon"), [(LARGEST, True), (LARGEST + 1, False)])
def test_what_would_take_longer_than_the_step_is_left_to_adamw(units: int, muon: bool) -> None:
    net = nn.Sequential(nn.Linear(600, units), nn.ReLU(), nn.Linear(units, 2))
    groups = optimizer_of(net, 0.1, 0.0).param_groups
    inner = [weight for group in groups if group.get("muon") for weight in group["params"]]
    assert [id(weight) for weight in inner] == ([id(net[0].weight)] if muon else [])
