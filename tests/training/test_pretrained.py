"""Public weights: what of a file comes over into a backbone, and what is said of the rest."""

import math
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from src.architectures.localizers.registry import build_localizer
from src.common.errors import UserError
from src.datasets.start_origin import StartOrigin
from src.inference.card import Card
from src.models.base import Localizer
from src.models.pretrained import Source, read_weights
from src.training.pretrained import start_public, take_public
from src.training.start import Start

SIZE = (64, 96)


def network(name: str) -> Localizer:
    torch.manual_seed(1)
    return build_localizer(name, {"width": 0.05, "refiner_channels": []}, SIZE)


def torchvision_of(one: Localizer) -> dict[str, Tensor]:
    """A file of a backbone as narrow as the network's, with its keys; VGG-16's last layers are whole."""
    rng = torch.Generator().manual_seed(5)
    shapes = {
        name.removeprefix("backbone."): tuple(value.shape)
        for name, value in one.state_dict().items()
        if name in one.public_weights()
    }
    if "fc.1.weight" in shapes:
        fc7, inputs = shapes["fc.1.weight"][:2]
        shapes = {name: shape for name, shape in shapes.items() if name.startswith("features.")}
        shapes |= {"classifier.0.weight": (4 * fc7, 49 * inputs), "classifier.0.bias": (4 * fc7,)}
        shapes |= {"classifier.3.weight": (4 * fc7, 4 * fc7), "classifier.3.bias": (4 * fc7,)}
        shapes |= {"classifier.6.weight": (10, 4 * fc7), "classifier.6.bias": (10,)}
    else:
        shapes |= {"layer4.0.conv1.weight": (2, 2), "fc.weight": (3, 2), "fc.bias": (3,)}
    return {
        name: torch.randn(shape, generator=rng)
        for name, shape in shapes.items()
        if not name.endswith("num_batches_tracked")
    }


def test_the_keys_are_torchvision_s() -> None:
    vgg, resnet = (network(f"ssd300_{name}").public_weights() for name in ("vgg16", "resnet50"))
    keys = {source.key for source in vgg.values()}
    assert len(keys) == 2 * (13 + 2)
    assert {"features.0.weight", "features.28.bias", "classifier.0.weight"} <= keys
    keys = {source.key for source in resnet.values() if "num_batches" not in source.key}
    # A convolution and a norm of four tensors, three in each block, one a stage beside it, and one before.
    assert len(keys) == 5 * (1 + 3 * (3 + 4 + 6) + 3)
    assert {"conv1.weight", "layer1.0.downsample.1.bias", "layer3.5.bn3.running_var"} <= keys


def test_vgg_s_last_layers_are_thinned_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = network("ssd300_vgg16")
    weights = torchvision_of(one)
    save_file(weights, tmp_path / "vgg16.safetensors")
    known = start_public(tmp_path / "vgg16.safetensors", one, one.public_weights(), None)
    state = one.state_dict()
    assert known == one.public_weights().keys()
    assert torch.equal(state["backbone.features.28.weight"], weights["features.28.weight"])
    # Output 4 of fc6 is 1 of the convolution's; of the 7×7 places the first, the middle and the last are left.
    whole = weights["classifier.0.weight"].unflatten(1, (-1, 7, 7))
    assert state["backbone.fc.1.weight"].shape[2:] == (3, 3)
    assert torch.equal(state["backbone.fc.1.weight"][1], whole[4][:, [0, 3, 6]][:, :, [0, 3, 6]])
    second = weights["classifier.3.weight"]
    assert state["backbone.fc.3.weight"][2, 3, 0, 0] == second[8, 12]
    assert torch.equal(state["backbone.fc.3.bias"], weights["classifier.3.bias"][::4])
    said = capsys.readouterr().out
    assert "starts with vgg16.safetensors" in said
    assert "not used: classifier.6.bias, classifier.6.weight" in said


def test_resnet_s_norms_come_over_with_what_they_have_seen(tmp_path: Path) -> None:
    one = network("ssd512_resnet50")
    weights = torchvision_of(one)
    torch.save({"state_dict": weights}, tmp_path / "resnet50.pth")
    known = start_public(tmp_path / "resnet50.pth", one, one.public_weights(), None)
    state = one.state_dict()
    assert torch.equal(state["backbone.conv1.weight"], weights["conv1.weight"])
    name = "layer3.5.bn3.running_var"
    assert torch.equal(state[f"backbone.{name}"], weights[name])
    # What learns slowly afterwards are weights; running means are none.
    assert known == {n for n, _ in one.named_parameters()} & one.public_weights().keys()


