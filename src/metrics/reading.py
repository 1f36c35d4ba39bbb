"""How well texts are read: counted over a whole set, divided once.

`truth` and `read` are the true and the read texts, in the same order; a plate that was not read at
all is read as "".
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ..common.texts import UNREADABLE_CHARACTER
from .proportion import share

GAP = ""
"""What a character is paired with in an alignment when the other text has nothing there."""


@dataclass(frozen=True)
class Share:
    """How many texts of a group were read without a mistake."""

    correct: int
    total: int

    @property
    def accuracy(self) -> float | None:
        """The share in [0, 1]; None for an empty group."""
        return share(self.correct, self.total)


def exact_match(truth: Sequence[str], read: Sequence[str]) -> float | None:
    """Return the share of texts read without a mistake; None for an empty set."""
    correct = sum(a == b for a, b in zip(truth, read, strict=True))
    return share(correct, len(truth))


def character_error_rate(truth: Sequence[str], read: Sequence[str]) -> float | None:
    """Return all edits over all true characters; None when there is no character.

    It may exceed 1 where too much is read.
    """
    edits = sum(edit_distance(a, b) for a, b in zip(truth, read, strict=True))
    return share(edits, sum(len(text) for text in truth))


def accuracy_by(
    truth: Sequence[str], read: Sequence[str], group: Callable[[str], str]
) -> dict[str, Share]:
    """Return exact matches per group of true texts, groups in sorted order.

    truth: true texts.
    read: read texts.
    group: names the group of a true text, e.g. its region.
    """
    total, correct = Counter[str](), Counter[str]()
    for a, b in zip(truth, read, strict=True):
        name = group(a)
        total[name] += 1
        correct[name] += a == b
    return {name: Share(correct[name], total[name]) for name in sorted(total)}


def accuracy_by_length(truth: Sequence[str], read: Sequence[str]) -> dict[int, Share]:
    """Return exact matches per length of the true text, short first.

    Kept apart because a reader may lose the short plates and still look well on average.
    """
    by_name = accuracy_by(truth, read, lambda text: str(len(text)))
    return {length: by_name[str(length)] for length in sorted(int(name) for name in by_name)}


def confusions(truth: Sequence[str], read: Sequence[str]) -> Counter[tuple[str, str]]:
    """Count what was read for each true character, over the alignments of all pairs.

    Keys are (true, read); `GAP` stands for a character that was missed (read side) or
    invented (true side). Correct characters count too, as (c, c).
    """
    pairs = Counter[tuple[str, str]]()
    for a, b in zip(truth, read, strict=True):
        pairs.update(align(a, b))
    return pairs


@dataclass(frozen=True)
class Confusion:
    """What was read in place of a true character, GAP for nothing: how often, and as a share of all characters."""

    truth: str
    read: str
    count: int
    share: float


def mistakes(truth: Sequence[str], read: Sequence[str]) -> list[Confusion]:
    """Return the pairs of characters that were taken for one another, the most frequent first.

    Texts of which nothing was read say nothing of characters and are left out; shares are of those of the others.
    """
    pairs = [(a, b) for a, b in zip(truth, read, strict=True) if b]
    counts = confusions([a for a, _ in pairs], [b for _, b in pairs])
    characters = sum(len(a) for a, _ in pairs)
    wrong = {pair: count for pair, count in counts.items() if pair[0] != pair[1]}
    ranked = sorted(wrong.items(), key=lambda item: (-item[1], item[0]))
    return [Confusion(a, b, count, count / max(characters, 1)) for (a, b), count in ranked]


def agrees(truth: str, read: str) -> bool:
    """Say whether a text was read right: whatever was read where the truth has `UNREADABLE_CHARACTER` is."""
    alike = (a in (b, UNREADABLE_CHARACTER) for a, b in zip(truth, read, strict=False))
    return len(truth) == len(read) and all(alike)


def known(truth: str, read: str) -> str:
    """Return a true text with what was read in place of each `UNREADABLE_CHARACTER`, which counts as right.

    One for which nothing was read stays: a character is there, and was missed.
    """
    if UNREADABLE_CHARACTER not in truth:
        return truth
    pairs = ((b if a == UNREADABLE_CHARACTER and b else a) for a, b in align(truth, read))
    return "".join(pairs)


def edit_distance(a: str, b: str) -> int:
    """Return the Levenshtein distance: fewest insertions, deletions and substitutions."""
    return _distances(a, b)[-1][-1]


def align(truth: str, read: str) -> list[tuple[str, str]]:
    """Pair the characters of two texts at the least number of edits.

    Where several alignments cost the same, a substitution is taken rather than a gap, counted
    from the end of the texts.
    """
    table = _distances(truth, read)
    row, column = len(truth), len(read)
    pairs = []
    while row or column:
        here = table[row][column]
        if row and column:
            differs = truth[row - 1] != read[column - 1]
            if here == table[row - 1][column - 1] + differs:
                row, column = row - 1, column - 1
                pairs.append((truth[row], read[column]))
                continue
        if row and here == table[row - 1][column] + 1:
            row -= 1
            pairs.append((truth[row], GAP))
        else:
            column -= 1
            pairs.append((GAP, read[column]))
    return pairs[::-1]


def _distances(a: str, b: str) -> list[list[int]]:
    """Return the table of edit distances between all prefixes: (len(a) + 1, len(b) + 1)."""
    table = [list(range(len(b) + 1))]
    for row, x in enumerate(a, start=1):
        above = table[-1]
        line = [row]
        for column, y in enumerate(b, start=1):
            line.append(min(above[column] + 1, line[-1] + 1, above[column - 1] + (x != y)))
        table.append(line)
    return table
