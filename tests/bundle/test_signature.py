"""A model that is signed is the one that was signed, by somebody who is trusted; one that is not loads unless told."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from src.bundle.bundle import Bundle, copy_bundle, load_bundle, load_trusted
from src.bundle.choose import choose_model
from src.bundle.files import write_sums
from src.bundle.signature import demand_signature
from src.common.config import load_config
from src.common.errors import UserError
from src.comparing.models import load_model
from src.pipeline.finder import start_finder
from src.pipeline.start_frozen import freeze_start
from src.pipeline.teacher_frozen import freeze_teacher
from tests.signing import armoured, public_line, sign, signature, strings
from tests.source import ROOT

KEY, OTHER = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2))
NAMES = ["localize.onnx", "refine.onnx", "read.onnx", "card.json"]


@pytest.fixture
def folder(made: Bundle, tmp_path: Path) -> Path:
    return shutil.copytree(made.folder, tmp_path / "model")


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of the keys that are trusted: of one, between what is no key of Ed25519."""
    path = tmp_path / "signers.pub"
    path.write_text(f"# ours\nssh-rsa AAAA old\n{public_line(KEY)}")
    monkeypatch.setenv("PLATES_SIGNERS", str(path))
    return path


def test_a_right_signature_says_whose_it_is(folder: Path, trusted: Path) -> None:
    assert load_bundle(folder).signer == ""
    sign(folder, KEY)
    bundle = load_bundle(folder)
    assert bundle.signer.startswith("us@example.org SHA256:")
    assert f"; signed by {bundle.signer}" in bundle.title
    assert bundle.files[-2:] == ("SHA256SUMS.sig", "SHA256SUMS")


def test_a_signature_goes_with_the_files(folder: Path, trusted: Path, tmp_path: Path) -> None:
    sign(folder, KEY)
    copy_bundle(load_bundle(folder), tmp_path / "copy")
    assert load_bundle(tmp_path / "copy").signer == load_bundle(folder).signer


def test_whoever_is_not_trusted_is_refused(folder: Path, trusted: Path) -> None:
    sign(folder, OTHER)
    with pytest.raises(
        UserError, match=r"is signed by SHA256:\S+, whom .*signers\.pub does not name"
    ):
        load_bundle(folder)


def test_without_keys_to_trust_a_signature_is_whole_and_nobody_s(folder: Path) -> None:
    sign(folder, OTHER)
    assert load_bundle(folder).signer.endswith(", whoever that is (PLATES_SIGNERS is not set)")


