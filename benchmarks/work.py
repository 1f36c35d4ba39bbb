"""Arithmetic of a training step or a network, and how much of it the machine could do at most."""

import time
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

Shape = Sequence[int]
# Rows of the table of layers; what is left goes into one more.
MOST_LAYERS = 12
# Side of the matrices whose product is the machine's peak, products a turn, and turns, of which the best counts.
SIDE, PRODUCTS, TURNS = 1536, 4, 8


def work(step: Callable[[], Tensor], pictures: int) -> tuple[float, list[list[str]]]:
    """Return the arithmetic of a step, forward and backward, in GFLOP a picture, and a row for each layer.

    step: gives the loss of so many pictures. A multiplication and an addition are two FLOP; convolutions, matrix
    products and LSTMs are counted, which is all but a few percent. Layers are told by their way forward alone: on the
    way back torch's counter takes some of one layer's work for another's too.
    """
    with flop_counter() as forward:
        loss = step()
    with flop_counter() as backward:
        loss.backward()  # type: ignore[no-untyped-call]
    total = forward.get_total_flops()
    counts = {name: sum(ops.values()) for name, ops in forward.get_flop_counts().items()}
    # A layer is a module of which no other one that was counted is a part.
    layers = [
        (name, count)
        for name, count in counts.items()
        if name != "Global" and not any(other.startswith(f"{name}.") for other in counts)
    ]
    layers.sort(key=lambda layer: -layer[1])
    shown = layers[:MOST_LAYERS]
    rest = total - sum(count for _, count in shown)
    return (total + backward.get_total_flops()) / pictures / 1e9, [
        [name.partition(".")[2], f"{count / pictures / 1e6:.1f}", f"{count / total:.0%}"]
        for name, count in [*shown, ("all.the others", rest)]
    ]


def forward_work(network: nn.Module, shape: Shape) -> float:
    """Return the arithmetic of a network on pictures (N, 1, H, W) in GFLOP, counted as by `work`."""
    with torch.no_grad(), flop_counter() as counter:
        network.eval()(torch.zeros(tuple(shape), dtype=torch.uint8))
    return float(counter.get_total_flops()) / 1e9


def peak(precision: torch.dtype, clock: Callable[[], float] = time.perf_counter) -> float:
    """Return the most that products of two large matrices reach here with all of torch's threads, in GFLOP/s.

    clock: gives seconds; with one thread, `time.process_time` leaves out what other processes take.
    """
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    a = torch.randn(SIDE, SIDE, device=device, dtype=precision)
    best = 0.0
    for _ in range(TURNS):
        begin = clock()
        for _ in range(PRODUCTS):
            a @ a
        if device.type == "cuda":
            torch.cuda.synchronize()
        best = max(best, PRODUCTS / (clock() - begin))
    return best * 2 * SIDE**3 / 1e9


def flop_counter() -> FlopCounterMode:
    """Return what counts the arithmetic of all that torch does while it is entered, LSTMs too."""
    recurrent = {
        torch.ops.aten.mkldnn_rnn_layer: _lstm,
        torch.ops.aten.mkldnn_rnn_layer_backward: _lstm_backward,
    }
    return FlopCounterMode(display=False, custom_mapping=recurrent)


def _lstm(values: Shape, weight_ih: Shape, weight_hh: Shape, *_: object, **__: object) -> int:
    """Return the FLOP of one direction of an LSTM over (B, T, inputs) or (T, B, inputs), from torch's arguments."""
    rows, inputs = weight_ih
    return 2 * values[0] * values[1] * rows * (inputs + weight_hh[1])


def _lstm_backward(
    values: Shape, weight_ih: Shape, weight_hh: Shape, *_: object, **__: object
) -> int:
    """Return as much again for the gradients of what goes in, and for those of the weights."""
    return 2 * _lstm(values, weight_ih, weight_hh)
