"""Transformers over strips of the plate: their sizes, and what they learn without texts."""

import pytest
import torch

from src.architectures.readers.contrast import standardise
from src.architectures.readers.masked import HiddenStrips, MaskedReader, orders
from src.architectures.readers.registry import build_reader
from src.common.errors import UserError
from src.inference.settings import Value
from src.models.attention import Attention, waves
from tests.architectures.readers.tiny import TRANSFORMER

SIZE = (8, 40)  # ten strips


def reader(**changed: Value) -> MaskedReader:
    torch.manual_seed(1)
    network = build_reader("mask_ocr", {**TRANSFORMER, "places": 5, **changed}, SIZE, "0123")
    assert isinstance(network, MaskedReader)
    return network.eval()


def learner(**changed: Value) -> HiddenStrips:
    return reader(**changed).pretraining().eval()


def plates(count: int = 3) -> torch.Tensor:
    return torch.randint(
        0, 256, (count, 1, *SIZE), dtype=torch.uint8, generator=torch.Generator().manual_seed(2)
    )


def test_small_one_is_of_its_size() -> None:
    network = build_reader("mask_ocr_small", {}, (32, 128), "0" + "".join(map(chr, range(65, 95))))
    assert sum(p.numel() for p in network.parameters()) == 1_393_888
    assert network.eval()(torch.zeros(2, 1, 32, 128)).shape == (2, 9, 32)


def test_real_one_is_of_its_size_and_takes_a_step() -> None:
    network = build_reader("mask_ocr", {}, (48, 192), "0123")
    assert isinstance(network, MaskedReader)
    blocks = 8 * (6 * 624**2 + 10 * 624) + 6 * (16 * 624**2 + 19 * 624)
    rest = sum(p.numel() for p in network.parameters()) - blocks
    # Strips to vectors, positions, queries, two norms, classes.
    assert rest == (48 * 8 + 1 + 24 + 9 + 4) * 624 + 625 * 5
    output = network.train()(torch.zeros(1, 1, 48, 192))
    assert output.shape == (1, 9, 5)
    output.sum().backward()


def test_strips_are_the_columns_from_left_to_right() -> None:
    network, images = reader(), plates()
    strips = network.encoder.cut(standardise(images))
    assert strips.shape == (3, 10, 8 * 4)
    expected = standardise(images)[1, 0, :, 12:16]
    assert torch.equal(strips[1, 3].view(8, 4), expected)


def test_a_canvas_that_cannot_be_cut_is_refused() -> None:
    with pytest.raises(UserError, match=r"strips of 4 pixels, but it is 42 pixels wide.*IMG_WIDTH"):
        build_reader("mask_ocr_small", {}, (32, 42), "01")
    with pytest.raises(ValueError, match="width is 24: it must be a multiple of twice the heads"):
        build_reader("mask_ocr_small", {"width": 24}, (32, 128), "01")


def test_a_stem_sees_columns_of_four_pixels() -> None:
    network = reader(stem_channels=[4, 4, 8], strip_width=8)
    maps = network.encoder.stem(standardise(plates()))
    assert maps.shape == (3, 8, 1, 10)
    assert network.encoder.cut(maps).shape == (3, 5, 8 * 2)
    assert network(plates()).shape == (3, 5, 5)
    with pytest.raises(
        ValueError, match="strip_width is 10: behind a stem it must be a multiple of 4"
    ):
        reader(stem_channels=[4, 4, 8], strip_width=10)


def test_strips_speak_in_training_only_and_where_they_are_enough() -> None:
    network = reader(strips_taught=1)
    places, strips = network.train()(plates())
    assert (places.shape, strips.shape) == ((3, 5, 5), (3, 10, 5))
    assert network.eval()(plates()).shape == (3, 5, 5)
    # Six characters would need eleven strips.
    assert reader(strips_taught=1, places=6).train()(plates()).shape == (3, 6, 5)
    with pytest.raises(ValueError, match="strips_taught is 2"):
        reader(strips_taught=2)


