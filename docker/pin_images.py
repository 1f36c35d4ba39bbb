"""Pins the images that are built on by their digests: ``pin_images.py [--check]``.

A tag may name another image tomorrow; a digest names its content. docker/images.lock holds each image with its tag and,
once pinned, its digest; the Dockerfiles repeat them as default build arguments, for they can read no file. This asks
the registry through ``docker buildx``, needs no other package, and writes nothing unless every image was found. With
--check it asks and writes nothing, and fails where an image has no digest or a Dockerfile says something else than the
lock.
"""

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
LOCK = "images.lock"
LIMIT_S = 120
_LINE = re.compile(r"([A-Z]+)=([a-z0-9./-]+:[\w.-]+)(?:@(sha256:[0-9a-f]{64}))?")
_ARGUMENT = re.compile(r"^ARG ([A-Z]+)=(\S+[:@]\S+)$", re.MULTILINE)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


class PinError(Exception):
    """An image cannot be pinned. The message says which and why."""


def read_lock(text: str) -> dict[str, tuple[str, str | None]]:
    """Return name and tag, and the digest if there is one, of each image by its build argument."""
    images: dict[str, tuple[str, str | None]] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            parts = _LINE.fullmatch(line)
            if parts is None or parts[1] in images:
                raise PinError(f"{LOCK} has the line {line[:100]!r}: write NAME=image:tag")
            images[parts[1]] = parts[2], parts[3]
    return images


def pinned(tagged: str, digest: str | None) -> str:
    """Return an image as FROM takes it; where a digest stands, the tag is there for people only."""
    return tagged if digest is None else f"{tagged}@{digest}"


def resolve(tagged: str) -> str:
    """Return the digest that the registry has for a tag now: of the list of all platforms, where there is one."""
    command = [
        "docker",
        "buildx",
        "imagetools",
        "inspect",
        "--format",
        "{{json .Manifest}}",
        tagged,
    ]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except FileNotFoundError:
        raise PinError("there is no docker on PATH: install it with buildx") from None
    except subprocess.TimeoutExpired:
        raise PinError(f"{tagged}: the registry did not answer within {LIMIT_S} s") from None
    if done.returncode:
        told = " ".join(done.stderr.split())[:200]
        raise PinError(f"{tagged}: docker cannot look it up ({told!a})")
    try:
        digest = json.loads(done.stdout)["digest"]
    except (ValueError, KeyError, TypeError):
        digest = None
    if not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
        raise PinError(f"{tagged}: docker answered without a digest")
    return digest


def with_images(dockerfile: str, images: dict[str, tuple[str, str | None]], name: str) -> str:
    """Return a Dockerfile's text with the lock's images as its arguments."""

    def line(found: re.Match[str]) -> str:
        if found[1] not in images:
            raise PinError(f"{name} builds on {found[1]}, which {LOCK} does not have: add it there")
        return f"ARG {found[1]}={pinned(*images[found[1]])}"

    for base in re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE):
        if not re.fullmatch(r"\$\{[A-Z]+\}", base):
            raise PinError(
                f"{name} builds on {base}: name it in {LOCK} and write ${{NAME}} in its place"
            )
    return _ARGUMENT.sub(line, dockerfile)


def write(path: Path, text: str) -> None:
    """Write a file so that it is never seen half written."""
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def pin(folder: Path) -> None:
    """Resolve every tag, and write the lock and the Dockerfiles where something has changed."""
    lock = (folder / LOCK).read_text(encoding="utf-8")
    images = read_lock(lock)
    fresh: dict[str, tuple[str, str | None]] = {
        name: (tagged, resolve(tagged)) for name, (tagged, _) in images.items()
    }
    texts = {folder / LOCK: lock}
    for name, (tagged, digest) in images.items():
        old, new = pinned(tagged, digest), pinned(*fresh[name])
        texts[folder / LOCK] = texts[folder / LOCK].replace(f"{name}={old}\n", f"{name}={new}\n")
        print(f"{name}: {new}" if old != new else f"{name}: as it was")
    for path in sorted(folder.glob("*.Dockerfile")):
        texts[path] = with_images(path.read_text(encoding="utf-8"), fresh, path.name)
    for path, text in texts.items():
        if text != path.read_text(encoding="utf-8"):
            write(path, text)


def check(folder: Path) -> None:
    """Raise PinError where an image is not pinned, or a Dockerfile builds on another than the lock says."""
    images = read_lock((folder / LOCK).read_text(encoding="utf-8"))
    for path in sorted(folder.glob("*.Dockerfile")):
        text = path.read_text(encoding="utf-8")
        if with_images(text, images, path.name) != text:
            raise PinError(
                f"{path.name} builds on other images than {LOCK} says: run make pin-images"
            )
    loose = [tagged for tagged, digest in images.values() if digest is None]
    if loose:
        raise PinError(f"not pinned by digest: {', '.join(loose)}: run make pin-images")


def main() -> None:
    """Pin, or check; end with one line on what is wrong."""
    parser = argparse.ArgumentParser(description="Pins base images by digest.")
    parser.add_argument(
        "--check", action="store_true", help="ask and write nothing, fail where one is not pinned"
    )
    try:
        (check if parser.parse_args().check else pin)(FOLDER)
    except PinError as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
