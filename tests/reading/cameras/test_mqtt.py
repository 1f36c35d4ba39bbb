"""Answers to an MQTT broker, each until it is confirmed."""

import json
import socket
import sys
from collections.abc import Iterator

import pytest

from src.common.errors import UserError
from src.reading.cameras.mqtt import MqttSender
from src.reading.cameras.outbox import AwayError
from src.reading.cameras.secrets import Secret
from src.reading.cameras.settings import Mqtt
from src.reading.cameras.spool import Letter
from tests.reading.cameras.broker import Broker


def letter(number: int) -> Letter:
    return Letter(f"key{number}", json.dumps({"camera": "gate", "n": number}).encode())


def test_without_the_client_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "paho.mqtt.client", None)
    with pytest.raises(UserError, match=r"pip install 'plate-pipeline\[mqtt\]'"):
        MqttSender(Mqtt("broker"))


@pytest.fixture
def _client() -> None:
    pytest.importorskip("paho.mqtt.client")


@pytest.fixture
def sender() -> Iterator[list[MqttSender]]:
    """Those that a test makes and that are closed after it."""
    made: list[MqttSender] = []
    yield made
    for one in made:
        one.close()


@pytest.mark.usefixtures("_client")
def test_each_is_published_once_under_its_camera(sender: list[MqttSender]) -> None:
    broker = Broker(password="hunter2")
    with broker.run() as port:
        settings = Mqtt("127.0.0.1", port, "site/{camera}/plate", "ann", Secret("hunter2"))
        sender.append(MqttSender(settings))
        for n in range(3):
            sender[0].send(letter(n))
    assert broker.received == [("site/gate/plate", letter(n).content) for n in range(3)]
    assert broker.clients == [("ann", "hunter2")]


@pytest.mark.usefixtures("_client")
def test_what_is_not_confirmed_is_sent_again_by_a_new_connection(sender: list[MqttSender]) -> None:
    confirms = [False, True]
    broker = Broker(lambda: confirms.pop(0))
    with broker.run() as port:
        sender.append(MqttSender(Mqtt("127.0.0.1", port, timeout_s=0.3)))
        with pytest.raises(AwayError, match="does not confirm"):
            sender[0].send(letter(0))
        sender[0].send(letter(0))
    assert broker.received == [("plates/gate", letter(0).content)]
    assert len(broker.clients) == 2


@pytest.mark.usefixtures("_client")
def test_a_broker_that_refuses_or_is_not_there(sender: list[MqttSender]) -> None:
    broker = Broker(password="hunter2")
    with broker.run() as port:
        sender.append(MqttSender(Mqtt("127.0.0.1", port, user="ann", password=Secret("hunter3"))))
        with pytest.raises(AwayError, match=r"refuses \(Not authorized\)") as raised:
            sender[0].send(letter(0))
        assert "hunter" not in str(raised.value)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(AwayError, match=rf"127\.0\.0\.1:{port} does not answer"):
        MqttSender(Mqtt("127.0.0.1", port)).send(letter(0))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = Mqtt("127.0.0.1", silent.getsockname()[1], timeout_s=0.2)
        with pytest.raises(AwayError, match="does not answer"):
            MqttSender(settings).send(letter(0))


@pytest.mark.usefixtures("_client")
def test_certificates_that_cannot_be_read_are_named(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path = tmp_path_factory.mktemp("ca") / "gone.pem"
    with pytest.raises(UserError, match=r"mqtt: ca_file .*gone\.pem"):
        MqttSender(Mqtt("broker", tls=True, ca_file=path))
