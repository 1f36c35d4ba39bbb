"""Networks that have learned nothing run as trained ones do."""

from pathlib import Path

import onnx
import pytest

from benchmarks.untrained import save_untrained
from src.common.config import load_config


@pytest.mark.parametrize("part", ["localize", "ocr"])
def test_no_layers_share_their_numbers(part: str, tmp_path: Path) -> None:
    """Those that do are computed in 32 bits by ONNX Runtime, whatever their file says."""
    save_untrained(tmp_path, load_config())
    graph = onnx.load(tmp_path / part / "network.int8.onnx").graph
    assert "Identity" not in {node.op_type for node in graph.node}
    assert "QuantizeLinear" in {node.op_type for node in graph.node}
