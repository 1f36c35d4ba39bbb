"""Reading cameras.yaml."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from ...common.errors import UserError
from .addresses import split_address
from .keys import Keys
from .load_camera import load_camera, load_limits
from .settings import Limits, Mqtt, Settings, Watch, Webhook
from .webhook import signing_key

_MOST_BYTES, _MOST_CAMERAS = 1_000_000, 200
_TOP = ("cameras", "outputs", "watch", "state", "limits")


class _Loader(yaml.SafeLoader):
    """Takes no key twice: of two cameras of one name YAML would keep the last, and say nothing."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Return a mapping; raises UserError for a key that stands in it twice."""
        seen: set[object] = set()
        for key, _ in node.value:
            name = self.construct_object(key, deep=True)
            if isinstance(name, str | int) and name in seen:
                raise UserError(f"{name} stands there twice (line {key.start_mark.line + 1})")
            seen.add(name if isinstance(name, str | int) else id(key))
        return super().construct_mapping(node, deep)


def load_settings(path: Path, environment: Mapping[str, str]) -> Settings:
    """Return what cameras.yaml says; paths in it are relative to its folder.

    environment: variables that hold passwords. Raises UserError, with camera, key and the nearest name there is, for
    the first thing that cannot be meant.
    """
    folder = path.absolute().parent
    try:
        top = Keys("the file", _content(path), _TOP, folder, environment)
        limits = load_limits(top, Limits())
        named = top.mapping("cameras")
        if not 0 < len(named) <= _MOST_CAMERAS:
            raise top.error("cameras", f"has {len(named)} of them: name 1 to {_MOST_CAMERAS}")
        cameras = tuple(load_camera(top, *one, limits, folder) for one in named.items())
        settings = Settings(cameras, top.path("state") or folder / f"{path.stem}_state")
        return replace(_outputs(settings, top), watch=_watch(top))
    except UserError as error:
        raise UserError(f"{path}: {error}") from error


def _content(path: Path) -> object:
    try:
        with path.open("rb") as file:
            text = file.read(_MOST_BYTES + 1)
        if len(text) > _MOST_BYTES:
            raise UserError(f"it has more than {_MOST_BYTES:,} bytes")
        return yaml.load(text, _Loader)
    except OSError as error:
        raise UserError(f"it cannot be read ({error.strerror})") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        # Of what YAML says the place alone: it repeats lines, and someone may have written a password into one.
        mark = getattr(error, "problem_mark", None)
        where = "" if mark is None else f" from line {mark.line + 1}, column {mark.column + 1}, on"
        raise UserError(f"it is no YAML{where}: look for tabs, quotes and indents") from None


def _outputs(settings: Settings, top: Keys) -> Settings:
    if not top.has("outputs"):
        return settings
    known = ("lines", "webhook", "mqtt", "spool_megabytes")
    keys = top.below("outputs", top.value("outputs"), known)
    spool = keys.number("spool_megabytes", settings.spool_bytes / 1e6, 0.01, 1e6)
    return replace(
        settings,
        lines=keys.path("lines"),
        webhook=_webhook(keys) if keys.has("webhook") else None,
        mqtt=_mqtt(keys) if keys.has("mqtt") else None,
        spool_bytes=round(spool * 1e6),
    )


def _webhook(outputs: Keys) -> Webhook:
    known = ("url", "ca_file", "timeout_s", "only_watched")
    keys = outputs.below("webhook", outputs.value("webhook"), known, ("url", "secret"))
    hidden = keys.secret("url")
    text = keys.text("url") if hidden is None else hidden.reveal()
    if text.partition("://")[0].lower() not in ("http", "https"):
        raise keys.error("url", "is no address: write http://… or https://…")
    address = split_address(keys, "url", text, "http", is_secret=hidden is not None)
    if address.user or address.password:
        raise keys.error("url", "has a user in it, which is not sent: sign with secret_env instead")
    key = keys.secret("secret")
    if key is not None:
        try:
            signing_key(key)
        except UserError as error:
            raise keys.error("secret", str(error)) from None
    return Webhook(
        url=address.source,
        key=key,
        ca_file=keys.file("ca_file"),
        timeout_s=keys.number("timeout_s", 10, 0.1, 300),
        only_watched=keys.flag("only_watched"),
    )


def _mqtt(outputs: Keys) -> Mqtt:
    known = ("host", "port", "topic", "user", "tls", "ca_file", "timeout_s", "only_watched")
    keys = outputs.below("mqtt", outputs.value("mqtt"), known, ("password",))
    tls, topic = keys.flag("tls"), keys.text("topic", Mqtt.topic)
    if re.search(r"[+#\x00]", topic) or len(topic.encode()) > 1000:
        raise keys.error("topic", "has + or #, which a topic that is written to cannot have")
    return Mqtt(
        host=keys.text("host"),
        port=int(keys.number("port", 8883 if tls else 1883, 1, 65535)),
        topic=topic,
        user=keys.text("user", ""),
        password=keys.secret("password"),
        tls=tls,
        ca_file=keys.file("ca_file"),
        timeout_s=keys.number("timeout_s", 10, 0.1, 300),
        only_watched=keys.flag("only_watched"),
    )


def _watch(top: Keys) -> Watch | None:
    if not top.has("watch"):
        return None
    keys = top.below("watch", top.value("watch"), ("file", "distance"))
    file = keys.path("file")
    if file is None:
        raise keys.error("file", "is missing: the list, a CSV with a column plate_text")
    return Watch(file, keys.number("distance", Watch.distance, 0, 10))
