"""A bundle as MLEM's model: a thin shell around the bundle's files, which are MLEM's artifacts.

A server without torch imports this: `mlem serve` finds both classes by the names below.
"""

import posixpath
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar

from mlem.contrib.numpy import NumpyNdarrayType
from mlem.core.artifacts import Artifacts, LocalArtifact, Storage, get_local_file_info
from mlem.core.data_type import ArrayType, DataType, DictType, PrimitiveType
from mlem.core.model import Argument, ModelIO, ModelType, Signature
from mlem.core.objects import MlemModel
from mlem.core.requirements import InstallableRequirement, Requirements

from ..bundle.bundle import CARD, Bundle, load_trusted
from ..bundle.endpoint import Endpoint
from ..common.errors import UserError
from ..common.files import writing
from ..common.plates import NUMBER_KEY, PREFIX_KEY

# Modules that an answer needs, and the packages that bring them.
_NEEDED = {
    "onnxruntime": "onnxruntime",
    "numpy": "numpy",
    "cv2": "opencv-python-headless",
    "PIL": "pillow",
    "yaml": "pyyaml",
}


def mlem_model(bundle: Bundle) -> MlemModel:
    """Return MLEM's model of a bundle, loaded, as a server takes it."""
    model = MlemModel()
    signature = Signature(
        name="predict",
        args=[Argument(name="image", type_=NumpyNdarrayType(shape=None, dtype="uint8"))],
        returns=_answer_type(),
    )
    stack = StackModel(io=StackIO(), methods={"predict": signature}).bind(Endpoint(bundle))
    model.add_processor("model", stack)
    model.call_orders = {"predict": [("model", "predict")]}
    return model


def save_mlem_model(bundle: Bundle) -> Path:
    """Write MLEM's card of a bundle beside its folder, FOLDER.mlem; return its path.

    Raises UserError, and leaves no card, when the disk is full.
    """
    path = bundle.folder.with_name(f"{bundle.folder.name}.mlem")
    # MLEM would remove the files of the model that it describes, which are the bundle's.
    path.unlink(missing_ok=True)
    try:
        with writing(path):
            mlem_model(bundle).dump(str(bundle.folder))
    except UserError:
        path.unlink(missing_ok=True)
        raise
    return path


# MLEM imports these two classes by the names below, which cards hold, from the working directory too. Its own way is
# a pickle, which the `mlem` command cannot load: it does not find the project's modules then.
class StackIO(ModelIO):  # type: ignore[misc]
    """The saved files are the bundle's, where they are."""

    type: ClassVar[str] = "src.mlem_model.StackIO"

    def dump(self, storage: Storage, path: str, model: Endpoint) -> Artifacts:
        """Return the bundle's files as MLEM's; they lie at ``path`` of MLEM's storage already."""
        bundle = model.bundle
        return {
            name: LocalArtifact(
                uri=posixpath.join(path, name), **get_local_file_info(str(bundle.folder / name))
            )
            for name in bundle.files
        }

    def load(self, artifacts: Artifacts) -> Endpoint:
        """Return the endpoint of a bundle on this machine; raises UserError as `load_trusted` does."""
        return Endpoint(load_trusted(Path(artifacts[CARD].uri).parent))


class StackModel(ModelType):  # type: ignore[misc]
    """An endpoint as MLEM's model."""

    type: ClassVar[str] = "src.mlem_model.StackModel"

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
    text, number, whole, flag = (
        PrimitiveType(ptype=name) for name in ("str", "float", "int", "bool")
    )
    # The only type of MLEM that lets a value be null.
    optional = PrimitiveType(ptype="object")
    character = _dict({"char": text, "confidence": number})
    plate = _dict(
        {
            "text": text,
            PREFIX_KEY: text,
            NUMBER_KEY: text,
            "confidence": number,
            "confidence_min": number,
            "characters": _list(character),
            "box": _list(number),
            "quad": _list(_list(number)),
            "score": number,
            "partial": flag,
            "pattern": text,
            "region": optional,
        }
    )
    return _dict(
        {
            "plate": optional,
            PREFIX_KEY: optional,
            NUMBER_KEY: optional,
            "plates": _list(plate),
            "image": _dict({"width": whole, "height": whole}),
        }
    )


def _dict(items: Mapping[str, Any]) -> DataType:
    return DictType(item_types=dict(items))


def _list(item: DataType) -> DataType:
    return ArrayType(dtype=item, size=None)
