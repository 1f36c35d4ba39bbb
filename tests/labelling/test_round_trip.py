"""What is imported, exported and imported again says the same."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.common.errors import UserError
from src.labelling.exporting import export_labels
from src.labelling.formats import format_names, get_format
from src.labelling.importing import import_labels
from src.labelling.record import Asked
from tests.labelling.samples import picture, rows_of, text_file

HEADER = "image_path,plate_text,x1,y1,x2,y2,x3,y3,x4,y4,split,group,region,lines"
WRITTEN = [name for name in format_names() if get_format(name).write]
SIZES = [(200, 100), (97, 61), (640, 480)]

share = st.integers(0, 30).map(lambda n: n / 100)
plates = st.tuples(
    st.sampled_from(["", "ZH1", "京A12345", "12가3456", "ÄB?9"]),
    st.tuples(share, share, share, share, share, share, share, share),
    # The corner of the picture that the plate's own top left is in: it may be turned.
    st.sampled_from([0, 0, 0, 1, 2, 3]),
    st.sampled_from(["", "track 7", "a,b;c"]),
    st.sampled_from(["", "ZH", "Rhône"]),
    st.sampled_from(["", "1", "2"]),
)
pictures = st.tuples(
    st.sampled_from(SIZES),
    st.sampled_from(["", "train", "val", "test"]),
    st.lists(plates, max_size=3),
)


def corners(size: tuple[int, int], shares: tuple[float, ...], turned: int) -> list[str]:
    """A convex quad, clockwise, whose corners lie in the four corners of the picture."""
    width, height = size
    ends = [(0, 0, 1, 1), (1, 0, -1, 1), (1, 1, -1, -1), (0, 1, 1, -1)]
    points = [
        (width * (x + dx * a), height * (y + dy * b))
        for (x, y, dx, dy), a, b in zip(ends, shares[::2], shares[1::2], strict=True)
    ]
    points = points[turned:] + points[:turned]
    return [f"{value:.2f}" for point in points for value in point]


def write_set(folder: Path, content: list) -> Path:
    """A folder of photographs, some with two rows, some with none."""
    lines = []
    for number, (size, split, found) in enumerate(content):
        name = f"images/sub/{number}.png"
        picture(folder / name, size)
        lines += [
            ",".join(
                (name, text, *corners(size, shares, turned), split, f'"{group}"', region, rows)
            )
            for text, shares, turned, group, region, rows in found
        ]
        if not found:
            lines.append(f"{name},,,,,,,,,,{split}")
    text_file(folder / "annotations.csv", HEADER, *lines)
    return folder


@pytest.mark.parametrize("name", WRITTEN)
@given(st.lists(pictures, min_size=1, max_size=4).filter(lambda p: any(found for *_, found in p)))
@settings(max_examples=15, deadline=None)
def test_round_trip(name: str, content: list) -> None:
    with tempfile.TemporaryDirectory() as made:
        top = Path(made)
        source = write_set(top / "source", content)
        # Each in a place of its own, so that no folder beside it has given sides.
        import_labels("annotations", source, top / "a/own", Asked("own", given_order=True))
        first = rows_of(top / "a/own")
        done = export_labels(top / "a/own", name, top / "out")
        assert done.pictures == len(first)
        counts = import_labels(name, top / "out", top / "b/own", Asked("own"))
        assert counts.rejected == 0
        again = rows_of(top / "b/own")
        assert {image: sorted(rows) for image, rows in again.items()} == {
            image: sorted(rows) for image, rows in first.items()
        }


@pytest.mark.parametrize("name", WRITTEN)
def test_plates_without_a_place(name: str, tmp_path: Path) -> None:
    picture(tmp_path / "own/images/a.png")
    picture(tmp_path / "own/images/b.png")
    box = "10,10,60,10,60,30,10,30"
    rows = ("images/a.png,ZH1,,,,,,,,,train", f"images/b.png,ZH2,{box},train,,,")
    text_file(tmp_path / "own/annotations.csv", HEADER, *rows)
    done = export_labels(tmp_path / "own", name, tmp_path / "out")
    kept = get_format(name).without_corners
    assert (done.pictures, done.left_out) == ((2, 0) if kept else (1, 1))
    import_labels(name, tmp_path / "out", tmp_path / "b/own", Asked("own"))
    assert ("images/a.png" in rows_of(tmp_path / "b/own")) == kept
    if kept:
        assert rows_of(tmp_path / "b/own") == rows_of(tmp_path / "own")


@pytest.mark.parametrize("name", WRITTEN)
def test_a_folder_s_name_says_nothing_of_what_was_exported(name: str, tmp_path: Path) -> None:
    box = "10,10,60,10,60,30,10,30"
    rows = []
    for number, side in enumerate(("", "train", "val", "test")):
        picture(tmp_path / f"own/images/train_1/{number}.png")
        rows.append(f"images/train_1/{number}.png,ZH{number},{box},{side},,,")
    text_file(tmp_path / "own/annotations.csv", HEADER, *rows)
    export_labels(tmp_path / "own", name, tmp_path / "out")
    import_labels(name, tmp_path / "out", tmp_path / "b/own", Asked("own"))
    assert rows_of(tmp_path / "b/own") == rows_of(tmp_path / "own")


def test_texts_of_yolo_s_lines_that_somebody_took_away_go_to_no_others(tmp_path: Path) -> None:
    rows = []
    for number in (1, 2):
        picture(tmp_path / f"own/images/{number}.png")
        for left in (10, 100):
            box = f"{left},10,{left + 50},10,{left + 50},30,{left},30"
            rows.append(f"images/{number}.png,ZH{number}{left},{box},train,,,")
    text_file(tmp_path / "own/annotations.csv", HEADER, *rows)
    export_labels(tmp_path / "own", "yolo", tmp_path / "out")
    label = tmp_path / "out/labels/train/1.txt"
    label.write_text(label.read_text().splitlines()[1])
    counts = import_labels("yolo", tmp_path / "out", tmp_path / "b/own", Asked("own"))
    assert counts.errors == {"broken row": 1}
    assert [row[0] for row in rows_of(tmp_path / "b/own")["images/2.png"]] == ["ZH210", "ZH2100"]


def test_an_export_is_whole_or_not_there(tmp_path: Path) -> None:
    picture(tmp_path / "own/a.png")
    rows = ("a.png,ZH1,10,10,60,10,60,30,10,30", "b.png,ZH2")
    text_file(tmp_path / "own/annotations.csv", HEADER, *rows)
    with pytest.raises(UserError, match=r"annotations\.csv:3|b\.png: no such picture"):
        export_labels(tmp_path / "own", "yolo", tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["own"]
    with pytest.raises(UserError, match="holds what is to be exported"):
        export_labels(tmp_path / "own", "yolo", tmp_path, replace=True)


@pytest.mark.parametrize("shape", ["box", "pose"])
def test_yolo_s_other_shapes(shape: str, tmp_path: Path) -> None:
    picture(tmp_path / "own/images/a.png")
    row = "images/a.png,ZH1,12,10,60,14,58,30,10,26,val,,,"
    text_file(tmp_path / "own/annotations.csv", HEADER, row)
    export_labels(tmp_path / "own", "yolo", tmp_path / "out", shape=shape)
    import_labels("yolo", tmp_path / "out", tmp_path / "b/own", Asked("own"))
    ((found,),) = rows_of(tmp_path / "b/own").values()
    tilted = (12, 10, 60, 14, 58, 30, 10, 26)
    assert found[:3] == (
        "ZH1",
        (10, 10, 60, 10, 60, 30, 10, 30) if shape == "box" else tilted,
        "val",
    )
