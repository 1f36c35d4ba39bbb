"""Stage train_localize: train the localizer and keep the weights of its best epoch."""

import lightning as L

import params
from params import EvaluateLocalizeParams, PrepareLocalizeParams, TrainLocalizeParams

from ..architectures.localizers.registry import localizer_of
from ..common.config import MODELS, PREPARED, load_config
from ..common.workers import worker_count
from ..datasets.prepared import read_prepared
from ..datasets.scenes import SceneRecipe
from ..datasets.teacher import TeacherCard
from ..datasets.training_split import read_training_split
from ..models.store import new_card, try_exports
from ..pipeline.stage import run_stage
from ..pipeline.world import load_world
from ..training.data import frozen_batches, training_batches
from ..training.fit import Fit, fit
from ..training.identity import stage_identity
from ..training.launch import launched
from ..training.pretrained import start_public
from ..training.saving import save_trained
from ..training.start import load_start, start_with
from ..training.teacher import taught
from .batches import collate
from .distance import DISTANCES
from .mixing import mixed_scenes, photos_to_search
from .objective import LocalizeObjective
from .options import scene_options
from .recipe import CloseRecipe
from .refiner_crops import JITTERS, CroppedScenes, CroppedSet
from .settings import fit_settings, network_settings, picture_size


def main() -> None:
    """Write out/models/localize."""
    if launched("src.localize.train", TrainLocalizeParams.DEVICES, TrainLocalizeParams.NUM_NODES):
        return
    train(fit)


def train(learn: Fit) -> None:
    """Give all that the network is trained with to `fit`, or to what is called as it, and save what has learned."""
    L.seed_everything(TrainLocalizeParams.SEED, verbose=False)
    config, folder, size = load_config(), PREPARED / "localize", picture_size()
    architecture = localizer_of(config.localize_model)
    settings = network_settings(architecture)
    world = load_world(config, PrepareLocalizeParams.KEPT_PLATES)
    split = read_training_split(folder / "train.json")
    network = architecture.new(settings.values(), size)
    start = load_start(folder)
    known = start_with(start, network) | start_public(
        config.public_weights / config.weights, network, network.public_weights(), start
    )
    jitters = JITTERS if network.refiner is not None else ()
    close = CloseRecipe(world, split.seed, "train")
    scenes = SceneRecipe(world, scene_options(), split.seed, "train")
    cropped = CroppedScenes(scenes, split.seed, jitters, close)
    validation = CroppedSet.of(read_prepared(folder, "val"), split.seed, jitters)
    least = EvaluateLocalizeParams.MIN_SCORE
    metrics = learn(
        "localize",
        network,
        taught(
            LocalizeObjective(network, least),
            folder,
            TeacherCard("", "", architecture.decoding, "", 0, 0),
            DISTANCES,
            TrainLocalizeParams.TEACHER_WEIGHT,
        ),
        training_batches(
            mixed_scenes(cropped, folder, split.count, size),
            collate,
            split.count,
            params.BATCH_SIZE,
            worker_count(params.MULTIPROCESSING),
        ),
        frozen_batches(validation, collate, params.BATCH_SIZE),
        fit_settings(config, architecture),
        stage_identity("train_localize", params),
        lambda: try_exports(network, size),
        photos_to_search(folder, split.seed, jitters, LocalizeObjective(network, least)),
        known,
    )
    if metrics is None:  # nothing to save, as in all of several processes but the first one
        return
    alphabet = world.plate_format.alphabet
    card = new_card(architecture, settings, size, network, config.plate_format, alphabet, metrics)
    save_trained(MODELS / "localize", network, card, start, folder, validation.samples())
    print(
        f"localize: {card.parameters:,} weights, AP75 {metrics['val_ap75']:.4f} in epoch {metrics['epoch']:.0f}"
    )


if __name__ == "__main__":
    run_stage(main)
