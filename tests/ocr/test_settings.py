"""How a reader is trained, by its architecture."""

import pytest

from params import TrainLocalizeParams, TrainOCRParams
from src.architectures.localizers.registry import LOCALIZERS
from src.architectures.readers.registry import READERS
from src.common.config import load_config
from src.localize import settings as localize_settings
from src.ocr.settings import fit_settings


@pytest.mark.parametrize("name", READERS.names())
def test_a_network_takes_its_share_of_the_learning_rate(name: str) -> None:
    share = 0.25 if name.startswith("mask_ocr") else 1.0
    assert READERS.get(name).lr_factor == share
    assert fit_settings(load_config(), READERS.get(name)).lr == share * TrainOCRParams.LR


@pytest.mark.parametrize("name", LOCALIZERS.names())
def test_localizers_learn_at_the_rate_that_stands_there(name: str) -> None:
    lr = localize_settings.fit_settings(load_config(), LOCALIZERS.get(name)).lr
    assert lr == TrainLocalizeParams.LR
