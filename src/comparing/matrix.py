"""How well each of several models reads each of several folders of photographs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from ..bundle.bundle import Bundle
from ..common.errors import UserError
from ..datasets.photos import Photo
from ..generators.formats import get_format
from ..generators.formats.base import PlateFormat
from ..metrics.mcnemar import mcnemar
from ..metrics.proportion import wilson_interval
from ..metrics.reading import Confusion, edit_distance, mistakes
from ..metrics.spread import Interval, median_interval, ratio_interval
from ..reporting.before_after import Plates
from ..reporting.interval import Difference
from ..stack.photos import names_of, photos_to_measure, read_photos
from ..stack.score import PictureMatch, Score

NUMBERS = ("exact", "cer", "found", "extra_per_picture", "ms_per_picture")
"""Of each cell, what has an interval."""


@dataclass(frozen=True)
class Cell:
    """What a model reads of a set.

    numbers: of `src.stack.evaluate --photos`. intervals: 95%, of each of NUMBERS; None where there is none. right:
    whether each plate with a text was read exactly, in the order of the table of labels. mistakes: which characters
    were taken for which, the most frequent first.
    """

    model: str
    photos: str
    numbers: Mapping[str, int | float | None]
    intervals: Mapping[str, Interval | None]
    right: tuple[bool, ...]
    mistakes: tuple[Confusion, ...] = ()


@dataclass(frozen=True)
class Pair:
    """Two models on one set. both, gained, lost, neither: plates read by both, the head or the base alone, or none.

    difference: exact match of the head less that of the base, with its paired 95% interval. p: of the exact McNemar
    test.
    """

    photos: str
    base: str
    head: str
    both: int
    gained: int
    lost: int
    neither: int
    difference: Difference
    p: float


@dataclass(frozen=True)
class Matrix:
    """The cells by (model, set), the titles of the models by name, the folders of the sets by name.

    problems: what could not be measured, and why, a line each. interrupted: whether Ctrl-C ended it early.
    """

    models: Mapping[str, str]
    sets: Mapping[str, Path]
    cells: Mapping[tuple[str, str], Cell]
    problems: tuple[str, ...] = ()
    interrupted: bool = False

    def pairs(self) -> list[Pair]:
        """Return every two models on each set that both have read, in the order in which they were named."""
        pairs = []
        for photos in self.sets:
            cells = [c for m in self.models if (c := self.cells.get((m, photos)))]
            pairs += [_pair(a, b) for a, b in combinations(cells, 2) if a.right]
        return pairs


def measure(
    names: Sequence[str],
    folders: Sequence[Path],
    load: Callable[[str], Bundle],
    say: Callable[[str], None],
) -> Matrix:
    """Return the matrix. A model or a set that is not there, or is broken, is a problem; all others are measured.

    load: returns a model by its name. say: is told the title of each model, and each problem as it is met. After Ctrl-C
    what was measured until then is returned.
    """
    problems: list[str] = []

    def problem(line: str) -> None:
        problems.append(line)
        say(f"error: {line}")

    models: dict[str, tuple[Bundle, PlateFormat]] = {}
    for name in dict.fromkeys(names):
        try:
            bundle = load(name)
            models[name] = bundle, get_format(bundle.card.plate_format)
            say(f"{name}: {bundle.title}")
        except UserError as error:
            problem(f"model {name}: {error}")
    sets = names_of(folders)
    cells: dict[tuple[str, str], Cell] = {}
    interrupted = False
    try:
        for place, (photos, folder) in enumerate(sets.items(), start=1):
            try:
                for cell in _row(models, photos, folder, place, len(sets)):
                    cells[cell.model, photos] = cell
            except UserError as error:
                problem(f"set {photos}: {error}")
    except KeyboardInterrupt:
        interrupted = True
        say("interrupted: not all was measured")
    titles = {name: bundle.title for name, (bundle, _) in models.items()}
    return Matrix(titles, sets, cells, tuple(problems), interrupted)


def _row(
    models: Mapping[str, tuple[Bundle, PlateFormat]],
    photos: str,
    folder: Path,
    place: int,
    sets: int,
) -> Iterator[Cell]:
    """Yield what each model reads of a folder; nothing where none of its pictures is there to be measured.

    photos: its name. place: its number, from 1, of so many sets.
    """
    pictures: dict[str, Sequence[Photo]] = {}
    for name, (bundle, plate_format) in models.items():
        kind = plate_format.name
        if kind not in pictures:  # which texts are strange depends on it
            pictures[kind] = photos_to_measure(folder, plate_format, sets)
        if not pictures[kind]:
            return
        shown = f"set {place}/{sets} {photos} by {name}"
        score = read_photos(bundle.reader, pictures[kind], folder, shown)
        yield Cell(
            name,
            photos,
            score.summary(),
            intervals(score),
            tuple(score.exact()),
            tuple(mistakes(*score.pairs())),
        )


def intervals(score: Score) -> dict[str, Interval | None]:
    """Return the 95% interval of each of NUMBERS; None where too little was measured.

    Of shares Wilson's; characters and extra readings are counted by picture, for those of one go together.
    """
    numbers = score.summary()
    exact = [numbers[f"exact_{end}"] for end in ("low", "high")]
    placed = [
        found
        for match in score.matches
        for plate, found in zip(match.truth, match.found, strict=True)
        if plate.quad is not None
    ]
    edits = [_edits(match) for match in score.matches]
    extra = [len(match.extra) for match in score.matches]
    return {
        "exact": None if numbers["exact"] is None else (exact[0], exact[1]),
        "cer": ratio_interval([wrong for wrong, _ in edits], [length for _, length in edits]),
        "found": wilson_interval(sum(placed), len(placed)) if placed else None,
        "extra_per_picture": ratio_interval(extra, [1] * len(extra)),
        "ms_per_picture": median_interval(score.milliseconds),
    }


def _edits(match: PictureMatch) -> tuple[int, int]:
    """Return the edits between what was read of a picture and its texts, and the characters of these."""
    truth, read = Score([match]).pairs()
    edits = sum(edit_distance(a, b) for a, b in zip(truth, read, strict=True))
    return edits, sum(map(len, truth))


def _pair(base: Cell, head: Cell) -> Pair:
    plates = Plates(base.right, head.right)
    _, gained, lost, _ = plates.counts
    p = mcnemar(gained, lost)
    return Pair(base.photos, base.model, head.model, *plates.counts, plates.difference, p)
