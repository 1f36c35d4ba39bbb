"""Base classes of all networks: training and reading know no network by name."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from torch import Tensor, nn

from ..inference.detection import Detection
from ..inference.runtime import Raws
from .corner_refiner import CornerRefiner
from .pretrained import Source
from .torch_runtime import Output


def one_tensor(output: Output) -> Tensor:
    """Return the raw output of a network that gives one tensor; raises TypeError for several."""
    if isinstance(output, tuple):
        raise TypeError(f"one tensor is expected, not {len(output)}")
    return output


@dataclass(frozen=True)
class PlateTargets:
    """The true plates of B pictures, padded to P per picture.

    quads (B, P, 4, 2) float32 pixels, lines (B, P) int64 with 0 where there is no plate. sure (B, P) bool: are the
    plate's corners and rows known? Of the others only the place is; None: of all of them.
    """

    quads: Tensor
    lines: Tensor
    sure: Tensor | None = None


class Localizer(nn.Module, ABC):
    """Finds plates. ``forward`` takes (B, 1, H, W) grey values 0…255 of any dtype and returns its raw output.

    That is one tensor or several, with a row for each picture, and the same in training and evaluation mode: proposals
    are decoded while it trains. Everything from grey value to raw output happens in ``forward``, so that training,
    evaluation and serving cannot preprocess differently: one whose weights are for colours repeats the grey value.
    """

    # Training pictures must be multiples of this in both directions, and all others where fixed_size is None.
    multiple: int
    # Height and width of the only pictures that its exported file takes, to which readers stretch theirs; None when it
    # takes any. In torch it takes training pictures too, whatever their size.
    fixed_size: tuple[int, int] | None = None

    def __init__(self, refiner: CornerRefiner | None = None) -> None:
        """refiner: corrects the corners of detections, and is trained with the localizer; None for none."""
        super().__init__()
        self.refiner = refiner

    @abstractmethod
    def loss(self, raw: Output, targets: PlateTargets) -> dict[str, Tensor]:
        """Return scalar losses, means over the batch, "loss" being the one to minimise."""

    @abstractmethod
    def decode(self, raw: Raws, height: int, width: int, min_score: float) -> list[list[Detection]]:
        """Return each picture's detections, best first, from the raw output for B pictures (height, width).

        Boxes become upright quads; a corner refiner finds the corners.
        """

    def public_weights(self) -> Mapping[str, Source]:
        """Return where its weights stand in a file that `weights` of params.yaml names, by their names; {}: nowhere."""
        return {}


@dataclass(frozen=True)
class TextTargets:
    """The true texts of B plates, and where in their canvases they stand.

    rows: each plate's rows of text, which stand side by side from left to right; none where it is not known where a
    text of two rows is split. countries: number of each plate's, of those that the reader tells apart, -1 where it is
    not known or none of them; empty where the reader tells none apart.
    """

    texts: Sequence[str]
    rows: Sequence[tuple[str, ...]]
    countries: Sequence[int] = ()


class Reader(nn.Module, ABC):
    """Reads rectified plates. ``forward`` takes (B, 1, H, W) grey values 0…255 of any dtype.

    In evaluation mode it returns one raw tensor of B rows, which the decoding of this name in TEXT_DECODERS (decoding/
    texts.py) turns into texts of the alphabet. In training mode it may return more tensors besides; only its own loss
    looks at them.
    """

    decoding: str

    def __init__(self, alphabet: str, countries: int = 0) -> None:
        """alphabet: the characters that texts consist of. countries: how many it tells apart by what it sees."""
        super().__init__()
        self.alphabet = alphabet
        self.countries = countries

    @abstractmethod
    def loss(self, output: Output, targets: TextTargets, step: int) -> dict[str, Tensor]:
        """Return scalar losses, means over the batch, "loss" being the one to minimise.

        output: of ``forward``, in either mode. step: of training, counted from 0: a loss may change on the way.
        """

    def pretraining(self) -> nn.Module | None:
        """Return what teaches layers of this reader by plates without their texts; None where nothing does.

        It has these layers and others of its own, takes what the reader takes, and gives each plate's error (B,) in
        telling what it does not see: 1 for one that says nothing, and to be made small.
        """
        return None

    @abstractmethod
    def longest(self, width: int) -> int:
        """Return the length of the longest text that fits a canvas of this width in pixels, whatever its characters."""
