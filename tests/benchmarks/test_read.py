"""The benchmark of reading measures what it says, on networks that have learned nothing."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks import read
from benchmarks.untrained import KnownPlates, save_untrained
from src.common.config import load_config
from src.common.plates import LabelledPlate
from src.datasets.prepared import Sample
from src.pipeline.world import load_world
from src.stack.backends import RUNTIMES

QUAD = np.array([[20, 40], [99, 40], [99, 59], [20, 59]], np.float32)
SCENE = Sample(np.full((128, 128), 90, np.uint8), (LabelledPlate("Z", "", 1, QUAD),))


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_untrained(tmp_path_factory.mktemp("models"), load_config())


def test_pictures_show_as_many_plates_as_they_should() -> None:
    drawn = read.cases(load_world(load_config()), 2)
    small = [(size, kind) for size in ("256×256", "640×480") for kind in ("none", "one", "several")]
    large = [("1920×1080", "one"), ("3840×2160", "one")]
    worst = ("640×480", "lettering")
    assert [(c.size, c.kind) for c in drawn] == [*small, *large, worst]
    page = drawn.pop().samples[0]
    assert page.image.shape == (480, 640)
    assert not page.plates
    for case in drawn:
        least, most = read.KINDS[case.kind]
        width, height = map(int, case.size.split("×"))
        for sample in case.samples:
            assert sample.image.shape == (height, width)
            assert least <= len(sample.plates) <= most
    assert len(drawn[0].samples) == 2


def test_every_engine_reads_every_picture(models: Path) -> None:
    engines = read.load_engines(models)
    known = [KnownPlates(engine.reader) for engine in engines]

    def tell(sample: Sample) -> None:
        for one in known:
            one.sample = sample

    rows = read.measure(engines, read.Case("128×128", "one", [SCENE] * 4), tell)
    assert [row[:3] for row in rows] == [["128×128", "one", name] for name in RUNTIMES]
    for row in rows:
        p50, p95, rate, cpu, *phases = map(float, row[3:])
        assert 0 < p50 <= p95
        assert cpu > 0
        assert rate > 0
        # The plate was searched, looked at again and read; a mean is the sum of its parts.
        assert len(phases) == 4
        assert all(phase > 0 for phase in phases)
        assert sum(phases) == pytest.approx(1000 / rate, rel=0.1, abs=0.3)


def test_what_is_told_lies_in_the_pixels_of_a_shrunk_picture(models: Path) -> None:
    known = KnownPlates(read.load_engines(models)[0].reader)
    known.sample = SCENE
    (found,) = known(np.zeros((64, 64), np.uint8))
    # Half the size; the centre of the first pixel is 0, so a corner at 20 comes to (20 + 0.5) / 2 - 0.5.
    assert found.quad.tolist() == [[9.75, 19.75], [49.25, 19.75], [49.25, 29.25], [9.75, 29.25]]


def test_nothing_is_told_in_a_tile(models: Path) -> None:
    known = KnownPlates(read.load_engines(models)[0].reader)
    known.sample = SCENE
    assert known(np.zeros((64, 96), np.uint8)) == []
