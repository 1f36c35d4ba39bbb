"""Save both trained networks as one MLEM model, out/models/stack.mlem, for src.serve and `mlem serve`.

python3 -m src.save_stack
"""

import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from mlem.contrib.numpy import NumpyNdarrayType
from mlem.core.artifacts import Artifacts, Storage
from mlem.core.data_type import ArrayType, DataType, DictType, PrimitiveType
from mlem.core.model import Argument, ModelIO, ModelType, Signature
from mlem.core.objects import MlemModel
from mlem.core.requirements import InstallableRequirement, Requirements

from params import EvaluateStackParams
from src.common.config import MODELS, ROOT, load_config
from src.common.errors import run_main
from src.models.base import Localizer, Reader
from src.models.store import Card, check_onnx, load_localizer, load_reader
from src.stack.endpoint import Endpoint

STACK = MODELS / "stack"
# Modules that an answer needs, and the packages that bring them.
_NEEDED = {
    "torch": "torch",
    "onnxruntime": "onnxruntime",
    "safetensors": "safetensors",
    "numpy": "numpy",
    "cv2": "opencv-python-headless",
    "PIL": "pillow",
    "yaml": "pyyaml",
}


def main() -> None:
    """Save the networks of out/models with the thresholds of EvaluateStackParams."""
    p = EvaluateStackParams
    endpoint = Endpoint(
        str(MODELS.relative_to(ROOT)),
        p.MIN_SCORE,
        p.MIN_CONFIDENCE,
        tuple(p.LONG_SIDES),
        load_config().runtime,
    )
    save_stack(endpoint, STACK)
    print(f"saved {STACK.relative_to(ROOT)}.mlem; serve it with `python3 -m src.serve`")


def save_stack(endpoint: Endpoint, path: Path) -> None:
    """Write the MLEM model ``path``.mlem and its settings, ``path``.

    It reads a picture before it writes, and compares what both engines compute: raises UserError when a network is
    missing or damaged, or its ONNX file is not of its weights.
    """
    check_engines(ROOT / endpoint.models)
    endpoint.predict(np.zeros((64, 64), np.uint8))
    model = MlemModel()
    signature = Signature(
        name="predict",
        args=[Argument(name="image", type_=NumpyNdarrayType(shape=None, dtype="uint8"))],
        returns=_answer_type(),
    )
    stack = StackModel(io=StackIO(), methods={"predict": signature}).bind(endpoint)
    model.add_processor("model", stack)
    model.call_orders = {"predict": [("model", "predict")]}
    model.dump(str(path))


def check_engines(models: Path) -> None:
    """Print how far ONNX Runtime is from torch for each network; raises UserError when that is too far."""
    networks: list[tuple[str, tuple[Localizer | Reader, Card]]] = [
        ("localize", load_localizer(models / "localize")),
        ("ocr", load_reader(models / "ocr")),
    ]
    for name, (network, card) in networks:
        deviation = check_onnx(models / name, network, card)
        print(f"{name}: ONNX Runtime and torch differ by at most {deviation:.1e}")


# MLEM imports these two classes by the names below, from the working directory too. Its own way is
# a pickle, which the `mlem` command cannot load: it does not find the project's modules then.
class StackIO(ModelIO):  # type: ignore[misc]
    """The saved file is the endpoint's settings as JSON."""

    type: ClassVar[str] = "src.save_stack.StackIO"

    def dump(self, storage: Storage, path: str, model: Endpoint) -> Artifacts:
        """Write the settings to ``path`` in MLEM's storage."""
        with storage.open(path) as (file, artifact):
            file.write(json.dumps(model.settings()).encode())
        return {self.art_name: artifact}

    def load(self, artifacts: Artifacts) -> Endpoint:
        """Return the endpoint of the settings that `dump` wrote."""
        with artifacts[self.art_name].open() as file:
            return Endpoint.from_settings(json.load(file))


class StackModel(ModelType):  # type: ignore[misc]
    """An endpoint as MLEM's model."""

    type: ClassVar[str] = "src.save_stack.StackModel"

    def get_requirements(self) -> Requirements:
        """Return the packages it needs; MLEM's own search would copy the project's source."""
        return Requirements.new(
            [
                InstallableRequirement(module=module, package_name=name, version=version(name))
                for module, name in _NEEDED.items()
            ]
        )


def _answer_type() -> DataType:
    """Return the shape of the endpoint's answer in MLEM's words."""
    text, number, whole = (PrimitiveType(ptype=name) for name in ("str", "float", "int"))
    # The only type of MLEM that lets a value be null.
    optional = PrimitiveType(ptype="object")
    character = _dict({"char": text, "confidence": number})
    plate = _dict(
        {
            "text": text,
            "canton": text,
            "number": text,
            "confidence": number,
            "confidence_min": number,
            "characters": _list(character),
            "box": _list(number),
            "quad": _list(_list(number)),
            "score": number,
        }
    )
    return _dict(
        {
            "plate": optional,
            "canton": optional,
            "number": optional,
            "plates": _list(plate),
            "image": _dict({"width": whole, "height": whole}),
        }
    )


def _dict(items: Mapping[str, Any]) -> DataType:
    return DictType(item_types=dict(items))


def _list(item: DataType) -> DataType:
    return ArrayType(dtype=item, size=None)


if __name__ == "__main__":
    run_main(main)
