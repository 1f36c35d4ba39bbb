"""A font that is there wherever the tests run."""

from pathlib import Path

import matplotlib

# Comes with matplotlib, a dependency; its licence lies beside it there.
DEJAVU = Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSans.ttf"
