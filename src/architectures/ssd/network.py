"""The single-shot detector: boxes and scores from several maps of a network, at once and for every prior box."""

from collections.abc import Mapping, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ...inference.decoding.ssd import box_counts, decode_ssd, prior_boxes
from ...inference.detection import Detection
from ...inference.runtime import Raws
from ...inference.settings import Size
from ...models.base import Localizer, PlateTargets
from ...models.corner_refiner import CornerRefiner
from ...models.pretrained import Source, prefixed
from ...models.torch_runtime import Output
from .backbones import VGG, ResNet
from .loss import multibox_loss
from .matching import match
from .settings import Backbone

BACKBONES: dict[Backbone, type[VGG | ResNet]] = {"vgg16": VGG, "resnet50": ResNet}
# Mean and deviation of ImageNet's red, green and blue values, 0…1: public weights expect colours so.
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
# Classes: background and plate.
CLASSES = 2


class SSD(Localizer):
    """Detector over square pictures of ``side`` pixels, to which it stretches all others.

    width: factor on all channels of the backbone. ratios: of prior boxes, see `prior_boxes`. pictures: height and width
    of those that it is trained on.
    """

    multiple = 1

    def __init__(
        self,
        side: int,
        backbone: Backbone,
        width: float,
        ratios: Sequence[float],
        refiner: CornerRefiner | None,
        pictures: Size,
    ) -> None:
        super().__init__(refiner)
        self.fixed_size = (side, side)
        self.pictures = pictures
        self.side, self.ratios = side, tuple(map(float, ratios))
        self.backbone: VGG | ResNet = BACKBONES[backbone](side, width)
        self.scores, self.places = nn.ModuleList(), nn.ModuleList()
        for channels, boxes in zip(self.backbone.channels, box_counts(side, ratios), strict=True):
            self.scores.append(_head(channels, boxes * CLASSES))
            self.places.append(_head(channels, boxes * 4))
        # Start with a score of 1%: nearly all boxes are background (Lin et al. 2017, arXiv:1708.02002).
        for head in self.scores:
            assert isinstance(head, nn.Conv2d)
            assert head.bias is not None
            nn.init.constant_(head.bias[1::CLASSES], -4.6)
        for name, colours in (("mean", MEAN), ("deviation", DEVIATION)):
            values = 255 * torch.tensor(colours)[None, :, None, None]
            self.register_buffer(name, values, persistent=False)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits of background and plate (B, N, 2), and offsets (B, N, 4) from the prior boxes."""
        x = F.interpolate(images.float(), (self.side, self.side), mode="bilinear")
        maps = self.backbone((x - self.get_buffer("mean")) / self.get_buffer("deviation"))
        return _joined(self.scores, maps, CLASSES), _joined(self.places, maps, 4)

    def loss(self, raw: Output, targets: PlateTargets) -> dict[str, Tensor]:
        """Cross entropy on scores, hard negatives three to one, and smooth L1 on offsets; see `multibox_loss`."""
        assert isinstance(raw, tuple)
        logits, offsets = raw
        size = targets.quads.new_tensor(self.pictures).flip(0)
        # Half a pixel: shares are those of a picture's edges, and a quad's zero is the middle of a pixel.
        quads = (targets.quads + 0.5) / size
        low, high = quads.amin(2), quads.amax(2)
        priors = torch.from_numpy(prior_boxes(self.side, self.ratios)).to(logits.device).float()
        boxes = torch.cat([low, high], -1).float()
        matched = match(boxes, targets.lines > 0, priors)
        return multibox_loss(logits.float(), offsets.float(), matched)

    def decode(self, raw: Raws, height: int, width: int, min_score: float) -> list[list[Detection]]:
        """Return what `decode_ssd` does."""
        return decode_ssd(self.side, self.ratios, raw, height, width, min_score)

    def public_weights(self) -> Mapping[str, Source]:
        """Return where the backbone's weights stand in a file of VGG-16 or ResNet-50."""
        return prefixed("backbone", self.backbone.public_weights())


def _head(channels: int, outputs: int) -> nn.Conv2d:
    head = nn.Conv2d(channels, outputs, 3, padding=1)
    nn.init.xavier_uniform_(head.weight)
    assert head.bias is not None
    nn.init.zeros_(head.bias)
    return head


def _joined(heads: nn.ModuleList, maps: Sequence[Tensor], values: int) -> Tensor:
    """Return (B, N, values): what the heads say of the boxes of all maps, in the order of the prior boxes."""
    rows = [
        head(one).permute(0, 2, 3, 1).flatten(1).unflatten(1, (-1, values))
        for head, one in zip(heads, maps, strict=True)
    ]
    return torch.cat(rows, 1)
