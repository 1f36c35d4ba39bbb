"""One mapping of cameras.yaml: its values by key, and errors that name the place, the key and what was meant."""

import math
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ...common.errors import UserError
from .secrets import Secret, from_file, from_variable

SECRET_SUFFIXES = ("_env", "_file")


def meant(name: str, known: Iterable[str]) -> str:
    """Return "(did you mean …?)" with the nearest of the names that are known, after a blank; "" where none is near."""
    near = get_close_matches(name.lower(), list(known), n=1)
    return f" (did you mean {near[0]}?)" if near else ""


class Keys:
    """Values of a mapping.

    where: what errors call it, as "camera gate". content: what YAML holds there. known: keys that it may have.
    secrets: keys of which it may have ``…_env``, the name of an environment variable, or ``…_file``, the path of a
    file. folder: to which paths are relative.

    Raises UserError when it is no mapping, or has another key.
    """

    def __init__(
        self,
        where: str,
        content: object,
        known: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        secrets: Sequence[str] = (),
    ) -> None:
        self.where, self._folder, self._environment = where, folder, environment
        names = [*known, *(f"{name}{suffix}" for name in secrets for suffix in SECRET_SUFFIXES)]
        if not isinstance(content, dict):
            raise self.error("", f"write keys under it: {', '.join(names)}")
        for key in content:
            if key not in names:
                # A password that is written here shows in backups, in git and on screens.
                why = ": put it into a file or a variable" if key in secrets else ""
                raise self.error(
                    "",
                    f"there is no key {key!s:.60}{why}{meant(str(key), names)}: {', '.join(names)}",
                )
        self._content: dict[str, Any] = content

    def below(
        self, where: str, content: object, known: Sequence[str], secrets: Sequence[str] = ()
    ) -> "Keys":
        """Return the values of another mapping of the same file."""
        return Keys(where, content, known, self._folder, self._environment, secrets)

    def error(self, key: str, why: str) -> UserError:
        """Return an error about a key, or about all of it where that is ""."""
        return UserError(f"{self.where}: {key}{' ' if key else ''}{why}")

    def has(self, key: str) -> bool:
        """Return whether there is a value."""
        return self._content.get(key) is not None

    def value(self, key: str) -> Any:
        """Return what is there, of any type; None for nothing."""
        return self._content.get(key)

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text; raises UserError where there is none and no default."""
        value = self._content.get(key)
        if value is None and default is not None:
            return default
        if value is None:
            raise self.error(key, "is missing")
        if not isinstance(value, str) or not value.strip():
            raise self.error(
                key, f"is {_said(value)}: write a text, in quotes where it is a number"
            )
        return value.strip()

    def number(self, key: str, default: float, least: float, most: float) -> float:
        """Return a number in a range."""
        value = self._content.get(key, default)
        plain = isinstance(value, int | float) and not isinstance(value, bool)
        if not plain or not math.isfinite(value) or not least <= value <= most:
            raise self.error(key, f"is {_said(value)}: write a number from {least:g} to {most:g}")
        return float(value)

    def flag(self, key: str, default: bool = False) -> bool:
        """Return true or false."""
        value = self._content.get(key, default)
        if not isinstance(value, bool):
            raise self.error(key, f"is {_said(value)}: write true or false")
        return value

    def choice(self, key: str, default: str, choices: Sequence[str]) -> str:
        """Return one of some texts."""
        value = str(self._content.get(key, default))
        if value not in choices:
            raise self.error(
                key, f"is {_said(value)}{meant(value, choices)}: write {', '.join(choices)}"
            )
        return value

    def path(self, key: str) -> Path | None:
        """Return a path, or None where there is none."""
        return self._folder / self.text(key) if self.has(key) else None

    def file(self, key: str) -> Path | None:
        """Return the path of a file that is there, or None where there is none; raises UserError for a missing one."""
        path = self.path(key)
        if path is not None and not path.is_file():
            raise self.error(key, f"leads to {path}, which is no file")
        return path

    def secret(self, key: str) -> Secret | None:
        """Return the secret that KEY_env or KEY_file leads to, or None; raises UserError for both, or a wrong one."""
        given = [f"{key}{suffix}" for suffix in SECRET_SUFFIXES if self.has(f"{key}{suffix}")]
        if len(given) > 1:
            raise self.error(" and ".join(given), "are both there: keep one")
        for name in given:
            try:
                if name.endswith("_env"):
                    return from_variable(self.text(name), self._environment)
                return from_file(self._folder / self.text(name))
            except UserError as error:
                raise self.error(f"{name}:", str(error)) from None
        return None

    def mapping(self, key: str) -> dict[str, Any]:
        """Return a mapping of texts to anything; empty where there is none."""
        value = self._content.get(key)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self.error(key, "is no mapping: write NAME: VALUE lines under it")
        return {str(name): part for name, part in value.items()}

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; empty where there is none."""
        value = self._content.get(key, [])
        if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
            raise self.error(key, f"is {_said(value)}: write a list of texts, as [in, out]")
        return tuple(value)


def _said(value: object) -> str:
    """Return a value as it may be shown: of what is long, the beginning."""
    return f"{value!r:.60}"
