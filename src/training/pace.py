"""How long the rest of a training takes, from what each of its kinds of work took so far."""

from dataclasses import dataclass

# First steps that say little: each kernel is made ready for its sizes.
SETTLING = 4
# What a validation batch costs, in training steps, as long as there was none: no backward pass.
VALIDATION = 0.4


@dataclass
class _Work:
    seconds: float = 0.0
    count: int = 0

    def add(self, seconds: float) -> None:
        self.seconds += seconds
        self.count += 1

    @property
    def each(self) -> float:
        return self.seconds / self.count if self.count else 0.0


class Pace:
    """The work of some epochs, all alike: waiting for batches, steps, validation batches."""

    def __init__(self, epochs: int, batches: int, validation: int) -> None:
        self._epochs, self._batches, self._validation = epochs, batches, validation
        self._learned = 0
        self._waiting, self._steps, self._checks = _Work(), _Work(), _Work()

    def waited(self, seconds: float) -> None:
        """Count what was waited for the next batch."""
        self._waiting.add(seconds)

    def stepped(self, seconds: float) -> None:
        """Count a step."""
        self._learned += 1
        if self._learned > SETTLING or self._learned == self._epochs * self._batches:
            self._steps.add(seconds)

    def validated(self, seconds: float) -> None:
        """Count a batch of validation."""
        self._checks.add(seconds)

    @property
    def known(self) -> bool:
        """Tell whether there was anything to go by."""
        return self._steps.count > 0

    def left(self) -> float:
        """Return how many seconds the rest takes, 0 where nothing is known yet."""
        step = self._steps.each
        check = self._checks.each if self._checks.count else VALIDATION * step
        whole = self._epochs * self._batches
        return (
            step * (whole - self._learned)
            + self._waiting.each * (whole - self._waiting.count)
            + check * (self._epochs * self._validation - self._checks.count)
        )

    def share(self) -> float:
        """Return how much of all batches is done, from 0 to 1, those of validation at what they cost."""
        done = self._learned + VALIDATION * self._checks.count
        return min(1.0, done / (self._epochs * (self._batches + VALIDATION * self._validation)))
