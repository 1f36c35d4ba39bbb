"""Hyper-parameters by others' names become values of ours, and what is not known is named with what may be meant."""

from typing import Any

import pytest

from src.architectures.ssd import matching
from src.common.errors import UserError
from src.jobs.hyperparameters import LEAST_IOU, overrides_of
from src.jobs.overrides import known_values
from tests.source import ROOT

KNOWN = known_values(ROOT)


def overrides(**values: str) -> list[str]:
    return overrides_of(values, KNOWN)


def test_what_a_notebook_of_the_hosted_detector_says() -> None:
    # As its users have them, with one class.
    said = {
        "base_network": "resnet-50",
        "use_pretrained_model": "0",
        "num_classes": "1",
        "mini_batch_size": "16",
        "epochs": "30",
        "learning_rate": "0.001",
        "lr_scheduler_step": "10",
        "lr_scheduler_factor": "0.1",
        "optimizer": "sgd",
        "momentum": "0.9",
        "weight_decay": "0.0005",
        "overlap_threshold": "0.5",
        "nms_threshold": "0.45",
        "image_shape": "512",
        "label_width": "600",
        "num_training_samples": "4452",
    }
    assert overrides_of(said, KNOWN) == [
        "localize_model=ssd512_resnet50",
        "weights=none",
        "params.py:BATCH_SIZE=16",
        "params.py:TrainLocalizeParams.EPOCHS=30",
        "params.py:TrainLocalizeParams.LR=0.001",
        "optimizer=sgd",
        "params.py:TrainLocalizeParams.WEIGHT_DECAY=0.0005",
        "params.py:PrepareLocalizeParams.MAX_IMAGES=4947",
    ]
    # 4,452 of them are for training.
    assert int(4947 * KNOWN["params.py:PrepareLocalizeParams.TRAIN_SPLIT"]) == 4452


def test_what_has_no_counterpart_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert overrides(kv_store="dist_sync", lr_scheduler_step="3,6") == []
    said = capsys.readouterr().err
    assert "hyper-parameter kv_store is left out" in said
    assert "lr_scheduler_step is left out: schedule of params.yaml" in said


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("TrainOCRParams.EPOCHS", "3", "params.py:TrainOCRParams.EPOCHS=3"),
        ("params.py:TrainOCRParams.EPOCHS", "3", "params.py:TrainOCRParams.EPOCHS=3"),
        ("TrainOCRParams.EPOCHS", "3.0", "params.py:TrainOCRParams.EPOCHS=3"),
        ("TrainOCRParams.LR", "1e-5", "params.py:TrainOCRParams.LR=1e-05"),
        ("MULTIPROCESSING", "false", "params.py:MULTIPROCESSING=False"),
        ("OCRModelParams.CHANNELS", "[8, 8, 8, 8]", "params.py:OCRModelParams.CHANNELS=[8,8,8,8]"),
        ("plate_format", "swiss+european*3", "plate_format=swiss+european*3"),
        ("plate_format", '"korean"', "plate_format=korean"),  # as script mode writes it
        ("optimizer", "adam", "optimizer=adamw"),
        ("optimizer", "muon", "optimizer=muon"),
        ("base_network", "vgg-16", "localize_model=ssd300_vgg16"),
    ],
)
def test_names_and_values(name: str, text: str, expected: str) -> None:
    assert overrides_of({name: text}, KNOWN) == [expected]


def test_what_toolkits_add_is_theirs() -> None:
    assert overrides(sagemaker_program="train.py", sagemaker_region="x", model_dir="s3://b") == []


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("EPOCHS", "TrainLocalizeParams.EPOCHS or TrainOCRParams.EPOCHS"),
        ("epoch", "epochs"),
        ("learning-rate", "learning_rate"),
        ("TrainOcrParams.LR", "TrainOCRParams.LR"),
        ("params.py:TrainOCRParams.EPOCH", "TrainOCRParams.EPOCHS"),
        ("plate_fromat", "plate_format"),
        ("datasets", "params.py, params.yaml"),
        ("zzzzzzzz", "params.py, params.yaml"),
    ],
)
def test_an_unknown_name_is_an_error_with_the_nearest(name: str, meant: str) -> None:
    with pytest.raises(UserError, match=f"no hyper-parameter is called {name!r}: .*{meant}"):
        overrides_of({name: "1"}, KNOWN)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"epochs": "many"}, "epochs is 'many': give a whole number"),
        ({"epochs": "1.5"}, "give a whole number"),
        ({"TrainOCRParams.LR": "nan"}, "give a number"),
        ({"MULTIPROCESSING": "perhaps"}, "give True or False"),
        ({"OCRModelParams.CHANNELS": "8"}, "give a list such as"),
        ({"plate_format": "a b"}, "give a word without spaces"),
        ({"plate_format": "x'; rm"}, "give a word without spaces"),
        ({"base_network": "resnet-18"}, "vgg-16 or resnet-50"),
        ({"image_shape": "400"}, "300 or 512"),
        ({"num_classes": "80"}, "there is one class here"),
        ({"overlap_threshold": "0.6"}, "always 0.5"),
        ({"nms_threshold": "0.6"}, "always 0.45"),
        ({"use_pretrained_model": "1"}, "Bring a file of public weights"),
        ({"epochs": "3", "TrainLocalizeParams.EPOCHS": "4"}, "give one of them"),
    ],
)
def test_values_that_cannot_be(values: dict[str, str], said: str) -> None:
    with pytest.raises(UserError, match=said):
        overrides_of(values, KNOWN)


def test_public_weights_are_asked_for_and_named() -> None:
    said = overrides(use_pretrained_model="1", weights="resnet50.pth")
    assert said == ["weights=resnet50.pth"]


def test_every_value_can_be_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def text(value: Any) -> str:
        return str(value).replace(" ", "") if isinstance(value, list) else str(value)

    for name, value in KNOWN.items():
        assert overrides_of({name: text(value)}, KNOWN) == [f"{name}={text(value)}"], name


def test_the_constant_is_that_of_the_loss() -> None:
    assert matching.LEAST_IOU == LEAST_IOU
