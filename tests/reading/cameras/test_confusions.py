"""What a reader mistakes for what is measured on it, once."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from src.bundle.bundle import Bundle
from src.bundle.choose import choose_model
from src.reading.cameras import confusions
from src.reading.cameras.confusions import Costs, known_confusions, measure


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return choose_model("release")


def test_costs_follow_how_often_a_mistake_is_made() -> None:
    costs = Costs(Counter({("6", "6"): 90, ("6", "8"): 10, ("8", "8"): 1000, ("8", "6"): 1}))
    six, eight, other = costs.numbers("68x").tolist()
    assert costs.change[six, six] == 0
    assert costs.change[six, eight] == pytest.approx(0.37, abs=0.01)
    assert costs.change[eight, six] == 1
    assert costs.change[other, other] == 1
    assert costs.miss[six] > 0.9


def test_drawn_plates_are_read_by_the_model(bundle: Bundle) -> None:
    pairs = measure(bundle.reader, bundle.card.plate_format, 30)
    right = sum(count for (true, read), count in pairs.items() if true == read)
    assert sum(pairs.values()) > 100
    assert 0.7 < right / sum(pairs.values()) < 1


def test_it_is_measured_once_for_each_model(
    bundle: Bundle,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    times = 0

    def count(*_: object) -> Counter[tuple[str, str]]:
        nonlocal times
        times += 1
        return Counter({("6", "8"): 2, ("6", ""): 1})

    monkeypatch.setattr(confusions, "measure", count)
    first = known_confusions(bundle, tmp_path)
    assert "measuring on 2,500 drawn plates" in capsys.readouterr().err
    assert known_confusions(bundle, tmp_path) == first == {("6", "8"): 2, ("6", ""): 1}
    assert times == 1
    (kept,) = tmp_path.iterdir()
    kept.write_text("[[1]]")
    assert known_confusions(bundle, tmp_path) == first
    assert "is damaged and made anew" in capsys.readouterr().err
    # Of a model without checksums nothing is kept.
    known_confusions(replace(bundle, folder=tmp_path), tmp_path)
    assert (times, len(list(tmp_path.iterdir()))) == (3, 1)