def test_attention_by_hand() -> None:
    attention = Attention(2, 1)
    for layer in (attention.query, attention.out):
        torch.nn.init.eye_(layer.weight)
    attention.key_value.weight.data = torch.cat([torch.eye(2), torch.eye(2)])
    for layer in (attention.query, attention.key_value, attention.out):
        torch.nn.init.zeros_(layer.bias)
    memory = torch.tensor([[[2.0, 0.0], [0.0, 2.0]]])
    # Products 2 and 0, divided by √2: weights by their softmax, of values that are the memory itself.
    weights = torch.tensor([2.0, 0.0]).div(2**0.5).softmax(0)
    got = attention(torch.tensor([[[1.0, 0.0]]]), memory)
    assert torch.allclose(got, (2 * weights)[None, None], atol=1e-6)


def test_waves_tell_places_apart_and_near_ones_are_alike() -> None:
    table = waves(torch.arange(32), 16)
    assert table.shape == (32, 16)
    assert torch.allclose(table.square().sum(1), torch.tensor(8.0))
    likeness = table @ table.T / 8
    assert (likeness[10, 11] > likeness[10, 14]) & (likeness[10].argmax() == 10)


def test_orders_depend_on_the_picture_alone() -> None:
    images = plates(4)
    whole = orders(images, 10)
    assert torch.equal(whole.sort(1).values, torch.arange(10).expand(4, -1))
    assert torch.equal(orders(images[2:3], 10), whole[2:3])
    assert len({tuple(row) for row in whole.tolist()}) == 4


def test_error_by_hand() -> None:
    network, images = learner(mask_share=0.7), plates()
    strips = network.encoder.cut(standardise(images))
    hidden = orders(images, 10)[:, 3:]  # 3 of ten strips are seen
    assert hidden.shape == (3, 7)
    last = network.pixels[1]
    assert isinstance(last, torch.nn.Linear)
    torch.nn.init.zeros_(last.weight)
    torch.nn.init.constant_(last.bias, 0.5)
    expected = torch.stack(
        [(strip[which] - 0.5).square().mean() for strip, which in zip(strips, hidden, strict=True)]
    )
    assert torch.allclose(network(images), expected, atol=1e-6)


@pytest.mark.parametrize("stem", [[], [4, 4, 8]])
def test_what_is_hidden_is_not_seen(stem: list[int]) -> None:
    network, images = learner(stem_channels=stem), plates(1)
    told = []
    network.pixels.register_forward_hook(lambda *called: told.append(called[2]))
    network(images)
    # Within a hidden strip two pixels change places: mean and deviation, and so the order, stay what they are.
    strip = int(orders(images, 10)[0, -1])
    other = images.clone()
    column = images[0, 0, :, 4 * strip]
    other[0, 0, :, 4 * strip] = column.flip(0)
    network(other)
    assert torch.allclose(told[0], told[1], atol=1e-5)
    seen = int(orders(images, 10)[0, 0])
    other[0, 0, :, 4 * seen] = images[0, 0, :, 4 * seen].flip(0)
    network(other)
    assert not torch.allclose(told[0], told[2], atol=1e-3)


@pytest.mark.parametrize(("share", "seen"), [(0.0, 9), (0.5, 5), (0.99, 1)])
def test_at_least_one_strip_is_seen_and_one_is_hidden(share: float, seen: int) -> None:
    network = learner(mask_share=share)
    shapes = []
    network.encoder.register_forward_hook(lambda *called: shapes.append(called[2].shape))
    assert torch.isfinite(network(plates())).all()
    assert shapes == [(3, seen, 16)]


def test_it_shares_the_encoder_with_the_reader_and_nothing_else() -> None:
    network = reader()
    shared = {id(p) for p in network.encoder.parameters()}
    assert {id(p) for p in network.parameters()} & {
        id(p) for p in network.pretraining().parameters()
    } == shared
