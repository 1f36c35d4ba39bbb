"""Models on other execution providers: said, and compared with the processor before they read."""

from pathlib import Path

import numpy as np
import pytest

from src.bundle import bundle
from src.bundle.bundle import load_bundle
from src.common.errors import UserError
from src.inference.engine import PROCESSOR, Engine, EngineError
from src.inference.networks import Runs, onnx_runs
from src.inference.runtime import Raws
from tests.networks import save_bundle

OTHER = Engine("openvino", 2)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("models")
    save_bundle(folder)
    return folder / "stack"


@pytest.fixture
def off(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How far the other provider is from the processor, which stands in for it."""
    distance = [0.0]

    def runs(localize: Path, refine: Path | None, read: Path, engine: Engine = PROCESSOR) -> Runs:
        made = onnx_runs(localize, refine, read)

        def wrong(pictures: np.ndarray) -> Raws:
            raws = made.localize(pictures)
            return np.asarray(raws + distance[0] * rng.normal(size=np.shape(raws)), np.float32)

        rng = np.random.default_rng(0)
        return made if engine == PROCESSOR else made._replace(localize=wrong)

    monkeypatch.setattr(bundle, "onnx_runs", runs)
    monkeypatch.setattr(bundle, "engine_of", lambda _: OTHER)
    return distance


def test_its_title_says_what_runs_it(stack: Path, off: list[float]) -> None:
    loaded = load_bundle(stack)
    assert loaded.engine == OTHER
    assert f"; {OTHER.title}" in loaded.title


def test_the_processor_goes_without_saying(stack: Path) -> None:
    loaded = load_bundle(stack)
    assert loaded.engine == PROCESSOR
    assert PROCESSOR.title not in loaded.title


def test_what_computes_something_else_does_not_read(stack: Path, off: list[float]) -> None:
    off[0] = 100.0
    with pytest.raises(EngineError, match=r"on openvino localize keeps .*PLATES_PROVIDER to cpu"):
        load_bundle(stack)


def test_a_wrong_name_is_not_taken_for_a_damaged_model(
    stack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLATES_PROVIDER", "gpu")
    with pytest.raises(UserError, match=r"^PLATES_PROVIDER is 'gpu'"):
        load_bundle(stack)
