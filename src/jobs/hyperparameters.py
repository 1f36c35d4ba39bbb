"""Hyper-parameters of others, by name and as text, as values of params.py and params.yaml.

Besides the names that `-S` takes, with `params.py:` or without, those of SageMaker's object detection are known
(docs/containers.md), so that what calls that algorithm calls this one.
"""

import json
import math
import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

import yaml

from ..common.errors import UserError
from ..common.progress import tell
from ..inference.decoding.ssd import NMS_IOU
from .overrides import PARAMS_PY

Found = dict[str, str]
"""Values as text, by their names after -S."""

# That of src/architectures/ssd/matching.py, which needs torch; a test holds both against each other.
LEAST_IOU = 0.5
# What SageMaker's own toolkits add for themselves.
_TOOLKIT = re.compile(r"sagemaker_\w+|model_dir")
_WORD = re.compile(r"[\w.+*:/@~-]+")
_TRUTHS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
_BACKBONES = {"vgg-16": "vgg16", "resnet-50": "resnet50"}
_SIZES = ("300", "512")
_OPTIMIZERS = {"adam": "adamw"}
# Of SageMaker's algorithm, what has no counterpart and does no harm: asked for, it is said and left out.
_NO_COUNTERPART = {
    "kv_store": "gradients are summed in every step",
    "label_width": "labels have no width",
    "lr_scheduler_step": "schedule of params.yaml says how the learning rate goes",
    "lr_scheduler_factor": "schedule of params.yaml says how the learning rate goes",
    "momentum": "it belongs to the optimiser",
    "freeze_layer_pattern": "TrainLocalizeParams.START_FROZEN_EPOCHS freezes what came over",
    "early_stopping": "TrainLocalizeParams.PATIENCE says when a training stops",
    "early_stopping_min_epochs": "TrainLocalizeParams.PATIENCE says when a training stops",
    "early_stopping_tolerance": "TrainLocalizeParams.PATIENCE says when a training stops",
}


def overrides_of(values: Mapping[str, str], known: Mapping[str, Any]) -> list[str]:
    """Return hyper-parameters as `-S` takes them, in the order in which they are given.

    values: text by name. known: every value by its name after -S, as of `known_values`.

    Raises UserError for a name that is not known, with the nearest one that is; for a value that is none of its kind;
    and where two of them set the same value to different ones.
    """
    found: Found = {}
    for name, text in values.items():
        if _TOOLKIT.fullmatch(name):
            continue
        for place, value in _one(name, _plain(text), values, known).items():
            if found.setdefault(place, value) != value:
                raise UserError(
                    f"{name} makes {place} {value}, and another hyper-parameter {found[place]}: "
                    "give one of them"
                )
    return [f"{place}={value}" for place, value in found.items()]


def _one(name: str, text: str, values: Mapping[str, str], known: Mapping[str, Any]) -> Found:
    """Return what a hyper-parameter sets."""
    for place in (name, f"{PARAMS_PY}:{name}"):
        if place in known and not (name == "optimizer" and text in _OPTIMIZERS):
            return {place: _text(name, text, known[place])}
    if name in _NO_COUNTERPART:
        tell(f"note: the hyper-parameter {name} is left out: {_NO_COUNTERPART[name]}")
        return {}
    if name in _SSD:
        return _SSD[name](name, text, values, known)
    raise UserError(f"no hyper-parameter is called {name!r}: {nearest(name, known)}")


def nearest(name: str, known: Mapping[str, Any]) -> str:
    """Return what may have been meant by a name that is not known, as the end of a sentence."""
    short = [place.removeprefix(f"{PARAMS_PY}:") for place in known]
    last = [place for place in short if place.rpartition(".")[2] == name]
    if last:
        return f"did you mean {' or '.join(last)}?"
    # Of several that are written alike, the first: those of the hosted detector.
    choices: dict[str, str] = {}
    for choice in (*_SSD, *_NO_COUNTERPART, *short):
        choices.setdefault(choice.lower(), choice)
        choices.setdefault(choice.rpartition(".")[2].lower(), choice)
    plain = name.removeprefix(f"{PARAMS_PY}:").lower()
    near = get_close_matches(plain, choices, n=1, cutoff=0.5)
    if near:
        return f"did you mean {choices[near[0]]}?"
    return "params.py, params.yaml and docs/containers.md have those that there are"


def _plain(text: str) -> str:
    """Return a text without the quotes that script mode puts round it."""
    if len(text) > 1 and text[0] == text[-1] == '"':
        try:
            inner = json.loads(text)
        except ValueError:
            return text
        return inner if isinstance(inner, str) else text
    return text.strip()


