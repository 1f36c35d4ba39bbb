"""The processes that decode: right pixels, refusals, and an end to whatever hangs, crashes or grows."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from src.common.errors import UserError
from src.serving.decoders import Decoders
from src.serving.refusal import ApiError
from src.serving.uploads import decode_upload
from tests.serving.fakes import encoded, grey

MOST = 1_000_000
NOISE = Image.fromarray(np.random.default_rng(0).integers(0, 256, (400, 600, 3), np.uint8))


@pytest.fixture(scope="module")
def decoders() -> Iterator[Decoders]:
    started = Decoders(1, MOST)
    yield started
    started.close()


def refusal(decoders: Decoders, content: bytes, seconds: float = 60.0) -> str:
    with pytest.raises(ApiError) as caught:
        decoders.decode(content, "image/jpeg", seconds)
    return caught.value.code


def process_of(decoders: Decoders) -> int:
    (process,) = decoders._all
    return process.pid


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP"])
def test_pixels_are_those_of_this_process(decoders: Decoders, kind: str) -> None:
    content = encoded(NOISE, kind)
    pixels = decoders.decode(content, "", 60.0)
    assert np.array_equal(pixels, decode_upload(content, "", MOST))
    assert pixels.flags.writeable


def test_refusals_pass_through(decoders: Decoders) -> None:
    before = process_of(decoders)
    assert refusal(decoders, b"words") == "not_an_image"
    assert refusal(decoders, b"") == "not_an_image"
    assert refusal(decoders, encoded(NOISE, "JPEG")[:500]) == "truncated_image"
    assert refusal(decoders, grey(2000, 1000)) == "too_many_pixels"
    assert process_of(decoders) == before


def test_what_takes_too_long_is_ended(decoders: Decoders) -> None:
    before, begin = process_of(decoders), time.monotonic()
    assert refusal(decoders, encoded(NOISE, "WEBP", lossless=True), 0.0) == "timeout"
    assert time.monotonic() - begin < 30
    assert process_of(decoders) != before
    assert decoders.decode(grey(), "", 60.0).shape == (48, 64)


def test_crash_is_a_refusal_and_another_process_goes_on(decoders: Decoders) -> None:
    before = process_of(decoders)
    os.kill(before, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as pool:
        crashing = pool.submit(refusal, decoders, grey())
        while not decoders._due:
            time.sleep(0.01)
        os.kill(before, signal.SIGSEGV)
        os.kill(before, signal.SIGCONT)
        assert crashing.result(30) == "truncated_image"
    assert process_of(decoders) != before
    assert decoders.decode(grey(), "", 60.0).shape == (48, 64)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV])
def test_picture_of_a_decoder_that_was_ended_goes_to_another(
    decoders: Decoders, number: signal.Signals
) -> None:
    before, content = process_of(decoders), encoded(NOISE, "JPEG")
    os.kill(before, number)
    os.waitid(os.P_PID, before, os.WEXITED | os.WNOWAIT)
    assert np.array_equal(decoders.decode(content, "", 60.0), decode_upload(content, "", MOST))
    assert process_of(decoders) != before


def test_interrupt_is_for_the_server(decoders: Decoders) -> None:
    decoders.decode(grey(), "", 60.0)
    before = process_of(decoders)
    os.kill(before, signal.SIGINT)
    assert decoders.decode(grey(), "", 60.0).shape == (48, 64)
    assert process_of(decoders) == before


def test_decoder_that_was_stopped_is_replaced(decoders: Decoders) -> None:
    decoders.decode(grey(), "", 60.0)
    before, begin = process_of(decoders), time.monotonic()
    os.kill(before, signal.SIGSTOP)
    # More than a pipe holds.
    assert refusal(decoders, bytes(3_000_000), 0.5) == "timeout"
    assert time.monotonic() - begin < 30
    assert process_of(decoders) != before
    assert decoders.decode(grey(), "", 60.0).shape == (48, 64)


@pytest.mark.parametrize(
    "does",
    [
        "kill -9 $$",
        "exit 1",
        "exec head -c 100 /dev/zero",
        "tr '\\0' '\\377' < /dev/zero",
        "printf '%016d' 7",
    ],
)
def test_what_does_not_decode_does_not_start(monkeypatch: pytest.MonkeyPatch, does: str) -> None:
    def start(self: Decoders) -> "subprocess.Popen[bytes]":
        pipe = subprocess.PIPE
        return subprocess.Popen(["sh", "-c", does], stdin=pipe, stdout=pipe)

    monkeypatch.setattr(Decoders, "_open", start)
    with pytest.raises(UserError, match="did not start"):
        Decoders(1, MOST)


def test_no_decoder_is_no_fault_of_the_picture(decoders: Decoders) -> None:
    def ask(process: "subprocess.Popen[bytes]", _: float) -> None:
        process.kill()
        raise EOFError

    with pytest.raises(ApiError) as caught:
        decoders.run(ask, 60.0)
    assert caught.value.code == "busy"
    assert decoders.decode(grey(), "", 60.0).shape == (48, 64)


def test_all_that_were_ended_while_idle_are_replaced() -> None:
    three = Decoders(3, MOST)
    try:
        for process in three._all:
            process.kill()
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert three.decode(grey(), "", 60.0).shape == (48, 64)
    finally:
        three.close()


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="only Linux tells sizes")
def test_memory_is_bounded() -> None:
    decoders = Decoders(1, 2000)
    try:
        decoders.decode(grey(40, 40), "", 60.0)
        limits = Path(f"/proc/{process_of(decoders)}/limits").read_text()
        (line,) = (one for one in limits.splitlines() if one.startswith("Max address space"))
        assert int(line.split()[3]) < 4_000_000_000
    finally:
        decoders.close()


def test_closing_ends_what_is_running() -> None:
    decoders = Decoders(1, MOST)
    os.kill(process_of(decoders), signal.SIGSTOP)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(decoders.decode, grey(), "", 60.0)
        time.sleep(0.2)
        assert not waiting.done()
        decoders.close()
        with pytest.raises(ApiError, match="shutting down"):
            waiting.result(30)


def test_process_ends_with_the_server() -> None:
    own = Decoders(1, MOST)
    (process,) = own._all
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(60) == 0
