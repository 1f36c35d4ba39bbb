"""Stage train_ocr: train the reader and keep the weights of its best epoch."""

from functools import partial

import lightning as L

import params
from params import TrainOCRParams as P

from ..architectures.readers.registry import reader_of
from ..bundle.smoke import smoke_warning
from ..common.config import MODELS, PREPARED, load_config
from ..common.progress import tell
from ..common.texts import UNSEEN
from ..common.workers import worker_count
from ..datasets.prepared import read_prepared
from ..datasets.teacher import TeacherCard
from ..datasets.training_split import read_training_split
from ..models.store import CALIBRATION, Samples, new_card, try_exports
from ..pipeline.stage import run_stage
from ..pipeline.world import load_world
from ..training.data import frozen_batches, training_batches
from ..training.distributed import process_group
from ..training.fit import Fit, fit
from ..training.identity import stage_identity
from ..training.launch import launched
from ..training.saving import save_trained
from ..training.start import load_start, start_with
from ..training.teacher import taught
from .batches import collate
from .distance import distances
from .mixing import longest_text, mixed_plates, photos_to_read
from .objective import ReadingObjective, require_room
from .options import plate_options
from .pretraining import forget_pretraining, pretrain
from .recipe import PlateRecipe
from .settings import fit_settings, network_settings, picture_size


def main() -> None:
    """Write out/models/ocr."""
    if launched("src.ocr.train", P.DEVICES, P.NUM_NODES):
        return
    train(fit, P.PRETRAIN_EPOCHS)


def train(learn: Fit, pretrain_epochs: int = 0) -> None:
    """Give all that the network is trained with to `fit`, or to what is called as it, and save what has learned.

    pretrain_epochs: in which it learns without texts before.
    """
    L.seed_everything(P.SEED, verbose=False)
    config, folder = load_config(), PREPARED / "ocr"
    world, split = load_world(config), read_training_split(folder / "train.json")
    alphabet, size = world.plate_format.alphabet + UNSEEN, picture_size()
    architecture = reader_of(config.ocr_model)
    longest = longest_text(folder, world.plate_format.max_length)
    issuers = world.plate_format.issuers
    several = tuple(sorted(issuers.drawn)) if issuers is not None else ()
    settings = network_settings(architecture).for_plates(longest, len(several))
    network = architecture.new(settings.values(), size, alphabet)
    countries = several if network.countries else ()
    start = load_start(folder)
    known = start_with(
        start, network, alphabet, lambda letters: architecture.new(settings.values(), size, letters)
    )
    validation = read_prepared(folder, "val")
    require_room(network, size[1], longest)
    recipe = PlateRecipe(world, plate_options(), split.seed, "train")
    batches = training_batches(
        mixed_plates(recipe, folder, split.count),
        collate,
        split.count,
        params.BATCH_SIZE,
        worker_count(params.MULTIPROCESSING),
    )
    frozen = frozen_batches(validation, collate, params.BATCH_SIZE)
    chosen, identity = fit_settings(config, architecture), stage_identity("train_ocr", params)
    check = partial(try_exports, network, size)
    # Before the first phase: a teacher that cannot teach is named at once.
    objective = taught(
        ReadingObjective(network, countries),
        folder,
        TeacherCard("", "", architecture.decoding, alphabet, *size),
        distances(P.TEACHER_TEMPERATURE, len(alphabet) + 1),
        P.TEACHER_WEIGHT,
    )
    # Both phases are of the same processes, which meet once.
    with process_group():
        pretrain(network, pretrain_epochs, batches, frozen, chosen, identity, check)
        metrics = learn(
            "ocr",
            network,
            objective,
            batches,
            frozen,
            chosen,
            identity,
            check,
            photos_to_read(folder, network, countries),
            known,
        )
    if metrics is None:  # nothing to save, as in all of several processes but the first one
        return
    card = new_card(
        architecture, settings, size, network, config.plate_format, alphabet, metrics, countries
    )
    samples = Samples(list(validation.images[:CALIBRATION]))
    save_trained(MODELS / "ocr", network, card, start, folder, samples)
    forget_pretraining()
    print(
        f"ocr: {card.parameters:,} weights, exact {metrics['val_exact']:.4f} of whole plates "
        f"in epoch {metrics['epoch']:.0f}"
    )
    if warning := smoke_warning(metrics["val_exact"]):
        tell(warning)


if __name__ == "__main__":
    run_stage(main)
