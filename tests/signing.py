"""Signatures that tests make, as `ssh-keygen -Y sign` makes them."""

import base64
import hashlib
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

KIND = b"ssh-ed25519"


def strings(*parts: bytes) -> bytes:
    """Each part after its length, as SSH writes strings."""
    return b"".join(len(part).to_bytes(4) + part for part in parts)


def public(key: Ed25519PrivateKey) -> bytes:
    """The blob of the key that goes with a private one."""
    return strings(KIND, key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))


def public_line(key: Ed25519PrivateKey, comment: str = "us@example.org") -> str:
    """The line of a .pub file."""
    return f"{KIND.decode()} {base64.b64encode(public(key)).decode()} {comment}\n"


def armoured(blob: bytes) -> str:
    """A signature as a file has it."""
    text = base64.b64encode(blob).decode()
    lines = [text[start : start + 70] for start in range(0, len(text), 70)]
    return "\n".join(["-----BEGIN SSH SIGNATURE-----", *lines, "-----END SSH SIGNATURE-----", ""])


def signature(key: Ed25519PrivateKey, message: bytes, namespace: bytes = b"plates") -> str:
    """A key's signature of a message."""
    rest = (b"", b"sha512", hashlib.sha512(message).digest())
    raw = key.sign(b"SSHSIG" + strings(namespace, *rest))
    head = b"SSHSIG" + (1).to_bytes(4)
    return armoured(head + strings(public(key), namespace, b"", b"sha512", strings(KIND, raw)))


def sign(folder: Path, key: Ed25519PrivateKey) -> None:
    """Sign the model of a folder."""
    text = signature(key, (folder / "SHA256SUMS").read_bytes())
    (folder / "SHA256SUMS.sig").write_text(text)
