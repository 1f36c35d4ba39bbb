"""Uploads that stall are given up, those that keep coming are not, and names are UTF-8 whatever the client says."""

import asyncio
import time
from typing import Any

import pytest
from starlette.requests import Request

from src.serving import bodies
from src.serving.refusal import ApiError
from tests.serving.fakes import client_of, fake_service, grey


@pytest.mark.parametrize("charset", ["idna", "punycode", "zlib", "unicode_escape", "none-such"])
def test_encodings_that_a_client_names_are_not_used(charset: str) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="\xff..\xc3\xa4"\r\n\r\n'
    kind = f"multipart/form-data; boundary=x; charset={charset}"
    client = client_of(fake_service())
    answer = client.post(
        "/predict", content=head + grey() + b"\r\n--x--\r\n", headers={"Content-Type": kind}
    )
    assert answer.status_code == 200


@pytest.mark.parametrize("kind", ["image/png", "multipart/form-data; boundary=x"])
def test_upload_that_stalls_is_given_up(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "STALL_S", 0.2)

    async def run() -> tuple[str, float]:
        head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        sent = iter([head + b"y" * 50_000])

        async def receive() -> dict[str, Any]:
            content = next(sent, None)
            if content is None:
                await asyncio.sleep(60)
            return {"type": "http.request", "body": content, "more_body": True}

        headers = [(b"content-type", kind.encode())]
        request = Request({"type": "http", "method": "POST", "headers": headers}, receive)
        begin = time.monotonic()
        with pytest.raises(ApiError) as caught:
            await bodies.read_uploads(request, ("file",), 1, 1_000_000, lambda count: None)
        return caught.value.code, time.monotonic() - begin

    code, seconds = asyncio.run(run())
    assert code == "timeout"
    assert seconds < 10


def test_upload_that_keeps_coming_is_not_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "STALL_S", 0.5)

    async def run() -> bytes:
        left = 12

        async def receive() -> dict[str, Any]:
            nonlocal left
            await asyncio.sleep(0.1)
            left -= 1
            body = b"x" * bodies.STALL_BYTES
            return {"type": "http.request", "body": body, "more_body": left > 0}

        request = Request({"type": "http", "method": "POST", "headers": []}, receive)
        (upload,) = await bodies.read_uploads(request, ("file",), 1, 1_000_000, lambda count: None)
        return upload.content

    assert len(asyncio.run(run())) == 12 * bodies.STALL_BYTES
