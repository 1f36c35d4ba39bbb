"""Settings of the service from environment variables, with their defaults."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..common.countries import country_codes
from ..common.errors import UserError
from ..common.workers import available_cores

# Shorter secrets are found by trying.
_KEY_CHARACTERS = 16

# What browsers send as the origin of a page: no path, not even a slash.
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")


@dataclass(frozen=True)
class Settings:
    """Limits of the service.

    max_upload_mb: of a whole request, in 10⁶ bytes. max_megapixels: of one picture, in 10⁶ pixels. concurrency:
    pictures read at the same time. queue: pictures that may wait for that. timeout_s: longest time in seconds that a
    picture may wait and be read. log_text: whether log lines hold plate texts. cors_origins: other sites whose pages
    may call the service; none unless set. connections: open at the same time, fewer where the system lets open
    fewer files. countries: whose plates are expected, by their ISO 3166 codes; all of the model's unless set.

    collect: the folder that keeps pictures for people to label, "" for none. collect_below: the confidence in [0, 1]
    below which a picture's best reading has it kept. collect_mb, collect_days: the most that is kept, in 10⁶ bytes, and
    how long. collect_key: a secret that signs what clients are given, "" for one of this process alone.
    collect_hash: whether texts are kept as hashes by that key only. drift_log: the file that gets a line on each
    picture, "" for none. drift_log_mb: the most that it and the one before it have, in 10⁶ bytes.
    """

    max_upload_mb: float = 20.0
    max_megapixels: float = 50.0
    concurrency: int = 2
    queue: int = 32
    timeout_s: float = 10.0
    log_text: bool = False
    cors_origins: tuple[str, ...] = ()
    connections: int = 1000
    countries: tuple[str, ...] = ()
    collect: str = ""
    collect_below: float = 0.8
    collect_mb: float = 1000.0
    collect_days: float = 30.0
    collect_key: str = field(default="", repr=False)
    collect_hash: bool = False
    drift_log: str = ""
    drift_log_mb: float = 20.0

    @property
    def max_bytes(self) -> int:
        """The largest request body, in bytes."""
        return round(self.max_upload_mb * 1e6)

    @property
    def max_pixels(self) -> int:
        """The largest picture, in pixels."""
        return round(self.max_megapixels * 1e6)


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings of PLATES_* variables; raises UserError for a value that cannot be meant."""
    return Settings(
        max_upload_mb=_number(environment, "PLATES_MAX_UPLOAD_MB", 20.0, 0.001),
        max_megapixels=_number(environment, "PLATES_MAX_MEGAPIXELS", 50.0, 0.001),
        concurrency=int(_number(environment, "PLATES_CONCURRENCY", available_cores(), 1)),
        queue=int(_number(environment, "PLATES_QUEUE", 32, 0)),
        timeout_s=_number(environment, "PLATES_TIMEOUT_S", 10.0, 0.001),
        log_text=bool(int(_number(environment, "PLATES_LOG_TEXT", 0, 0))),
        cors_origins=_origins(environment.get("PLATES_CORS_ORIGINS", "")),
        connections=int(_number(environment, "PLATES_CONNECTIONS", 1000, 1)),
        countries=_countries(environment.get("PLATES_COUNTRY", "")),
        collect=environment.get("PLATES_COLLECT", "").strip(),
        collect_below=_number(environment, "PLATES_COLLECT_BELOW", 0.8, 0, 1),
        collect_mb=_number(environment, "PLATES_COLLECT_MB", 1000.0, 1),
        collect_days=_number(environment, "PLATES_COLLECT_DAYS", 30.0, 0.001, 36_500),
        collect_key=_key(environment),
        collect_hash=bool(int(_number(environment, "PLATES_COLLECT_HASH", 0, 0))),
        drift_log=environment.get("PLATES_DRIFT_LOG", "").strip(),
        drift_log_mb=_number(environment, "PLATES_DRIFT_LOG_MB", 20.0, 0.1),
    )


def _key(environment: Mapping[str, str]) -> str:
    """Return the secret; raises UserError, which does not show it, for a short one, or for none where it is needed."""
    key = environment.get("PLATES_COLLECT_KEY", "").strip()
    if key and len(key) < _KEY_CHARACTERS:
        raise UserError(
            f"PLATES_COLLECT_KEY has {len(key)} characters: make one of at least {_KEY_CHARACTERS} by chance, "
            "as `openssl rand -hex 32` does"
        )
    if not key and int(_number(environment, "PLATES_COLLECT_HASH", 0, 0)):
        raise UserError("PLATES_COLLECT_HASH hashes by a secret: set PLATES_COLLECT_KEY too")
    return key


def _countries(text: str) -> tuple[str, ...]:
    try:
        return country_codes(text)
    except UserError as error:
        raise UserError(f"PLATES_COUNTRY is {text!r}: {error}") from error


def _origins(text: str) -> tuple[str, ...]:
    origins = tuple(origin.strip().lower() for origin in text.split(",") if origin.strip())
    for origin in origins:
        if origin != "*" and not _ORIGIN.fullmatch(origin):
            raise UserError(
                f"PLATES_CORS_ORIGINS has {origin!r}, which is no origin: write https://host or https://host:port, "
                "without a path or a slash at the end, or * for every site, with commas between several"
            )
    return origins


def _number(
    environment: Mapping[str, str],
    name: str,
    default: float,
    least: float,
    most: float = math.inf,
) -> float:
    text = environment.get(name, "").strip()
    try:
        value = float(text) if text else default
    except ValueError:
        value = math.nan
    if not (least <= value <= most and value < math.inf):
        bound = "" if most == math.inf else f" and at most {most:g}"
        raise UserError(
            f"{name} is {text!r}: set it to a number of at least {least:g}{bound}, or not at all"
        )
    return value
