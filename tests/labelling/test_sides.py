"""Whatever is imported and split in whatever order, no plate and no group is on two sides."""

import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from src.common.errors import UserError
from src.datasets.photos import photo_folders
from src.labelling.importing import import_labels
from src.labelling.record import Asked
from src.labelling.sides import Sides, measured_as
from src.labelling.splitting import split_folders
from tests.labelling.samples import picture, rows_of, text_file

HEADER = "image_path,plate_text,split,group"
SHARES = {"train": 0.5, "val": 0.2, "test": 0.3}

splits = st.sampled_from(["", "train", "val", "test"])
texts = st.sampled_from([f"ZH{n}" for n in range(1, 9)])
groups = st.sampled_from(["", "", "", "one", "two"])
pictures = st.tuples(splits, st.lists(texts, min_size=1, max_size=3, unique=True), groups)
imports = st.tuples(
    st.just("import"), st.lists(pictures, min_size=1, max_size=5), st.integers(0, 2)
)
divisions = st.tuples(st.just("split"), st.booleans(), st.integers(0, 3))


def write_set(folder: Path, rows: list[tuple[str, list[str], str]]) -> Path:
    """A folder with a picture a row."""
    lines = []
    for number, (split, names, group) in enumerate(rows):
        picture(folder / f"{number}.png", (20, 10))
        lines += [f"{number}.png,{name},{split},{group}" for name in names]
    text_file(folder / "annotations.csv", HEADER, *lines)
    return folder


def sides_of(parent: Path) -> dict[str, set[str]]:
    """On which sides each plate and each group is, in all folders."""
    found: dict[str, set[str]] = {}
    for folder in photo_folders(parent):
        for image, rows in rows_of(folder).items():
            sides = {measured_as(row[2]) for row in rows}
            assert len(sides) == 1, image
            for row in rows:
                for key in filter(None, (row[0], row[3])):
                    found.setdefault(key, set()).update(sides)
    return found


@given(st.lists(st.one_of(imports, divisions), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_no_plate_is_on_two_sides(steps: list) -> None:
    with tempfile.TemporaryDirectory() as name:
        parent, source = Path(name) / "photos", Path(name) / "source"
        for number, (verb, what, choice) in enumerate(steps):
            folders = photo_folders(parent)
            if verb == "import":
                # A name may come again, and replaces what was there.
                rows = write_set(source / str(number), what)
                target = parent / f"set{choice}"
                with suppress(UserError):  # all of it ties together what is on two sides
                    import_labels("annotations", rows, target, Asked("x"), replace=True)
            elif folders:
                split_folders(folders[:choice] or folders, SHARES, choice, anew=what)
            assert {key: s for key, s in sides_of(parent).items() if len(s) > 1} == {}


def test_what_ties_two_sides_together_is_rejected(tmp_path: Path) -> None:
    first = [("train", ["ZH1"], ""), ("test", ["ZH2"], "")]
    import_labels("annotations", write_set(tmp_path / "a", first), tmp_path / "p/one", Asked("one"))
    second = [("", ["ZH1", "ZH2"], ""), ("val", ["ZH1"], ""), ("train", ["ZH3", "ZH2"], "")]
    source = write_set(tmp_path / "b", second)
    counts = import_labels("annotations", source, tmp_path / "p/two", Asked("two"))
    assert counts.errors == {"two sides": 2}
    assert {name: row[0][2] for name, row in rows_of(tmp_path / "p/two").items()} == {
        "images/1.png": "train",
        "images/2.png": "test",
    }
    assert not (tmp_path / "p/two/images/0.png").exists()


def test_what_is_not_assigned_stays_so_until_it_is_split(tmp_path: Path) -> None:
    rows = [("", ["ZH1"], ""), ("train", ["ZH1"], ""), ("train", ["ZH2"], "")]
    source = write_set(tmp_path / "a", rows)
    import_labels("annotations", source, tmp_path / "p/one", Asked("one"))
    assert [row[0][2] for row in rows_of(tmp_path / "p/one").values()] == ["", "", "train"]


def test_sides_that_are_proposed_give_way_to_those_that_are_kept() -> None:
    sides = Sides()
    sides.keep(["t\0A"], "train")
    assert sides.propose(["p\0x", "t\0A"], "test")
    assert sides.side("p\0x") == "train"
    assert sides.propose(["p\0y", "t\0B"], "train")
    assert sides.propose(["p\0z", "t\0B"], "val")
    assert sides.side("p\0y") == sides.side("p\0z") == "val"
    sides.keep(["t\0C"], "")
    assert not sides.propose(["t\0A", "t\0C"], "")
    assert sides.propose(["t\0B", "t\0C"], "train")
    assert sides.side("t\0B") == ""
