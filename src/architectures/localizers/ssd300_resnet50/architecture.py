"""The single-shot detector of 300×300 pixels on ResNet-50, as far as it is known without torch."""

from ...ssd.settings import ssd_architecture

ARCHITECTURE = ssd_architecture(
    "ssd300_resnet50", 300, "resnet50", "ResNet-50 (He et al. 2016, arXiv:1512.03385)"
)
