"""Stage parameters, read by DVC without running this file and changed with ``-S``.

    dvc exp run -S "params.py:TrainOCRParams.EPOCHS=3"

DVC finds a value as the text ``NAME… = value`` on one line and replaces it there; where the text does
not match it changes nothing and says nothing. So every value here is a plain one-line literal that
``str()`` prints back unchanged: no tuples, no ``5e-4``, no ``1_000``, no strings (those that one may
choose are in params.yaml). ``tests/test_params.py`` applies ``-S`` to each of them.
"""

# Render and load with one process per CPU core (True) or all in this process (False); same bytes either way.
MULTIPROCESSING: bool = True
# Pictures per training step.
BATCH_SIZE: int = 32
# Share of each batch that is your photographs, at least one of them, where data/datasets/photos has some whose split is
# train; 0: drawings alone.
PHOTO_SHARE: float = 0.5


class PreparePhotosParams:
    # Lowest score of a find of the start model (params.yaml) that gives a labelled plate its corners.
    MIN_SCORE: float = 0.3
    # Most photographed plates of a split that are frozen, drawn at random; each takes up to 150 KB.
    MAX_PHOTOS: int = 20000


class TrainPhotosParams:
    # How often plates of two lines are seen for once that the others are.
    STACKED_COEFF: int = 1
    # Mean number of transformations of a photograph, each time that it is seen.
    TRANSFORMS: float = 1.2
    # How often each of them is drawn, relative to the others. Motion blur, rotation, rotation in space, defocus.
    MOT: int = 2
    ROT: int = 3
    R3D: int = 1
    BLR: int = 1
    # Shade, noise (salt and pepper too), a side cut off, a side padded, top and bottom cut off.
    SHD: int = 1
    NOI: int = 1
    CUT: int = 1
    PAD: int = 1
    TBC: int = 1
    # Brightness and contrast, downsizing.
    BRG: int = 1
    RSZ: int = 1


class LocalizeParams:
    # Height and width in pixels of the scenes that the localizer learns from; multiples of 32. It then takes pictures
    # of any size and looks at them at several scales (EvaluateStackParams.LONG_SIDES), so small scenes suffice.
    IMG_HEIGHT: int = 128
    IMG_WIDTH: int = 128


class PrepareLocalizeParams:
    # Seed of the training and validation scenes.
    SEED: int = 1
    # Scenes per epoch and in validation, together.
    MAX_IMAGES: int = 14000
    # Share of them that is for training; the rest is frozen as the validation set.
    TRAIN_SPLIT: float = 0.9
    # Most plates in one scene.
    MAX_PLATES: int = 2
    # Share of scenes without any plate.
    EMPTY_SHARE: float = 0.12
    # Share of the scenes with plates in which a part of one plate cannot be seen: beyond the edge, behind something.
    OCCLUDED_SHARE: float = 0.15
    # Width of a plate as a share of the scene's width, drawn log-uniformly between these two.
    MIN_PLATE: float = 0.18
    MAX_PLATE: float = 1.0
    # Plates that the training scenes show again and again, each time in another place, pose and light; 0: each is new.
    # Validation shows new ones. Each costs 70 KB of memory a process.
    KEPT_PLATES: int = 1600


class LocalizeModelParams:
    # Channels of the corner detector at 1/4, 1/8, 1/16 and 1/32 of the picture's size.
    CHANNELS: list[int] = [24, 48, 80, 96]
    # Residual blocks at 1/8, 1/16 and 1/32.
    BLOCKS: list[int] = [1, 1, 1]
    # Channels of the corner refiner, which corrects each plate's corners on a crop of it, at 1/4, 1/8 and 1/16 of the
    # crop's size; [] for no refiner.
    REFINER_CHANNELS: list[int] = [32, 48, 64]
    # Units of its layer that sees the whole crop at once.
    REFINER_HIDDEN: int = 128
    # Factor on the channels of a network with a published size (ssd…: all; scrfd_mnv4: its backbone's); with a quarter
    # ssd… trains on a processor.
    WIDTH: float = 1.0
    # Ratios of the boxes that single-shot detectors (ssd…) start from: two that come wide and high, as published, and
    # any number of others that come wide, such as 4.0 and 5.0 for long plates.
    PRIOR_RATIOS: list[float] = [2.0, 3.0]


class TrainLocalizeParams:
    # Seed of the weights and of the order of everything random in training.
    SEED: int = 1
    # Highest learning rate of the schedule that params.yaml names; `python3 -m src.find_lr` suggests one.
    LR: float = 0.003
    # Decay of the weights, of norms and biases excepted.
    WEIGHT_DECAY: float = 0.01
    # Each epoch draws fresh scenes.
    EPOCHS: int = 10
    # Share of all steps over which the learning rate rises to LR.
    WARMUP: float = 0.1
    # Norm to which gradients are clipped.
    GRAD_CLIP: float = 5.0
    # Epochs without a better validation score after which training stops; with a schedule that is planned, of its
    # second half.
    PATIENCE: int = 6
    # The plateau schedules of params.yaml: epochs without progress after which the learning rate is lowered, and factor
    # by which it is.
    PLATEAU_PATIENCE: int = 2
    PLATEAU_FACTOR: float = 0.1
    # Decay per step of an average of the weights, which is validated and kept in place of the last ones; 0: no average.
    EMA_DECAY: float = 0.0
    # Factor on the learning rate of the network's backbone; other than 1 for networks that have one alone.
    BACKBONE_LR_FACTOR: float = 1.0
    # Factor on the learning rate of the layers that came over from the model that `start` of params.yaml names.
    START_LR_FACTOR: float = 0.1
    # First epochs in which these layers do not move, while the others learn.
    START_FROZEN_EPOCHS: int = 0
    # Weight of the distance from what the teacher says that params.yaml names, in the loss.
    TEACHER_WEIGHT: float = 1.0
    # Processes that train together on each machine, one for each GPU (or for some of the cores); they share the batch.
    DEVICES: int = 1
    # Machines that train together; the stage is started on each of them, with MASTER_ADDR in the environment.
    NUM_NODES: int = 1


