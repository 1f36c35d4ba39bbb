"""How well plates are found: counted over a whole set, divided once.

Predictions and truth are given picture by picture: float32 (P, 4, 2) quads with their (P,) scores,
and float32 (T, 4, 2) quads; P and T may be 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..common.geometry import quad_iou
from .proportion import share

Quads = NDArray[np.float32]
Scores = NDArray[np.float32]

FOUND_IOU = 0.5
"""IoU from which a plate counts as found, wherever a single number is reported or a picture marked."""


@dataclass(frozen=True)
class Matches:
    """The predictions of a whole set, best score first, and what each of them matched.

    scores: float64 (N,), falling.
    pictures: int64 (N,), index of the prediction's picture.
    truths: int64 (N,), index of the matched plate within its picture; -1 for none.
    ious: float64 (N,), IoU with the matched plate; 0 for none.
    corner_errors: float64 (M, 4), distance in pixels of each corner of the M matched predictions, in their order.
    plates_per_picture: int64 (number of pictures,), true plates in each.
    """

    scores: NDArray[np.float64]
    pictures: NDArray[np.int64]
    truths: NDArray[np.int64]
    ious: NDArray[np.float64]
    corner_errors: NDArray[np.float64]
    plates_per_picture: NDArray[np.int64]

    @property
    def plates(self) -> int:
        """Number of true plates in the set."""
        return int(self.plates_per_picture.sum())

    @property
    def hits(self) -> NDArray[np.bool_]:
        """Bool (N,): the prediction matched a plate."""
        return self.truths >= 0


def match(
    predicted: Sequence[Quads], scores: Sequence[Scores], truth: Sequence[Quads], iou: float
) -> Matches:
    """Match predictions to plates as COCO does.

    The best score of the whole set chooses first and takes, of the plates in its picture that
    are still free, the one of highest IoU, if that is at least `iou`. Equal scores choose in the
    order given. So a second box on the same plate matches nothing.

    Raises ValueError when the three sequences are not of the same pictures, or a score is not a number.
    """
    order = [
        (float(score), picture, index)
        for picture, found in enumerate(scores)
        for index, score in enumerate(found)
    ]
    if not len(predicted) == len(scores) == len(truth):
        raise ValueError("predictions, scores and truth differ in their number of pictures")
    if any(len(quads) != len(found) for quads, found in zip(predicted, scores, strict=True)):
        raise ValueError("every quad needs one score")
    if any(score != score for score, _, _ in order):
        raise ValueError("a score is not a number")
    order.sort(key=lambda entry: -entry[0])
    free = [set(range(len(quads))) for quads in truth]
    truths, ious, errors = [], [], []
    for _, picture, index in order:
        quad = predicted[picture][index]
        best, plate = max(
            ((quad_iou(quad, truth[picture][i]), -i) for i in free[picture]), default=(0.0, 0)
        )
        if best < iou or best == 0:
            truths.append(-1)
            ious.append(0.0)
            continue
        free[picture].remove(-plate)
        truths.append(-plate)
        ious.append(best)
        errors.append(np.linalg.norm(np.float64(quad) - truth[picture][-plate], axis=1))
    return Matches(
        scores=np.array([entry[0] for entry in order], np.float64),
        pictures=np.array([entry[1] for entry in order], np.int64),
        truths=np.array(truths, np.int64),
        ious=np.array(ious, np.float64),
        corner_errors=np.array(errors, np.float64).reshape(-1, 4),
        plates_per_picture=np.array([len(quads) for quads in truth], np.int64),
    )


def average_precision(matches: Matches) -> float | None:
    """Return the area under the precision-recall curve, in [0, 1]; None when there is no plate.

    All-point interpolation: at each recall the best precision to be had at that recall or above
    (Pascal VOC since 2010; COCO samples the same curve at 101 points). All predictions should be
    given, down to low scores: an early cut loses the curve's tail.
    """
    if matches.plates == 0:
        return None
    if not matches.hits.any():
        return 0.0
    found = np.cumsum(matches.hits)
    precision = found / np.arange(1, len(found) + 1)
    best_from_here = np.maximum.accumulate(precision[::-1])[::-1]
    return float(best_from_here[matches.hits].sum() / matches.plates)


def recall(matches: Matches) -> float | None:
    """Return the share of plates found; None when there is no plate."""
    return share(int(matches.hits.sum()), matches.plates)


def mean_iou(matches: Matches) -> float | None:
    """Return the mean IoU of the matched pairs; None when nothing matched."""
    return float(matches.ious[matches.hits].mean()) if matches.hits.any() else None


def corner_error(matches: Matches, percent: float) -> float | None:
    """Return a percentile of the corners' distances in pixels; None when nothing matched."""
    errors = matches.corner_errors
    return float(np.percentile(errors, percent)) if errors.size else None


def extra_per_picture(matches: Matches) -> float | None:
    """Return the predictions that match no plate, per picture; None without pictures."""
    return share(int((~matches.hits).sum()), len(matches.plates_per_picture))


def false_per_empty_picture(matches: Matches) -> float | None:
    """Return the predictions per picture without a plate; None when every picture has one."""
    empty = matches.plates_per_picture == 0
    return share(int(empty[matches.pictures].sum()), int(empty.sum()))


def detection_metrics(
    predicted: Sequence[Quads],
    scores: Sequence[Scores],
    truth: Sequence[Quads],
    min_score: float,
) -> dict[str, float | int | None]:
    """Return all of the above for a set.

    predicted: quads per picture, down to low scores.
    scores: their scores.
    truth: true quads per picture.
    min_score: the score from which a prediction is believed in use. Average precision takes all predictions,
        everything else only these, matched at `FOUND_IOU`.
    """
    kept = [np.asarray(found) >= min_score for found in scores]
    used = match(
        [quads[keep] for quads, keep in zip(predicted, kept, strict=True)],
        [found[keep] for found, keep in zip(scores, kept, strict=True)],
        truth,
        FOUND_IOU,
    )
    return {
        "pictures": len(truth),
        "plates": used.plates,
        "ap50": average_precision(match(predicted, scores, truth, 0.5)),
        "ap75": average_precision(match(predicted, scores, truth, 0.75)),
        "recall": recall(used),
        "mean_iou": mean_iou(used),
        "corner_error_px_p50": corner_error(used, 50),
        "corner_error_px_p90": corner_error(used, 90),
        "corner_error_px_p99": corner_error(used, 99),
        "extra_per_picture": extra_per_picture(used),
        "false_per_empty_picture": false_per_empty_picture(used),
    }
