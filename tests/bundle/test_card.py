"""What a bundle's card says is believed only where it can be true."""

import json
from typing import Any

import pytest

from src.bundle.card import BundleCard, parse_card

CARD = BundleCard(
    plate_format="swiss",
    alphabet="01AZ",
    localizer="corner_detector",
    localizer_decoding="corner_cells",
    localizer_settings={"channels": [8, 16], "hidden": 3},
    refined=True,
    reader="ctc_reader",
    reader_decoding="ctc",
    localize_height=64,
    localize_width=96,
    plate_height=32,
    plate_width=128,
    min_score=0.3,
    min_confidence=0.5,
    long_sides=(256, 640),
    parameters=12,
    weights={"localize": "0" * 64},
    metrics={"val_acc": 0.9, "plates": 30},
    versions={"numpy": "2"},
    revision="unknown",
    created="2026-11-21",
    data={"data/prepared/ocr": "4694f33a8901f37017d5854fd239b735.dir"},
    ancestry=("0123456789ab", "ba9876543210"),
    run={"job": "train", "nodes": "2"},
)


def parse(**changes: Any) -> BundleCard:
    return parse_card(json.dumps({**CARD.content(), **changes}), "abc")


def test_round_trip() -> None:
    assert "version" not in CARD.content()
    card = parse()
    assert card.version == "abc"
    assert card.long_sides == (256, 640)
    assert card.ancestry == ("0123456789ab", "ba9876543210")
    assert card.content() == CARD.content()


@pytest.mark.parametrize(
    ("metrics", "said"),
    [
        ({"val_acc": 0.9697, "plates": 99}, "97.0% of 99 plates exact on test scenes"),
        ({"val_acc": 0.966, "plates": 3000.0}, "96.6% of 3,000 plates exact on test scenes"),
        ({"val_acc": 0.966}, "96.6% exact on test scenes"),
        ({"plates": 99}, ""),
    ],
)
def test_how_good_and_of_how_many_plates(metrics: dict[str, float], said: str) -> None:
    assert parse(metrics=metrics).measured == said


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("plate_format", ""),
        ("plate_format", 3),
        ("alphabet", "A" * 501),
        ("localize_height", 0),
        ("localize_width", 64.0),
        ("plate_height", True),
        ("plate_width", 100_000),
        ("min_score", 1.1),
        ("min_confidence", "0.5"),
        ("long_sides", []),
        ("long_sides", [256, -1]),
        ("long_sides", 256),
        ("long_sides", [256] * 17),
        ("parameters", -1),
        ("refined", 1),
        ("localizer_settings", {"channels": "8"}),
        ("localizer_settings", {"channels": [8193]}),
        ("weights", {"localize": 3}),
        ("weights", []),
        ("metrics", {"val_acc": {"deeper": 1}}),
        ("metrics", dict.fromkeys(map(str, range(1001)), 1)),
        ("versions", None),
        ("created", ["2026"]),
        ("data", {"data/prepared/ocr": 3}),
        ("ancestry", "0123456789ab"),
        ("ancestry", [""]),
        ("countries", ["ch", "de"]),
        ("countries", ["CH", "CH"]),
        ("countries", ["Switzerland"]),
        ("countries", ["CH", 3]),
        ("countries", [["CH"]]),
        ("countries", "CH"),
        ("countries", {"CH": 1}),
        ("run", ["train"]),
    ],
)
def test_values_that_cannot_be(field: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"^{field} is "):
        parse(**{field: value})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"min_score": float("nan")}, "NaN, which is no number"),
        ({"metrics": {"val_acc": float("inf")}}, "Infinity, which is no number"),
        ({"parameters": 10**30}, "number inf, which is beyond"),
        ({"created": "2026\x1b[31m"}, "not for showing"),
        ({"plate_format": "\u202eswiss"}, "not for showing"),
        ({"versions": {"numpy\u200b": "2"}}, "not for showing"),
        ({"localize_height": 8000, "localize_width": 8000}, "localize_height and localize_width"),
        ({"plate_height": 2000, "plate_width": 2000}, "plate_height and plate_width"),
        ({"long_sides": [8192] * 3}, "long_sides is"),
    ],
)
def test_values_that_would_do_harm(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        parse(**changes)


def test_every_field_is_checked() -> None:
    for field in CARD.content().keys() - {"layout"}:
        with pytest.raises(ValueError, match=f"^{field} is "):
            parse(**{field: None})


def test_fields_are_those_that_are_known() -> None:
    with pytest.raises(ValueError, match="missing or unknown: new"):
        parse(new=1)
    content = CARD.content()
    del content["alphabet"]
    with pytest.raises(ValueError, match="missing or unknown: alphabet"):
        parse_card(json.dumps(content), "")


FROM = ("data", "ancestry", "run", "countries")


def test_cards_of_the_third_layout_are_of_readers_that_tell_no_countries_apart() -> None:
    third = {k: v for k, v in CARD.content().items() if k != "countries"} | {"layout": 3}
    card = parse_card(json.dumps(third), "")
    assert (card.countries, card.layout) == ((), CARD.layout)
    with pytest.raises(ValueError, match="missing or unknown: countries"):
        parse_card(json.dumps({**third, "countries": ["CH", "DE"]}), "")


def test_cards_of_the_second_layout_did_not_say_what_was_learned_from() -> None:
    second = {k: v for k, v in CARD.content().items() if k not in FROM} | {"layout": 2}
    card = parse_card(json.dumps(second), "")
    assert (card.data, card.ancestry, card.run, card.layout) == ({}, (), {}, CARD.layout)
    with pytest.raises(ValueError, match="missing or unknown: alphabet"):
        parse_card(json.dumps({k: v for k, v in second.items() if k != "alphabet"}), "")


ADDED = (*FROM, "localizer_decoding", "localizer_settings", "refined", "reader_decoding")


@pytest.mark.parametrize(
    ("localizer", "decoding", "refined"),
    [("corner_detector", "corner_cells", True), ("plate_localizer_v3", "one_box", False)],
)
@pytest.mark.parametrize("reader", ["ctc_reader", "plate_ocr_v2"])
def test_cards_of_the_first_layout_named_the_networks_only(
    localizer: str, decoding: str, refined: bool, reader: str
) -> None:
    first = {k: v for k, v in CARD.content().items() if k not in ADDED}
    first |= {"layout": 1, "localizer": localizer, "reader": reader}
    card = parse_card(json.dumps(first), "")
    assert (card.localizer_decoding, card.refined) == (decoding, refined)
    assert (card.localizer_settings, card.reader_decoding) == ({}, "ctc")
    assert card.layout == CARD.layout
    for network in ("localizer", "reader"):
        for unknown in ("yolo", ["yolo"], None):
            with pytest.raises(ValueError, match=f"^{network} is "):
                parse_card(json.dumps({**first, network: unknown}), "")


@pytest.mark.parametrize("layout", [5, "4", None])
def test_another_layout_is_not_guessed_at(layout: Any) -> None:
    with pytest.raises(ValueError, match=rf"layout is {layout} and this program knows 4"):
        parse(layout=layout)


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "null", "[" * 100_000])
def test_what_is_no_card(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_card(text, "")
