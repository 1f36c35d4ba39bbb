"""Who has signed a bundle's checksums: OpenSSH's signatures (`ssh-keygen -Y sign -n plates`), by Ed25519 keys.

SHA256SUMS names every file that reads, by its hash: a signature of it is one of all of them. It is checked without a
network, with `cryptography`, and nothing here is secret. https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.sshsig
has the format.
"""

import base64
import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from ..common.errors import UserError
from ..common.untrusted import check_file, one_line, printable
from .files import MAX_SUMS_BYTES, SUMS

SIGNATURE = f"{SUMS}.sig"
# What a signature is for: one that its maker gave for something else is none of a model.
NAMESPACE = "plates"
SIGNERS, REQUIRED = "PLATES_SIGNERS", "PLATES_REQUIRE_SIGNATURE"
_KIND = "ssh-ed25519"
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_MAGIC, _VERSION = b"SSHSIG", 1
_HASHES = ("sha256", "sha512")
# A signature has some 300 bytes, and a list of keys a line of 80 for each.
_MAX_BYTES, _MAX_LIST_BYTES = 4_000, 100_000


def signer_of(folder: Path, environment: Mapping[str, str] = os.environ) -> str:
    """Return who has signed a bundle's checksums, by comment and fingerprint of the key; "" where nobody has.

    environment: PLATES_SIGNERS may name the file with the keys that are trusted, as `ssh-keygen` writes them (.pub), a
    line each; without it any key will do, which tells whether the signature is whole and not who made it.

    Raises UserError for a signature that is none of these checksums, or by nobody of those who are trusted.
    """
    if not os.path.lexists(folder / SIGNATURE):
        return ""
    names = environment.get(SIGNERS, "").strip()
    trusted = _trusted(Path(names)) if names else None
    try:
        for name, most in ((SIGNATURE, _MAX_BYTES), (SUMS, MAX_SUMS_BYTES)):
            check_file(folder / name, most)
        key = _verified((folder / SIGNATURE).read_text("ascii"), (folder / SUMS).read_bytes())
    except (OSError, ValueError) as error:
        raise UserError(
            f"the signature of the model in {folder} is wrong ({one_line(error)}): fetch the model again from whom you "
            f"trust, or, if it is your own, sign it again (`make sign`); {SIGNATURE} says who made it"
        ) from error
    if trusted is not None and key not in trusted:
        raise UserError(
            f"the model in {folder} is signed by {_fingerprint(key)}, whom {names} does not name: fetch one that is "
            f"signed by somebody there, or add the key to {SIGNERS} if you trust it"
        )
    if trusted is None:
        return f"{_fingerprint(key)}, whoever that is ({SIGNERS} is not set)"
    return f"{trusted[key]} {_fingerprint(key)}".strip()


def demand_signature(
    folder: Path, signer: str, environment: Mapping[str, str] = os.environ
) -> None:
    """Raise UserError where PLATES_REQUIRE_SIGNATURE is set and a model's signer is nobody who is trusted.

    signer: as `signer_of` returns it.
    """
    if environment.get(REQUIRED, "").strip() in ("", "0"):
        return
    if not environment.get(SIGNERS, "").strip():
        raise UserError(
            f"{REQUIRED} is set, and {SIGNERS} is not: name the file with the keys that you trust"
        )
    if not signer:
        raise UserError(
            f"the model in {folder} is not signed, and {REQUIRED} is set: take one with {SIGNATURE}, or unset it"
        )


def _trusted(path: Path) -> dict[bytes, str]:
    """Return the comments of the keys of a file, by key."""
    keys: dict[bytes, str] = {}
    try:
        check_file(path.resolve(), _MAX_LIST_BYTES)
        for line in path.read_text(encoding="utf-8").splitlines():
            kind, _, rest = line.strip().partition(" ")
            if kind == _KIND:
                text, _, comment = rest.strip().partition(" ")
                keys[_key(base64.b64decode(text, validate=True))] = printable(comment.strip())[:100]
    except (OSError, ValueError) as error:
        raise UserError(f"{SIGNERS} is {path} ({one_line(error)}): name a file of keys") from error
    if not keys:
        raise UserError(
            f"{SIGNERS} is {path}, which has no line `{_KIND} …`: write there what `ssh-keygen -t ed25519` leaves in "
            "the file that ends in .pub"
        )
    return keys


def _verified(text: str, message: bytes) -> bytes:
    """Return the key, 32 bytes, that has signed a message; raises ValueError where it has not."""
    text = text.rstrip()
    if not (text.startswith(_BEGIN) and text.endswith(_END)):
        raise ValueError("it is no signature of ssh-keygen")
    inside = text[len(_BEGIN) : -len(_END)].split()
    blob = base64.b64decode("".join(inside), validate=True)
    head = _MAGIC + _VERSION.to_bytes(4)
    if not blob.startswith(head):
        raise ValueError("it is of another version of the format")
    key_blob, namespace, reserved, kind, signature = _strings(blob[len(head) :], 5)
    if namespace != NAMESPACE.encode():
        raise ValueError(
            f"it was made for {printable(namespace.decode(errors='replace'))[:40]!r}: sign with -n {NAMESPACE}"
        )
    if kind.decode(errors="replace") not in _HASHES:
        raise ValueError("it is by a hash that is not known")
    digest = hashlib.new(kind.decode(), message).digest()
    signed = _MAGIC + b"".join(
        len(part).to_bytes(4) + part for part in (namespace, reserved, kind, digest)
    )
    name, raw = _strings(signature, 2)
    key = _key(key_blob)
    if name != _KIND.encode():
        raise ValueError("it is not by Ed25519")
    _check_ed25519(key, raw, signed)
    return key


def _check_ed25519(key: bytes, signature: bytes, signed: bytes) -> None:
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ModuleNotFoundError as error:
        raise UserError(
            f"the model is signed, and checking that needs {error.name}: run pip install 'plate-pipeline[signed]' "
            "(in a checkout: '.[signed]')"
        ) from error
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, signed)
    except InvalidSignature:
        raise ValueError(f"it is not of this {SUMS}") from None


def _key(blob: bytes) -> bytes:
    """Return the 32 bytes of a key; raises ValueError for one of another kind."""
    kind, *parts = _strings(blob) or [b""]
    if kind != _KIND.encode() or [len(part) for part in parts] != [32]:
        raise ValueError(f"a key is {printable(kind.decode(errors='replace'))[:40]!r}, not {_KIND}")
    return parts[0]


def _fingerprint(key: bytes) -> str:
    """Return what `ssh-keygen -l` calls a key."""
    blob = b"".join(len(part).to_bytes(4) + part for part in (_KIND.encode(), key))
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")


def _strings(blob: bytes, count: int | None = None) -> list[bytes]:
    """Return the strings of a blob, each after its length in four bytes.

    Raises ValueError where one is cut, and unless there are so many, if that is given.
    """

    def split() -> Iterator[bytes]:
        place = 0
        while place < len(blob):
            end = place + 4 + int.from_bytes(blob[place : place + 4])
            if end > len(blob):
                raise ValueError("it ends too early")
            yield blob[place + 4 : end]
            place = end

    found = list(split())
    if count not in (None, len(found)):
        raise ValueError("it is cut or has too much in it")
    return found