class EvaluateLocalizeParams:
    # Lowest score that counts as a detection.
    MIN_SCORE: float = 0.3
    # Pictures in each of the two sheets: predictions at random, worst mistakes.
    MAX_PICTURES: int = 24


class OCRParams:
    # Height and width of a rectified plate in pixels, both even. Two-line plates put their halves side by side.
    IMG_HEIGHT: int = 32
    IMG_WIDTH: int = 128


class PrepareOCRParams:
    # Seed of the training and validation plates.
    SEED: int = 2
    # Plates per epoch and in validation, together.
    MAX_IMAGES: int = 24000
    # Share of them that is for training; the rest is frozen as the validation set.
    TRAIN_SPLIT: float = 0.9
    # Typical deviation of the corners from their true places in plate heights: the localizer's error, which the
    # reader has to live with. Plates are drawn with none of it up to twice as much.
    CORNER_ERROR: float = 0.05
    # Share of pictures that show no plate; their text is empty.
    EMPTY_SHARE: float = 0.14
    # Share of the plates whose text the plate format does not know; they look like the others.
    FOREIGN_SHARE: float = 0.08
    # Share of the plates of which a part cannot be seen: beyond the picture's edge, behind or under something.
    OCCLUDED_SHARE: float = 0.2
    # Width of a plate in the picture in pixels, drawn log-uniformly between these two.
    MIN_PLATE_WIDTH: int = 44
    MAX_PLATE_WIDTH: int = 256


class OCRModelParams:
    # Channels of the four convolution stages of the reader.
    CHANNELS: list[int] = [48, 96, 128, 192]
    # Units per direction of the recurrent layer that carries context along the plate.
    HIDDEN: int = 128
    # Dropout before the classifier. With any, the cores share each step rather than the batch, and take longer.
    DROPOUT: float = 0.0


class TrainOCRParams:
    # Seed of the weights and of the order of everything random in training.
    SEED: int = 2
    # Highest learning rate of the schedule that params.yaml names; `python3 -m src.find_lr` suggests one.
    LR: float = 0.004
    # Decay of the weights, of norms and biases excepted.
    WEIGHT_DECAY: float = 0.01
    # Each epoch draws fresh plates.
    EPOCHS: int = 16
    # Epochs before them that learn from plates without their texts, drawn ones and photographs: to tell parts that are
    # hidden by the others. For mask_ocr and mask_ocr_small.
    PRETRAIN_EPOCHS: int = 0
    # Share of all steps over which the learning rate rises to LR.
    WARMUP: float = 0.1
    # Norm to which gradients are clipped.
    GRAD_CLIP: float = 5.0
    # Epochs without a better validation score after which training stops; with a schedule that is planned, of its
    # second half.
    PATIENCE: int = 6
    # The plateau schedules of params.yaml: epochs without progress after which the learning rate is lowered, and factor
    # by which it is.
    PLATEAU_PATIENCE: int = 2
    PLATEAU_FACTOR: float = 0.1
    # Decay per step of an average of the weights, which is validated and kept in place of the last ones; 0: no average.
    EMA_DECAY: float = 0.0
    # Factor on the learning rate of the network's backbone; other than 1 for networks that have one alone.
    BACKBONE_LR_FACTOR: float = 1.0
    # Factor on the learning rate of the layers that came over from the model that `start` of params.yaml names.
    START_LR_FACTOR: float = 0.7
    # First epochs in which these layers do not move, while the others learn.
    START_FROZEN_EPOCHS: int = 0
    # Weight of the distance from what the teacher says that params.yaml names, in the loss.
    TEACHER_WEIGHT: float = 1.0
    # Temperature by which both logits are divided for that.
    TEACHER_TEMPERATURE: float = 2.0
    # Processes that train together on each machine, one for each GPU (or for some of the cores); they share the batch.
    DEVICES: int = 1
    # Machines that train together; the stage is started on each of them, with MASTER_ADDR in the environment.
    NUM_NODES: int = 1


class EvaluateOCRParams:
    # Pictures in each of the two sheets: predictions at random, worst mistakes.
    MAX_PICTURES: int = 40


class PrepareStackParams:
    # Seed of the test scenes, which no training sees.
    SEED: int = 3
    # Scenes in the test set.
    MAX_IMAGES: int = 3000
    # Height and width of a scene in pixels.
    IMG_HEIGHT: int = 256
    IMG_WIDTH: int = 256
    # Most plates in one scene.
    MAX_PLATES: int = 3
    # Scenes in the set of hard ones: plates of which a part cannot be seen, and notices that are none.
    HARD_IMAGES: int = 600
    # Share of scenes without any plate.
    EMPTY_SHARE: float = 0.3
    # Width of a plate as a share of the scene's width; about 50 pixels are needed to read one.
    MIN_PLATE: float = 0.22
    MAX_PLATE: float = 1.0


class EvaluateStackParams:
    # Lowest score of the localizer, and lowest probability that the whole text is right, for a reading to be given.
    MIN_SCORE: float = 0.2
    MIN_CONFIDENCE: float = 0.4
    # Long sides in pixels to which a larger picture is shrunk for the localizer, each one a pass. What is then still
    # shrunk is looked at closer, in tiles (src/inference/tiles.py).
    LONG_SIDES: list[int] = [128, 256, 640]
    # Pictures in each sheet.
    MAX_PICTURES: int = 24
