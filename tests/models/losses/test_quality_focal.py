"""Quality focal loss against values by hand."""

import math

import pytest
import torch

from src.models.losses.quality_focal import BETA, quality_focal_loss


def loss(score: float, quality: float) -> float:
    logit = torch.tensor([math.log(score / (1 - score))])
    return quality_focal_loss(logit, torch.tensor([quality])).item()


def test_by_hand() -> None:
    # 0.3² · -(0.2·log 0.5 + 0.8·log 0.5) = 0.09 · 0.6931
    assert loss(0.5, 0.8) == pytest.approx(0.09 * math.log(2))
    # Background: 0.9² · -log 0.1
    assert loss(0.9, 0.0) == pytest.approx(0.81 * math.log(10), rel=1e-5)
    # 0.4² · -(0.4·log 0.8 + 0.6·log 0.2)
    assert loss(0.2, 0.6) == pytest.approx(
        0.16 * -(0.4 * math.log(0.8) + 0.6 * math.log(0.2)), rel=1e-5
    )
    assert BETA == 2


def test_a_score_that_is_the_quality_costs_nothing() -> None:
    assert loss(0.7, 0.7) == pytest.approx(0, abs=1e-6)
    assert loss(0.6, 0.7) > 0 < loss(0.8, 0.7)


def test_is_of_the_logits_shape_and_finite() -> None:
    logits = torch.tensor([[-1e4, 0.0, 1e4]], requires_grad=True)
    out = quality_focal_loss(logits, torch.tensor([[1.0, 0.5, 0.0]]))
    assert out.shape == (1, 3)
    assert torch.isfinite(out).all()
    out.sum().backward()
    assert logits.grad is not None
    assert torch.isfinite(logits.grad).all()
