"""A bundle as MLEM's model: nothing but the bundle's files, and answers as the bundle's own."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml
from mlem.core.metadata import load_meta

from src.common.errors import UserError
from src.mlem_model import mlem_model, save_mlem_model
from src.stack.bundle import CARD, Bundle, load_bundle
from src.stack.endpoint import Endpoint
from tests.networks import bundle_on, save_networks
from tests.source import ROOT

PICTURE = np.zeros((96, 160), np.uint8)


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    save_networks(tmp_path)
    bundle = bundle_on(tmp_path)
    save_mlem_model(bundle)
    return bundle


def test_saved_model_answers_as_the_bundle(bundle: Bundle) -> None:
    loaded = load_meta(str(bundle.folder), load_value=True)
    answer = loaded.model_type.call_method("predict", PICTURE)
    assert answer == Endpoint(bundle).predict(PICTURE)
    assert answer["plates"]
    assert loaded.get_value().bundle.card == bundle.card


def test_a_bundle_needs_no_saved_card_to_be_served(tmp_path: Path) -> None:
    save_networks(tmp_path)
    bundle = bundle_on(tmp_path)
    assert mlem_model(bundle).model_type.call_method("predict", PICTURE)["plates"]
    assert not (tmp_path / "stack.mlem").exists()


def test_type_of_the_answer_fits_it(bundle: Bundle) -> None:
    signature = load_meta(str(bundle.folder)).model_type.methods["predict"]
    nothing = load_bundle(bundle.folder)
    object.__setattr__(nothing, "reader", type("Blind", (), {"read": lambda *_: []})())
    for one in (bundle, nothing):
        answer = Endpoint(one).predict(PICTURE)
        assert signature.returns.serialize(answer) == answer
        signature.returns.get_model().parse_obj(answer)


def test_its_files_are_the_bundle_s_and_hold_no_code(bundle: Bundle) -> None:
    path = bundle.folder.with_name("stack.mlem")
    card = yaml.safe_load(path.read_text())
    assert card["object_type"] == "model"
    assert {a["uri"] for a in card["artifacts"].values()} == {f"stack/{n}" for n in bundle.files}
    for artifact in card["artifacts"].values():
        assert (path.parent / artifact["uri"]).stat().st_size == artifact["size"]
    # MLEM's own search would put the whole source of the project here.
    assert not any("source64zip" in requirement for requirement in card["requirements"])
    versions = {r["package_name"]: r["version"] for r in card["requirements"]}
    assert versions["numpy"] == np.__version__
    assert "torch" not in versions
    assert path.stat().st_size < 10_000


def test_saving_again_replaces_and_loses_no_file(bundle: Bundle) -> None:
    again = bundle_on(bundle.folder.parent, 0.4)
    save_mlem_model(again)
    value = load_meta(str(bundle.folder), load_value=True).get_value()
    assert value.bundle.card.min_score == 0.4
    assert value.bundle.files == bundle.files


def test_damaged_files_are_the_users_to_mend(bundle: Bundle) -> None:
    (bundle.folder / CARD).write_text("{}")
    with pytest.raises(UserError, match="is damaged"):
        load_meta(str(bundle.folder), load_value=True)


WITHOUT_TORCH = """
import sys
sys.modules.update(dict.fromkeys(("torch", "lightning", "safetensors", "params")))
import numpy as np
from mlem.api import load
print(load(sys.argv[1]).predict(np.zeros((96, 160), np.uint8))["plate"])
"""


@pytest.mark.slow
def test_a_fresh_process_without_torch_loads_it(bundle: Bundle) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_TORCH, str(bundle.folder)],
        cwd=ROOT,
        env={**os.environ, "MLEM_NO_ANALYTICS": "true"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "Z\n"), done.stderr
