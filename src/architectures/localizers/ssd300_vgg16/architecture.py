"""The single-shot detector of 300×300 pixels on VGG-16, as far as it is known without torch."""

from ...ssd.settings import ssd_architecture

ARCHITECTURE = ssd_architecture(
    "ssd300_vgg16", 300, "vgg16", "VGG-16 (Simonyan & Zisserman 2015, arXiv:1409.1556)"
)
