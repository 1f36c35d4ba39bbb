"""The benchmark of the pair of networks measures the two that it names, and no others."""

from argparse import Namespace
from pathlib import Path

import pytest

from benchmarks import pair
from benchmarks.untrained import save_untrained
from src.common.config import load_config
from src.common.errors import UserError
from src.inference.card import load_card


def test_all_that_reading_does_is_counted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pair, "PICTURES", 1)
    monkeypatch.setattr("benchmarks.alone.RUNS", 1)
    monkeypatch.setattr(pair, "published", lambda _: {"torch": (80.0, 48.0)})
    monkeypatch.setattr(pair, "whole_reading", lambda models, _: 32.0 if models is None else 0.0)
    pair.main(Namespace(models=None))
    assert "80.0 | 48.0 | 128.0 | 4.0 |" in capsys.readouterr().out
    monkeypatch.undo()
    monkeypatch.setattr(pair, "PICTURES", 1)
    monkeypatch.setattr("benchmarks.alone.RUNS", 1)
    assert pair.whole_reading(None, tmp_path) > 0
    assert {path.name for path in tmp_path.iterdir()} == {"localize", "ocr"}


def test_other_networks_are_refused(tmp_path: Path) -> None:
    save_untrained(tmp_path, load_config())
    with pytest.raises(UserError, match="localize is a corner_detector, and no scrfd_mnv4"):
        pair.main(Namespace(models=tmp_path))
    with pytest.raises(UserError, match="no trained model"):
        pair.main(Namespace(models=tmp_path / "none"))


@pytest.mark.slow
def test_the_published_size_is_that_of_the_source(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("benchmarks.alone.RUNS", 1)
    took = pair.published(tmp_path)
    assert list(took) == ["torch", "ONNX Runtime"]
    assert all(ms > 0 for times in took.values() for ms in times)
    # 12 heads, 8 and 6 layers of 624 numbers, at 192×48: https://github.com/gfickel/alpr and its description.
    card = load_card(tmp_path / "ocr")
    assert card.size == (48, 192)
    assert 50e6 < card.parameters < 70e6
