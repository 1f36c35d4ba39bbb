"""What evaluate_stack writes for others, on two pictures and with a reader that knows what it sees."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import src.stack.evaluate as evaluate
from src.datasets.prepared import PreparedSet
from src.monitoring.summary import load_summary
from tests.reading.made import reading

IMAGES = np.stack([np.full((40, 60), grey, np.uint8) for grey in (10, 100, 200)])


def test_what_a_server_reads_has_a_reference(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = PreparedSet(IMAGES, ((), (), ()))
    seen = [[], [reading("ZH10", 0.93)], [reading("ZH10", 0.4), reading("ZH11", 0.99)]]
    reader = SimpleNamespace(read=lambda image: seen[int(image[0, 0]) // 100])
    review: Any = SimpleNamespace(metrics=lambda: {"val_acc": 1.0, "plates": 3})
    review.save_pictures = lambda folder, count: None
    monkeypatch.setattr(evaluate, "OUT", tmp_path)
    monkeypatch.setattr(evaluate, "read_prepared", lambda folder, name: prepared)
    card = SimpleNamespace(plate_format="swiss")
    monkeypatch.setattr(evaluate, "load_plate_reader", lambda *settings: (reader, card))
    monkeypatch.setattr(evaluate, "true_corners", lambda *given: 1.0)
    monkeypatch.setattr(evaluate, "Review", lambda *given: review)
    monkeypatch.setattr(evaluate, "photo_folders", lambda folder: [])
    evaluate.evaluate()
    found = load_summary(tmp_path / "evaluations/stack/reference.json")
    assert found.plate_format == "swiss"
    assert found.pictures == 3
    assert found.counts["no_plate"].tolist() == [1, 2]
    assert found.counts["confidence"].tolist() == [1, 0, 0, 0, 0, 1, 0, 1]
    assert found.counts["known"].tolist() == [0, 3]
    assert found.counts["brightness"].tolist() == [1, 0, 0, 1, 0, 0, 1, 0]
