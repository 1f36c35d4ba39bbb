"""Storages, and a repository with results to put there."""

import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.checkout import Checkout, Done


@dataclass(frozen=True)
class Storage:
    """A place for DVC's files: its address, and the variables that ``remote.sh`` reads besides."""

    url: str
    env: tuple[str, ...] = ()

    def configure(self, checkout: Checkout) -> Done:
        """Make it the remote of a clone, as the documentation says."""
        return checkout.run("env", *self.env, ".github/scripts/remote.sh", self.url)


@pytest.fixture
def committed(trained: Checkout, tmp_path: Path) -> Checkout:
    """A clone whose results are in a commit, as after a merge."""
    return with_results(trained, tmp_path)


def with_results(trained: Checkout, folder: Path) -> Checkout:
    """Return a copy of a clone after its first experiment, with the results in a commit."""
    checkout = trained.copy(folder / "committed").with_identity()
    checkout.ok("git", "add", "--all")
    checkout.ok("git", "commit", "-q", "-m", "Results")
    return checkout


@pytest.fixture(scope="module", params=["folder", "s3"])
def storage(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Storage]:
    """A storage that the tests of a file share: a plain folder, or a bucket of an S3 server on this machine."""
    if request.param == "folder":
        yield Storage(str(tmp_path_factory.mktemp("storage") / "storage"))
        return
    pytest.importorskip("dvc_s3", reason="dvc-s3 is not installed")
    server_module = pytest.importorskip("moto.server", reason="moto is not installed")
    boto3 = pytest.importorskip("boto3", reason="boto3 is not installed")

    with pytest.MonkeyPatch.context() as variables:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            variables.delenv(name)
        variables.setenv("AWS_ACCESS_KEY_ID", "testing")
        variables.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        variables.setenv("AWS_EC2_METADATA_DISABLED", "true")
        server = server_module.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
        server.start()
        try:
            endpoint = "http://{}:{}".format(*server.get_host_and_port())
            # The server keeps its buckets as long as this process lives.
            bucket = f"plates-{uuid.uuid4()}"
            client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
            client.create_bucket(Bucket=bucket)
            yield Storage(f"s3://{bucket}/dvc", (f"DVC_REMOTE_ENDPOINT={endpoint}",))
        finally:
            server.stop()


def cloned(source: Checkout | Path, folder: Path) -> Checkout:
    """A fresh clone with a home of its own, so that nothing but git and the storage connects the two."""
    root = source.root if isinstance(source, Checkout) else source
    checkout = Checkout(folder / "clone", folder / "home")
    checkout.home.mkdir(parents=True)
    checkout.root.mkdir()
    checkout.ok("git", "clone", "-q", str(root), ".")
    return checkout
