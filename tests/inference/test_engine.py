"""What ONNX Runtime is asked to compute on."""

import onnxruntime
import pytest

from src.common.errors import UserError
from src.inference.engine import PROCESSOR, PROVIDERS, Engine, engine_of


def test_it_is_the_processor_unless_something_else_is_asked_for() -> None:
    assert engine_of({}) == engine_of({"PLATES_PROVIDER": " CPU ", "PLATES_THREADS": ""})
    assert engine_of({}) == PROCESSOR == Engine("cpu", 1)
    assert engine_of({"PLATES_THREADS": "4"}) == Engine("cpu", 4)


def test_its_title_says_what_it_is() -> None:
    assert PROCESSOR.title.endswith(f" {onnxruntime.__version__} on cpu, one thread a call")
    assert Engine(threads=2).title.endswith("2 threads a call")


def test_the_processor_takes_what_others_leave() -> None:
    assert Engine("openvino").providers == ["OpenVINOExecutionProvider", "CPUExecutionProvider"]
    assert PROCESSOR.providers == ["CPUExecutionProvider"]


def test_all_are_names_that_onnx_runtime_has() -> None:
    assert {own for own, _ in PROVIDERS.values()} <= set(onnxruntime.get_all_providers())


@pytest.mark.parametrize("threads", ["0", "-1", "1.5", "all", "²", "100000", "9" * 5000])
def test_threads_that_cannot_be_are_named(threads: str) -> None:
    with pytest.raises(UserError, match=r"PLATES_THREADS is '.{1,21}': .*number from 1 to"):
        engine_of({"PLATES_THREADS": threads})


def test_names_that_no_provider_has() -> None:
    with pytest.raises(UserError, match=r"'gpu': write one of cpu, cuda, .*openvino"):
        engine_of({"PLATES_PROVIDER": "gpu"})


def test_what_is_not_installed_says_which_package_brings_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CPUExecutionProvider"])
    with pytest.raises(UserError, match=r"install onnxruntime-gpu in place .*write one of cpu$"):
        engine_of({"PLATES_PROVIDER": "cuda"})
    there = ["CUDAExecutionProvider", "CPUExecutionProvider"]
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: there)
    assert engine_of({"PLATES_PROVIDER": "CUDA"}).provider == "cuda"
