"""Many pictures in a few numbers: a histogram for each thing that is watched."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..common.errors import UserError
from ..common.untrusted import one_line, read_json
from .observation import Observation

LAYOUT = 1


@dataclass(frozen=True)
class Measure:
    """Something that is watched. title: for people. edges: where one bin ends and the next begins, which has the value.

    names: of the bins where numbers say nothing.
    """

    title: str
    edges: tuple[float, ...]
    names: tuple[str, ...] = ()

    def bins(self) -> tuple[str, ...]:
        """Return the names of the bins, one more than there are edges."""
        if self.names:
            return self.names
        inner = zip(self.edges, self.edges[1:], strict=False)
        return (
            f"<{self.edges[0]:g}",
            *(f"{low:g}" for low, _ in inner),
            f"≥{self.edges[-1]:g}",
        )


# Finer bins would find smaller changes, and need more pictures for it.
MEASURES: Mapping[str, Measure] = {
    "no_plate": Measure("pictures without a plate", (0.5,), ("without", "with")),
    "confidence": Measure("confidence", (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)),
    "length": Measure("characters", (4, 5, 6, 7, 8, 9, 10)),
    "known": Measure("texts of the plate format", (0.5,), ("others", "of it")),
    "height": Measure("plate height, pixels", (10, 14, 20, 32, 64, 128)),
    "brightness": Measure("brightness, 0 to 255", (32, 64, 96, 128, 160, 192, 224)),
    "blur": Measure("variance of the Laplacian", (10, 30, 100, 300, 1000, 3000, 10000)),
}
"""By their names in JSON, in the order in which they are shown."""


@dataclass
class Summary:
    """Histograms of pictures. counts: by measure, int64 (bins,). plate_format: of the model that read them."""

    plate_format: str
    pictures: int
    counts: dict[str, NDArray[np.int64]]

    def add(self, seen: Observation) -> None:
        """Count a picture."""
        self.pictures += 1
        for name, values in _values(seen).items():
            for value in values:
                place = int(np.searchsorted(MEASURES[name].edges, value, side="right"))
                self.counts[name][place] += 1

    def content(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        measures = {
            name: {"edges": list(MEASURES[name].edges), "counts": counts.tolist()}
            for name, counts in self.counts.items()
        }
        return {
            "layout": LAYOUT,
            "plate_format": self.plate_format,
            "pictures": self.pictures,
            "measures": measures,
        }


def empty_summary(plate_format: str) -> Summary:
    """Return a summary of no pictures."""
    return Summary(
        plate_format,
        0,
        {name: np.zeros(len(one.edges) + 1, np.int64) for name, one in MEASURES.items()},
    )


def summarise(seen: Iterable[Observation], plate_format: str) -> Summary:
    """Return the summary of pictures."""
    summary = empty_summary(plate_format)
    for one in seen:
        summary.add(one)
    return summary


def load_summary(path: Path) -> Summary:
    """Return a summary that was written as JSON; raises UserError where there is none, or it is of another layout."""
    try:
        content = read_json(path)
        if content["layout"] != LAYOUT:
            raise ValueError(f"it has the layout {content['layout']}, and {LAYOUT} is read")
        summary = Summary(str(content["plate_format"]), int(content["pictures"]), {})
        for name, measure in MEASURES.items():
            held = content["measures"][name]
            counts = np.array(held["counts"], np.int64)
            if held["edges"] != list(measure.edges) or len(counts) != len(measure.edges) + 1:
                raise ValueError(f"{name} has other bins than this version")
            if (counts < 0).any():
                raise ValueError(f"{name} has a count below 0")
            summary.counts[name] = counts
        return summary
    except FileNotFoundError:
        raise UserError(
            f"{path}: no such file; `dvc repro evaluate_stack` writes the reference, or --save makes one of a log"
        ) from None
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise UserError(
            f"{path}: is no summary ({one_line(error)}); write it again by `dvc repro evaluate_stack` or --save"
        ) from error


def _values(seen: Observation) -> dict[str, list[float]]:
    plates = seen.plates
    return {
        "no_plate": [float(bool(plates))],
        "confidence": [plate.confidence for plate in plates],
        "length": [plate.length for plate in plates if plate.length is not None],
        "known": [float(plate.known) for plate in plates if plate.known is not None],
        "height": [plate.height for plate in plates],
        "brightness": [seen.brightness],
        "blur": [seen.blur],
    }
