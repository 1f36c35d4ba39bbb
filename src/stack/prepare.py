"""Stage prepare_stack: freeze the test scenes, whose plate texts no model was trained on, and the hard ones."""

import params
from params import PrepareStackParams

from ..common.config import OUT, PREPARED, load_config
from ..common.workers import worker_count
from ..datasets.drawn_with import write_drawn_with
from ..datasets.prepared import read_prepared, write_prepared
from ..datasets.scenes import HardRecipe, SceneRecipe
from ..generators.scene import SceneOptions
from ..pictures.samples import save_samples
from ..pipeline.stage import run_stage
from ..pipeline.world import load_world


def main() -> None:
    """Write data/prepared/stack and sample pictures."""
    p, folder = PrepareStackParams, PREPARED / "stack"
    options = SceneOptions(
        height=p.IMG_HEIGHT,
        width=p.IMG_WIDTH,
        max_plates=p.MAX_PLATES,
        empty_share=p.EMPTY_SHARE,
        min_plate=p.MIN_PLATE,
        max_plate=p.MAX_PLATE,
    )
    config, workers = load_config(), worker_count(params.MULTIPROCESSING)
    world = load_world(config)
    recipe = SceneRecipe(world, options, p.SEED, "test")
    write_prepared(folder, "test", recipe, p.MAX_IMAGES, workers)
    hard = HardRecipe(world, p.IMG_HEIGHT, p.IMG_WIDTH, p.SEED, "test")
    write_prepared(folder, "hard", hard, p.HARD_IMAGES, workers)
    write_drawn_with(folder, config.plate_format)
    prepared = read_prepared(folder, "test")
    plates = [len(sample) for sample in prepared.plates]
    print(
        f"stack: {len(plates)} test scenes frozen with {sum(plates)} plates, {plates.count(0)} of them without any; "
        f"{p.HARD_IMAGES} hard ones"
    )
    samples = [prepared[i] for i in range(min(24, len(prepared)))]
    save_samples(OUT / "prepared/stack/plots/images", samples, columns=6)


if __name__ == "__main__":
    run_stage(main)
