"""From colours to grey values, as different cameras see them."""

from .formats.base import RGB

LUMINANCES: tuple[tuple[float, float, float], ...] = (
    (0.299, 0.587, 0.114),  # ITU-R BT.601, what image libraries use
    (0.213, 0.715, 0.072),  # ITU-R BT.709
    (0.333, 0.334, 0.333),  # plain mean
    (0.360, 0.540, 0.100),  # warm light
    (0.240, 0.570, 0.190),  # cold light
    (0.600, 0.300, 0.100),  # near infrared: red turns pale
)
LUMINANCE_SHARES = (0.50, 0.10, 0.10, 0.12, 0.12, 0.06)


def grey(colour: RGB, luminance: int) -> int:
    """Grey value, 0…255, of an RGB colour under `LUMINANCES[luminance]`."""
    weights = LUMINANCES[luminance]
    return round(sum(w * c for w, c in zip(weights, colour, strict=True)))
