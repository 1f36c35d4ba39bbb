"""Signatures by ssh-keygen itself: made by `make sign`, and taken as what tests/signing.py makes."""

import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from src.bundle.bundle import load_bundle
from src.bundle.signature import signer_of
from src.common.errors import UserError
from tests.networks import save_bundle
from tests.signing import public_line, sign
from tests.source import ROOT

pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="there is no ssh-keygen")
KEY = Ed25519PrivateKey.from_private_bytes(bytes([1]) * 32)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("signing")
    return save_bundle(folder).folder


@pytest.fixture
def folder(saved: Path, tmp_path: Path) -> Path:
    return shutil.copytree(saved, tmp_path / "model")


def new_key(path: Path, kind: str = "ed25519") -> None:
    made = ["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", "us@example.org", "-f", str(path)]
    subprocess.run(made, check=True)


def make_sign(folder: Path, key: Path) -> subprocess.CompletedProcess[str]:
    command = ["make", "-f", str(ROOT / "Makefile"), "sign", f"KEY={key}", f"MODEL={folder}"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_make_sign_signs_again_what_it_has_signed(folder: Path, tmp_path: Path) -> None:
    for name in ("key", "next"):
        new_key(tmp_path / name)
        done = make_sign(folder, tmp_path / name)
        assert done.returncode == 0, done.stderr
        trusted = {"PLATES_SIGNERS": str(tmp_path / f"{name}.pub")}
        assert signer_of(folder, trusted).startswith("us@example.org SHA256:")
    assert not list(folder.glob("*.partial"))


def test_make_sign_keeps_a_signature_until_there_is_another(folder: Path, tmp_path: Path) -> None:
    sign(folder, KEY)
    before = (folder / "SHA256SUMS.sig").read_bytes()
    new_key(tmp_path / "other", "ecdsa")
    for name, said in (
        ("other", "is no key of ssh-keygen -t ed25519"),
        ("nowhere", "No such file"),
    ):
        done = make_sign(folder, tmp_path / name)
        assert done.returncode != 0
        assert said in done.stderr
    assert (folder / "SHA256SUMS.sig").read_bytes() == before
    assert not list(folder.glob("*.partial"))


def test_a_signature_by_another_kind_of_key_is_named(folder: Path, tmp_path: Path) -> None:
    key = tmp_path / "key"
    new_key(key, "ecdsa")
    command = ["ssh-keygen", "-Y", "sign", "-n", "plates", "-f", str(key)]
    subprocess.run([*command, str(folder / "SHA256SUMS")], check=True, capture_output=True)
    with pytest.raises(UserError, match=r"a key is 'ecdsa-sha2-nistp256', not ssh-ed25519"):
        load_bundle(folder)


def test_it_is_what_ssh_keygen_makes_and_takes(folder: Path, tmp_path: Path) -> None:
    key = tmp_path / "key"
    new_key(key)
    command = ["ssh-keygen", "-Y", "sign", "-n", "plates", "-f", str(key)]
    subprocess.run([*command, str(folder / "SHA256SUMS")], check=True, capture_output=True)
    listed = subprocess.run(
        ["ssh-keygen", "-l", "-f", f"{key}.pub"], check=True, capture_output=True, text=True
    ).stdout
    assert signer_of(folder, {"PLATES_SIGNERS": f"{key}.pub"}) == (
        f"us@example.org {listed.split()[1]}"
    )
    # And what tests/signing.py makes is a signature to it.
    sign(folder, KEY)
    (tmp_path / "allowed").write_text(f"us@example.org {public_line(KEY)}")
    check = ["ssh-keygen", "-Y", "verify", "-f", str(tmp_path / "allowed"), "-I", "us@example.org"]
    subprocess.run(
        [*check, "-n", "plates", "-s", str(folder / "SHA256SUMS.sig")],
        input=(folder / "SHA256SUMS").read_bytes(),
        check=True,
        capture_output=True,
    )
