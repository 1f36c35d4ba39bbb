"""Settings of the service from environment variables, with their defaults."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..common.countries import country_codes
from ..common.errors import UserError
from ..common.workers import available_cores

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
    )


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


def _number(environment: Mapping[str, str], name: str, default: float, least: float) -> float:
    text = environment.get(name, "").strip()
    try:
        value = float(text) if text else default
    except ValueError:
        value = math.nan
    if not (least <= value < math.inf):
        raise UserError(
            f"{name} is {text!r}: set it to a number of at least {least:g}, or not at all"
        )
    return value
