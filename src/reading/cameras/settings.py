"""What cameras.yaml says: cameras, where answers go, and whose plates are watched for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from .heading import Way
from .secrets import Secret, shown
from .zones import Polygon

Kind = Literal["rtsp", "http", "file", "device"]


@dataclass(frozen=True)
class Limits:
    """What a camera may take.

    connect_s, stall_s: longest time in seconds to connect, and without a whole picture. retry_s: longest time between
    two attempts to connect. megabytes: of one encoded picture, in 10⁶ bytes. megapixels: of one picture, in 10⁶.
    """

    connect_s: float = 10.0
    stall_s: float = 10.0
    retry_s: float = 60.0
    megabytes: float = 20.0
    megapixels: float = 20.0


@dataclass(frozen=True)
class Camera:
    """One camera.

    source: address, path or number, which may hold a secret. user, password: as the camera asks for them. verify:
    whether the certificate of an https address is checked, and ca_file: by which authority's, where not the system's.
    transport: of RTSP. rate: most pictures a second that are read. rotate: degrees, or "auto". min_confidence: None for
    that of the command. zones: by name; where there are any, only vehicles that were in one are answered. masks: what
    is made black before it is read. directions: what ways are called. only: directions that are answered; none: all.
    answer_after: seconds after which a vehicle is answered that is still in sight. parked_s: for how long what stands
    in its place is remembered after it was read last.
    """

    name: str
    kind: Kind
    source: Secret
    user: str = ""
    password: Secret | None = None
    verify: bool = True
    ca_file: Path | None = None
    transport: str = "tcp"
    rate: float = 10.0
    rotate: str = "0"
    min_confidence: float | None = None
    zones: Mapping[str, Polygon] = field(default_factory=dict)
    masks: tuple[Polygon, ...] = ()
    directions: Mapping[str, Way] = field(default_factory=dict)
    only: tuple[str, ...] = ()
    answer_after: float = 5.0
    parked_s: float = 600.0
    limits: Limits = Limits()

    @property
    def shown(self) -> str:
        """What may be shown of the source."""
        return shown(self.source.reveal()) if self.kind in ("rtsp", "http") else self.kind

    @property
    def live(self) -> bool:
        """Whether pictures come as time goes by, and are lost when nobody takes them; of a file none is."""
        return self.kind != "file"


@dataclass(frozen=True)
class Webhook:
    """A web address that gets every answer. key: what answers are signed with; None: they are not."""

    url: Secret
    key: Secret | None = None
    ca_file: Path | None = None
    timeout_s: float = 10.0
    only_watched: bool = False

    @property
    def shown(self) -> str:
        """What may be shown of the address."""
        return shown(self.url.reveal())


@dataclass(frozen=True)
class Mqtt:
    """A broker that gets every answer. topic: ``{camera}`` in it stands for the camera's name."""

    host: str
    port: int = 1883
    topic: str = "plates/{camera}"
    user: str = ""
    password: Secret | None = None
    tls: bool = False
    ca_file: Path | None = None
    timeout_s: float = 10.0
    only_watched: bool = False


@dataclass(frozen=True)
class Watch:
    """A list of plates. distance: how far a text that was read may be from one of them, see `watch.py`."""

    file: Path
    distance: float = 0.6


@dataclass(frozen=True)
class Settings:
    """All of it. lines: a file that gets every answer as a line of JSON; None: standard output. state: the folder for
    what has to outlive a restart. spool_bytes: that answers may take there for each target while it is away."""

    cameras: tuple[Camera, ...]
    state: Path
    lines: Path | None = None
    webhook: Webhook | None = None
    mqtt: Mqtt | None = None
    watch: Watch | None = None
    spool_bytes: int = 100_000_000
