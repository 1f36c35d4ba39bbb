"""Where a plate's corners come to lie when it is seen by a camera."""

import numpy as np
from numpy.typing import NDArray

# A share of plates is seen like a picture edited on a screen (sheared, squeezed) and not like one from a camera.
SHEARED = 0.15
# A share of cameras is held at any angle rather than upright.
TILTED = 0.3


def seen_quad(rng: np.random.Generator, aspect: float, width: float) -> NDArray[np.float32]:
    """Draw a view of a plate and return its corners (4, 2) around the origin, clockwise from its top left.

    aspect: width over height of the plate itself. width: pixels of the longer of its upper and lower edge.
    Large plates are seen straighter: a photograph that a plate fills is taken from in front of it.
    """
    calm = 1.0 if width < 160 else 0.5
    yaw = float(np.clip(rng.normal(0, 20), -58, 58)) * calm
    pitch = float(np.clip(rng.normal(0, 14), -45, 45)) * calm
    roll = float(rng.normal(0, 18 if rng.random() < TILTED else 4)) * calm
    half = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]]) * [1.0, 1.0 / aspect]
    if rng.random() < SHEARED:
        half[:, 0] += half[:, 1] * rng.uniform(-0.9, 0.9)
        half[:, 1] *= rng.uniform(0.6, 1.15)
        roll = float(rng.normal(0, 22)) * calm
    points = np.concatenate([half, np.zeros((4, 1))], 1) @ _rotation(yaw, pitch, roll).T
    distance = float(rng.uniform(2.0, 10.0))
    flat = points[:, :2] / (1.0 + points[:, 2:] / distance)
    edges = max(np.hypot(*(flat[1] - flat[0])), np.hypot(*(flat[2] - flat[3])))
    quad: NDArray[np.float32] = (flat * (width / edges)).astype(np.float32)
    return quad


def _rotation(yaw: float, pitch: float, roll: float) -> NDArray[np.float64]:
    """Return the 3×3 matrix of a turn about the vertical, the horizontal and the viewing axis, in degrees."""
    (cy, cp, cr), (sy, sp, sr) = (f(np.radians([yaw, pitch, roll])) for f in (np.cos, np.sin))
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_x = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    about_z = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    turn: NDArray[np.float64] = about_z @ about_y @ about_x
    return turn
