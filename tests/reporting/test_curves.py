"""Training curves as Mermaid and as PNG."""

import re
from pathlib import Path

import cv2
from hypothesis import given, settings
from hypothesis import strategies as st

from src.reporting.curve_chart import curve_chart
from src.reporting.curves import Pair, pairs
from src.reporting.mermaid import MOST_POINTS, mermaid
from src.reporting.revision import Chart

curve = st.dictionaries(
    st.integers(0, 300), st.floats(-1e6, 1e6, allow_nan=False), max_size=60
).map(lambda line: dict(sorted(line.items())))


def pair(base: dict[int, float], head: dict[int, float]) -> Pair:
    return Pair('A "loss"; %%{x}%%\n', "val_loss", "epoch", "loss", base, head)


def lines(chart: str) -> list[list[float]]:
    return [[float(v) for v in found.split(", ")] for found in re.findall(r"line \[(.*)\]", chart)]


def test_lines_of_different_lengths_keep_their_steps() -> None:
    chart = mermaid(pair({0: 4, 1: 2}, {0: 3, 1: 2, 2: 1})).splitlines()
    assert chart[0] == "```mermaid"
    assert '"#9a9a9a, #d9730d"' in chart[1]
    assert chart[2:] == [
        "xychart-beta",
        '    title "A loss x , val_loss"',
        '    x-axis "epoch" [1, 2, 3]',
        '    y-axis "loss" 0.850000 --> 4.150000',
        "    line [4.000000, 2.000000]",
        "    line [3.000000, 2.000000, 1.000000]",
        "```",
    ]


def test_the_head_keeps_its_colour_alone() -> None:
    chart = mermaid(pair({}, {0: 0.0, 1: 0.0}))
    assert '"#d9730d"' in chart
    assert "0.000000 --> 1.000000" in chart
    assert lines(chart) == [[0, 0]]


def test_one_point_is_no_curve() -> None:
    assert mermaid(pair({0: 1.0}, {0: 2.0})) == ""
    assert mermaid(pair({}, {})) == ""


def test_a_line_ends_at_a_gap() -> None:
    assert lines(mermaid(pair({0: 1, 1: 2, 3: 9}, {0: 1, 1: 1, 2: 1, 3: 1}))) == [[1, 2], [1] * 4]


def test_long_lines_are_thinned_from_first_to_last() -> None:
    chart = mermaid(pair({}, {i: float(i) for i in range(300)}))
    (line,) = lines(chart)
    assert (len(line), line[0], line[-1]) == (MOST_POINTS, 0, 299)


@settings(deadline=None)
@given(curve, curve)
def test_charts_are_well_formed(base: dict[int, float], head: dict[int, float]) -> None:
    chart = mermaid(pair(base, head))
    drawn = lines(chart)
    assert all(2 <= len(line) <= MOST_POINTS for line in drawn)
    if not drawn:
        assert chart == ""
        return
    low, high = map(float, re.findall(r'"loss" (\S+) --> (\S+)$', chart, re.MULTILINE)[0])
    assert low < high
    assert all(low <= value <= high for line in drawn for value in line)
    steps = re.findall(r'"epoch" \[(.*)\]', chart)[0].split(", ")
    assert max(map(len, drawn)) <= len(steps) <= MOST_POINTS


CHART = Chart("Loss", "epoch", "loss", {"train_loss": {0: 2.0, 1: 1.0}, "val_loss": {0: 3.0}})


def test_pairs_are_the_validation_curves_of_either() -> None:
    other = Chart("Gone", "epoch", "share", {"val_exact": {0: 0.5}})
    found = pairs((CHART, other), (CHART,))
    assert [(p.title, p.name, p.base, p.head) for p in found] == [
        ("Loss", "val_loss", {0: 3.0}, {0: 3.0}),
        ("Gone", "val_exact", {0: 0.5}, {}),
    ]


def test_picture(tmp_path: Path) -> None:
    one, two = tmp_path / "one.png", tmp_path / "two.png"
    assert curve_chart(one, (), (CHART,))
    assert curve_chart(two, (CHART,), (CHART, Chart("$b_", "x", "y", {"n": {0: 1.0}})))
    wide, narrow = cv2.imread(str(two)), cv2.imread(str(one))
    assert wide is not None
    assert narrow is not None
    assert wide.shape[1] == 2 * narrow.shape[1]
    again = tmp_path / "again.png"
    curve_chart(again, (), (CHART,))
    assert again.read_bytes() == one.read_bytes()


def test_nothing_to_draw(tmp_path: Path) -> None:
    assert not curve_chart(tmp_path / "none.png", (), ())
    assert list(tmp_path.iterdir()) == []
