"""Indices by hand-computed numbers, and by what they promise: equal ones are hardly ever told apart."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.common.errors import UserError
from src.common.files import write_json
from src.monitoring.observation import Observation, SeenPlate
from src.monitoring.shift import (
    DRIFTED,
    MOVED,
    SAME,
    TOO_FEW,
    chance_index,
    jensen_shannon,
    shifts,
    stability_index,
)
from src.monitoring.summary import MEASURES, Summary, empty_summary, load_summary, summarise

COUNTS = st.lists(st.integers(0, 1000), min_size=4, max_size=4).map(np.array)


def counts(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


def pictures(
    number: int, seed: int, bright: float = 120, empty: float = 0.3, sure: float = 0.9
) -> Summary:
    rng = np.random.default_rng(seed)

    def one() -> Observation:
        there = rng.random() > empty
        plate = SeenPlate(min(1.0, rng.normal(sure, 0.1)), rng.uniform(12, 50), 8, True)
        return Observation(min(max(rng.normal(bright, 20), 0), 255), 500.0, (plate,) * there)

    return summarise((one() for _ in range(number)), "swiss")


def test_stability_index_by_hand() -> None:
    # Shares of 0.5 and 0.5 against 0.8 and 0.2: 0.3·ln 1.6 + (-0.3)·ln 0.4.
    expected = 0.3 * math.log(1.6) - 0.3 * math.log(0.4)
    found = stability_index(counts(50_000, 50_000), counts(80_000, 20_000))
    assert found == pytest.approx(expected, rel=1e-3)
    assert stability_index(counts(7, 0, 3), counts(7, 0, 3)) == 0


def test_jensen_shannon_by_hand() -> None:
    assert jensen_shannon(counts(5, 0), counts(0, 9)) == 1
    assert jensen_shannon(counts(5, 5), counts(3, 3)) == 0
    # Of (1, 0) and (1/2, 1/2), with (3/4, 1/4) between them: log2(4/3) and (log2(2/3) + log2(2)) / 2.
    divergence = (math.log2(4 / 3) + (math.log2(2 / 3) + 1) / 2) / 2
    assert jensen_shannon(counts(8, 0), counts(2, 2)) == pytest.approx(math.sqrt(divergence))


def test_chance_is_a_quantile_of_chi_squared() -> None:
    # Tables have 24.32 for 7 degrees of freedom at 0.999, and 10.83 for 1, where the approximation has a little more.
    assert chance_index(8, 2000, 2000) == pytest.approx(24.32 / 1000, rel=0.01)
    assert chance_index(2, 2000, 2000) == pytest.approx(10.83 / 1000, rel=0.04)
    assert chance_index(8, 2000, 0) == math.inf


@settings(deadline=None)
@given(COUNTS, COUNTS)
def test_what_every_index_promises(first: np.ndarray, second: np.ndarray) -> None:
    psi, js = stability_index(first, second), jensen_shannon(first, second)
    assert psi >= 0
    assert math.isfinite(psi)
    assert 0 <= js <= 1
    assert stability_index(second, first) == pytest.approx(psi, abs=1e-9)
    assert jensen_shannon(second, first) == pytest.approx(js, abs=1e-6)


def test_the_same_street_is_hardly_ever_said_to_have_changed() -> None:
    reference = pictures(3000, 0)
    for seed, number in enumerate((30, 100, 300, 1000) * 5, start=1):
        verdicts = {one.verdict for one in shifts(reference, pictures(number, seed))}
        assert verdicts <= {SAME, TOO_FEW}
        assert TOO_FEW in verdicts or number > 30
        assert SAME in verdicts or number < 300


def test_what_has_changed_is_named_and_nothing_else() -> None:
    reference = pictures(3000, 0)

    def told(log: Summary) -> dict[str, str]:
        return {one.name: one.verdict for one in shifts(reference, log) if one.verdict != SAME}

    assert told(pictures(800, 1, bright=60)) == {"brightness": DRIFTED}
    assert told(pictures(800, 1, empty=0.8))["no_plate"] == DRIFTED
    assert told(pictures(2000, 1, sure=0.83))["confidence"] == DRIFTED
    assert told(pictures(2000, 1, bright=129))["brightness"] == MOVED
    assert told(summarise([], "swiss")) == dict.fromkeys(MEASURES, TOO_FEW)


def test_values_are_in_the_bin_that_their_edge_begins() -> None:
    seen = Observation(32.0, 9.9, (SeenPlate(0.5, 63.9, 4, True), SeenPlate(1.0, 128.0, 12, False)))
    summary = summarise([seen, Observation(0.0, 0.0, ())], "swiss")
    assert {name: np.flatnonzero(held).tolist() for name, held in summary.counts.items()} == {
        "no_plate": [0, 1],
        "confidence": [1, 7],
        "length": [1, 7],
        "known": [0, 1],
        "height": [4, 6],
        "brightness": [0, 1],
        "blur": [0],
    }
    for name, measure in MEASURES.items():
        assert len(measure.bins()) == len(measure.edges) + 1 == len(summary.counts[name])


def test_a_summary_comes_back(tmp_path: Path) -> None:
    held = pictures(50, 3)
    write_json(tmp_path / "a.json", held.content())
    found = load_summary(tmp_path / "a.json")
    assert found.content() == held.content()
    assert (tmp_path / "a.json").stat().st_size < 3_000


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"layout": 2}, "layout 2"),
        ({"measures": {}}, "no_plate"),
        ({"measures": None}, "is no summary"),
        ({"pictures": "x"}, "is no summary"),
    ],
)
def test_what_is_no_summary_is_named(tmp_path: Path, change: dict, message: str) -> None:
    write_json(tmp_path / "a.json", {**empty_summary("swiss").content(), **change})
    with pytest.raises(UserError, match=message):
        load_summary(tmp_path / "a.json")
    with pytest.raises(UserError, match="no such file; `dvc repro evaluate_stack`"):
        load_summary(tmp_path / "b.json")


def test_other_bins_are_named(tmp_path: Path) -> None:
    content = empty_summary("swiss").content()
    content["measures"]["blur"]["edges"][0] = 11
    write_json(tmp_path / "a.json", content)
    with pytest.raises(UserError, match="blur has other bins"):
        load_summary(tmp_path / "a.json")