@pytest.mark.parametrize("keys", [True, False])
def test_what_was_altered_after_signing_is_refused(
    folder: Path, trusted: Path, keys: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not keys:
        monkeypatch.delenv("PLATES_SIGNERS")
    sign(folder, KEY)
    card = folder / "card.json"
    card.write_text(card.read_text().replace('"min_score": 0.3', '"min_score": 0.2'))
    with pytest.raises(UserError, match=r"card\.json is not the file that SHA256SUMS was written"):
        load_bundle(folder)
    # Whoever can change a file can change its checksum too.
    write_sums(folder, NAMES)
    with pytest.raises(
        UserError, match=r"signature of the model in .* is wrong \(it is not of this"
    ):
        load_bundle(folder)
    (folder / "SHA256SUMS.sig").unlink()
    assert load_bundle(folder).card.min_score == 0.2


def test_a_missing_one_loads_unless_one_is_demanded(
    folder: Path, trusted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert choose_model(str(folder)).signer == ""
    monkeypatch.setenv("PLATES_REQUIRE_SIGNATURE", "1")
    with pytest.raises(UserError, match="is not signed, and PLATES_REQUIRE_SIGNATURE is set"):
        choose_model(str(folder))
    sign(folder, KEY)
    assert choose_model(str(folder)).signer
    monkeypatch.delenv("PLATES_SIGNERS")
    with pytest.raises(UserError, match="PLATES_SIGNERS is not: name the file with the keys"):
        choose_model(str(folder))
    monkeypatch.setenv("PLATES_REQUIRE_SIGNATURE", "0")
    assert choose_model(str(folder)).signer
    demand_signature(folder, "", {})


def test_whatever_uses_a_model_demands_it(
    folder: Path, trusted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLATES_REQUIRE_SIGNATURE", "1")
    named = str(folder)
    users: list[Callable[[], object]] = [
        lambda: load_trusted(folder),
        lambda: load_model(named),
        lambda: freeze_start(named, folder.parent / "ocr"),
        lambda: freeze_teacher(named, folder.parent / "ocr"),
        lambda: start_finder(replace(load_config(), start=named), 0.5),
    ]
    for use in users:
        with pytest.raises(UserError, match="is not signed, and PLATES_REQUIRE_SIGNATURE is set"):
            use()
    # What has just been trained here is written and read again all the same.
    copy_bundle(load_bundle(folder), folder.parent / "copy")
    sign(folder, KEY)
    assert load_model(named).signer


BLOB = b"SSHSIG" + (1).to_bytes(4)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it is no signature of ssh-keygen"),
        ("-----BEGIN PGP SIGNATURE-----\nAAAA\n-----END PGP SIGNATURE-----\n", "no signature of"),
        (armoured(b"SSHSIG" + (2).to_bytes(4)), "of another version of the format"),
        (armoured(BLOB), "it is cut or has too much in it"),
        (armoured(BLOB + b"\xff\xff\xff\xff"), "it ends too early"),
        (armoured(BLOB + strings(b"", b"plates", b"", b"md5", b"")), "by a hash that is not known"),
        (
            armoured(BLOB + strings(strings(b"ssh-rsa", b""), b"plates", b"", b"sha512", b"")),
            "cut or has too much",
        ),
        (
            armoured(
                BLOB
                + strings(strings(b"ssh-rsa", b"k"), b"plates", b"", b"sha512", strings(b"x", b"y"))
            ),
            "a key is 'ssh-rsa', not ssh-ed25519",
        ),
        (signature(KEY, b"something else"), "it is not of this SHA256SUMS"),
        (signature(KEY, b"", b"git"), "it was made for 'git': sign with -n plates"),
        ("é", "ordinal not in range"),
        ("A" * 5000, "has more than 4,000 bytes"),
    ],
)
def test_what_is_no_signature_of_it_is_refused(folder: Path, text: str, said: str) -> None:
    (folder / "SHA256SUMS.sig").write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=r"the signature of the model in .* is wrong") as raised:
        load_bundle(folder)
    assert said in str(raised.value)


def test_a_signature_that_leads_elsewhere_is_refused(folder: Path, tmp_path: Path) -> None:
    (folder / "SHA256SUMS.sig").symlink_to(tmp_path / "nowhere")
    with pytest.raises(UserError, match=r"is wrong \(SHA256SUMS\.sig is a link"):
        load_bundle(folder)


@pytest.mark.parametrize("text", ["", "ssh-rsa AAAA old\n", "ssh-ed25519 nonsense\n", None])
def test_a_list_of_keys_without_any_is_none(folder: Path, trusted: Path, text: str | None) -> None:
    sign(folder, KEY)
    if text is None:
        trusted.unlink()
    else:
        trusted.write_text(text)
    with pytest.raises(UserError, match="PLATES_SIGNERS is "):
        load_bundle(folder)


def test_where_it_cannot_be_checked_it_is_not_believed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign(folder, KEY)
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    with pytest.raises(UserError, match=r"needs cryptography.*: run pip install '.*\[signed\]'"):
        load_bundle(folder)


def test_a_file_of_nothing_but_spaces_is_refused_at_once(folder: Path) -> None:
    # In seconds of the processor, whatever else it has to do.
    (folder / "SHA256SUMS.sig").write_text("-----BEGIN SSH SIGNATURE-----" + "\n" * 3900 + "A")
    script = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_CPU, (10, 10)); from pathlib import Path; "
        "from src.bundle.signature import signer_of; signer_of(Path(sys.argv[1]), {})"
    )
    command = [sys.executable, "-c", script, str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "(it is no signature of ssh-keygen)" in done.stderr
