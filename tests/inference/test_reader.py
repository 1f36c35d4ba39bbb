"""The one path through both networks, with networks that are told what to say."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from src.common.rectify import rectify
from src.common.texts import UNSEEN
from src.generators.formats import get_format
from src.inference.cropped import AT_EDGE
from src.inference.decoding.ctc_beam import beam_search
from src.inference.decoding.ctc_codec import BLANK, Codec
from src.inference.detection import Detection
from src.inference.grammar import judge
from src.inference.reader import (
    FOREIGN_CONFIDENCE,
    PARTIAL_CONFIDENCE,
    WORTH_ANOTHER,
    PlateReader,
    ReaderOptions,
    Reading,
    ReadPlates,
)
from src.inference.refinement import refine_detections
from src.inference.refiner_crop import OUTPUTS, UNIT

SWISS = get_format("swiss")
CODEC = Codec(SWISS.alphabet)
IMAGE = np.random.default_rng(1).integers(0, 256, (120, 200), dtype=np.uint8)
QUAD = np.array([[20, 30], [100, 34], [98, 54], [19, 49]], np.float32)
OTHER = QUAD + np.array((80, 50), np.float32)


def say(*texts: tuple[str, float]) -> Callable[[np.ndarray], np.ndarray]:
    """A reader that answers texts, whatever it is shown.

    It is sure of all but the last character of each, a digit, which it gives a strength and seven others the rest.
    """

    def read(plates: np.ndarray) -> np.ndarray:
        out = np.zeros((len(plates), 24, CODEC.classes), np.float32)
        for row, (text, strength) in zip(out, texts[: len(out)], strict=True):
            row[:, BLANK] = 1
            for i, number in enumerate(CODEC.encode(text)):
                row[2 * i] = 0
                row[2 * i, number] = 1
            if text:
                others = CODEC.encode("".join(c for c in "123456789" if c != text[-1])[:7])
                row[2 * i, others] = (1 - strength) / 7
                row[2 * i, number] = strength
        return out

    return read


def say_partly(whole: float) -> Callable[[np.ndarray], np.ndarray]:
    """A reader that sees ZH42 and, as likely as it is not the whole text, something after it that cannot be seen."""

    def read(plates: np.ndarray) -> np.ndarray:
        codec = Codec(SWISS.alphabet + UNSEEN)
        out = np.zeros((len(plates), 24, codec.classes), np.float32)
        out[:, :, BLANK] = 1
        for i, number in enumerate(codec.encode("ZH42" + UNSEEN)):
            out[:, 2 * i] = 0
            out[:, 2 * i, number] = 1
        out[:, 8] *= 1 - whole
        out[:, 8, BLANK] = whole
        return out

    return read


def reader(
    found: Sequence[Detection],
    read: Callable[[np.ndarray], np.ndarray],
    min_confidence: float = 0.5,
    codec: Codec = CODEC,
) -> PlateReader:
    options = ReaderOptions(
        height=32, width=128, min_score=0.3, min_confidence=min_confidence, long_sides=[256]
    )

    def locate(image: np.ndarray) -> list[Detection]:
        return list(found) if max(image.shape) <= 256 else []  # not in a tile of a large picture

    return PlateReader(locate, None, decoded(read, codec), SWISS, options)


def decoded(read: Callable[[np.ndarray], np.ndarray], codec: Codec) -> ReadPlates:
    """Return the function of a reader of plates that gives these probabilities."""
    return lambda plates, parse, cropped: [
        judge(beam_search(one, codec.alphabet), parse, crop)
        for one, crop in zip(read(plates), cropped, strict=True)
    ]


def never(_: np.ndarray) -> np.ndarray:
    raise AssertionError("nothing was found, so nothing is to be read")


def test_no_plate_is_an_empty_list() -> None:
    assert reader([], never).read(IMAGE) == []


def test_a_reading_has_all_its_parts() -> None:
    (reading,) = reader([Detection(QUAD, 0.8, 1)], say(("ZH42", 0.9))).read(IMAGE)
    assert (reading.text, reading.prefix, reading.number) == ("ZH42", "ZH", "42")
    assert reading.score == 0.8
    assert [c for c, _ in reading.characters] == list("ZH42")
    # Only the last of four characters is in doubt, and what else it may be makes plates that exist as well.
    assert [strength for _, strength in reading.characters] == pytest.approx([1, 1, 1, 0.9])
    assert reading.confidence == pytest.approx(0.9)
    assert reading.confidence_min == pytest.approx(0.9)
    assert reading.confidence_mean == pytest.approx(3.9 / 4)
    assert reading.quad == pytest.approx(QUAD, abs=1e-3)
    assert reading.box == pytest.approx([19, 30, 100, 54], abs=1e-3)


def test_foreign_texts_are_reported_as_they_are() -> None:
    assert SWISS.parse("ZZ99") is None
    (reading,) = reader([Detection(QUAD, 0.8, 1)], say(("ZZ99", 0.9))).read(IMAGE)
    assert (reading.text, reading.prefix, reading.number) == ("ZZ99", "", "ZZ99")
    assert reading.confidence == pytest.approx(0.9)


def test_texts_that_the_format_does_not_know_have_to_be_surer() -> None:
    assert 0.5 < FOREIGN_CONFIDENCE < 0.9

    def texts(text: str, strength: float, least: float) -> list[str]:
        found = [Detection(QUAD, 0.8, 1)]
        return [r.text for r in reader(found, say((text, strength)), least).read(IMAGE)]

    assert texts("ZZ99", 0.5, least=0.4) == []
    assert texts("ZZ99", 0.9, least=0.4) == ["ZZ99"]
    assert texts("ZH99", 0.5, least=0.4) == ["ZH99"]
    # A stricter bound of the user holds for them as for any other text.
    assert texts("ZZ99", 0.9, least=0.95) == texts("ZH99", 0.9, least=0.95) == []


def test_texts_found_in_tiles_have_to_be_surer() -> None:
    def texts(text: str, strength: float, tiled: bool) -> list[str]:
        found = [Detection(QUAD, 0.8, 1, tiled)]
        return [r.text for r in reader(found, say((text, strength)), 0.4).read_at(IMAGE, found)]

    assert texts("ZH99", 0.5, tiled=False) == ["ZH99"]
    assert texts("ZH99", 0.5, tiled=True) == []
    assert texts("ZH99", 0.95, tiled=True) == ["ZH99"]
    assert texts("ZZ99", 0.9, tiled=False) == ["ZZ99"]
    assert texts("ZZ99", 0.9, tiled=True) == []
    assert texts("ZZ99", 0.999, tiled=True) == ["ZZ99"]


@pytest.mark.parametrize("junk", [("", 1.0), ("ZH1", 0.3)], ids=["nothing read", "unsure"])
def test_junk_is_dropped(junk: tuple[str, float]) -> None:
    found = [Detection(QUAD, 0.9, 1), Detection(OTHER, 0.8, 1)]
    readings = reader(found, say(junk, ("BE5", 0.9))).read(IMAGE)
    assert [r.text for r in readings] == ["BE5"]
    assert np.array_equal(readings[0].quad, OTHER)


def test_an_empty_text_is_never_a_reading() -> None:
    found = [Detection(QUAD, 0.9, 1)]
    assert reader(found, say(("", 1.0)), min_confidence=0.0).read(IMAGE) == []


@pytest.mark.parametrize(
    "quad",
    [
        np.full((4, 2), np.nan, np.float32),
        np.full((4, 2), 7, np.float32),
        QUAD[::-1],
        QUAD[[0, 2, 1, 3]],
        QUAD + np.float32(np.inf),
    ],
    ids=["nan", "a point", "from behind", "crossed", "infinite"],
)
def test_quads_that_are_no_plates_are_not_read(quad: np.ndarray) -> None:
    found = [Detection(np.ascontiguousarray(quad), 0.99, 1)]
    assert reader(found, never).read(IMAGE) == []


def test_all_numbers_are_finite_for_quads_far_outside() -> None:
    away = QUAD + np.array((5000, -3000), np.float32)
    for r in reader([Detection(away, 0.9, 2)], say(("ZH1", 0.9))).read(IMAGE):
        assert np.isfinite(r.quad).all()
        assert np.isfinite([r.score, r.confidence, r.confidence_mean, r.confidence_min]).all()


def in_turns(*calls: Sequence[tuple[str, float]]) -> Callable[[np.ndarray], np.ndarray]:
    """A reader that says something else at each call."""
    left = list(calls)
    return lambda plates: say(*left.pop(0))(plates)


def test_one_plate_seen_twice_is_one_reading() -> None:
    found = [
        Detection(QUAD, 0.9, 1),
        Detection(QUAD + np.float32(5), 0.8, 1),
        Detection(OTHER, 0.7, 1),
    ]
    # What was not surely read at its best detection is read at the others too.
    upside_down = [("", 0.99)]
    read = in_turns([("ZH1", 0.6), ("BE5", 0.99)], upside_down, [("ZH17", 0.99)])
    readings = reader(found, read).read(IMAGE)
    # The surest of the two is kept: 0.99 × 0.8 is more than 0.6 × 0.9, and than 0.99 × 0.7.
    assert [r.text for r in readings] == ["ZH17", "BE5"]


def test_what_was_surely_read_is_not_read_again() -> None:
    found = [Detection(QUAD + np.float32(5), 0.8, 1), Detection(QUAD, 0.9, 1)]
    (reading,) = reader(found, in_turns([("ZH1", 0.99)])).read(IMAGE)
    assert (reading.text, reading.score) == ("ZH1", 0.9)


def test_what_turns_out_to_be_where_the_first_look_was_is_not_read_again() -> None:
    # A refiner that finds every corner right, and detections that are nearly the same.
    right = np.zeros((1, OUTPUTS), np.float32)
    right[:, 9] = 9.0
    right[:, 10:] = -9.0
    found = [Detection(QUAD, 0.9, 1), Detection(QUAD + np.float32(0.5), 0.8, 1)]
    first, again = found
    refine = right.repeat
    assert refine_detections(lambda crops: refine(len(crops), 0), [IMAGE], [[again]])[0]
    left = refine_detections(lambda crops: refine(len(crops), 0), [IMAGE], [[again]], [[first]])
    assert left == [[]]


def test_where_nothing_was_read_only_what_is_likely_a_plate_gets_another_look() -> None:
    nothing, something = [("", 0.99)], [("ZH17", 0.99)]
    for score, texts in ((WORTH_ANOTHER, ["ZH17"]), (WORTH_ANOTHER - 0.01, [])):
        found = [Detection(QUAD, 0.9, 1), Detection(QUAD + np.float32(5), score, 1)]
        readings = reader(found, in_turns(nothing, something)).read(IMAGE)
        assert [r.text for r in readings] == texts


def test_proposals_that_agree_are_read_once() -> None:
    found = [Detection(QUAD + np.float32(1), 0.8, 1), Detection(QUAD, 0.9, 1)]
    (reading,) = reader(found, say(("ZH1", 0.9))).read(IMAGE)
    assert reading.score == 0.9


def test_refinement_moves_what_is_read() -> None:
    shift = np.zeros((1, OUTPUTS), np.float32)
    shift[:, :8] = np.tile([0.05, 0.1], 4) / UNIT
    shift[:, 8:] = 9.0
    ((first,),) = refine_detections(lambda _: shift, [IMAGE], [[Detection(QUAD, 0.8, 1)]])
    options = ReaderOptions(
        height=32, width=128, min_score=0.3, min_confidence=0.5, long_sides=[256]
    )
    looked = PlateReader(
        lambda _: [Detection(QUAD, 0.8, 1)],
        lambda _: shift,
        decoded(say(("ZH1", 0.9)), CODEC),
        SWISS,
        options,
    )
    (reading,) = looked.read(IMAGE)
    assert np.allclose(reading.quad, first.quad)
    assert not np.allclose(reading.quad, QUAD, atol=1)
    assert reading.lines == 2


def test_neighbours_are_two_readings() -> None:
    beside = QUAD + np.array((82, 4), np.float32)
    found = [Detection(QUAD, 0.9, 1), Detection(beside, 0.9, 1)]
    assert len(reader(found, say(("ZH1", 0.9), ("ZH1", 0.9))).read(IMAGE)) == 2


def test_plates_are_cut_from_the_full_picture() -> None:
    # Mistake 8: what is read is what `rectify` makes of the picture as it was given, here 1500 pixels wide.
    large = np.random.default_rng(2).integers(0, 256, (900, 1500), dtype=np.uint8)
    shown: list[np.ndarray] = []

    def look(plates: np.ndarray) -> np.ndarray:
        shown.append(plates)
        return say(("ZH1", 0.9), ("ZH2", 0.9))(plates)

    small = [Detection(QUAD, 0.9, 1), Detection(OTHER, 0.9, 2)]
    readings = reader(small, look).read(large)
    assert shown[0].shape == (2, 32, 128)
    assert shown[0].dtype == np.uint8
    by_text = {r.text: r for r in readings}
    for plate, text, lines in zip(shown[0], ("ZH1", "ZH2"), (1, 2), strict=True):
        quad = by_text[text].quad
        assert np.ptp(quad[:, 0]) > 4 * np.ptp(QUAD[:, 0])  # 1500 / 256 times as large
        assert np.array_equal(plate, rectify(large, quad, lines, 32, 128))


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((0, 5), np.uint8),
        np.zeros((5, 5, 3), np.uint8),
        np.zeros((5, 5), np.float32),
    ],
    ids=["empty", "coloured", "float"],
)
def test_what_is_no_grey_picture_is_refused(image: np.ndarray) -> None:
    with pytest.raises(ValueError, match="uint8"):
        reader([], never).read(image)


def test_one_pixel_is_a_picture() -> None:
    assert reader([], never).read(np.zeros((1, 1), np.uint8)) == []


def test_equal_readings_are_ordered_the_same_way() -> None:
    found = [Detection(OTHER, 0.9, 1), Detection(QUAD, 0.9, 1)]
    first, second = (reader(found, say(("ZH1", 0.9), ("BE1", 0.9))).read(IMAGE) for _ in range(2))
    assert [r.text for r in first] == [r.text for r in second] == ["ZH1", "BE1"]
    assert isinstance(first[0], Reading)


def test_a_plate_that_is_not_seen_whole_is_partial_and_unsure() -> None:
    codec = Codec(SWISS.alphabet + UNSEEN)
    (reading,) = reader([Detection(QUAD, 0.8, 1)], say_partly(0.2), codec=codec).read(IMAGE)
    assert reading.partial
    assert (reading.text, reading.pattern) == ("ZH42", "ZH42?")
    assert (reading.prefix, reading.number) == ("ZH", "42")
    assert reading.confidence == pytest.approx(0.2)
    assert [c for c, _ in reading.characters] == list("ZH42")


def test_a_plate_that_is_rather_whole_is_given_whole() -> None:
    codec = Codec(SWISS.alphabet + UNSEEN)
    (reading,) = reader([Detection(QUAD, 0.8, 1)], say_partly(0.7), codec=codec).read(IMAGE)
    assert not reading.partial
    assert reading.text == reading.pattern == "ZH42"
    assert reading.confidence == pytest.approx(0.7)
    assert reading.confidence >= PARTIAL_CONFIDENCE


def test_a_text_that_goes_on_by_what_is_seen_around_the_plate_is_partial() -> None:
    codec = Codec(SWISS.alphabet + UNSEEN)
    found = Detection(QUAD, 0.8, 1, unseen=(0.1, 0.98, 0.0))
    (reading,) = reader([], say_partly(0.95), codec=codec).read_at(IMAGE, [found])
    assert reading.partial
    assert (reading.text, reading.pattern) == ("ZH42", "ZH42?")
    assert reading.confidence == pytest.approx(0.9 * 0.02)
    assert [c for c, _ in reading.characters] == list("ZH42")


def test_a_crop_of_a_plate_is_taken_for_all_of_it() -> None:
    codec = Codec(SWISS.alphabet + UNSEEN)
    found = Detection(QUAD, 0.8, 1, unseen=(0.97, 0.98, 0.0))
    cut_out = np.ascontiguousarray(IMAGE[30:54, 19:100])
    moved = replace(found, quad=QUAD - np.array((19, 30), np.float32))
    (reading,) = reader([], say_partly(0.2), codec=codec).read_at(cut_out, [moved])
    assert not reading.partial
    assert reading.text == reading.pattern == "ZH42"
    (in_a_street,) = reader([], say_partly(0.2), codec=codec).read_at(IMAGE, [found])
    assert in_a_street.partial


def test_a_picture_in_the_form_of_a_plate_is_read_as_one_where_none_is_found() -> None:
    crop = np.ascontiguousarray(IMAGE[30:54, 19:113])
    (reading,) = reader([], say(("ZH42", 0.9))).read(crop)
    assert reading.text == "ZH42"
    assert reading.quad.tolist() == [[0, 0], [94, 0], [94, 24], [0, 24]]
    # What was found is not read again once it is sure, and wins where it is surer.
    found = [Detection(reading.quad + np.float32(1), 0.8, 1)]
    assert reader(found, say(("ZH42", 0.99))).read(crop)[0].score == 0.8
    (surer,) = reader(found, say(("ZH42", 0.9), ("ZH43", 0.7))).read(crop)
    assert surer.text == "ZH42"


def test_the_second_look_judges_a_whole_picture_too() -> None:
    crop = np.ascontiguousarray(IMAGE[30:54, 19:113])
    options = ReaderOptions(
        height=32, width=128, min_score=0.3, min_confidence=0.5, long_sides=[256]
    )
    for plate, confidences in ((9.0, [0.9]), (1.0, [0.5]), (-9.0, [])):
        seen = np.full((1, OUTPUTS), -9.0, np.float32)
        seen[:, :8], seen[:, 9] = 0, plate
        looked = PlateReader(
            lambda _: [],
            lambda _, seen=seen: seen,  # type: ignore[misc]
            decoded(say(("ZH42", 0.9), ("ZH42", 0.9)), CODEC),
            SWISS,
            options,
        )
        assert [r.confidence for r in looked.read(crop)] == pytest.approx(confidences, rel=1e-3)


def test_a_clear_text_on_what_may_be_no_plate_is_a_guess() -> None:
    codec = Codec(SWISS.alphabet + UNSEEN)
    surely, maybe = (Detection(QUAD, 0.8, 1, plate=plate) for plate in (0.96, 0.94))
    both = reader([], say_partly(0.95), codec=codec)
    (sure,), (guess,) = both.read_at(IMAGE, [surely]), both.read_at(IMAGE, [maybe])
    assert sure.text == guess.text == "ZH42"
    assert (sure.confidence, guess.confidence) == pytest.approx((0.95 * 0.96, 0.5))


def test_a_single_character_of_a_hidden_plate_is_no_reading() -> None:
    codec = Codec("1" + UNSEEN)

    def read(plates: np.ndarray) -> np.ndarray:
        out = np.zeros((len(plates), 24, codec.classes), np.float32)
        out[:, :, BLANK] = 1
        out[:, 0], out[:, 2] = np.eye(codec.classes)[1], np.eye(codec.classes)[2]
        return out

    assert reader([Detection(QUAD, 0.8, 1)], read, codec=codec).read(IMAGE) == []


@pytest.mark.parametrize(
    ("moved", "shape", "confidence"),
    [
        ((0, 0), (120, 200), 0.99),
        (
            (-18, 0),
            (120, 200),
            AT_EDGE,
        ),  # its left end is a pixel from the edge: CD may stand before it
        ((98, 0), (120, 200), AT_EDGE),
        ((0, -29), (120, 200), AT_EDGE),  # a line above it may be missing
        ((0, 64), (120, 200), AT_EDGE),
        ((-19, -30), (25, 85), 0.99),  # who has cut it out has found all of it
    ],
)
def test_what_reaches_the_edge_of_a_picture_is_not_sure_to_be_whole(
    moved: tuple[int, int], shape: tuple[int, int], confidence: float
) -> None:
    found = Detection(QUAD + np.array(moved, np.float32), 0.8, 1)
    picture = np.zeros(shape, np.uint8)
    (reading,) = reader([found], say(("ZH42", 0.99))).read(picture)
    assert (reading.text, reading.partial) == ("ZH42", False)
    assert reading.confidence == pytest.approx(confidence)


def test_a_doubt_at_the_edge_stays_as_it_is() -> None:
    found = Detection(QUAD - np.array((18, 0), np.float32), 0.8, 1)
    (reading,) = reader([found], say(("ZH42", 0.7))).read(IMAGE)
    assert reading.confidence == pytest.approx(0.7)


def test_what_is_less_sure_at_the_edge_is_held_against_the_threshold() -> None:
    found = [Detection(QUAD - np.array((18, 0), np.float32), 0.8, 1)]
    assert reader(found, say(("ZH42", 0.99)), AT_EDGE).read(IMAGE) != []
    assert reader(found, say(("ZH42", 0.99)), 0.9).read(IMAGE) == []


def test_what_is_less_sure_at_the_edge_comes_after_what_is_surer() -> None:
    found = [Detection(QUAD - np.array((18, 0), np.float32), 0.8, 1), Detection(OTHER, 0.75, 1)]
    picture = np.zeros((140, 220), np.uint8)
    readings = reader(found, say(("ZH42", 0.99), ("BE17", 0.96))).read(picture)
    assert [(r.text, r.confidence) for r in readings] == [
        ("BE17", pytest.approx(0.96)),
        ("ZH42", AT_EDGE),
    ]
