"""Numbers in other files are found wherever ONNX lets them stand, without the package that knows the format."""

import contextlib
import time
from collections.abc import Callable

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import AttributeProto, ModelProto, TensorProto, helper, numpy_helper

from src.inference.onnx_file import check_self_contained


def tensor(external: bool) -> TensorProto:
    made = numpy_helper.from_array(np.ones((3, 4), np.float32), "weights")
    if external:
        made.ClearField("raw_data")
        made.data_location = TensorProto.EXTERNAL
        made.external_data.add(key="location", value="/etc/passwd")
    return made


def graph(*nodes: onnx.NodeProto, initializer: list[TensorProto] | None = None) -> onnx.GraphProto:
    return helper.make_graph(list(nodes), "graph", [], [], initializer)


def in_initializer(t: TensorProto) -> ModelProto:
    return helper.make_model(graph(initializer=[t]))


def in_constant(t: TensorProto) -> ModelProto:
    return helper.make_model(graph(helper.make_node("Constant", [], ["c"], value=t)))


def in_list(t: TensorProto) -> ModelProto:
    node = helper.make_node("Custom", [], ["c"])
    node.attribute.append(AttributeProto(name="all", type=AttributeProto.TENSORS, tensors=[t]))
    return helper.make_model(graph(node))


def in_branch(t: TensorProto) -> ModelProto:
    branch = graph(initializer=[t])
    node = helper.make_node("If", ["x"], ["y"], then_branch=branch, else_branch=graph())
    return helper.make_model(graph(node))


def in_sparse(t: TensorProto) -> ModelProto:
    made = helper.make_model(graph())
    made.graph.sparse_initializer.add(values=t, dims=[12])
    return made


def in_function(t: TensorProto) -> ModelProto:
    node = helper.make_node("Constant", [], ["c"], value=t)
    made = helper.make_model(graph())
    function = helper.make_function("own", "F", [], ["c"], [node], [helper.make_opsetid("", 13)])
    made.functions.append(function)
    return made


def in_training(t: TensorProto) -> ModelProto:
    made = helper.make_model(graph())
    made.training_info.add(initialization=graph(initializer=[t]))
    return made


PLACES = [
    *(in_initializer, in_constant, in_list, in_branch, in_sparse, in_function, in_training),
]


@pytest.mark.parametrize("place", PLACES)
def test_found_wherever_it_stands(place: Callable[[TensorProto], ModelProto]) -> None:
    check_self_contained(place(tensor(external=False)).SerializeToString())
    content = place(tensor(external=True)).SerializeToString()
    with pytest.raises(ValueError, match="leaves numbers in other files"):
        check_self_contained(content)


@pytest.mark.parametrize("field", ["external_data", "data_location"])
def test_either_sign_is_enough(field: str) -> None:
    half = tensor(external=True)
    half.ClearField(field)
    with pytest.raises(ValueError, match="leaves numbers in other files"):
        check_self_contained(in_initializer(half).SerializeToString())


def test_what_comes_twice_is_read_twice() -> None:
    # Readers of the format merge messages that come twice.
    twice = in_initializer(tensor(False)).SerializeToString() * 2
    check_self_contained(twice)
    with pytest.raises(ValueError, match="leaves numbers in other files"):
        check_self_contained(twice + in_initializer(tensor(True)).SerializeToString())


def test_deep_and_wide_files_end_soon() -> None:
    inner = graph()
    for _ in range(20):
        inner = graph(helper.make_node("If", ["x"], ["y"], then_branch=inner))
    with pytest.raises(ValueError, match="nested too deeply"):
        check_self_contained(helper.make_model(inner).SerializeToString())
    started = time.process_time()
    with pytest.raises(ValueError, match="too many parts"):
        check_self_contained(b"\x08\x01" * 20_000_000)
    assert time.process_time() - started < 10


@given(st.binary(max_size=200))
def test_noise_is_read_or_refused(content: bytes) -> None:
    with contextlib.suppress(ValueError):  # and nothing else
        check_self_contained(content)
