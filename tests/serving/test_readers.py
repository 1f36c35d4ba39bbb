"""The processes that read: the readings of this process, and another process for one that hangs or ends."""

import json
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest

from src.bundle.bundle import RELEASE, Bundle, load_bundle
from src.common.errors import UserError
from src.generators.formats import get_format
from src.generators.scene import SceneOptions, World, draw_scene
from src.inference.reader import Reading
from src.serving.reader import facts_of, readings_of
from src.serving.readers import Readers
from src.serving.refusal import ApiError
from tests.serving.fakes import PLATE, Picture

COUNTRIES = ("CH", "AT")


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return load_bundle(RELEASE)


@pytest.fixture(scope="module")
def readers(bundle: Bundle) -> Iterator[Readers]:
    started = Readers(1, bundle, ())
    yield started
    started.close()


def scene(seed: int = 3) -> Picture:
    options = SceneOptions(
        height=160, width=240, max_plates=1, min_plate=0.5, max_plate=0.7, empty_share=0.0
    )
    world = World(get_format("swiss"))
    return draw_scene(np.random.default_rng(seed), world, options, "test").image


def facts(readings: list[Reading]) -> list[object]:
    return [facts_of(reading) for reading in readings]


def process_of(readers: Readers) -> int:
    (process,) = readers._all
    return process.pid


@pytest.mark.parametrize(
    "reading",
    [
        PLATE,
        replace(PLATE, region=None, countries={"CH": 0.1 + 0.2, "LI": 1e-9}),
        replace(PLATE, region=replace(PLATE.region, subdivision=None)) if PLATE.region else PLATE,
        replace(PLATE, partial=True, pattern="…12", confidence=float(np.float32(0.1))),
    ],
)
def test_a_reading_comes_through_json_as_it_was(reading: Reading) -> None:
    (other,) = readings_of(json.loads(json.dumps([facts_of(reading)])))
    assert np.array_equal(other.quad, reading.quad)
    assert other.quad.dtype == reading.quad.dtype
    assert replace(other, quad=reading.quad) == reading


def test_readings_are_those_of_this_process(readers: Readers, bundle: Bundle) -> None:
    found = 0
    for seed in range(4):
        image = scene(seed)
        expected = bundle.reader.read(image)
        found += len(expected)
        assert facts(readers.read(image, 60.0)) == facts(expected)
    assert found


def test_a_view_that_is_no_block_of_memory_is_read_too(readers: Readers, bundle: Bundle) -> None:
    image = scene()[::2, ::2]
    expected = bundle.reader.read(np.ascontiguousarray(image))
    assert facts(readers.read(image, 60.0)) == facts(expected)


def test_they_read_with_the_countries_that_the_server_expects(bundle: Bundle) -> None:
    expected = get_format(bundle.card.plate_format).of_countries(COUNTRIES)
    own, other = bundle.reader.with_format(expected), Readers(1, bundle, COUNTRIES)
    try:
        assert facts(other.read(scene(), 60.0)) == facts(own.read(scene()))
    finally:
        other.close()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV])
def test_picture_of_a_process_that_ended_goes_to_another(
    readers: Readers, bundle: Bundle, number: signal.Signals
) -> None:
    before = process_of(readers)
    os.kill(before, number)
    assert facts(readers.read(scene(), 60.0)) == facts(bundle.reader.read(scene()))
    assert process_of(readers) != before


def test_interrupt_is_for_the_server(readers: Readers) -> None:
    readers.read(scene(), 60.0)
    before = process_of(readers)
    os.kill(before, signal.SIGINT)
    readers.read(scene(), 60.0)
    assert process_of(readers) == before


def test_what_takes_too_long_is_ended(readers: Readers) -> None:
    readers.read(scene(), 60.0)
    before, begin = process_of(readers), time.monotonic()
    os.kill(before, signal.SIGSTOP)
    with pytest.raises(ApiError) as caught:
        readers.read(scene(), 0.3)
    assert caught.value.code == "timeout"
    assert time.monotonic() - begin < 30
    assert process_of(readers) != before
    readers.read(scene(), 60.0)


def test_several_read_at_once(bundle: Bundle) -> None:
    images = [scene(seed) for seed in range(6)]
    several = Readers(2, bundle, ())
    try:
        with ThreadPoolExecutor(4) as pool:
            got = list(pool.map(lambda image: several.read(image, 60.0), images))
    finally:
        several.close()
    assert [facts(one) for one in got] == [facts(bundle.reader.read(image)) for image in images]


def test_another_model_in_the_folder_is_told(bundle: Bundle) -> None:
    other = replace(bundle, card=replace(bundle.card, version="0123456789ab"))
    with pytest.raises(UserError, match="did not start"):
        Readers(1, other, ())


def test_what_fails_there_fails_here() -> None:
    with pytest.raises(RuntimeError, match="ValueError: no"):
        readings_of("ValueError: no")


def test_process_ends_with_the_server(bundle: Bundle) -> None:
    own = Readers(1, bundle, ())
    (process,) = own._all
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(60) == 0


def test_pictures_go_to_what_works_while_another_does_not_start(bundle: Bundle) -> None:
    two = Readers(2, bundle, ())
    try:
        command, two._command = two._command, ["false"]
        last, first = (process.pid for process in two._idle.queue)
        os.kill(first, signal.SIGKILL)
        for _ in range(4):
            assert two.read(scene(), 60.0)
        works = two.ready
        assert works
        os.kill(last, signal.SIGKILL)
        with pytest.raises(ApiError) as caught:
            two.read(scene(), 0.5)
        assert caught.value.code == "timeout"
        assert not two.ready
        two._command = command
        assert two.read(scene(), 60.0)
        assert two.ready
    finally:
        two.close()


def test_one_that_starts_is_not_ended_for_a_picture_that_waits(bundle: Bundle) -> None:
    own = Readers(1, bundle, ())
    try:
        os.kill(process_of(own), signal.SIGKILL)
        with pytest.raises(ApiError):
            own.read(scene(), 0.1)
        starting = process_of(own)
        for _ in range(3):
            with suppress(ApiError):
                own.read(scene(), 0.01)
        assert own.read(scene(), 60.0)
        assert process_of(own) == starting
    finally:
        own.close()
