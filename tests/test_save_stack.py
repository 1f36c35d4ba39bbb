import json
import re
from pathlib import Path

import numpy as np
import pytest
import yaml
from mlem.core.metadata import load_meta
from safetensors.torch import load_file, save_file

from src.common.errors import UserError
from src.models.store import WEIGHTS
from src.save_stack import save_stack
from tests.networks import endpoint_on, save_networks


def test_saved_stack_answers_as_before(tmp_path: Path) -> None:
    save_networks(tmp_path)
    endpoint, picture = endpoint_on(tmp_path), np.zeros((96, 160), np.uint8)
    save_stack(endpoint, tmp_path / "stack")
    loaded = load_meta(str(tmp_path / "stack"), load_value=True)
    assert loaded.get_value() == endpoint
    answer = loaded.model_type.call_method("predict", picture)
    assert answer == endpoint.predict(picture)
    assert answer["plates"]


def test_type_of_the_answer_fits_it(tmp_path: Path) -> None:
    save_networks(tmp_path)
    save_stack(endpoint_on(tmp_path), tmp_path / "stack")
    signature = load_meta(str(tmp_path / "stack")).model_type.methods["predict"]
    for min_score in (0.3, 0.99):
        answer = endpoint_on(tmp_path, min_score).predict(np.zeros((96, 160), np.uint8))
        assert signature.returns.serialize(answer) == answer
        signature.returns.get_model().parse_obj(answer)


def test_saved_files_hold_no_code(tmp_path: Path) -> None:
    save_networks(tmp_path)
    save_stack(endpoint_on(tmp_path), tmp_path / "stack")
    settings = json.loads((tmp_path / "stack").read_text())
    assert settings["long_sides"] == [256]
    card = yaml.safe_load((tmp_path / "stack.mlem").read_text())
    assert card["object_type"] == "model"
    # MLEM's own search would put the whole source of the project here.
    assert not any("source64zip" in requirement for requirement in card["requirements"])
    versions = {r["package_name"]: r["version"] for r in card["requirements"]}
    assert versions["numpy"] == np.__version__
    assert (tmp_path / "stack.mlem").stat().st_size < 10_000


def test_saving_again_replaces(tmp_path: Path) -> None:
    save_networks(tmp_path)
    for min_score in (0.3, 0.4):
        save_stack(endpoint_on(tmp_path, min_score), tmp_path / "stack")
    assert load_meta(str(tmp_path / "stack"), load_value=True).get_value().min_score == 0.4


def test_deviation_of_the_engines_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save_networks(tmp_path)
    save_stack(endpoint_on(tmp_path), tmp_path / "stack")
    told = re.findall(r"(\w+): .* differ by at most (\S+)", capsys.readouterr().out)
    assert [name for name, _ in told] == ["localize", "ocr"]
    assert all(0 <= float(deviation) < 1e-3 for _, deviation in told)


def test_nothing_is_saved_when_the_engines_disagree(tmp_path: Path) -> None:
    save_networks(tmp_path)
    weights = tmp_path / "ocr" / WEIGHTS
    state = load_file(weights)
    save_file({name: tensor + 0.5 for name, tensor in state.items()}, weights)
    with pytest.raises(UserError, match=r"ocr.network\.onnx differs from the weights"):
        save_stack(endpoint_on(tmp_path), tmp_path / "stack")
    assert not (tmp_path / "stack.mlem").exists()


def test_nothing_is_saved_without_networks(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no trained model"):
        save_stack(endpoint_on(tmp_path), tmp_path / "stack")
    assert list(tmp_path.iterdir()) == []
