"""The soak of cameras counts what it says."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from benchmarks import cameras
from benchmarks.camera_passes import FPS, PASS_S, PERIOD_S, Clip, Street, judge
from benchmarks.camera_servers import Receiver

START = 1_700_000_000.0
CLIPS = [Clip("ZH1", [b""]), Clip("BE2", [b""])]


def answer(text: str, seconds: float) -> dict[str, Any]:
    moment = datetime.fromtimestamp(START + seconds, UTC).isoformat()
    return {"id": f"{text}{seconds}", "plate": text, "vehicle": {"first": moment}}


def street(**changed: Any) -> Street:
    return Street(CLIPS, began=START, **changed)


def pictures(start: float, end: float) -> set[int]:
    return set(range(round(start * FPS), round(end * FPS)))


def test_passes_come_one_after_the_other() -> None:
    assert street().passes(START + 2 * PERIOD_S + PASS_S) == [
        ("ZH1", START),
        ("BE2", START + PERIOD_S),
        ("ZH1", START + 2 * PERIOD_S),
    ]


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        ([], (2, 0, 2, 0, 0, 0)),
        ([("ZH1", 1), ("BE2", 9)], (2, 2, 0, 0, 0, 0)),
        ([("ZH1", 1), ("ZH1", 3), ("BE2", 9)], (2, 1, 0, 1, 0, 0)),
        ([("ZH1", 1), ("BE3", 9)], (2, 1, 1, 0, 0, 1)),
        ([("ZH1", 9), ("BE2", 9)], (2, 1, 1, 0, 0, 1)),
    ],
)
def test_answers_are_counted_by_text_and_time(
    answers: Sequence[tuple[str, float]], verdict: tuple[int, ...]
) -> None:
    given = [answer(*one) for one in answers]
    sent = pictures(0, 2 * PERIOD_S)
    assert judge(street(), sent, given, START + 2 * PERIOD_S) == verdict


def test_what_was_shown_in_part_may_be_answered_or_not() -> None:
    half, all_sent = pictures(0, 1.5) | pictures(PERIOD_S, 2 * PERIOD_S), pictures(0, 2 * PERIOD_S)
    for given in ([], [answer("ZH1", 1)]):
        both = [*given, answer("BE2", 9)]
        assert judge(street(), half, both, START + 2 * PERIOD_S) == (1, 1, 0, 0, 1, 0)
        broken = [(START + 1, START + 2)]
        assert judge(street(), all_sent, both, START + 2 * PERIOD_S, broken) == (1, 1, 0, 0, 1, 0)


def test_what_is_parked_is_one_vehicle() -> None:
    for times, verdict in (
        (0, (1, 0, 1, 0, 0, 0)),
        (1, (1, 1, 0, 0, 0, 0)),
        (3, (1, 0, 0, 2, 0, 0)),
    ):
        given = [answer("ZH1", 60 * n) for n in range(times)]
        assert judge(street(parked=True), set(), given, START + 300) == verdict


def test_faults_come_in_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    failing = street(faults=((2, 4, "drop"),), turn_s=10)
    seen = []
    for second in (1, 3, 5, 12, 13):
        monkeypatch.setattr("benchmarks.camera_passes.time.time", lambda now=second: START + now)
        seen.append(failing.fault())
    assert seen == ["", "drop", "", "drop", "drop"]


def test_what_the_webhook_got_is_compared_with_the_answers(tmp_path: Path) -> None:
    receiver = Receiver(attempts=7)
    for key in ("a", "c", "b", "b"):
        receiver.received.append((json.dumps({"id": key}).encode(), {}))
    (tmp_path / "000000000004-d.json").write_text("")
    answers = [{"id": key} for key in "abcde"]
    # Answers, received, in the spool, lost, twice, out of order, attempts.
    assert cameras.hook_row(answers, receiver, tmp_path) == ["5", "3", "1", "1", "1", "2", "7"]


def test_every_kind_of_fault_is_tried() -> None:
    kinds = {kind for kind, _ in cameras.FAULTS.values()}
    faults = {fault for _, faults in cameras.FAULTS.values() for _, _, fault in faults}
    assert kinds == {"mjpeg", "snapshot", "rtsp"}
    assert faults == {"drop", "stall", "garbage", "length"}
    assert len(cameras.FAULTS) == 6
