"""Which version of a released model is in which stage, by the tags that GTO makes in a git repository.

``release@v1.0.0`` names the commit whose ``release/`` is that version, ``release#prod#1`` the commit of the version
that has come into a stage; ``release/swiss`` is a model of its own. They are read here by git alone, since what serves
has no GTO; src/promoting makes them with GTO, and tests/promoting compares what both read.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..common.config import INSTALLED
from ..common.errors import UserError
from ..common.git import complaint, git
from .bundle import RELEASE
from .revision import released_by

_MODEL = rf"{RELEASE.name}(?:/[A-Za-z0-9][\w-]*)?"
_VERSION = r"v\d+\.\d+\.\d+[A-Za-z0-9.+-]*"
_STAGE = r"[A-Za-z0-9](?:[\w/-]*[A-Za-z0-9])?"
_TAG = re.compile(
    rf"(?P<model>{_MODEL})(?:@(?P<version>{_VERSION})|#(?P<stage>{_STAGE}))(?P<undone>!?)(?:#(?P<count>\d+))?"
)
_ASKED = re.compile(rf"(?P<model>{_MODEL})?@(?:(?P<version>{_VERSION})|(?P<stage>{_STAGE}))")
# GTO's tags are objects with a date of their own. actions/checkout makes plain ones of them, which tell no order: good
# for versions, and not for stages.
_OBJECT = "tag"
_LAST_S = 253_402_300_799  # the year 9999 ends
_FORMAT = "%(objecttype)\t%(refname:strip=2)\t%(objectname)\t%(*objectname)\t%(creatordate:unix)"


@dataclass(frozen=True)
class Event:
    """A tag: a version that was registered, or one that has come into a stage; undone: has been withdrawn, or has left.

    commit: of the version. time: of the tag, seconds since 1970. count: GTO's, of all events in a model's stages.
    """

    tag: str
    model: str
    commit: str
    time: int
    version: str = ""
    stage: str = ""
    undone: bool = False
    count: int = 0


@dataclass(frozen=True)
class Promoted:
    """A version of a released model. stage, time: the stage that it is in and since when, in seconds since 1970."""

    model: str
    version: str
    commit: str
    stage: str = ""
    time: int = 0

    @property
    def release(self) -> str:
        """The name of the version, which is its tag."""
        return f"{self.model}@{self.version}"


@dataclass(frozen=True)
class Tags:
    """The events of a repository, in the order in which they happened."""

    events: tuple[Event, ...]

    def models(self) -> list[str]:
        """Return the models that have versions."""
        return sorted(
            model for model in {event.model for event in self.events} if self.versions(model)
        )

    def versions(self, model: str) -> dict[str, str]:
        """Return the commits of a model's versions that nobody has withdrawn, by version, in the order of time."""
        return {e.version: e.commit for e in self._last(model) if not e.undone}

    def withdrawn(self, model: str) -> dict[str, str]:
        """Return the commits of a model's versions that somebody has withdrawn, by version, in the order of time."""
        return {e.version: e.commit for e in self._last(model) if e.undone}

    def stages(self, model: str) -> list[str]:
        """Return the stages of a model in which something is."""
        named = dict.fromkeys(e.stage for e in self.events if e.model == model and e.stage)
        return sorted(stage for stage in named if self.serving(model, stage))

    def serving(self, model: str, stage: str) -> Promoted | None:
        """Return what is in a stage: the version that came last and has not left; None where there is none."""
        inside: dict[str, Event] = {}
        for event in self._of(model, stage):
            inside.pop(event.commit, None)
            if not event.undone:
                inside[event.commit] = event
        named = {commit: version for version, commit in self.versions(model).items()}
        for commit, event in reversed(inside.items()):
            if commit in named:
                return Promoted(model, named[commit], commit, stage, event.time)
        return None

    def before(self, model: str, stage: str) -> Promoted | None:
        """Return what was in a stage before what is there now, to go back to; None where there is nothing.

        A version that comes again undoes what came after it: going back twice goes back two versions.
        """
        trail: list[str] = []
        for event in self._of(model, stage):
            if event.undone:
                trail = [commit for commit in trail if commit != event.commit]
            elif event.commit in trail:
                del trail[trail.index(event.commit) + 1 :]
            else:
                trail.append(event.commit)
        now = self.serving(model, stage)
        named = {commit: version for version, commit in self.versions(model).items()}
        earlier = [c for c in trail if c in named and (now is None or c != now.commit)]
        return Promoted(model, named[earlier[-1]], earlier[-1]) if earlier else None

    def _last(self, model: str) -> Iterable[Event]:
        """Return the last event of each version, in the order of time."""
        found: dict[str, Event] = {}
        for event in self.events:
            if event.model == model and event.version:
                found.pop(event.version, None)
                found[event.version] = event
        return found.values()

    def _of(self, model: str, stage: str) -> Iterator[Event]:
        return (e for e in self.events if e.model == model and e.stage == stage)


def read_tags(root: Path) -> Tags:
    """Return what the tags of a repository say; raises UserError where git cannot list them."""
    listed = git(root, "for-each-ref", f"--format={_FORMAT}", "refs/tags")
    if listed.returncode:
        raise UserError(
            f"the tags of {root} cannot be listed ({complaint(listed)}): versions and stages are tags of a clone of "
            "the project"
        )
    events = []
    for line in listed.stdout.decode(errors="replace").splitlines():
        kind, tag, own, commit, time = line.split("\t")
        named = _TAG.fullmatch(tag)
        # A date that is none, of a tag that is none of GTO's.
        if not 0 <= int(time or 0) <= _LAST_S:
            continue
        if named and (kind == _OBJECT or named["version"]):
            events.append(
                Event(
                    tag,
                    named["model"],
                    commit or own,
                    int(time or 0),
                    named["version"] or "",
                    named["stage"] or "",
                    bool(named["undone"]),
                    int(named["count"] or 0),
                )
            )
    return Tags(tuple(sorted(events, key=lambda event: (event.time, event.count))))


def is_promoted(name: str) -> bool:
    """Return whether a model is named by its stage or version: ``@prod``, ``release/swiss@v1.0.0``."""
    return _ASKED.fullmatch(name) is not None


def find_promoted(name: str, root: Path) -> Promoted:
    """Return what a name as `is_promoted` takes it stands for, by the tags of a repository.

    Raises UserError where nothing of that name is there.
    """
    asked = _ASKED.fullmatch(name)
    assert asked is not None, "asked for by is_promoted"
    if INSTALLED:
        raise UserError(f"{name!r} is found by the tags of a checkout alone: name a model's folder")
    model, version, stage = asked["model"] or RELEASE.name, asked["version"], asked["stage"]
    tags = read_tags(root)
    versions = tags.versions(model)
    if version in versions:
        return Promoted(model, version, versions[version])
    found = tags.serving(model, stage) if stage else None
    if found is None:
        what = f"no version {version}" if version else f"nothing in the stage {stage}"
        there = ", ".join(f"{model}@{one}" for one in (*tags.stages(model), *versions))
        raise UserError(
            f"{name!r}: there is {what} of {model}; "
            + (f"there is {there}" if there else "the tags here name none of its versions")
            + "; `git fetch --tags` fetches what others have promoted, `make promote STAGE=…` promotes"
        )
    return found


def promoted_folder(found: Promoted, root: Path) -> Path:
    """Return a copy of a version, of files that nobody is to write to, in .cache/start; the checkout stays as it is."""
    inside = found.model.removeprefix(RELEASE.name).lstrip("/")
    return released_by(root, found.commit, found.release) / inside
