"""What ONNX Runtime computes on: PLATES_PROVIDER, and by how many threads each call: PLATES_THREADS."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import packages_distributions, version

from ..common.errors import UserError

PROVIDER, THREADS = "PLATES_PROVIDER", "PLATES_THREADS"
CPU = "cpu"
# Execution providers by the names that people use: ONNX Runtime's own name, and the package that brings it in place of
# `onnxruntime`; "" where `onnxruntime` itself does.
PROVIDERS: Mapping[str, tuple[str, str]] = {
    CPU: ("CPUExecutionProvider", ""),
    "cuda": ("CUDAExecutionProvider", "onnxruntime-gpu"),
    "tensorrt": ("TensorrtExecutionProvider", "onnxruntime-gpu"),
    "openvino": ("OpenVINOExecutionProvider", "onnxruntime-openvino"),
    "directml": ("DmlExecutionProvider", "onnxruntime-directml"),
    "coreml": ("CoreMLExecutionProvider", ""),
}
# More threads than any machine has cores are a mistake.
_MOST_THREADS, _MOST_DIGITS = 1024, 20


class EngineError(UserError):
    """An execution provider that does not start, or does not compute what the processor does."""


@dataclass(frozen=True)
class Engine:
    """An execution provider, one of PROVIDERS, and how many threads work on one call.

    One thread reads most pictures a second where several are read at once; several read one picture sooner.
    """

    provider: str = CPU
    threads: int = 1

    @property
    def providers(self) -> list[str]:
        """ONNX Runtime's names, the processor last: it takes what the other cannot compute."""
        return list(dict.fromkeys((PROVIDERS[self.provider][0], PROVIDERS[CPU][0])))

    @property
    def title(self) -> str:
        """What it is, in a few words."""
        package = next(iter(packages_distributions().get("onnxruntime", ["onnxruntime"])))
        threads = "one thread" if self.threads == 1 else f"{self.threads} threads"
        return f"{package} {version(package)} on {self.provider}, {threads} a call"


# What networks run on unless something else is asked for.
PROCESSOR = Engine()


def engine_of(environment: Mapping[str, str]) -> Engine:
    """Return what PLATES_PROVIDER and PLATES_THREADS ask for; raises UserError for what cannot be, or is not there."""
    name = environment.get(PROVIDER, "").strip().lower() or CPU
    if name not in PROVIDERS:
        raise UserError(f"{PROVIDER} is {name!r}: write one of {', '.join(PROVIDERS)}")
    text = environment.get(THREADS, "").strip() or "1"
    # Python itself refuses to count thousands of digits.
    if not text.isdecimal() or len(text) > _MOST_DIGITS or not 1 <= int(text) <= _MOST_THREADS:
        shown = f"{text[:_MOST_DIGITS]}{'…' * (len(text) > _MOST_DIGITS)}"
        raise UserError(f"{THREADS} is {shown!r}: set it to a number from 1 to {_MOST_THREADS}")
    if name != CPU:
        _require(name)
    return Engine(name, int(text))


def _require(name: str) -> None:
    """Raise UserError where the ONNX Runtime that is installed has no such provider."""
    import onnxruntime

    own, package = PROVIDERS[name]
    there = onnxruntime.get_available_providers()
    if own in there:
        return
    known = [short for short, (long, _) in PROVIDERS.items() if long in there]
    bring = f"install {package} in place of onnxruntime, or " if package else ""
    raise UserError(
        f"{PROVIDER} is {name!r}, which the ONNX Runtime that is installed does not have: {bring}write one of "
        f"{', '.join(known)}"
    )