def test_what_does_not_fit_stays_and_is_said(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    one = network("ssd300_vgg16")
    weights = torchvision_of(one)
    weights["features.2.weight"] = torch.zeros(3, 3)
    weights["classifier.0.weight"] = torch.zeros(7, 7)
    del weights["features.0.bias"]
    before = {key: value.clone() for key, value in one.state_dict().items()}
    save_file(weights, tmp_path / "some.safetensors")
    known = start_public(tmp_path / "some.safetensors", one, one.public_weights(), None)
    for name in ("features.2.weight", "fc.1.weight", "features.0.bias"):
        assert f"backbone.{name}" not in known
        assert torch.equal(one.state_dict()[f"backbone.{name}"], before[f"backbone.{name}"])
    assert "backbone.features.2.bias" in known
    assert "classifier.0.weight is 7×7" in capsys.readouterr().out
    (row, *_) = take_public(one, one.public_weights(), weights).rows
    assert row.taken < row.total


def test_what_cannot_be_is_said_in_a_line(tmp_path: Path) -> None:
    one, plain = network("ssd300_vgg16"), build_localizer("plate_localizer_v3", {}, SIZE)
    sources = one.public_weights()
    assert start_public(tmp_path / "none", plain, {}, None) == frozenset()
    with pytest.raises(UserError, match="no public weights for PlateLocalizerV3"):
        start_public(tmp_path / "a.pth", plain, plain.public_weights(), None)
    with pytest.raises(UserError, match="there is no file"):
        start_public(tmp_path / "a.pth", one, sources, None)
    card = Card("ctc_reader", "ctc", {}, 32, 64, "swiss", "0", {}, 1)
    start = Start(card, {}, StartOrigin("release", "0", "swiss", "", ""))
    with pytest.raises(UserError, match=r"start: release and weights: a\.pth: set one"):
        start_public(tmp_path / "a.pth", one, sources, start)
    save_file({"features.0.weight": torch.zeros(2)}, tmp_path / "b.safetensors")
    with pytest.raises(UserError, match=r"nothing in .*b\.safetensors fits SSD"):
        start_public(tmp_path / "b.safetensors", one, sources, None)


class Trap:
    """Runs when it is unpickled."""

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (Path("sprung"),))


def test_a_file_that_would_run_something_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    torch.save({"a": Trap()}, tmp_path / "trap.pth")
    with pytest.raises(UserError, match="cannot be read as weights"):
        read_weights(tmp_path / "trap.pth")
    assert not (tmp_path / "sprung").exists()
    torch.save({"a": [1]}, tmp_path / "list.pth")
    with pytest.raises(UserError, match="no table of tensors"):
        read_weights(tmp_path / "list.pth")
    (tmp_path / "half.safetensors").write_bytes(b"\0" * 20)
    with pytest.raises(UserError, match="cannot be read as weights"):
        read_weights(tmp_path / "half.safetensors")
    with pytest.raises(UserError, match=r"must end in \.safetensors"):
        read_weights(tmp_path / "a.onnx")


def test_a_source_may_be_another_shape_s() -> None:
    weights = {"a": torch.arange(6.0)}
    assert Source("a").of(weights) is weights["a"]
    assert Source("b", lambda w: w[:2]).of(weights) is None
    made = Source("a", lambda w: w.view(2, 3)).of(weights)
    assert made is not None
    np.testing.assert_array_equal(made, [[0, 1, 2], [3, 4, 5]])
    with pytest.raises(ValueError, match="a is 6"):
        Source("a", lambda w: w.view(4, 4)).of(weights)


@pytest.mark.filterwarnings("ignore:Detected pickle protocol")
@pytest.mark.parametrize("zipped", [True, False])
def test_a_file_that_is_damaged_anywhere_is_named(tmp_path: Path, zipped: bool) -> None:
    file, rng = tmp_path / "a.pth", np.random.default_rng(2)
    weights = {f"features.{n}.weight": torch.ones(2, 2) for n in range(3)}
    torch.save(weights, file, _use_new_zipfile_serialization=zipped)
    whole = np.frombuffer(file.read_bytes(), np.uint8)
    for length in rng.integers(0, len(whole), 40):
        file.write_bytes(whole[:length].tobytes())
        with pytest.raises(UserError, match=r"a\.pth (cannot be read as weights|holds no table)"):
            read_weights(file)
    for place in rng.integers(0, min(900, len(whole)), 400):
        changed = whole.copy()
        changed[place] ^= 1 << rng.integers(8)
        file.write_bytes(changed.tobytes())
        with suppress(UserError):  # or it is read all the same
            read_weights(file)


@pytest.mark.parametrize(
    "odd",
    [
        torch.ones(8, 3, 3, 3, dtype=torch.int8),
        torch.ones(8, 3, 3, 3, dtype=torch.complex64),
        torch.ones(8, 3, 3, 3).to_sparse(),
        torch.ones(8, 3, 3, 3, device="meta"),
    ],
)
def test_what_are_no_weights_does_not_come_over(odd: Tensor) -> None:
    one = network("ssd300_vgg16")
    weights = torchvision_of(one)
    weights |= {"features.0.weight": odd, "classifier.0.weight": torch.tensor(1.0)}
    taken = take_public(one, one.public_weights(), weights)
    assert "backbone.features.2.weight" in taken.names
    assert not {"backbone.features.0.weight", "backbone.fc.1.weight"} & taken.names
    assert "features.0.weight holds no plain" in taken.rows[0].why


@pytest.mark.parametrize("wrong", [math.nan, math.inf])
def test_weights_that_are_not_finite_are_refused_before_training(wrong: float) -> None:
    one = network("ssd300_vgg16")
    weights = torchvision_of(one)
    weights["features.2.bias"][0] = wrong
    with pytest.raises(UserError, match=r"features\.2\.bias of .* not finite: get the file again"):
        take_public(one, one.public_weights(), weights)
