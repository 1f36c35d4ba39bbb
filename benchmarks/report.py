"""What all benchmarks say in the same way: their help, the machine, the memory, a table."""

import os
import platform
import resource
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path


def take_no_options(module: str, about: str | None) -> None:
    """Answer ``--help`` of a benchmark that has no options, before it measures anything; refuse all else.

    module: its name. about: its docstring, None with ``python3 -OO``. Raises SystemExit where something stands on the
    command line.
    """
    ArgumentParser(
        prog=f"python3 -m {module}",
        description=about,
        formatter_class=RawDescriptionHelpFormatter,
    ).parse_args()


def machine(packages: Sequence[str]) -> str:
    """Return one line on the processor and the versions of some packages."""
    name = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        models = (
            line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")
        )
        name = next(models, f": {name}").partition(": ")[2]
    versions = ", ".join(f"{package} {version(package)}" for package in packages)
    return (
        f"{name}, {os.cpu_count()} cores, {platform.system()}; Python {platform.python_version()}, "
        f"{versions}"
    )


def peak_memory() -> float:
    """Return the most memory that this process has held, in MB."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def table(head: Sequence[str], rows: Sequence[Sequence[str]], texts: int) -> str:
    """Return a Markdown table; its first ``texts`` columns stand left, the numbers after them right."""
    rule = ["---" if column < texts else "---:" for column in range(len(head))]
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, rule, *rows))
