"""A job's description: one YAML file for every platform (docs/clusters.md)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from ..common.errors import UserError
from ..common.untrusted import check_file, one_line, printable
from .request import JOBS

_MAX_BYTES = 100_000
# Of names on every platform: what Kubernetes takes, and short enough for a time behind it.
_NAME = re.compile(r"[a-z]([-a-z0-9]{0,34}[a-z0-9])?")
# A channel is a folder, and on some platforms a variable.
_CHANNEL = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_MD5 = re.compile(r"[0-9a-f]{32}\.dir")
_KEYS = (
    *("job", "name", "tag", "revision", "nodes", "devices", "hours", "data", "start", "models"),
    *("set", "stages", "options", "class", "out", "checkpoints"),
)
# What only some jobs take.
_OF_JOBS: Mapping[str, tuple[str, ...]] = {
    "start": ("train",),
    "set": ("train", "preprocess"),
    "stages": ("train",),
    "models": ("test",),
    "options": ("preprocess", "augment"),
}
MOST_NODES = 64


@dataclass(frozen=True)
class Data:
    """Where data are, and DVC's hash of the folder that is meant; "" for whatever is there."""

    where: str
    md5: str = ""


@dataclass(frozen=True)
class Job:
    """What a description says, for one platform.

    job: one of JOBS. name: of the job, run: the name with a time behind it, which nothing else has. revision: a commit
    in full, or "" outside git. nodes: machines; devices: processes on each, None for one for each GPU. hours: after
    which it is ended. data: by channel. start, models: as in params.yaml, or a place. overrides: as after -S. options:
    words for `src.photos`. out, checkpoints: places. settings: of the platform, by name.
    """

    job: str
    name: str
    run: str
    tag: str = ""
    revision: str = ""
    nodes: int = 1
    devices: int | None = None
    hours: float = 24.0
    data: Mapping[str, Data] = field(default_factory=dict)
    start: str = ""
    models: Mapping[str, str] = field(default_factory=dict)
    overrides: Sequence[str] = ()
    stages: Sequence[str] = ()
    options: Sequence[str] = ()
    classes: Sequence[str] = ()
    out: str = ""
    checkpoints: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def seconds(self) -> int:
        """The longest that it may run."""
        return max(60, round(self.hours * 3600))

    @property
    def labels(self) -> dict[str, str]:
        """What a platform shows of it, and finds it by."""
        facts = {"job": self.job, "name": self.name, "tag": self.tag, "revision": self.revision}
        return {name: value for name, value in facts.items() if value}


def read_description(path: Path) -> dict[str, Any]:
    """Return what a file says; raises UserError for what is no table."""
    try:
        check_file(path, _MAX_BYTES)
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise UserError(
            f"{path} cannot be read ({one_line(error)}): name a job's description"
        ) from error
    if not isinstance(content, dict):
        raise UserError(
            f"{path} is no table: write `job: train` and what else docs/clusters.md names"
        )
    return content


