"""The list of what a prepared set was drawn with."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from src.common.errors import UserError
from src.common.files import sha256
from src.datasets.drawn_with import DRAWN_WITH, drawing_files, read_drawn_with, write_drawn_with
from src.generators.formats import format_names
from tests.source import ROOT

# Draws what training and evaluation do, labels too, and prints the files that it took.
DRAWN = """
import sys
from pathlib import Path
import numpy as np
from src.generators.formats import get_format
from src.generators.hard_scenes import draw_hard_scene, hard_kind
from src.generators.scene import SceneOptions, World, draw_scene
from src.generators.views import draw_any_view, draw_empty_view
from src.pictures.lettering import label_mask, shown

plate_format = get_format(sys.argv[1])
world, options = World(plate_format), SceneOptions(
    height=128, width=128, max_plates=3, empty_share=0.2, min_plate=0.3, max_plate=0.9, occluded_share=0.3
)
rng = np.random.default_rng(0)
for number in range(40):
    draw_scene(rng, world, options, "train")
    draw_any_view(rng, world, 90.0, "train", 0.3, 0.3)
    draw_empty_view(rng, world, 90.0, "train")
    draw_hard_scene(rng, world, 128, 128, "test", hard_kind(number))
label_mask(shown(plate_format.alphabet), 0.5, 1)
for name, module in sys.modules.items():
    if name.startswith("src.generators"):
        print(module.__file__)
"""


@pytest.mark.parametrize("plate_format", [*format_names(), "+".join(format_names())])
def test_nothing_is_drawn_with_what_is_not_listed(plate_format: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", DRAWN, plate_format],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    used = {Path(line) for line in done.stdout.split()}
    assert len(used) > 30
    assert used <= set(drawing_files(plate_format))


def test_the_scripts_that_are_listed_are_those_of_the_alphabet() -> None:
    def written(plate_format: str) -> list[str]:
        folder = ROOT / "src/generators/scripts"
        return [f.name for f in drawing_files(plate_format) if f.parent == folder]

    assert written("swiss") == ["__init__.py"]
    assert written("swiss+korean") == ["__init__.py", "hangul.py"]
    assert written("japanese") == ["__init__.py", "cjk.py", "cjk_japan.py", "hiragana.py"]


def test_the_list_has_the_checksum_of_each_file(tmp_path: Path) -> None:
    write_drawn_with(tmp_path, "swiss")
    listed = read_drawn_with(tmp_path)
    assert list(listed) == sorted(listed)
    assert set(listed) == {f.relative_to(ROOT).as_posix() for f in drawing_files("swiss")}
    own = "src/generators/formats/swiss/__init__.py"
    assert listed[own] == sha256(ROOT / own)
    first = (tmp_path / DRAWN_WITH).read_bytes()
    write_drawn_with(tmp_path, "swiss")
    assert (tmp_path / DRAWN_WITH).read_bytes() == first


def test_an_unknown_format_leaves_no_list(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="Unknown plate format 'lunar'"):
        write_drawn_with(tmp_path, "swiss+lunar")
    assert read_drawn_with(tmp_path) == {}


@pytest.mark.parametrize("content", ["", "[1]", "{"])
def test_a_damaged_list_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / DRAWN_WITH).write_text(content)
    with pytest.raises(UserError, match=r"drawn_with\.json is damaged .*dvc repro -f"):
        read_drawn_with(tmp_path)


def test_the_list_is_json_with_a_line_for_each_file(tmp_path: Path) -> None:
    write_drawn_with(tmp_path, "korean")
    text = (tmp_path / DRAWN_WITH).read_text("utf-8")
    assert json.loads(text) == read_drawn_with(tmp_path)
    assert text.count("\n") == len(drawing_files("korean")) + 2
