"""Plates that are watched for, also where the reader took one character for another."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.common.errors import UserError
from src.metrics.reading import GAP, edit_distance
from src.reading.cameras import watch
from src.reading.cameras.confusions import Costs
from src.reading.cameras.watch import WatchList, plain, read_list
from tests.reading.cameras.made import write
from tests.reading.made import reading

LIST = "plate_text,note\nZH 123 456,stolen\nBE·88,\nbe-8,guest\n"
# Of a hundred sixes ten are read as an eight and five are missed; nothing else is mistaken.
PAIRS = Counter(
    {
        **{(char, char): 100 for char in "ABCEGHUZ0123457890"},
        ("6", "6"): 85,
        ("6", "8"): 10,
        ("6", GAP): 5,
        ("8", "8"): 100,
        (GAP, "1"): 20,
    }
)
COSTS = Costs(PAIRS)


def make(tmp_path: Path, text: str = LIST, distance: float = 0.8) -> WatchList:
    return WatchList(write(tmp_path / "watch.csv", text), COSTS, distance)


def found(watched: WatchList, text: str) -> list[tuple[str, Any]]:
    return [(hit["plate_text"], hit["distance"]) for hit in watched.find(reading(text))]


def test_a_plate_is_found_as_it_is_written_or_not(tmp_path: Path) -> None:
    watched = make(tmp_path)
    assert watched.find(reading("ZH123456")) == [
        {"plate_text": "ZH 123 456", "note": "stolen", "distance": 0.0}
    ]
    assert found(watched, "BE8") == [("be-8", 0.0)]
    assert found(watched, "ZH999") == []


def test_mistakes_that_the_reader_makes_are_near_and_others_are_not(tmp_path: Path) -> None:
    watched = make(tmp_path)
    # ln 0.1 / ln 0.002 is 0.37; ln 0.05 / ln 0.002 is 0.48, and a half of the five less is 0.5.
    assert found(watched, "ZH123458") == [("ZH 123 456", pytest.approx(0.38, abs=0.01))]
    assert found(watched, "ZH12345") == [("ZH 123 456", pytest.approx(0.5, abs=0.01))]
    assert found(watched, "ZH123450") == []
    assert found(watched, "ZH123466") == []
    # A six that stands on the list is read as an eight, and not an eight as a six.
    assert found(watched, "BE68") == []
    assert found(make(tmp_path, LIST, 1.0), "ZH123450") == [("ZH 123 456", 1.0)]


def test_the_nearest_come_first_and_not_too_many(tmp_path: Path) -> None:
    rows = "".join(f"ZH{n}6\n" for n in range(9)) + "ZH08\n"
    watched = make(tmp_path, "plate_text\n" + rows, 3.0)
    hits = found(watched, "ZH08")
    assert [text for text, _ in hits][:2] == ["ZH08", "ZH06"]
    assert len(hits) == 5


@settings(max_examples=60, deadline=None)
@given(st.text("06138ZH", max_size=8), st.text("06138ZH", min_size=1, max_size=8))
def test_distances_are_those_of_dynamic_programming(read: str, true: str) -> None:
    """Where every mistake costs one, it is the distance of Levenshtein; and real costs are never above."""
    dear = Costs({(c, c): 10**9 for c in "06138ZH"})
    entries = [watch.Entry(true, true, ""), watch.Entry("ZH1", "ZH1", "")]
    (one, two) = watch._Table(entries, dear).distances(read)
    assert (one, two) == (edit_distance(true, read), edit_distance("ZH1", read))
    assert watch._Table(entries, COSTS).distances(read)[0] <= one
    assert watch._Table(entries, COSTS).distances(true)[0] == 0


def test_what_is_not_in_the_alphabet_is_far_from_all(tmp_path: Path) -> None:
    watched = make(tmp_path, "plate_text\nÄÖ12\n", 0.9)
    assert found(watched, "ÄÖ12") == [("ÄÖ12", 0.0)]
    assert found(watched, "ÄÜ12") == found(watched, "ZH12") == []


def test_a_part_of_a_plate_is_not_compared(tmp_path: Path) -> None:
    assert make(tmp_path).find(replace(reading("BE8"), partial=True)) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the first row has no column plate_text"),
        ("plate_txt\nZH1\n", "no column plate_text (did you mean plate_text?)"),
        ("plate_text\nZH1\n--\n", "row 3: '--' is no plate"),
        ("plate_text\n" + "Z" * 21, "row 2"),
        ('plate_text\n"ZH1\n', "no CSV in UTF-8"),
        ("plate_text\nZH1\x00\n", ""),
    ],
)
def test_lists_that_are_none(text: str, said: str, tmp_path: Path) -> None:
    path = write(tmp_path / "w.csv", text)
    if not said:
        assert [entry.text for entry in read_list(path)] == ["ZH1"]
        return
    with pytest.raises(UserError) as raised:
        read_list(path)
    assert said in str(raised.value)
    with pytest.raises(UserError, match="cannot be read"):
        read_list(tmp_path / "gone.csv")


def test_a_list_that_changes_is_read_anew_and_a_broken_one_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(watch, "_LOOK_S", 0.0)
    watched = make(tmp_path, "plate_text\nZH1\n")
    write(tmp_path / "watch.csv", "plate_text\nZH22\n")
    assert found(watched, "ZH22") == [("ZH22", 0.0)]
    assert "read anew, 1 plates" in capsys.readouterr().err
    write(tmp_path / "new", "nothing")
    (tmp_path / "new").replace(tmp_path / "watch.csv")
    assert found(watched, "ZH22") == [("ZH22", 0.0)]
    assert "stays as it was" in capsys.readouterr().err
    (tmp_path / "watch.csv").unlink()
    assert found(watched, "ZH22") == [("ZH22", 0.0)]


def test_how_plates_are_written_does_not_matter() -> None:
    assert plain(" zh·123-456\t") == "ZH123456"
