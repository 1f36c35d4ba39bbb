"""Contrast of rectified plates."""

from torch import Tensor


def standardise(images: Tensor) -> Tensor:
    """Return pictures (B, 1, H, W) with mean 0 and deviation 1 each; flat ones become 0, never NaN."""
    x = images.float()
    mean = x.mean((2, 3), keepdim=True)
    variance = (x - mean).square().mean((2, 3), keepdim=True)
    return (x - mean) / (variance + 4.0).sqrt()
