"""How fast both models read a picture on one core, by ONNX Runtime and by torch.

python3 -m benchmarks.read (about two minutes)

Reads drawn scenes with the models of out/models, each picture with either engine in turn, so that a busy machine
slows both. Then each network alone, with 8 bits and without: which of the two is the faster here, how much of the
machine's peak that is, and which layers take how long. Without trained models it takes networks of the same settings
that have learned nothing, and tells them where the plates are: the time is the same, the texts are not.
"""

import os
import time
from collections.abc import Callable
from itertools import count, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.alone import report
from benchmarks.report import machine, peak_memory, table
from benchmarks.untrained import KnownPlates, save_untrained
from params import EvaluateStackParams, PrepareStackParams
from src.common.config import MODELS, load_config
from src.common.errors import run_main
from src.datasets.prepared import Sample
from src.datasets.scenes import SceneRecipe
from src.generators.scene import SceneOptions, World
from src.inference.card import CARD, load_card
from src.inference.reader import PlateReader
from src.pipeline.world import load_world
from src.stack.backends import RUNTIMES
from src.stack.networks import load_plate_reader

# Height and width of the pictures, and how many of them for each row.
SIZES = ((256, 256), (480, 640))
PICTURES = 40
# The same of pictures that are looked at closer than as a whole, each with one plate of at least LEAST_PLATE pixels.
LARGE_SIZES = ((1080, 1920), (2160, 3840))
LARGE_PICTURES = 6
LEAST_PLATE = 60
# Least and most plates in a picture of each kind.
KINDS = {"none": (0, 0), "one": (1, 1), "several": (2, 3)}
# Size and number of the worst pictures that there are: pages of framed lettering, all of it like plates.
WORST_SIZE, WORST_PICTURES = (480, 640), 10
# Pictures before the measurement.
WARM_UP = 3
SEED = 0
# The three functions that a reader is made of, each with a network in it.
PHASES = {"localize": "_localize", "refine": "_refine", "read": "_read_plates"}
HEAD = (
    "size", "plates", "engine", "p50, ms", "p95, ms", "per s", "CPU, ms", *(f"{p}, ms" for p in PHASES), "rest, ms"
)  # fmt: skip


class Engine:
    """A reader, and how long it took in all and in each of its phases, in seconds; cpu: of the processor's time."""

    def __init__(self, name: str, reader: PlateReader) -> None:
        self.name, self.reader = name, reader
        self.times: list[float] = []
        self.cpu = 0.0
        self.spent = dict.fromkeys(PHASES, 0.0)
        for phase, attribute in PHASES.items():
            function = getattr(reader, attribute)
            if function is not None:
                setattr(reader, attribute, self._timed(phase, function))

    def read(self, sample: Sample) -> None:
        """Read a picture and note how long it took."""
        begin, worked = time.perf_counter(), time.process_time()
        self.reader.read(sample.image)
        self.times.append(time.perf_counter() - begin)
        self.cpu += time.process_time() - worked

    def take(self) -> list[str]:
        """Return the numbers of a row, and start anew; CPU, phases and rest are means."""
        times, spent = np.array(self.times), np.array(list(self.spent.values()))
        cpu = self.cpu / len(times)
        self.times, self.cpu, self.spent = [], 0.0, dict.fromkeys(PHASES, 0.0)
        phases = spent / len(times)
        p50, p95 = np.percentile(times, (50, 95)).tolist()
        values = [p50, p95, cpu, *phases.tolist(), times.mean() - phases.sum()]
        ms = [f"{1000 * value:.1f}" for value in values]
        return [*ms[:2], f"{1 / times.mean():.1f}", *ms[2:]]

    def _timed(self, phase: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any) -> Any:
            begin = time.perf_counter()
            try:
                return function(*arguments)
            finally:
                self.spent[phase] += time.perf_counter() - begin

        return run


class Case(NamedTuple):
    """Pictures of one size that show a like number of plates."""

    size: str
    kind: str
    samples: list[Sample]


def cases(world: World, pictures: int) -> list[Case]:
    """Draw the pictures of every row; of large ones no more than LARGE_PICTURES."""
    drawn = [
        case(world, size, kind, PrepareStackParams.MIN_PLATE, pictures)
        for size in SIZES
        for kind in KINDS
    ]
    few = min(pictures, LARGE_PICTURES)
    drawn += [case(world, s, "one", LEAST_PLATE / s[1], few) for s in LARGE_SIZES]
    rng = np.random.default_rng(SEED)
    pages = [Sample(_page(rng, *WORST_SIZE), ()) for _ in range(min(pictures, WORST_PICTURES))]
    return [*drawn, Case(f"{WORST_SIZE[1]}×{WORST_SIZE[0]}", "lettering", pages)]


