import sys
from importlib import import_module
from importlib.metadata import version

import pytest

from benchmarks.report import machine, peak_memory, table


def test_table_puts_texts_left_and_numbers_right() -> None:
    lines = table(("engine", "ms"), [("onnx", "1.5"), ("torch", "3.0")], texts=1).splitlines()
    assert lines == ["| engine | ms |", "| --- | ---: |", "| onnx | 1.5 |", "| torch | 3.0 |"]


def test_machine_names_versions() -> None:
    assert machine(["numpy", "torch"]).endswith(
        f"numpy {version('numpy')}, torch {version('torch')}"
    )


def test_peak_memory_is_in_megabytes() -> None:
    assert 10 < peak_memory() < 100_000


@pytest.mark.parametrize("name", ["generate", "leaving", "read", "train"])
@pytest.mark.parametrize(("option", "code"), [("--help", 0), ("--fast", 2)])
def test_a_benchmark_without_options_measures_nothing_when_asked_for_some(
    name: str,
    option: str,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    module = import_module(f"benchmarks.{name}")
    monkeypatch.setattr(sys, "argv", [name, option])
    monkeypatch.setattr(module, "machine", None)  # measuring ends with a line on it
    with pytest.raises(SystemExit) as ended:
        module.main()
    assert ended.value.code == code
    said = capsys.readouterr()
    assert f"usage: python3 -m benchmarks.{name} [-h]" in said.out + said.err
    assert (str(module.__doc__).splitlines()[0] in said.out) == (option == "--help")
