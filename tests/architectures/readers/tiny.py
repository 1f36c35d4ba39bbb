"""Settings with which readers are small; those that are not named here are small enough as they are."""

from src.inference.settings import Values

TRANSFORMER: Values = {
    "strip_width": 4,
    "width": 16,
    "heads": 2,
    "encoder_layers": 1,
    "decoder_layers": 1,
    "encoder_forward": 1,
    "decoder_forward": 1,
    "block_dropout": 0.0,
}
TINY: dict[str, Values] = {
    "ctc_reader": {"channels": [4, 4, 8, 8], "hidden": 8},
    "plate_cnn": {"conv_channels": [4, 4, 4]},
    "mask_ocr": TRANSFORMER,
    "mask_ocr_small": {**TRANSFORMER, "stem_channels": [4, 4, 8], "strips_taught": 1},
}
