"""What training frees stays at hand."""

import subprocess
import sys

import pytest

# Prints how many pages the kernel had to clear for three blocks of 16 MB that are taken and freed again and again.
FAULTS = """
import resource
import numpy as np
from src.training.memory import keep_freed_memory
{call}
def churn():
    blocks = [np.ones(16 << 20, np.uint8) for _ in range(3)]
for _ in range(3):
    churn()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(10):
    churn()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def faults(call: str) -> int:
    code = FAULTS.format(call=call)
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return int(run.stdout)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's mallopt is Linux's")
def test_freed_blocks_are_taken_again() -> None:
    assert faults("") > 10_000
    assert faults("keep_freed_memory()") < 1_000
