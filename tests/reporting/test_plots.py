"""What DVC returns for plots, with everything that may be wrong in it."""

from typing import Any

from src.reporting.plots import charts, pictures, speeds

LOSS = "out/runs/ocr/dvclive/plots/metrics/val_loss.tsv"
SPEED = "out/runs/ocr/dvclive/plots/metrics/images_per_second.tsv"
JPEG = b"\xff\xd8\xff and so on"


def plots(definitions: dict[str, Any], sources: dict[str, Any]) -> dict[str, Any]:
    return {
        "definitions": {"data": {"dvc.yaml": {"data": definitions}, "": {}}},
        "sources": {"data": {name: {"data": content} for name, content in sources.items()}},
    }


def test_charts_in_the_order_of_dvc_yaml() -> None:
    rows = [{"step": "1", "val_loss": "2.5"}, {"step": "0", "val_loss": "3"}]
    definitions = {
        "Loss": {"x": "step", "x_label": "epoch", "y_label": "loss", "y": {LOSS: "val_loss", "gone.tsv": "x"}},
        "Empty": {"x": "step", "y": {"gone.tsv": "x"}},
        "out/worst.jpg": {},
        "Odd": {"y": ["a", "b"]},
    }  # fmt: skip
    (chart,) = charts(plots(definitions, {LOSS: rows}))
    assert (chart.title, chart.x_label, chart.y_label) == ("Loss", "epoch", "loss")
    assert chart.lines == {"val_loss": {0: 3.0, 1: 2.5}}
    assert list(chart.lines["val_loss"]) == [0, 1]


def test_curves_of_photographs_stand_beside_those_of_drawings() -> None:
    photos = LOSS.replace("val_loss", "val_photo_loss")
    definitions = {"Loss": {"x": "step", "y": {LOSS: "val_loss"}}}
    sources = {
        LOSS: [{"step": "0", "val_loss": "3"}],
        photos: [{"step": "0", "val_photo_loss": "4"}],
    }
    (chart,) = charts(plots(definitions, sources))
    assert chart.lines == {"val_loss": {0: 3.0}, "val_photo_loss": {0: 4.0}}


def test_rows_that_say_nothing_are_left_out() -> None:
    rows = [{"step": "0", "images_per_second": "nan"}, {"step": "1"}, {"step": "x"}, "text",
            {"step": "2", "images_per_second": "80"}]  # fmt: skip
    assert speeds(plots({}, {SPEED: rows})) == {"ocr": (80.0,)}
    assert speeds(plots({}, {SPEED: "no table"})) == {}


def test_pictures_are_pictures() -> None:
    found = {"a.jpg": JPEG, "b.png": JPEG, "c.svg": b"<svg>", "d.jpg": JPEG * 200_000, "e.jpg": [1]}
    assert pictures(plots({}, found)) == {"a.jpg": JPEG}


def test_nothing_at_all() -> None:
    for empty in ({}, {"error": ValueError()}):
        assert (charts(empty), speeds(empty), pictures(empty)) == ((), {}, {})
