"""What the reader does on a frozen set, and pictures of it."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ..common.progress import progress
from ..common.texts import is_partial, is_whole
from ..datasets.prepared import PreparedSet
from ..generators.formats.base import PlateFormat
from ..inference.decoding.texts import text_decoder
from ..inference.grammar import Judged, PlateDecoder
from ..inference.region import region_of
from ..metrics.calibration import expected_calibration_error, reliability_table
from ..metrics.proportion import share
from ..metrics.reading import (
    GAP,
    Share,
    accuracy_by,
    accuracy_by_length,
    character_error_rate,
    confusions,
    edit_distance,
    exact_match,
)
from ..models.base import Reader
from ..models.torch_runtime import as_raw
from ..pictures.charts import accuracy_chart, confusion_chart, reliability_chart
from ..pictures.draw import MISTAKE, TRUTH, Overlay, contact_sheet, draw_tile, write_picture
from ..pictures.samples import first_and_worst


@dataclass(frozen=True)
class Review:
    """A set of rectified plates, what was read from each, the reader's alphabet and the plate format."""

    prepared: PreparedSet
    read: Sequence[Judged]
    alphabet: str
    plate_format: PlateFormat

    def metrics(self) -> dict[str, Any]:
        """Return the metrics over the whole set.

        "plates", "exact", "cer" and the groups "by_…" are of the plates whose whole text can be seen. Views without a
        plate ("views_without_plate", of which "exact_no_plate" is the share where nothing was read) and plates of which
        a part cannot be seen ("partial") count by themselves; of the latter, "exact" is the share whose seen and unseen
        places are all told right, "told" the share that is said to be partial, and "false_alarms" the share of whole
        plates that are. "ece" is of the readings: where nothing was read there is none. "by_country" and "country" are
        there where the plates are of several countries: exact matches by country, and the share of the plates whose
        country the answer names; "country_of_named" is of those of which it names one. The true country is the label's
        or, where that has none, the one that the true text tells.
        """
        truth, read = self._texts()
        with_text = _chosen(truth, read, is_whole)
        partial = _chosen(truth, read, is_partial)
        return {
            "plates": len(with_text[0]),
            "views_without_plate": truth.count(""),
            "exact": exact_match(*with_text),
            "exact_no_plate": exact_match(*_chosen(truth, read, lambda text: not text)),
            "cer": character_error_rate(*with_text),
            "partial": {
                "plates": len(partial[0]),
                "exact": exact_match(*partial),
                "told": share(sum(map(is_partial, partial[1])), len(partial[1])),
                "false_alarms": share(sum(map(is_partial, with_text[1])), len(with_text[1])),
            },
            "ece": expected_calibration_error(*self._judged()),
            "by_length": {str(k): s.accuracy for k, s in accuracy_by_length(*with_text).items()},
            "by_region": {k: s.accuracy for k, s in self._by_region().items()},
            "by_lines": {k: s.accuracy for k, s in self._by_lines().items()},
            **self._of_countries(),
        }

    def save_pictures(self, folder: Path, count: int) -> None:
        """Write two sheets (the first plates, the worst mistakes) and charts of where mistakes are."""
        truth, read = self._texts()
        errors = [edit_distance(t, r) for t, r in zip(truth, read, strict=True)]
        for name, indices in first_and_worst(errors, count).items():
            tiles = [self._tile(i) for i in indices]
            sheet = contact_sheet(tiles, 5, *(tiles[0].shape[:2] if tiles else (92, 256)))
            write_picture(folder / f"{name}.jpg", sheet)
        seen = _chosen(truth, read, lambda text: not is_partial(text))
        confusion_chart(folder / "confusion.png", confusions(*seen), self.alphabet)
        reliability_chart(folder / "reliability.png", reliability_table(*self._judged()))
        accuracy_chart(
            folder / "by_length.png", accuracy_by_length(*_chosen(truth, read, is_whole)), "length"
        )
        if self.plate_format.regions:
            accuracy_chart(folder / "by_region.png", self._by_region(), "region")
        told = self._countries()
        if _are_several(told):
            pairs = Counter((true, answer) for true, answer, _ in told)
            codes = sorted({code for pair in pairs for code in pair} - {GAP})
            confusion_chart(folder / "countries.png", pairs, codes, "countries")
            accuracy_chart(folder / "by_country.png", self._by_country(), "country")

    def _texts(self) -> tuple[list[str], list[str]]:
        truth = [plates[0].known_text for plates in self.prepared.plates]
        return truth, [decoded.text for decoded in self.read]

    def _by_region(self) -> dict[str, Share]:
        """Return exact matches of whole plates by the region that the prefix ends with, whatever stands before it."""
        plates = [one for one, *_ in self.prepared.plates]
        ends = {
            plate.known_text: next(
                (r for r in self.plate_format.regions if plate.prefix.endswith(r)), ""
            )
            for plate in plates
        }
        shown = [(t, r) for t, r in zip(*self._texts(), strict=True) if is_whole(t) and ends[t]]
        return accuracy_by([t for t, _ in shown], [r for _, r in shown], ends.__getitem__)

    def _countries(self) -> list[tuple[str, str, bool]]:
        """Return for each whole plate whose country is known that country, the one that the answer names, and whether
        the text is right.

        GAP stands for none, as where an answer names none.
        """
        told = []
        for (plate, *_), read in zip(self.prepared.plates, self.read, strict=True):
            text, lines = plate.known_text, plate.lines
            if not is_whole(text):
                continue
            true = plate.country or self._named(text, lines, {})
            if true != GAP:
                told.append(
                    (true, self._named(read.text, lines, read.countries), read.text == text)
                )
        return told

    def _named(self, text: str, lines: int | None, seen: Mapping[str, float]) -> str:
        region = None if is_partial(text) else region_of(self.plate_format, text, lines, seen)
        return GAP if region is None else region.code

    def _by_country(self) -> dict[str, Share]:
        """Return exact matches of whole plates by their country."""
        told = self._countries()
        codes = [true for true, *_ in told]
        return accuracy_by(codes, [true if right else GAP for true, _, right in told], str)

    def _of_countries(self) -> dict[str, Any]:
        told = self._countries()
        if not _are_several(told):
            return {}
        named = [(true, answer) for true, answer, _ in told if answer != GAP]
        right = sum(true == answer for true, answer in named)
        return {
            "by_country": {code: s.accuracy for code, s in self._by_country().items()},
            "country": share(right, len(told)),
            "country_of_named": share(right, len(named)),
        }

    def _by_lines(self) -> Any:
        rows = [str(plates[0].lines) for plates in self.prepared.plates]
        known = [
            (line, line if t == r else "")
            for line, t, r in zip(rows, *self._texts(), strict=True)
            if is_whole(t)
        ]
        return accuracy_by([line for line, _ in known], [right for _, right in known], str)

    def _judged(self) -> tuple[list[float], list[bool]]:
        """Return how sure each reading is that its plate's text is the whole one, and whether it is.

        Where nothing was read, which is right for a view without a plate, there is no reading to be sure of.
        """
        truth, _ = self._texts()
        readings = [(t, d) for t, d in zip(truth, self.read, strict=True) if d.text]
        return [d.whole for _, d in readings], [is_whole(t) and t == d.seen for t, d in readings]

    def _tile(self, index: int) -> NDArray[np.uint8]:
        truth, read = self.prepared.plates[index][0].known_text, self.read[index].text
        right = truth == read
        label = (truth or "no plate") if right else f"{read or 'nothing'} is {truth or 'no plate'}"
        return draw_tile(
            self.prepared.images[index],
            [Overlay(None, label, TRUTH if right else MISTAKE)],
            92,
            256,
        )


