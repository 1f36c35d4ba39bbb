"""The folders and files by which a hosted training (SageMaker's) talks to its container, below one root."""

import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..bundle.files import SUMS, whole_folder
from ..common.errors import UserError
from ..common.files import atomic_path
from ..common.untrusted import one_line, printable, read_json
from .hosts import PORT, Hosts

# What is shown of a failure; more is cut off there.
MAX_FAILURE = 1024
# Of an archive with a model: its files, and their bytes together.
_MAX_FILES, _MAX_BYTES = 100, 1 << 30


@dataclass(frozen=True)
class Folders:
    """Where everything is. root: /opt/ml of a hosted training."""

    root: Path

    @property
    def data(self) -> Path:
        """A folder for each channel."""
        return self.root / "input/data"

    @property
    def model(self) -> Path:
        """What is kept as the model; that of all hosts becomes one archive."""
        return self.root / "model"

    @property
    def output(self) -> Path:
        """What else is kept: metrics, pictures."""
        return self.root / "output/data"

    @property
    def failure(self) -> Path:
        """The file that says why a job has failed."""
        return self.root / "output/failure"

    @property
    def checkpoints(self) -> Path:
        """What a job that is started again finds as it left it."""
        return self.root / "checkpoints"

    def config(self, name: str) -> Mapping[str, Any]:
        """Return the content of a file of settings; empty where there is none. Raises UserError for what is no JSON."""
        path = self.root / "input/config" / f"{name}.json"
        if not path.exists():
            return {}
        try:
            content = read_json(path)
            if not isinstance(content, dict):
                raise ValueError("it is no table")
        except (OSError, ValueError) as error:
            raise UserError(
                f"{path} is unreadable ({one_line(error)}): write it as JSON"
            ) from error
        return content


def read_hyperparameters(folders: Folders) -> dict[str, str]:
    """Return the hyper-parameters of a job, text by name. Raises UserError for one that is no single value."""
    found = {}
    for name, value in folders.config("hyperparameters").items():
        if isinstance(value, dict | list) or value is None:
            raise UserError(
                f"the hyper-parameter {name[:80]} is {value!r:.80}: give one value, as text"
            )
        found[name] = str(value)
    return found


def read_hosts(folders: Folders, port: int = PORT) -> Hosts:
    """Return the machines of a job; one alone where nothing is said of them. port: at which they meet.

    Raises UserError where the list does not hold this machine once.
    """
    content = folders.config("resourceconfig")
    if not content:
        return Hosts()
    hosts, here = content.get("hosts"), content.get("current_host")
    if (
        not isinstance(hosts, list)
        or hosts.count(here) != 1
        or len(set(map(str, hosts))) < len(hosts)
    ):
        raise UserError(
            f"resourceconfig.json: current_host is {here!r:.80} and hosts {hosts!r:.200}; hosts must name each machine "
            "once, this one too"
        )
    ordered = sorted(map(str, hosts))
    interface = str(content.get("network_interface_name") or "")
    return Hosts(ordered.index(str(here)), len(ordered), ordered[0], port, interface)


def check_channels(folders: Folders, hosts: Hosts) -> None:
    """Raise UserError for a channel that is not a folder with all of its files on each machine."""
    for name, told in folders.config("inputdataconfig").items():
        told = told if isinstance(told, dict) else {}
        if told.get("TrainingInputMode") == "Pipe":
            raise UserError(f"the channel {name} is a pipe: set its input mode to File or FastFile")
        if told.get("S3DistributionType") == "ShardedByS3Key" and hosts.count > 1:
            raise UserError(
                f"the channel {name} gives each machine a part: set its distribution to FullyReplicated, for batches "
                "are shared out from what all of them have"
            )


def write_failure(folders: Folders, why: str) -> None:
    """Write the file that says why a job has failed: one line."""
    line = printable(" ".join(why.split()))[:MAX_FAILURE]
    with atomic_path(folders.failure) as partial:
        partial.write_text(line.encode()[:MAX_FAILURE].decode(errors="ignore"), encoding="utf-8")


def model_in(source: Path, folder: Path) -> Path:
    """Return the folder of a saved model: a folder that holds one, or an archive of it, which is unpacked.

    source: such a folder, one that holds it as `stack` or as `model.tar.gz`, or the archive. folder: where archives are
    unpacked. Raises UserError where there is none.
    """
    archives = (
        [source] if source.is_file() else [source / "model.tar.gz"] if source.is_dir() else []
    )
    for archive in archives:
        if archive.is_file():
            _unpack(archive, folder)
            return model_in(folder, folder)
    for found in (source, source / "stack"):
        if (found / SUMS).is_file():
            return found
    raise UserError(
        f"no saved model in {source}: name a folder with {SUMS}, or the model.tar.gz of a training job"
    )


def _unpack(archive: Path, folder: Path) -> None:
    try:
        with whole_folder(folder) as partial, tarfile.open(archive) as files:
            members = files.getmembers()
            if len(members) > _MAX_FILES or sum(one.size for one in members) > _MAX_BYTES:
                raise ValueError(f"more than {_MAX_FILES} files or {_MAX_BYTES:,} bytes")
            files.extractall(partial, members, filter="data")
            for nested in partial.rglob("*.tar.gz"):
                nested.unlink()
    except (OSError, ValueError, tarfile.TarError, EOFError) as error:
        raise UserError(
            f"{archive} cannot be unpacked ({one_line(error)}): give the archive of a saved model"
        ) from error
