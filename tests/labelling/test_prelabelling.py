"""Labels by a model: the least sure first, and corrected ones come back."""

import json
import os
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from src.common.errors import UserError
from src.datasets.photos import load_photos, validate
from src.inference.reader import Reading
from src.labelling.importing import import_labels
from src.labelling.prelabelling import guess_labels, write_guesses
from src.labelling.record import Asked
from tests.labelling.samples import rows_of
from tests.reading.made import reading


def read(picture: np.ndarray) -> list[Reading]:
    """Readings by the grey of a picture: none of a dark one, two of a bright one."""
    level = int(picture[0, 0])
    if level < 100:
        return []
    first = reading("ZH10", level / 255)
    return [first, replace(reading("AG??", 0.99, 250), partial=True)] if level > 200 else [first]


def made(folder: Path) -> Path:
    for name, level in (("a", 210), ("sub/b", 150), ("c", 50)):
        path = folder / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (300, 200), level).save(path)
    return folder


def test_the_least_sure_comes_first(tmp_path: Path) -> None:
    folder = made(tmp_path / "new")
    (folder / "broken.png").write_bytes(b"no picture")
    guesses, broken = guess_labels(folder, read)
    assert broken == 1
    # Where nothing was found there may be a plate that nobody has seen.
    assert [guess.picture.name for guess in guesses] == ["c.png", "sub/b.png", "a.png"]
    write_guesses(folder, guesses, "the model", "/d/")
    rows = (folder / "annotations.csv").read_text().splitlines()
    assert [row.split(",")[0] for row in rows] == [
        "image_path",
        "c.png",
        "sub/b.png",
        "a.png",
        "a.png",
    ]
    assert rows[0].endswith(",confidence")
    assert rows[2].endswith(",1,0.5882")
    assert validate(folder) == []
    tasks = json.loads((folder / "labelstudio.json").read_text())
    assert [task["data"]["image"] for task in tasks] == ["/d/c.png", "/d/sub/b.png", "/d/a.png"]
    scores = [task["predictions"][0]["score"] for task in tasks]
    assert scores == sorted(scores)
    with pytest.raises(UserError, match=r"has annotations\.csv, .* already"):
        write_guesses(folder, guesses, "the model", "/d/")
    write_guesses(folder, guesses, "the model", "/d/", replace=True)


@pytest.mark.skipif(os.fsencode("\udcff") != b"\xff", reason="names are text here")
def test_a_name_that_no_table_can_hold_costs_its_picture_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = made(tmp_path / "new")
    (folder / "a.png").rename(folder / "\udcff.png")
    (folder / "c.png").rename(folder / "\x01.png")
    guesses, broken = guess_labels(folder, read)
    assert ([guess.picture.name for guess in guesses], broken) == (["sub/b.png"], 2)
    assert "not in UTF-8; rename it" in capsys.readouterr().err
    write_guesses(folder, guesses, "the model", "/d/")
    assert validate(folder) == []


def test_guesses_are_no_labels_until_somebody_has_looked(tmp_path: Path) -> None:
    folder = made(tmp_path / "new")
    write_guesses(folder, guess_labels(folder, read)[0], "the model", "")
    with pytest.raises(UserError, match="not corrected yet 3"):
        import_labels("labelstudio", folder / "labelstudio.json", tmp_path / "p/x", Asked("x"))


def test_corrected_tasks_of_label_studio_come_back(tmp_path: Path) -> None:
    folder = made(tmp_path / "new")
    write_guesses(folder, guess_labels(folder, read)[0], "m", "/data/local-files/?d=new/")
    tasks = json.loads((folder / "labelstudio.json").read_text())
    for task in tasks:  # as somebody's browser does: the prediction is copied, and corrected
        result = task["predictions"][0]["result"]
        for item in result:
            if item["value"].get("text") == ["AG??"]:
                item["value"]["text"] = ["AG 12"]
        task["annotations"] = [{"result": result, "was_cancelled": False}]
    export = tmp_path / "export.json"
    export.write_text(json.dumps(tasks))
    asked = Asked("own", pictures=folder)
    counts = import_labels("labelstudio", export, tmp_path / "p/own", asked)
    assert counts.rejected == 0
    rows = rows_of(tmp_path / "p/own")
    assert {name: [row[0] for row in found] for name, found in rows.items()} == {
        "images/c.png": [""],
        "images/sub/b.png": ["ZH10"],
        "images/a.png": ["ZH10", "AG12"],
    }
    before = {photo.path.name: photo.plates for photo in load_photos(folder).photos}
    after = {photo.path.name: photo.plates for photo in load_photos(tmp_path / "p/own").photos}
    for name, plates in before.items():
        for old, new in zip(plates, after[name], strict=True):
            np.testing.assert_allclose(old.known_quad, new.known_quad, atol=0.02)


def test_corrected_tasks_of_cvat_come_back(tmp_path: Path) -> None:
    folder = made(tmp_path / "new")
    write_guesses(folder, guess_labels(folder, read)[0], "m", "")
    tree = ElementTree.parse(folder / "cvat.xml")
    for said in tree.iter("attribute"):
        if said.text == "AG??":
            said.text = "AG 12"
    tree.write(tmp_path / "export.xml", encoding="utf-8")
    asked = Asked("own", pictures=folder)
    import_labels("cvat", tmp_path / "export.xml", tmp_path / "p/own", asked)
    texts = {name: [row[0] for row in rows] for name, rows in rows_of(tmp_path / "p/own").items()}
    assert texts["images/a.png"] == ["ZH10", "AG12"]
    assert texts["images/c.png"] == [""]


def test_a_folder_without_pictures(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="holds no pictures"):
        guess_labels(tmp_path, read)
    (tmp_path / "broken.png").write_bytes(b"no picture")
    with pytest.raises(UserError, match="none of its pictures can be read"):
        guess_labels(tmp_path, read)
