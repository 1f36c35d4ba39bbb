"""Networks alone: their precisions, their share of the peak and their layers, on some that have learned nothing."""

from pathlib import Path

import pytest

from benchmarks import alone, layers
from benchmarks.untrained import save_untrained
from src.common.config import load_config


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_untrained(tmp_path_factory.mktemp("models"), load_config())


def test_each_network_has_a_row_and_its_layers(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alone, "RUNS", 2)
    monkeypatch.setattr(layers, "RUNS", 1)
    text = alone.report(models)
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    by_name = {row[0]: row for row in rows}
    for name in ("localizer", "refiner", "reader"):
        work, fast, slow, rate = (float(cell) for cell in by_name[name][2:6])
        assert rate == pytest.approx(1000 * work / min(fast, slow), rel=0.05, abs=1)
        assert by_name[name][7] == ("8 bits" if fast <= slow else "32 bits")
        assert f"Layers of the {name}" in text


def test_layers_are_all_there_the_slowest_first(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layers, "RUNS", 2)
    found = layers.profile(models / "localize" / "refiner.onnx", (2, 1, 64, 128))
    assert [x.ms for x in found] == sorted((x.ms for x in found), reverse=True)
    assert sum(x.operator == "Conv" for x in found) == 9
    rows = layers.rows(found)
    assert len(rows) == layers.MOST_LAYERS + 1
    assert sum(float(row[2]) for row in rows) == pytest.approx(sum(x.ms for x in found), abs=0.1)