def _page(rng: np.random.Generator, height: int, width: int) -> NDArray[np.uint8]:
    """Return a picture full of framed texts of plates' lengths and sizes."""
    page = np.full((height, width), 235, np.uint8)
    for y in range(24, height, 34):
        x = 8
        while x < width:
            text = "".join(rng.choice(list("ABCDEFGHLMNZ0123456789"), rng.integers(5, 9)))
            right, ink = x + 15 * len(text), int(rng.integers(0, 60))
            cv2.rectangle(page, (x - 4, y - 20), (right, y + 7), ink, 2)
            cv2.putText(page, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, 0.7, ink, 2)
            x = right + 20
    return page


def case(world: World, size: tuple[int, int], kind: str, min_plate: float, pictures: int) -> Case:
    """Draw so many pictures of a size (height, width) and one of KINDS; min_plate: share of the width."""
    (height, width), (least, most) = size, KINDS[kind]
    options = SceneOptions(
        height=height,
        width=width,
        max_plates=most,
        empty_share=float(most == 0),
        min_plate=min_plate,
        max_plate=0.5,
    )
    scenes = map(SceneRecipe(world, options, SEED, "test"), count())
    wanted = (scene for scene in scenes if least <= len(scene.plates) <= most)
    return Case(f"{width}×{height}", kind, list(islice(wanted, pictures)))


def load_engines(models: Path) -> list[Engine]:
    """Return the reader of a folder's models once for each engine."""
    p, engines = EvaluateStackParams, []
    for name in RUNTIMES:
        reader, _ = load_plate_reader(
            models, p.MIN_SCORE, p.MIN_CONFIDENCE, p.LONG_SIDES, runtime=name
        )
        engines.append(Engine(name, reader))
    return engines


def measure(engines: list[Engine], case: Case, before: Callable[[Sample], None]) -> list[list[str]]:
    """Read a case's pictures with every engine in turn; return a row for each. before: called with each picture."""
    for number, sample in enumerate(case.samples[:WARM_UP] + case.samples):
        before(sample)
        if number == WARM_UP:
            for engine in engines:
                engine.take()
        # The first one finds the picture in no cache: so that it is not always the same, they swap.
        for engine in engines if number % 2 else engines[::-1]:
            engine.read(sample)
    return [[case.size, case.kind, engine.name, *engine.take()] for engine in engines]


def main() -> None:
    """Measure every case and print the table."""
    os.environ["CUDA_VISIBLE_DEVICES"] = ""  # it is one core of the processor that is measured
    cv2.setNumThreads(0)
    torch.set_num_threads(1)
    config = load_config()
    trained = all((MODELS / name / CARD).is_file() for name in ("localize", "ocr"))
    with TemporaryDirectory() as folder:
        models = MODELS if trained else save_untrained(Path(folder), config)
        engines = load_engines(models)
        sizes = [f"{load_card(models / name).parameters:,}" for name in ("localize", "ocr")]
        networks = report(models)
    known = [] if trained else [KnownPlates(engine.reader) for engine in engines]

    def tell(sample: Sample) -> None:
        for one in known:
            one.sample = sample

    drawn, loaded = cases(load_world(config), PICTURES), peak_memory()
    rows = [row for case in drawn for row in measure(engines, case, tell)]
    print(f"{machine(['onnxruntime', 'torch', 'numpy', 'opencv-python-headless'])}; 1 thread")
    print(f"Localizer {sizes[0]} weights, reader {sizes[1]}; long sides {_sides()}")
    if not trained:
        print(
            "NOT TRAINED (out/models is empty): told where the plates are, once for each long side; decoding what "
            "says nothing, in the rest, takes longer than decoding a text"
        )
    print(f"\n{table(HEAD, rows, texts=3)}\n")
    print(f"{networks}\n")
    print(f"Peak memory {peak_memory():.0f} MB with both engines, {loaded:.0f} MB before reading")


def _sides() -> str:
    return ", ".join(str(side) for side in EvaluateStackParams.LONG_SIDES)


if __name__ == "__main__":
    run_main(main)
