"""What a training starts with: the weights of another one that fit, the classifier's rows by character."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from ..common.errors import UserError
from ..common.untrusted import one_line
from ..datasets.start_origin import START, StartOrigin, read_origin
from ..inference.card import WEIGHTS, Card, load_card
from .distributed import this_process
from .identity import content_of

# A character that no alphabet has: what depends on the number of classes is found by one more of them.
_ONE_MORE = "\0"


@dataclass(frozen=True)
class Start:
    """Weights to start from, the card of their network, and where they come from."""

    card: Card
    weights: Mapping[str, Tensor]
    origin: StartOrigin


class Row(NamedTuple):
    """A line of the report: a part of the network, how many of its numbers came over, and what did not and why."""

    part: str
    taken: int
    total: int
    why: str = ""


@dataclass(frozen=True)
class TakenOver:
    """What came over. names: of the parameters that came over whole. rows: the report, a part of the network each."""

    names: frozenset[str]
    rows: Sequence[Row]


def load_start(prepared: Path) -> Start | None:
    """Return what a prepared set has frozen to start from; None where training starts anew.

    Raises UserError when it is damaged.
    """
    folder = prepared / START
    if not folder.is_dir():
        return None
    try:
        return Start(load_card(folder), load_file(folder / WEIGHTS), read_origin(folder))
    except (OSError, SafetensorError) as error:
        raise UserError(
            f"{folder} is damaged ({one_line(error)}): make it anew with `dvc repro -f prepare_{prepared.name}`"
        ) from error


def take_over(network: nn.Module, start: Start) -> TakenOver:
    """Copy every weight into a network that has a place of the same name and shape for it."""
    return _take_over(network, start, {})


def take_over_reader(
    network: nn.Module, start: Start, alphabet: str, build: Callable[[str], nn.Module]
) -> TakenOver:
    """Copy weights into a reader as `take_over`, and rows of its classifiers by what they stand for.

    alphabet: the network's. build: makes such a network for an alphabet. Classes that are no characters (a blank) come
    first in every decoding here, and stay where they are.
    """
    with torch.device("meta"):
        larger = build(alphabet + _ONE_MORE).state_dict()
    classes = {
        name: len(value) - len(alphabet)
        for name, value in network.state_dict().items()
        if larger[name].shape != value.shape
    }
    old = start.card.alphabet
    places = {
        name: [
            *((i, i) for i in range(first)),
            *((old.index(c) + first, i + first) for i, c in enumerate(alphabet) if c in old),
        ]
        for name, first in classes.items()
    }
    return _take_over(network, start, places)


def start_with(
    start: Start | None,
    network: nn.Module,
    alphabet: str = "",
    build: Callable[[str], nn.Module] | None = None,
) -> frozenset[str]:
    """Copy what fits of a start into a network, say what it was, and return the names of what came over whole.

    Nothing where there is no start. alphabet, build: of a reader, as in `take_over_reader`. Raises UserError when
    nothing fits.
    """
    if start is None:
        return frozenset()
    taken = (
        take_over_reader(network, start, alphabet, build) if build else take_over(network, start)
    )
    if not taken.names:
        raise UserError(
            f"nothing of {start.card.name}, which start: {start.origin.start} names, fits the network of params.yaml "
            "and params.py: choose the same network, or start: none"
        )
    if this_process().rank == 0:
        print(report(taken, start))
    return taken.names


def ancestry(start: Start | None, prepared: Path) -> dict[str, str] | None:
    """Return what a card says of a training's start: the model, its weights, and the data learned from since.

    None where it started anew. The data are those of a prepared set, by the checksum of all its files, which say too on
    which side of the split each picture is.
    """
    return None if start is None else {**asdict(start.origin), "data": content_of(prepared)}


def report(taken: TakenOver, start: Start) -> str:
    """Return the table of what came over."""
    total, count = sum(r.total for r in taken.rows), sum(r.taken for r in taken.rows)
    head = (
        f"starts from {start.origin.start} (model {start.origin.model}, {start.card.name} for "
        f"{start.card.plate_format} plates): {count:,} of {total:,} weights came over"
    )
    return "\n".join([head, *table(taken)])


def table(taken: TakenOver) -> list[str]:
    """Return a line for each part of a network: how much of it came over, and why not the rest."""
    width = max(len(row.part) for row in taken.rows)
    return [
        f"  {row.part:<{width}}  {row.taken:>9,} of {row.total:>9,}  {row.why}".rstrip()
        for row in taken.rows
    ]


def _take_over(
    network: nn.Module, start: Start, places: Mapping[str, Sequence[tuple[int, int]]]
) -> TakenOver:
    """places: for what has a row for each class, from which row to which."""
    values = network.state_dict()
    copied = {
        name: copy_fitting(value, start.weights.get(name), places.get(name))
        for name, value in values.items()
    }
    return taken_over(network, copied, depth=1)


def taken_over(network: nn.Module, copied: Mapping[str, tuple[int, str]], depth: int) -> TakenOver:
    """Return what came over of a network.

    copied: by the name of each tensor that could, how many numbers were copied, and why the others were not. depth: how
    many of a name's words make a part of the network.
    """
    values, parts = network.state_dict(), dict[str, list[Row]]()
    for name, (count, why) in copied.items():
        part = ".".join(name.split(".")[:depth])
        parts.setdefault(part, []).append(Row(name, count, values[name].numel(), why))
    whole = {row.part for rows in parts.values() for row in rows if row.taken == row.total}
    named = {name for name, _ in network.named_parameters()}
    return TakenOver(frozenset(whole & named), list(_summed(parts)))


@torch.no_grad()
def copy_fitting(
    target: Tensor, source: Tensor | None, places: Sequence[tuple[int, int]] | None
) -> tuple[int, str]:
    """Copy what fits; return how many numbers did, and why the others did not. places: as in `_take_over`."""
    if source is None:
        return 0, "new"
    fits = source.shape[1:] == target.shape[1:]
    if places is not None and fits and all(before < len(source) for before, _ in places):
        for before, now in places:
            target[now] = source[before]
        lacking = len(target) - len(places)
        return len(places) * target[0].numel(), f"{lacking} new classes" if lacking else ""
    if source.shape != target.shape:
        return 0, f"was {'×'.join(map(str, source.shape))}, is {'×'.join(map(str, target.shape))}"
    target.copy_(source)
    return target.numel(), ""


def _summed(parts: Mapping[str, Sequence[Row]]) -> Iterator[Row]:
    """Yield a row for each part."""
    for part, rows in parts.items():
        why = next((row.why for row in rows if row.why), "")
        yield Row(part, sum(row.taken for row in rows), sum(row.total for row in rows), why)