def _text(name: str, text: str, value: Any) -> str:
    """Return a value as -S takes it. value: one of the same kind. Raises UserError where it is of another kind."""
    try:
        if isinstance(value, bool):
            return str(_TRUTHS[text.lower()])
        if isinstance(value, int):
            return str(_whole(text))
        if isinstance(value, float):
            return repr(_number(text))
        if isinstance(value, list):
            numbers = yaml.safe_load(text)
            if not isinstance(numbers, list):
                raise ValueError
            whole = not any(isinstance(one, float) for one in value)
            read = [_whole(str(n)) if whole else _number(str(n)) for n in numbers]
            return str(read).replace(" ", "")
        if _WORD.fullmatch(text):
            return text
    except (ValueError, KeyError, yaml.YAMLError):
        pass
    raise UserError(f"the hyper-parameter {name} is {text[:80]!r}: give {_kind(value)}")


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "True or False"
    if isinstance(value, list):
        return f"a list such as {value}"
    kinds = {int: "a whole number", float: "a number"}
    return kinds.get(type(value), "a word without spaces")


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _whole(text: str) -> int:
    number = _number(text)
    if number != int(number):
        raise ValueError(text)
    return int(number)


Handler = Callable[[str, str, Mapping[str, str], Mapping[str, Any]], Found]


def _sets(place: str) -> Handler:
    """Return what handles a name that stands for one value here."""

    def handle(name: str, text: str, values: Mapping[str, str], known: Mapping[str, Any]) -> Found:
        return {place: _text(name, text, known[place])}

    return handle


def _is(constant: float, where: str) -> Handler:
    """Return what handles a name for something that is a constant here."""

    def handle(name: str, text: str, values: Mapping[str, str], known: Mapping[str, Any]) -> Found:
        if float(_text(name, text, 0.0)) != constant:
            raise UserError(
                f"{name} is {text}, and here always {constant:g} ({where}): leave it out"
            )
        return {}

    return handle


def _network(name: str, text: str, values: Mapping[str, str], known: Mapping[str, Any]) -> Found:
    """Return the single-shot detector that base_network and image_shape name together."""
    base = _plain(values.get("base_network", "vgg-16"))
    size = _plain(values.get("image_shape", _SIZES[0]))
    if base not in _BACKBONES:
        raise UserError(f"base_network is {base[:80]!r}: give {' or '.join(_BACKBONES)}")
    if size not in _SIZES:
        raise UserError(f"image_shape is {size[:80]!r}: give {' or '.join(_SIZES)}")
    return {"localize_model": f"ssd{size}_{_BACKBONES[base]}"}


def _pretrained(name: str, text: str, values: Mapping[str, str], known: Mapping[str, Any]) -> Found:
    """Return nothing, after a check that public weights are named where they are asked for."""
    wanted = _text(name, text, False) == "True"
    named = _plain(values.get("weights", known["weights"])) != "none"
    if wanted and not named:
        raise UserError(
            f"{name} is {text}: nothing is downloaded. Bring a file of public weights in a channel called weights, and "
            "give its name as the hyper-parameter weights (docs/networks.md)"
        )
    return {} if wanted else {"weights": "none"}


def _classes(name: str, text: str, values: Mapping[str, str], known: Mapping[str, Any]) -> Found:
    if _text(name, text, 1) != "1":
        raise UserError(f"{name} is {text}: there is one class here, a licence plate; give 1")
    return {}


def _samples(name: str, text: str, values: Mapping[str, str], known: Mapping[str, Any]) -> Found:
    """Return how many scenes are drawn, so that so many of them are for training."""
    share = known[f"{PARAMS_PY}:PrepareLocalizeParams.TRAIN_SPLIT"]
    count = int(_text(name, text, 1))
    return {f"{PARAMS_PY}:PrepareLocalizeParams.MAX_IMAGES": str(math.ceil(count / share))}


def _optimizer(name: str, text: str, values: Mapping[str, str], known: Mapping[str, Any]) -> Found:
    return {"optimizer": _OPTIMIZERS.get(text, text)}


_SSD: Mapping[str, Handler] = {
    "base_network": _network,
    "image_shape": _network,
    "use_pretrained_model": _pretrained,
    "num_classes": _classes,
    "num_training_samples": _samples,
    "epochs": _sets(f"{PARAMS_PY}:TrainLocalizeParams.EPOCHS"),
    "learning_rate": _sets(f"{PARAMS_PY}:TrainLocalizeParams.LR"),
    "weight_decay": _sets(f"{PARAMS_PY}:TrainLocalizeParams.WEIGHT_DECAY"),
    "early_stopping_patience": _sets(f"{PARAMS_PY}:TrainLocalizeParams.PATIENCE"),
    "mini_batch_size": _sets(f"{PARAMS_PY}:BATCH_SIZE"),
    "overlap_threshold": _is(LEAST_IOU, "the paper's"),
    "nms_threshold": _is(NMS_IOU, "the paper's"),
    "optimizer": _optimizer,
}
