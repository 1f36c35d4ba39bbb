"""Values of params.py that cannot be are named before anything runs."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

import params
from src.architectures.localizers.registry import localizer_of
from src.architectures.readers.registry import reader_of
from src.common.errors import UserError
from src.pipeline.limits import LENGTHS, LIMITS, LISTS, check_parameters
from tests.checkout import TINY
from tests.test_params import VALUES


def changed(name: str, value: Any) -> dict[str, Any]:
    """What params.py holds, with one value changed."""
    group, _, key = name.rpartition(".")
    if not group:
        return {**vars(params), key: value}
    own = {k: v for k, v in vars(getattr(params, group)).items() if not k.startswith("__")}
    return {**vars(params), group: type(group, (), {**own, key: value})}


def test_the_committed_values_can_be() -> None:
    check_parameters(vars(params))
    for name, value in TINY.items():
        check_parameters(changed(name, value))


@pytest.mark.parametrize(
    ("group", "architecture"),
    [
        ("LocalizeModelParams", localizer_of("corner_detector")),
        ("OCRModelParams", reader_of("ctc_reader")),
    ],
)
def test_lists_are_as_long_as_the_default_networks_take_them(group: str, architecture: Any) -> None:
    def accepts(check: Callable[[], object]) -> bool:
        try:
            check()
        except UserError:
            return False
        return True

    for name in LENGTHS.keys() & vars(getattr(params, group)).keys():
        for count in range(7):
            held = changed(f"{group}.{name}", [8] * count)
            own = vars(held[group])
            early = accepts(partial(check_parameters, held))
            assert early == accepts(partial(architecture.chosen, own, group)), (name, count)


def test_every_parameter_has_a_limit() -> None:
    known = {*LIMITS, *LISTS, "MULTIPROCESSING"}
    assert {name.rpartition(".")[2] for name in VALUES} == known


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("PrepareStackParams.MIN_PLATE", 0, "a number above 0 and at most 1"),
        ("PrepareStackParams.MIN_PLATE", 1.5, "a number above 0 and at most 1"),
        ("PrepareLocalizeParams.MIN_PLATE", 0.6, "at most MAX_PLATE, which is 0.5"),
        ("PrepareStackParams.MAX_IMAGES", 0, "a whole number of at least 1"),
        ("PrepareStackParams.SEED", -1, "a whole number of at least 0"),
        ("PrepareOCRParams.TRAIN_SPLIT", 1.0, "a number above 0 and below 1"),
        ("PrepareOCRParams.EMPTY_SHARE", float("nan"), "a number of at least 0 and at most 1"),
        ("TrainOCRParams.EPOCHS", 2.5, "a whole number of at least 1"),
        ("TrainOCRParams.EPOCHS", True, "a whole number of at least 1"),
        ("TrainOCRParams.LR", 0, "a number above 0"),
        ("TrainOCRParams.GRAD_CLIP", float("inf"), "a number above 0"),
        ("OCRModelParams.DROPOUT", 1, "a number of at least 0 and below 1"),
        ("LocalizeModelParams.CHANNELS", [24, 48, 80, 0], "a list of 4 numbers, and each of it a"),
        ("LocalizeModelParams.CHANNELS", [8, 16, 24], "a list of 4 numbers, and each of it a"),
        (
            "LocalizeModelParams.CHANNELS",
            [8, 16, 24, "32"],
            "a list of 4 numbers, and each of it a",
        ),
        ("LocalizeModelParams.CHANNELS", "8,16,24,32", "a list of 4 numbers, and each of it a"),
        ("OCRModelParams.CHANNELS", [8] * 5, "a list of 4 numbers, and each of it a"),
        ("LocalizeModelParams.BLOCKS", [1, 1], "a list of 3 numbers, and each of it a"),
        ("LocalizeModelParams.REFINER_CHANNELS", [8], "a list of 3 numbers, and each of it a"),
        ("EvaluateStackParams.LONG_SIDES", [], "a list, and each of it a whole number of"),
        ("EvaluateStackParams.LONG_SIDES", 640, "a list, and each of it a whole number of"),
        ("BATCH_SIZE", None, "a whole number of at least 1"),
        ("MULTIPROCESSING", 1, "True or False"),
    ],
)
def test_what_cannot_be_is_named(name: str, value: Any, message: str) -> None:
    held = changed(name, value)
    if name == "PrepareLocalizeParams.MIN_PLATE":
        held["PrepareLocalizeParams"].MAX_PLATE = 0.5
    with pytest.raises(UserError) as caught:
        check_parameters(held)
    assert str(caught.value).startswith(f"{name} is {value!r} in params.py: it must be {message}")
