"""Stage prepare_ocr: freeze the validation plates and show samples of what training will draw."""

from collections import Counter

import params
from params import PrepareOCRParams

from ..common.config import OUT, PREPARED, load_config
from ..common.workers import worker_count
from ..datasets.drawn_with import write_drawn_with
from ..datasets.prepared import read_prepared, write_prepared
from ..datasets.training_split import split_counts, write_training_split
from ..pictures.samples import save_samples
from ..pipeline.finder import waited_for
from ..pipeline.photographs import freeze_photos
from ..pipeline.stage import run_stage
from ..pipeline.start_frozen import freeze_start
from ..pipeline.world import load_world
from .options import plate_options
from .photo_plates import photo_plates, plates_to_read
from .recipe import PlateRecipe


def main() -> None:
    """Write data/prepared/ocr and sample pictures."""
    p = PrepareOCRParams
    train, validation = split_counts(p.MAX_IMAGES, p.TRAIN_SPLIT)
    config, options, folder = load_config(), plate_options(), PREPARED / "ocr"
    world = load_world(config)
    write_training_split(folder / "train.json", p.SEED, train)
    recipe = PlateRecipe(world, options, p.SEED, "val")
    write_prepared(folder, "val", recipe, validation, worker_count(params.MULTIPROCESSING))
    write_drawn_with(folder, config.plate_format)
    freeze_start(config.start, folder)
    shown = [sample[0] for sample in read_prepared(folder, "val").plates]
    lines = Counter(plate.lines for plate in shown if plate.text)
    print(
        f"ocr: {train} training views drawn afresh each epoch; {validation} validation views frozen, "
        f"{lines[1]} of one line, {lines[2]} of two and {validation - lines.total()} without a plate"
    )
    fresh = PlateRecipe(world, options, p.SEED, "train")
    freeze_photos(
        "ocr",
        folder,
        config,
        p.SEED,
        lambda photo: plates_to_read(photo, world.plate_format.alphabet),
        lambda split, plates: photo_plates(split, plates, options, p.SEED),
        waited_for(config.photos_wait_for),
    )
    save_samples(OUT / "prepared/ocr/plots/images", [fresh(i) for i in range(60)], columns=6)


if __name__ == "__main__":
    run_stage(main)
