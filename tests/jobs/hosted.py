"""A folder laid out as a hosted training's: channels of drawn pictures with a JSON each, hyper-parameters, machines."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from PIL import Image

from tests.checkout import TINY
from tests.photographs import TILTED, picture

# As few hyper-parameters as make a training tiny.
SMALL = {
    **{name: str(value) for name, value in TINY.items() if name != "TrainLocalizeParams.EPOCHS"},
    "epochs": "1",
    "PrepareLocalizeParams.KEPT_PLATES": "4",
}


def write_channels(data: Path, counts: Mapping[str, int]) -> None:
    """Write the channels of a hosted detector: so many pictures each, with a box round a plate."""
    for channel, count in counts.items():
        for number in range(count):
            for folder in (data / channel, data / f"{channel}_annotation"):
                folder.mkdir(parents=True, exist_ok=True)
            name = f"{channel}-{number}"
            Image.fromarray(picture(TILTED, seed=number)).save(data / channel / f"{name}.png")
            low, high = TILTED.min(0), TILTED.max(0)
            box = {
                "left": low[0],
                "top": low[1],
                "width": high[0] - low[0],
                "height": high[1] - low[1],
            }
            content = {
                "file": f"{name}.png",
                "image_size": [{"width": 320, "height": 240, "depth": 3}],
                "annotations": [{"class_id": 0, **{k: int(v) for k, v in box.items()}}],
                "categories": [{"class_id": 0, "name": "plate"}],
            }
            (data / f"{channel}_annotation" / f"{name}.json").write_text(json.dumps(content))


def lay_out(
    root: Path,
    hyperparameters: Mapping[str, str],
    hosts: Sequence[str] = (),
    here: str = "",
) -> Path:
    """Write the settings of a hosted training below a root, and return it."""
    config = root / "input/config"
    config.mkdir(parents=True)
    (config / "hyperparameters.json").write_text(json.dumps(hyperparameters))
    if hosts:
        resources = {"current_host": here, "hosts": list(hosts), "network_interface_name": "lo"}
        (config / "resourceconfig.json").write_text(json.dumps(resources))
    return root
