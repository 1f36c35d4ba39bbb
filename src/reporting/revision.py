"""What a report knows of one revision: plain values, however they were read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Tree = Mapping[str, Any]
"""Values by name, in a tree: what a JSON file, or params.py, holds."""
STACK = "out/evaluations/stack/metrics.json"


@dataclass(frozen=True)
class Artifact:
    """A cached output as dvc.lock records it.

    stage: who writes it.
    md5: of its content, or None when the stage has not been run.
    size: bytes, or None.
    """

    stage: str
    md5: str | None
    size: int | None


@dataclass(frozen=True)
class Stage:
    """How far a stage's recorded run is that of the revision's files.

    has_run: whether dvc.lock holds a run.
    changed_params: parameters, ``FILE:NAME``, that have changed since.
    changed_inputs: source and data that have changed since.
    """

    has_run: bool
    changed_params: tuple[str, ...] = ()
    changed_inputs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chart:
    """Curves of one training: ``lines`` has a value by step (0, 1 …) under each name."""

    title: str
    x_label: str
    y_label: str
    lines: Mapping[str, Mapping[int, float]]


@dataclass(frozen=True)
class Mistake:
    """A plate of the test scenes that was not read exactly.

    image: number of the scene.
    plate: number of the plate in its scene.
    text: what stands on it.
    read: what was read; empty when nothing was.
    confidence: of the reading, in [0, 1]; 0 when nothing was read.
    height: of the plate in the picture in pixels.
    """

    image: int
    plate: int
    text: str
    read: str
    confidence: float
    height: float


@dataclass(frozen=True)
class Revision:
    """One of the two things that are compared.

    name: as it was asked for; "workspace" for the files as they are.
    commit: hexadecimal, or None for the workspace.
    metrics: by file, then as in the file.
    params: by file, then as in the file.
    test_params: names ``FILE:NAME`` of the parameters that prepare_stack reads.
    test_inputs: md5 of the source and data that prepare_stack was run with, by path.
    stages: by name, in the order of dvc.yaml.
    artifacts: by path.
    charts: training curves, in the order of dvc.yaml.
    speeds: training pictures a second by epoch, by model.
    pictures: encoded pictures by path.
    mistakes: of the test scenes, or None where the revision keeps no list.
    problems: what could not be read, and why.
    """

    name: str
    commit: str | None
    metrics: Tree = field(default_factory=dict)
    params: Tree = field(default_factory=dict)
    test_params: tuple[str, ...] = ()
    test_inputs: Mapping[str, str | None] = field(default_factory=dict)
    stages: Mapping[str, Stage] = field(default_factory=dict)
    artifacts: Mapping[str, Artifact] = field(default_factory=dict)
    charts: tuple[Chart, ...] = ()
    speeds: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    mistakes: tuple[Mistake, ...] | None = None
    problems: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The name, with the beginning of the commit where the name is not that itself."""
        if self.commit is None or self.commit.startswith(self.name):
            return self.name[:12] if self.commit else self.name
        return f"{self.name} ({self.commit[:8]})"

    def metric(self, file: str, *names: str) -> Any:
        """Return one value of a metrics file, or None where there is none."""
        value: Any = self.metrics.get(file)
        for name in names:
            value = value.get(name) if isinstance(value, Mapping) else None
        return value


def flatten(tree: Tree, above: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    """Return the leaves of a tree by their path."""
    leaves: dict[tuple[str, ...], Any] = {}
    for name, value in tree.items():
        path = (*above, str(name))
        leaves |= flatten(value, path) if isinstance(value, Mapping) else {path: value}
    return leaves
