"""The matrix of two revisions in the report of a pull request."""

from ..reporting.markdown import plain, table
from ..reporting.page import Section
from .matrix import Matrix
from .table import compared, shown

_CELLS = ("Set", "Model", "Plates", "Exact text (95%)", "Character errors", "Found", "Extra", "ms")
_PAIRS = ("Set", "Gained", "Lost", "Difference, points (95%)", "p", "")


def photographs(matrix: Matrix) -> Section:
    """Return what both revisions read of folders of photographs, and what could not be measured; empty without any."""
    pairs = [[plain(pair.photos, 40), *map(plain, compared(pair))] for pair in matrix.pairs()]
    cells = [
        [plain(photos, 40), plain(model, 40), *map(plain, shown(cell))]
        for (model, photos), cell in matrix.cells.items()
    ]
    problems = [f"- {plain(problem, 300)}" for problem in matrix.problems]
    numbers = table(_CELLS, cells, 6) if cells else ""
    test = f"Plate by plate, head against base:\n\n{table(_PAIRS, pairs, 5)}" if pairs else ""
    texts = [
        "\n\n".join(filter(None, (*parts, "\n".join(problems))))
        for parts in ((numbers, test), (test,))
    ]
    return Section("Photographs", 80, tuple(text for text in texts if text))
