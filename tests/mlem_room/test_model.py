"""A bundle as MLEM's model: nothing but the bundle's files, and answers as the bundle's own."""

import importlib.metadata
from pathlib import Path

import numpy as np
import pytest
import yaml
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from src.bundle.bundle import CARD, Bundle
from src.bundle.endpoint import Endpoint
from tests.mlem_room.environment import SERVE, in_mlem, needs_mlem, told
from tests.networks import bundle_on, save_bundle
from tests.signing import public_line

pytestmark = [pytest.mark.slow, needs_mlem]
PICTURE = np.zeros((96, 160), np.uint8)

# Neither torch nor what trains is there, nor may it be asked for.
LOADED = """
import json, sys
sys.modules.update(dict.fromkeys(("torch", "lightning", "safetensors", "params")))
import numpy as np
from mlem.core.metadata import load_meta
from src.bundle.endpoint import Endpoint

picture = np.zeros((96, 160), np.uint8)
loaded = load_meta(sys.argv[1], load_value=True)
bundle = loaded.get_value().bundle
answer = loaded.model_type.call_method("predict", picture)
blind = type("Blind", (), {"read": lambda *_: []})()
nothing = object.__new__(type(bundle))
for name, value in {**vars(bundle), "reader": blind}.items():
    object.__setattr__(nothing, name, value)
returns = loaded.model_type.methods["predict"].returns
empty = Endpoint(nothing).predict(picture)
for one in (answer, empty):
    assert returns.serialize(one) == one
    returns.get_model().parse_obj(one)
print(json.dumps({
    "answer": answer, "empty": empty, "score": bundle.card.min_score, "version": bundle.card.version,
    "files": bundle.files,
}))
"""
UNSAVED = """
import json, sys
from pathlib import Path
import numpy as np
from src.mlem_room.model import mlem_model
from src.bundle.bundle import load_bundle

model = mlem_model(load_bundle(Path(sys.argv[1])))
print(json.dumps(model.model_type.call_method("predict", np.zeros((96, 160), np.uint8))))
"""


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    return save_bundle(tmp_path)


def save(bundle: Bundle) -> Path:
    done = in_mlem("-m", "src.mlem_model", "--model", bundle.folder)
    assert done.returncode == 0, done.stderr
    path = bundle.folder.with_name("stack.mlem")
    serve = SERVE.replace("out/models/stack", str(bundle.folder))
    assert done.stdout == (f"saved {path}; serve it with `PLATES_MODEL={bundle.folder} {serve}`\n")
    return path


def test_saved_model_answers_as_the_bundle(bundle: Bundle) -> None:
    save(bundle)
    said = told(LOADED, bundle.folder)
    assert said["answer"] == Endpoint(bundle).predict(PICTURE)
    assert said["answer"]["plates"]
    assert said["empty"]["plates"] == []
    assert said["version"] == bundle.card.version


def test_a_bundle_needs_no_saved_card_to_be_a_model(bundle: Bundle) -> None:
    assert told(UNSAVED, bundle.folder)["plates"]
    assert not bundle.folder.with_name("stack.mlem").exists()


def test_its_files_are_the_bundle_s_and_hold_no_code(bundle: Bundle) -> None:
    path = save(bundle)
    card = yaml.safe_load(path.read_text())
    assert card["object_type"] == "model"
    # What cards of earlier versions say as well.
    assert card["processors"]["model"]["type"] == "src.mlem_model.StackModel"
    assert card["processors"]["model"]["io"]["type"] == "src.mlem_model.StackIO"
    assert {a["uri"] for a in card["artifacts"].values()} == {f"stack/{n}" for n in bundle.files}
    for artifact in card["artifacts"].values():
        assert (path.parent / artifact["uri"]).stat().st_size == artifact["size"]
    # MLEM's own search would put the whole source of the project here.
    assert not any("source64zip" in requirement for requirement in card["requirements"])
    versions = {r["package_name"]: r["version"] for r in card["requirements"]}
    assert versions["pillow"].split(".")[0] == importlib.metadata.version("pillow").split(".")[0]
    assert "torch" not in versions
    assert path.stat().st_size < 10_000


def test_saving_again_replaces_and_loses_no_file(bundle: Bundle) -> None:
    save(bundle)
    again = bundle_on(bundle.folder.parent, 0.4)
    save(again)
    said = told(LOADED, again.folder)
    assert said["score"] == 0.4
    assert tuple(said["files"]) == bundle.files


def test_damaged_files_are_the_users_to_mend(bundle: Bundle) -> None:
    save(bundle)
    (bundle.folder / CARD).write_text("{}")
    done = in_mlem("-c", LOADED, bundle.folder)
    assert done.returncode == 1
    assert "is damaged" in done.stderr


def test_a_signature_is_demanded_here_too(
    bundle: Bundle, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    save(bundle)
    (tmp_path / "ours.pub").write_text(public_line(Ed25519PrivateKey.generate()))
    monkeypatch.setenv("PLATES_SIGNERS", str(tmp_path / "ours.pub"))
    monkeypatch.setenv("PLATES_REQUIRE_SIGNATURE", "1")
    for done in (
        in_mlem("-c", LOADED, bundle.folder),
        in_mlem("-m", "src.mlem_model", "--model", bundle.folder),
    ):
        assert done.returncode == 1
        assert "is not signed, and PLATES_REQUIRE_SIGNATURE is set" in done.stderr


def test_nothing_to_save_is_told_in_one_line(tmp_path: Path) -> None:
    done = in_mlem("-m", "src.mlem_model", "--model", tmp_path / "stack")
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: no model in")
    assert list(tmp_path.iterdir()) == []
