"""Which way is better, and in what order things stand."""

import pytest

from src.reporting.differences import ABSENT, metric_changes, natural, param_changes, param_name
from src.reporting.markdown import number


@pytest.mark.parametrize(
    ("name", "up_is_better"),
    [
        ("val_acc", True),
        ("exact", True),
        ("exact_at_true_corners", True),
        ("ap75", True),
        ("mean_iou", True),
        ("images_per_second", True),
        ("cer", False),
        ("ece", False),
        ("val_ctc_loss", False),
        ("train_loss", False),
        ("corner_error_px_p99", False),
        ("false_per_empty_picture", False),
        ("with_reading", False),
        ("sure_and_wrong", False),
        ("told_partial", True),
        ("plates", None),
        ("epoch", None),
        ("something_new", None),
    ],
)
def test_direction(name: str, up_is_better: bool | None) -> None:
    (up,), (down,), (same,) = (
        metric_changes({name: before}, {name: after})
        for before, after in ((0.25, 0.75), (0.75, 0.25), (0.5, 0.5))
    )
    assert up.better is up_is_better
    assert down.better is (None if up_is_better is None else not up_is_better)
    assert same.better is None
    assert (up.delta, down.delta, same.delta) == (0.5, -0.5, 0)


def test_groups_are_shares_whatever_they_are_called() -> None:
    (change,) = metric_changes({"by_length": {"7": 0.5}}, {"by_length": {"7": 0.75}})
    assert change.better
    assert change.share


def test_what_is_sure_and_wrong_is_a_share_by_kind_too() -> None:
    changes = metric_changes(
        {"hard": {"sure_and_wrong": 0.01, "sure_and_wrong_by_kind": {"cut": 0.01}}},
        {"hard": {"sure_and_wrong": 0.00333, "sure_and_wrong_by_kind": {"cut": 0.00333}}},
    )
    assert [(change.share, change.better) for change in changes] == [(True, True)] * 2
    assert {number(change.head, change.share) for change in changes} == {"0.3%"}


@pytest.mark.parametrize(
    ("base", "after"), [({}, {"cer": 0.5}), ({"cer": 0.5}, {}), ({"cer": "x"}, {"cer": 0.5}),
                        ({"cer": float("nan")}, {"cer": 0.5}), ({"cer": None}, {"cer": None})]
)  # fmt: skip
def test_what_is_missing_or_no_number_is_neither(base: dict, after: dict) -> None:
    (change,) = metric_changes(base, after)
    assert change.delta is None
    assert change.better is None


def test_order_of_groups() -> None:
    names = ["over 64", "ZH", "10-14", "under 10", "10", "9", "AG", "32-64"]
    assert sorted(names, key=natural) == [
        *("9", "under 10", "10", "10-14", "32-64", "over 64", "AG", "ZH")
    ]


def test_parameters_that_differ() -> None:
    base = {"params.py": {"A": {"X": 1, "Y": True, "Z": [1, 2]}, "GONE": None}}
    after = {"params.py": {"A": {"X": 1.0, "Y": 1, "Z": [1, 2]}, "NEW": "swiss"}}
    found = {param_name(c.name): (c.base, c.head) for c in param_changes(base, after)}
    assert found == {
        "params.py:A.X": ("1", "1.0"),
        "params.py:A.Y": ("True", "1"),
        "params.py:NEW": (ABSENT, "swiss"),
        "params.py:GONE": ("None", ABSENT),
    }
