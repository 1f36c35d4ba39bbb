"""What the comparison of test sets of different size rests on."""

from pathlib import Path

import numpy as np

from src.datasets.prepared import read_prepared, write_prepared
from src.datasets.scenes import SceneRecipe
from src.generators.formats import get_format
from src.generators.scene import SceneOptions, World


def test_a_larger_test_set_begins_with_the_scenes_of_a_smaller_one(tmp_path: Path) -> None:
    recipe = SceneRecipe(
        World(get_format("swiss")),
        SceneOptions(
            height=96, width=96, max_plates=2, empty_share=0.2, min_plate=0.3, max_plate=1.0
        ),
        3,
        "test",
    )
    for name, count in (("small", 3), ("large", 7)):
        write_prepared(tmp_path, name, recipe, count, workers=0)
    small, large = (read_prepared(tmp_path, name) for name in ("small", "large"))
    assert np.array_equal(small.images, large.images[:3])
    texts = [[plate.text for plate in plates] for plates in large.plates]
    assert [[plate.text for plate in plates] for plates in small.plates] == texts[:3]
    assert any(texts[3:])