def make_job(
    content: Mapping[str, Any], platform: str, platforms: Iterable[str], revision: str, stamp: str
) -> Job:
    """Return the job of a description for one platform.

    platforms: of which the description may have a table of settings each. revision: of the code, resolved. stamp: for
    the run's name. Raises UserError for what is not known, missing or cannot be, with the nearest name.
    """
    known = (*_KEYS, *platforms)
    for key in content:
        if key not in known:
            near = get_close_matches(str(key), known, n=1)
            meant = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
            raise UserError(f"a job has no {str(key)[:80]!r}: {meant}")
    job = content.get("job")
    if job not in JOBS:
        raise UserError(f"job is {job!r:.80}: write {', '.join(JOBS[:-1])} or {JOBS[-1]}")
    for key, jobs in _OF_JOBS.items():
        if content.get(key) and job not in jobs:
            raise UserError(f"{key} is for {' and '.join(jobs)}: a job that is to {job} has none")
    tag = _word("tag", content.get("tag", ""))
    name = str(content.get("name") or _name_of(str(job), tag))
    if not _NAME.fullmatch(name):
        raise UserError(
            f"name is {name[:80]!r}: write small letters, digits and hyphens, a letter first, at most 36"
        )
    data = {key: _data(key, value, platform) for key, value in _table("data", content).items()}
    models = {
        key: _place(f"models.{key}", value, platform)
        for key, value in _table("models", content).items()
    }
    if job == "test" and not (models and data):
        raise UserError("a test needs models and data: name at least one of each")
    if job == "augment" and not data:
        raise UserError("there is nothing to make copies of: name some data")
    settings = content.get(platform) or {}
    if not isinstance(settings, dict):
        raise UserError(f"{platform} is {settings!r:.80}: write a table of settings")
    return Job(
        job=str(job),
        name=name,
        run=f"{name}-{stamp}",
        tag=tag,
        revision=revision,
        nodes=_count("nodes", content.get("nodes", 1), MOST_NODES, job == "train"),
        devices=_count("devices", content["devices"], 64) if content.get("devices") else None,
        hours=_hours(content.get("hours", 24)),
        data=data,
        start=_place("start", content.get("start", ""), platform),
        models=models,
        overrides=_words("set", content),
        stages=_words("stages", content),
        options=_words("options", content),
        classes=_words("class", content),
        out=_place("out", content.get("out", ""), platform),
        checkpoints=_place("checkpoints", content.get("checkpoints", ""), platform),
        settings=settings,
    )


def _name_of(job: str, tag: str) -> str:
    """Return a name that platforms take, of a tag that people have chosen."""
    plain = re.sub(r"[^a-z0-9]+", "-", f"{job}-{tag}".lower()).strip("-")
    return plain[:36].rstrip("-")


def _table(key: str, content: Mapping[str, Any]) -> Mapping[str, Any]:
    value = content.get(key) or {}
    if not isinstance(value, dict):
        raise UserError(f"{key} is {value!r:.80}: write NAME: PLACE, a line each")
    for name in value:
        if not _CHANNEL.fullmatch(str(name)):
            raise UserError(
                f"{key} has the name {str(name)[:80]!r}: write letters, digits and underscores, a letter first"
            )
    return value


def _data(key: str, value: Any, platform: str) -> Data:
    md5 = ""
    if isinstance(value, dict) and "from" in value:
        md5 = str(value.get("md5") or "")
        if unknown := value.keys() - {"from", "md5"}:
            raise UserError(
                f"data.{key} has {', '.join(map(str, unknown))[:80]}: write from and md5"
            )
        value = value["from"]
        if md5 and not _MD5.fullmatch(md5):
            raise UserError(
                f"data.{key}.md5 is {md5[:80]!r}: write DVC's hash of the folder, which ends in .dir"
            )
    return Data(_place(f"data.{key}", value, platform, required=True), md5)


def _place(key: str, value: Any, platform: str, required: bool = False) -> str:
    """Return a place: the same for every platform, or the one of this platform in a table."""
    if isinstance(value, dict):
        if required and platform not in value:
            raise UserError(f"{key} says nothing for {platform}: add a line `{platform}: PLACE`")
        value = value.get(platform, "")
    text = _word(key, value)
    if required and not text:
        raise UserError(f"{key} is empty: write where it is")
    return text


def _word(key: str, value: Any) -> str:
    text = "" if value is None else str(value)
    if isinstance(value, dict | list) or printable(text) != text or len(text) > 1000:
        raise UserError(f"{key} is {value!r:.80}: write one line")
    return text.strip()


def _words(key: str, content: Mapping[str, Any]) -> tuple[str, ...]:
    value = content.get(key) or []
    listed = value.split() if isinstance(value, str) else value
    if not isinstance(listed, list):
        raise UserError(f"{key} is {value!r:.80}: write a list")
    return tuple(_word(key, one) for one in listed)


def _count(key: str, value: Any, most: int, several: bool = True) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise UserError(f"{key} is {value!r:.80}: write a whole number, 1 to {most}")
    if value > 1 and not several:
        raise UserError(f"{key} is {value}: only a training runs on several machines")
    return value


def _hours(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 24 * 28:
        raise UserError(f"hours is {value!r:.80}: write a number above 0, at most {24 * 28}")
    return float(value)
