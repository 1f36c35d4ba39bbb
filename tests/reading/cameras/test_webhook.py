"""The webhook: signed, retried where that helps, and never led elsewhere."""

import base64
import hashlib
import hmac
import socket

import pytest

from benchmarks.camera_servers import Receiver
from src.common.errors import UserError
from src.reading.cameras.outbox import AwayError, RefusedError
from src.reading.cameras.secrets import Secret
from src.reading.cameras.settings import Webhook
from src.reading.cameras.spool import Letter
from src.reading.cameras.webhook import WebhookSender, _asked_wait, signature, signing_key

LETTER = Letter("msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}')
SECRET = Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")


def test_the_signature_is_that_of_the_specification() -> None:
    """The example of Standard Webhooks, whose signature is known."""
    signed = signature(signing_key(SECRET), LETTER, 1614265330)
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("text", ["", "whsec_", "hunter2", "whsec_!!!", "c2hvcnQ=", "A" * 200])
def test_secrets_that_are_none(text: str) -> None:
    with pytest.raises(UserError, match="is no signing secret") as raised:
        signing_key(Secret(text))
    assert text in ("", "whsec_") or text not in str(raised.value)


def test_who_gets_it_can_check_it() -> None:
    receiver = Receiver()
    with receiver.run() as url:
        WebhookSender(Webhook(Secret(url), SECRET)).send(LETTER)
    ((body, headers),) = receiver.received
    assert body == LETTER.content
    assert headers["idempotency-key"] == headers["webhook-id"] == LETTER.key
    assert headers["content-type"].startswith("application/json")
    key = base64.b64decode(SECRET.reveal().removeprefix("whsec_"))
    content = f"{LETTER.key}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"


def test_without_a_secret_it_is_not_signed() -> None:
    receiver = Receiver()
    with receiver.run() as url:
        WebhookSender(Webhook(Secret(url))).send(LETTER)
    assert "webhook-signature" not in receiver.received[0][1]


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (302, AwayError),
        (401, AwayError),
        (404, AwayError),
        (409, AwayError),
        (429, AwayError),
        (500, AwayError),
        (503, AwayError),
        (400, RefusedError),
        (413, RefusedError),
        (422, RefusedError),
    ],
)
def test_what_is_no_receipt(code: int, error: type[Exception]) -> None:
    receiver = Receiver(lambda: code)
    with receiver.run() as url:
        sender = WebhookSender(Webhook(Secret(url + "?token=hunter2")))
        with pytest.raises(error, match=str(code)) as raised:
            sender.send(LETTER)
    assert receiver.attempts == 1
    assert "hunter2" not in str(raised.value)


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    sender = WebhookSender(Webhook(Secret(f"http://127.0.0.1:{port}/hunter2")))
    with pytest.raises(AwayError, match=rf"http://127\.0\.0\.1:{port}/…: .*refused") as raised:
        sender.send(LETTER)
    assert "hunter2" not in str(raised.value)


def test_one_that_never_answers_is_away() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(AwayError, match="timed out"):
            WebhookSender(Webhook(Secret(url), timeout_s=0.1)).send(LETTER)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [(None, 0), ("120", 120), ("999999", 3600), ("soon", 0), ("-5", 0), ("", 0)],
)
def test_a_target_may_ask_to_wait(text: str | None, seconds: float) -> None:
    assert _asked_wait(text) == seconds


def test_a_target_may_ask_to_wait_until_a_date() -> None:
    assert _asked_wait("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    assert _asked_wait("Wed, 21 Oct 2065 07:28:00 GMT") == 3600


def test_certificates_that_cannot_be_read_are_named(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    for content in (None, "no certificate"):
        if content:
            path.write_text(content)
        with pytest.raises(UserError, match=r"webhook: ca_file .*ca\.pem"):
            WebhookSender(Webhook(Secret("https://h/"), ca_file=path))
