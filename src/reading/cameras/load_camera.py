"""One camera of cameras.yaml."""

import re
from pathlib import Path

from ...common.errors import UserError
from ...inference.rotation import ANGLES, AUTO
from .addresses import camera_address
from .heading import COMPASS, WAYS, Way
from .keys import Keys, meant
from .settings import Camera, Limits
from .zones import Polygon, area

_NAME = re.compile(r"\w[\w.-]{0,63}")
_LIMITS = ("connect_s", "stall_s", "retry_s", "megabytes", "megapixels")
_CAMERA = (
    *("source", "user", "verify", "ca_file", "transport", "rate", "rotate", "min_confidence"),
    *("zones", "masks", "directions", "only", "answer_after", "parked_s", "limits"),
)
_LEAST_AREA = 1e-5


def load_limits(keys: Keys, default: Limits) -> Limits:
    """Return the limits that stand there, the others as they are by default."""
    if not keys.has("limits"):
        return default
    own = keys.below(f"{keys.where}: limits", keys.value("limits"), _LIMITS)
    return Limits(
        connect_s=own.number("connect_s", default.connect_s, 0.1, 300),
        stall_s=own.number("stall_s", default.stall_s, 0.1, 300),
        retry_s=own.number("retry_s", default.retry_s, 0.1, 3600),
        megabytes=own.number("megabytes", default.megabytes, 0.001, 200),
        megapixels=own.number("megapixels", default.megapixels, 0.01, 80),
    )


def load_camera(top: Keys, name: str, content: object, limits: Limits, folder: Path) -> Camera:
    """Return the camera of a name; folder: to which its files are relative. Raises UserError with camera and key."""
    if not _NAME.fullmatch(name):
        raise UserError(
            f"camera {name!r:.80}: a name is of letters, digits, _, - and ., 64 at most"
        )
    keys = top.below(f"camera {name}", content, _CAMERA, ("source", "password"))
    address, password = camera_address(keys, folder), keys.secret("password")
    user = keys.text("user", "")
    if (user or password) and (address.user or address.password):
        raise keys.error("user", "and password stand in the address as well: keep one of both")
    if password is not None and not user:
        raise keys.error("user", "is missing beside the password")
    directions = _directions(keys)
    only, names = keys.texts("only"), list(directions or COMPASS)
    for one in only:
        if one not in names:
            raise keys.error("only", f"has {one!r}{meant(one, names)}: write {', '.join(names)}")
    angles = [*map(str, sorted(ANGLES)), AUTO]
    sure = keys.number("min_confidence", 0, 0, 1) if keys.has("min_confidence") else None
    return Camera(
        name=name,
        kind=address.kind,
        source=address.source,
        user=user or address.user,
        password=password or address.password,
        verify=keys.flag("verify", True),
        ca_file=keys.file("ca_file"),
        transport=keys.choice("transport", "tcp", ("tcp", "udp")),
        rate=keys.number("rate", 10, 0.001, 60),
        rotate=keys.choice("rotate", "0", angles),
        min_confidence=sure,
        zones={
            zone: _polygon(keys, f"zones {zone}", p) for zone, p in keys.mapping("zones").items()
        },
        masks=_masks(keys),
        directions=directions,
        only=only,
        answer_after=keys.number("answer_after", 5, 0, 3600),
        parked_s=keys.number("parked_s", 600, 0, 7 * 86_400),
        limits=load_limits(keys, limits),
    )


def _masks(keys: Keys) -> tuple[Polygon, ...]:
    value = keys.value("masks") or []
    if not isinstance(value, list):
        raise keys.error("masks", "is no list of polygons: write - [[0, 0], [1, 0], [1, 0.2]]")
    return tuple(_polygon(keys, f"masks {n}", part) for n, part in enumerate(value, start=1))


def _polygon(keys: Keys, what: str, value: object) -> Polygon:
    points = value if isinstance(value, list) else []
    pairs = [p for p in points if isinstance(p, list) and len(p) == 2]
    numbers = [
        n for p in pairs for n in p if isinstance(n, int | float) and not isinstance(n, bool)
    ]
    if len(pairs) != len(points) or len(numbers) != 2 * len(points) or len(points) < 3:
        raise keys.error(
            what, "is no polygon: write [[x, y], [x, y], [x, y]], three points or more"
        )
    if not all(0 <= number <= 1 for number in numbers):
        raise keys.error(
            what,
            "has a point outside: points are shares of the picture's width and height, from 0 to 1",
        )
    polygon = tuple((float(x), float(y)) for x, y in pairs)
    if area(polygon) < _LEAST_AREA:
        raise keys.error(what, "has no area")
    return polygon


def _directions(keys: Keys) -> dict[str, Way]:
    found: dict[str, Way] = {}
    for name, value in keys.mapping("directions").items():
        degrees = isinstance(value, int | float) and not isinstance(value, bool)
        if degrees and 0 <= value <= 360:
            found[name] = float(value)
        elif str(value) in WAYS:
            found[name] = WAYS[str(value)]
        else:
            raise keys.error(
                f"directions {name}",
                f"is {value!r:.40}{meant(str(value), WAYS)}: write {', '.join(WAYS)}, or degrees clockwise from up",
            )
    return found
