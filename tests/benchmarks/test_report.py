from importlib.metadata import version

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
