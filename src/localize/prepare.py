"""Stage prepare_localize: freeze the validation scenes and show samples of what training will draw."""

import params
from params import PrepareLocalizeParams

from ..common.config import OUT, PREPARED, load_config
from ..common.workers import worker_count
from ..datasets.drawn_with import write_drawn_with
from ..datasets.prepared import read_prepared, write_prepared
from ..datasets.scenes import SceneRecipe
from ..datasets.training_split import split_counts, write_training_split
from ..pictures.samples import save_samples
from ..pipeline.photographs import freeze_photos
from ..pipeline.stage import run_stage
from ..pipeline.start_frozen import freeze_start
from ..pipeline.teacher_frozen import freeze_teacher
from ..pipeline.world import load_world
from .options import scene_options
from .photo_windows import photo_windows, windows_to_search


def main() -> None:
    """Write data/prepared/localize and sample pictures."""
    p = PrepareLocalizeParams
    train, validation = split_counts(p.MAX_IMAGES, p.TRAIN_SPLIT)
    config, options, folder = load_config(), scene_options(), PREPARED / "localize"
    size = options.height, options.width
    write_training_split(folder / "train.json", p.SEED, train)
    recipe = SceneRecipe(load_world(config), options, p.SEED, "val")
    write_prepared(folder, "val", recipe, validation, worker_count(params.MULTIPROCESSING))
    write_drawn_with(folder, config.plate_format)
    freeze_start(config.start, folder)
    freeze_teacher(config.teacher, folder)
    plates = [len(sample) for sample in read_prepared(folder, "val").plates]
    print(
        f"localize: {train} training scenes drawn afresh each epoch; {validation} validation scenes frozen "
        f"with {sum(plates)} plates, {plates.count(0)} of them without any"
    )
    fresh = SceneRecipe(load_world(config, p.KEPT_PLATES), options, p.SEED, "train")
    freeze_photos(
        "localize",
        folder,
        config,
        p.SEED,
        lambda photo: windows_to_search(photo, size),
        lambda split, windows: photo_windows(split, windows, p.SEED, size),
    )
    save_samples(OUT / "prepared/localize/plots/images", [fresh(i) for i in range(24)], columns=6)


if __name__ == "__main__":
    run_stage(main)