def _are_several(told: Sequence[tuple[str, str, bool]]) -> bool:
    """Say whether plates are of more than one country, by the first of each three."""
    return len({true for true, *_ in told}) > 1


def _chosen(
    truth: Sequence[str], read: Sequence[str], holds: Callable[[str], bool]
) -> tuple[list[str], list[str]]:
    """Return the true texts that satisfy a condition, and what was read for them."""
    pairs = [(t, r) for t, r in zip(truth, read, strict=True) if holds(t)]
    return [t for t, _ in pairs], [r for _, r in pairs]


@torch.inference_mode()
def review(
    network: Reader,
    plate_format: PlateFormat,
    prepared: PreparedSet,
    batch_size: int,
    countries: Sequence[str] = (),
) -> Review:
    """Run a reader over a frozen set of plates of a format. countries: those that it tells apart, as in its card."""
    texts = text_decoder(network.decoding, network.alphabet, countries)
    decoder = PlateDecoder(texts, plate_format.parse)
    read: list[Judged] = []
    starts = range(0, len(prepared), batch_size)
    for start in progress(starts, len(starts), "evaluate ocr"):
        images = torch.from_numpy(np.array(prepared.images[start : start + batch_size]))[:, None]
        read += decoder.decode(as_raw(network(images)))
    return Review(prepared, read, network.alphabet, plate_format)
