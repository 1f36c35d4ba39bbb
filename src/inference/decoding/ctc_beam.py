"""Prefix beam search: the likeliest texts of CTC probabilities, each summed over its alignments.

The best path (`CTCDecoder.best`) is one alignment. A text's probability is the sum over all of its alignments (Graves
et al. 2006, section 3.1), which the search keeps per prefix, apart for those that end in a blank and those that do not
(Hannun et al. 2014, "First-pass large vocabulary continuous speech recognition using bi-directional recurrent DNNs",
algorithm 1).
"""

import math

import numpy as np
from numpy.typing import NDArray

from .ctc_codec import BLANK
from .text import Candidate

# Prefixes that live on after each column.
BEAM = 8
# Classes less probable than this in a column are not followed there. What they would have led to is missing from the
# texts' probabilities, which then sum to a little less than 1.
PRUNE = 1e-3


def beam_search(
    probabilities: NDArray[np.float32], alphabet: str, beam: int = BEAM, prune: float = PRUNE
) -> list[Candidate]:
    """Return at most `beam` distinct texts, the likeliest first; the empty text may be one of them.

    probabilities: (columns, classes), each row summing to 1; class 0 is the blank, class i the alphabet's character
    i - 1. prune: in [0, 1); each column's best class is followed whatever its probability.

    Raises ValueError when probabilities are not of that shape or not finite numbers in [0, 1].
    """
    columns = _columns(probabilities, alphabet, prune)
    # Probability of all alignments of a prefix that end in a blank, and of those that end in its last character.
    blank: dict[str, float] = {"": 1.0}
    inked: dict[str, float] = {}
    log_scale = 0.0
    for characters in columns:
        if len(characters) == 1 and "" in characters:
            # Nothing but blank: no prefix changes, and none gains on another.
            log_scale += math.log(characters[""])
            if inked:
                blank, inked = _totals(blank, inked), {}
            continue
        blank, inked = _step(blank, inked, characters)
        totals = _totals(blank, inked)
        best = sorted(totals, key=totals.__getitem__, reverse=True)[:beam]
        # Scaled so that no number of columns makes the numbers too small to be told from 0.
        scale = 1.0 / totals[best[0]]
        log_scale -= math.log(scale)
        blank = {text: blank[text] * scale for text in best if text in blank}
        inked = {text: inked[text] * scale for text in best if text in inked}
    totals = _totals(blank, inked)
    ranked = sorted(totals, key=totals.__getitem__, reverse=True)
    return [Candidate(t, log_scale + math.log(totals[t])) for t in ranked if totals[t] > 0]


def _columns(
    probabilities: NDArray[np.float32], alphabet: str, prune: float
) -> list[dict[str, float]]:
    """Return per column the characters that are followed, with their probabilities; the blank is ""."""
    if probabilities.ndim != 2 or probabilities.shape[1] != len(alphabet) + 1:
        raise ValueError(
            f"probabilities are (columns, {len(alphabet) + 1}) for this alphabet, got {probabilities.shape}"
        )
    # A NaN fails both comparisons.
    if not ((probabilities >= 0) & (probabilities <= 1.0 + 1e-4)).all():
        raise ValueError("probabilities are finite numbers in [0, 1]: apply softmax to the logits")
    best = probabilities.max(axis=1, keepdims=True, initial=0.0)
    if not best.all():
        raise ValueError("a column's probabilities are all 0; they have to sum to 1")
    rows, classes = np.nonzero((probabilities >= np.minimum(best, prune)) & (probabilities > 0))
    columns: list[dict[str, float]] = [{} for _ in probabilities]
    kept = probabilities[rows, classes].tolist()
    for row, number, p in zip(rows.tolist(), classes.tolist(), kept, strict=True):
        columns[row]["" if number == BLANK else alphabet[number - 1]] = p
    return columns


def _step(
    blank: dict[str, float], inked: dict[str, float], characters: dict[str, float]
) -> tuple[dict[str, float], dict[str, float]]:
    """Return both tables after one more column with these characters' probabilities."""
    new_blank: dict[str, float] = {}
    new_inked: dict[str, float] = {}
    for text, total in _totals(blank, inked).items():
        for character, p in characters.items():
            if not character:
                new_blank[text] = total * p
                continue
            longer, arriving = text + character, total
            if text.endswith(character):
                # The same character again is the same one drawn out, unless a blank stands between the two.
                arriving = blank.get(text, 0.0)
                new_inked[text] = new_inked.get(text, 0.0) + inked.get(text, 0.0) * p
            if arriving:
                new_inked[longer] = new_inked.get(longer, 0.0) + arriving * p
    return new_blank, new_inked


def _totals(blank: dict[str, float], inked: dict[str, float]) -> dict[str, float]:
    """Return each prefix's probability, whatever it ends in."""
    return {t: blank.get(t, 0.0) + inked.get(t, 0.0) for t in {**blank, **inked}}
