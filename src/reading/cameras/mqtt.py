"""Answers to an MQTT broker, by paho-mqtt, which is there where the extra ``mqtt`` is installed."""

import json
import ssl
import threading
from importlib import import_module
from typing import Any

from ...common.errors import UserError
from ...common.untrusted import one_line
from .outbox import AwayError
from .settings import Mqtt
from .spool import Letter

_CLIENT = "paho.mqtt.client"
# At least once: the broker confirms. A letter that it has confirmed to nobody is sent again, with the same id in it.
_QOS = 1
_KEEP_ALIVE_S = 30


class MqttSender:
    """Publishes letters, each until the broker has confirmed it.

    Raises UserError where paho-mqtt is not installed, or the certificates of ca_file cannot be read.
    """

    def __init__(self, settings: Mqtt) -> None:
        self._settings = settings
        try:
            self._paho: Any = import_module(_CLIENT)
        except ModuleNotFoundError as error:
            raise UserError(
                "mqtt needs paho-mqtt: run pip install 'plate-pipeline[mqtt]' (in a checkout: '.[mqtt]')"
            ) from error
        self._secure: ssl.SSLContext | None = None
        if settings.tls:
            try:
                self._secure = ssl.create_default_context(
                    cafile=None if settings.ca_file is None else str(settings.ca_file)
                )
            except (OSError, ssl.SSLError) as error:
                raise UserError(f"mqtt: ca_file {settings.ca_file}: {one_line(error)}") from error
        self._client: Any = None

    def send(self, letter: Letter) -> None:
        """Publish a letter and wait for the receipt; raises AwayError where none comes."""
        if self._client is None:
            self._client = self._connected()
        topic = self._settings.topic.replace("{camera}", str(json.loads(letter.content)["camera"]))
        try:
            sent = self._client.publish(topic, letter.content, qos=_QOS)
            sent.wait_for_publish(self._settings.timeout_s)
            received = sent.is_published()
        except (ValueError, RuntimeError, OSError) as error:
            self.close()
            raise AwayError(f"{self._shown}: {one_line(error, 120)}") from None
        if not received:
            # Left alone, the client would send it again besides.
            self.close()
            raise AwayError(f"{self._shown} does not confirm")

    def close(self) -> None:
        """Leave the broker."""
        client, self._client = self._client, None
        if client is not None:
            client.disconnect()
            client.loop_stop()

    @property
    def _shown(self) -> str:
        return f"{self._settings.host}:{self._settings.port}"

    def _connected(self) -> Any:
        settings, answered = self._settings, threading.Event()
        said: list[Any] = []

        def connected(client: Any, data: Any, flags: Any, reason: Any, properties: Any) -> None:
            said.append(reason)
            answered.set()

        client = self._paho.Client(self._paho.CallbackAPIVersion.VERSION2)
        client.on_connect = connected
        client.connect_timeout = settings.timeout_s
        if settings.user:
            password = None if settings.password is None else settings.password.reveal()
            client.username_pw_set(settings.user, password)
        if self._secure is not None:
            client.tls_set_context(self._secure)
        try:
            client.connect(settings.host, settings.port, _KEEP_ALIVE_S)
        except (OSError, ValueError) as error:
            raise AwayError(f"{self._shown} does not answer ({one_line(error, 120)})") from None
        client.loop_start()
        if answered.wait(settings.timeout_s) and not said[0].is_failure:
            return client
        client.disconnect()
        client.loop_stop()
        why = f"refuses ({one_line(Exception(str(said[0])), 80)})" if said else "does not answer"
        raise AwayError(f"{self._shown} {why}")
