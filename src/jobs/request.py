"""What a job is asked for, on the machine where it runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .hosts import Hosts

JOBS = ("preprocess", "augment", "train", "test")


@dataclass(frozen=True)
class Request:
    """A job on this machine.

    job: one of JOBS. out: where the result goes. checkpoints: what a job that is started again goes on from.
    extra: where metrics and pictures of a training go, None for nowhere. sources: data by the name of their channel, as
    `place` takes them. md5: what DVC's hash of a folder of photographs has to be, by its name.
    start: the model that training starts from, as in params.yaml or a folder; "" for what stands there. models: those
    that are tested, by name. overrides: as after -S. revision: of the code, None for the files as they are.
    stages: of dvc.yaml that a training ends with; none for all. devices: processes on each machine, None for one for
    each GPU. classes: of labels in JSON, those that are plates. options: words for what prepares or makes photographs.
    name, tag: what it is called, for the card. scratch: a folder with room for what is drawn, None for the system's.
    """

    job: str
    out: Path
    checkpoints: Path
    extra: Path | None = None
    sources: Mapping[str, Path] = field(default_factory=dict)
    md5: Mapping[str, str] = field(default_factory=dict)
    start: str = ""
    models: Mapping[str, str] = field(default_factory=dict)
    overrides: Sequence[str] = ()
    revision: str | None = None
    stages: Sequence[str] = ()
    hosts: Hosts = field(default_factory=Hosts)
    devices: int | None = None
    classes: tuple[str, ...] = ()
    options: Sequence[str] = ()
    name: str = ""
    tag: str = ""
    scratch: Path | None = None

    @property
    def facts(self) -> dict[str, str]:
        """What a card says of the job."""
        facts = {
            "job": self.job,
            "name": self.name,
            "tag": self.tag,
            "nodes": str(self.hosts.count),
        }
        return {name: value for name, value in facts.items() if value}
