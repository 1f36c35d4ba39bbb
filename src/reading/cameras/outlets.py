"""Where answers go: standard output or a file, a webhook, a broker; each answer to all of them, in one order."""

import json
import threading
import time
from collections.abc import Callable

import numpy as np

from ...common.errors import UserError
from ..console import give
from .backoff import Backoff
from .events import Event
from .lines import LineSender
from .mqtt import MqttSender
from .outbox import Outbox, Send
from .settings import Settings
from .spool import Letter, Spool
from .webhook import WebhookSender

_FIRST_WAIT_S, _LONGEST_WAIT_S = 1.0, 60.0


class Outlets:
    """All that answers go to. Threads may share it.

    failed: called once, with why, when standard output takes nothing more. answers: how many there were.

    Raises UserError where one of them cannot be used.
    """

    def __init__(self, settings: Settings, failed: Callable[[Exception], None]) -> None:
        self._failed = failed
        self._giving = threading.Lock()
        self._to_stdout = settings.lines is None
        self._boxes: list[tuple[Outbox, bool]] = []
        self._mqtt: MqttSender | None = None
        self.answers = 0
        senders: list[tuple[str, Send, bool, bool]] = []
        if settings.lines is not None:
            senders.append(("lines", LineSender(settings.lines).send, False, False))
        if settings.webhook is not None:
            webhook = WebhookSender(settings.webhook)
            senders.append(("webhook", webhook.send, settings.webhook.only_watched, True))
        if settings.mqtt is not None:
            self._mqtt = MqttSender(settings.mqtt)
            senders.append(("mqtt", self._mqtt.send, settings.mqtt.only_watched, True))
        # What is written here goes to the same disk as the spool would be on.
        spools = [
            Spool(name, settings.state / name if kept else None, settings.spool_bytes)
            for name, _, _, kept in senders
        ]
        for (name, send, only_watched, _), spool in zip(senders, spools, strict=True):
            backoff = Backoff(_FIRST_WAIT_S, _LONGEST_WAIT_S, np.random.default_rng())
            self._boxes.append((Outbox(name, spool, send, backoff), only_watched))

    def give(self, event: Event) -> None:
        """Give an answer to all; when this returns, what is spooled is on the disk."""
        text = json.dumps(event, allow_nan=False, ensure_ascii=False)
        letter = Letter(event["id"], text.encode())
        with self._giving:
            self.answers += 1
            for box, only_watched in self._boxes:
                if not only_watched or event.get("watch"):
                    box.put(letter)
            if self._to_stdout:
                try:
                    give(f"{text}\n")
                except (BrokenPipeError, UserError) as error:
                    self._to_stdout = False
                    self._failed(error)

    def close(self, seconds: float) -> int:
        """Send what can be sent within so many seconds; return how many answers are lost."""
        deadline = time.monotonic() + seconds
        lost = sum(box.close(max(deadline - time.monotonic(), 0)) for box, _ in self._boxes)
        if self._mqtt is not None:
            self._mqtt.close()
        return lost

    def state(self) -> dict[str, dict[str, int]]:
        """Return for each target how many answers it got, how many wait for it, and how many it never gets."""
        return {
            box.name: {"sent": box.sent, "waiting": box.waiting, "dropped": box.dropped}
            for box, _ in self._boxes
        }
