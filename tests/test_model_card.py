"""The page beside each released model is what its card says, with the metadata that the Hugging Face Hub asks for."""

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from src import model_card as module
from src.bundle.bundle import CARD, Bundle, read_card, write_bundle
from src.bundle.files import write_sums
from src.bundle.origin import folder_md5
from src.common.errors import UserError
from src.model_card import model_card
from src.promoting.contents import released_models
from tests.evaluations import PHOTOS
from tests.networks import save_bundle
from tests.source import ROOT

MODELS = released_models(ROOT)
every_model = pytest.mark.parametrize("model", MODELS)


def parts(text: str) -> tuple[dict[str, Any], str]:
    """The metadata and the page of a card."""
    empty, head, page = text.split("---\n", 2)
    assert empty == ""
    return yaml.safe_load(head), page


@every_model
def test_it_is_what_the_command_makes(model: str) -> None:
    written = (ROOT / model / "README.md").read_text(encoding="utf-8")
    assert written == model_card(ROOT / model, model), "run `python3 -m src.model_card`"


def test_all_released_models_have_one() -> None:
    assert MODELS == [
        "release",
        "release/americas",
        "release/chinese",
        "release/korean",
        "release/swiss",
    ]
    assert {path.parent for path in (ROOT / "release").rglob("README.md")} == {
        ROOT / model for model in MODELS
    }


@every_model
def test_the_hub_has_what_it_asks_for(model: str) -> None:
    # https://github.com/huggingface/hub-docs/blob/main/modelcard.md names the fields, and which of them must be there.
    head, page = parts((ROOT / model / "README.md").read_text(encoding="utf-8"))
    assert head["license"] == "mit"
    assert (ROOT / "LICENSE").read_text().startswith("MIT License")
    assert (head["library_name"], head["pipeline_tag"]) == ("onnx", "image-to-text")
    for name in ("tags", "datasets", "metrics"):
        assert all(isinstance(one, str) for one in head[name])
    (index,) = head["model-index"]
    card = json.loads((ROOT / model / CARD).read_text())
    assert index["name"]
    assert len(index["results"]) == (5 if model == "release" else 1)
    for result in index["results"]:
        assert result["task"]["type"] == "image-to-text"
        assert result["dataset"]["type"]
        assert result["dataset"]["name"]
        assert {one["type"] for one in result["metrics"]} == {"accuracy", "cer", "recall"}
        assert all(0 <= one["value"] <= 1 for one in result["metrics"])
    assert index["results"][0]["metrics"][0]["value"] == round(card["metrics"]["val_acc"], 4)
    assert f"**{card['metrics']['val_acc']:.1%} (" in page


@every_model
def test_it_says_what_for_and_what_not(model: str) -> None:
    _, page = parts((ROOT / model / "README.md").read_text(encoding="utf-8"))
    headings = [line[3:] for line in page.splitlines() if line.startswith("## ")]
    assert headings == [
        *("Use", "Intended use", "Not for", "Trained on", "How well it reads", "Limits", "Licence")
    ]
    assert "No photograph was used" in page or "no photograph was used" in page
    assert "under the MIT licence" in page
    assert "personal data" in page
    assert "{" not in page.replace('f"{plate.confidence:.0%}"', "")


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    return save_bundle(tmp_path)


def measured(bundle: Bundle, folder: Path, **fields: Any) -> Path:
    """Write the bundle as one that was evaluated, with other fields of its card."""
    networks = {name: bundle.folder / name for name in bundle.files if name.endswith(".onnx")}
    write_bundle(folder, networks, replace(bundle.card, **{"metrics": {"val_acc": 0.5}, **fields}))
    return folder


def test_photographs_that_were_learned_from_are_named(
    bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def said(**fields: Any) -> str:
        _, page = parts(model_card(measured(bundle, tmp_path / "model", **fields), "release/x"))
        return page.partition("## Trained on\n")[2].partition("\n## ")[0]

    photos, note = tmp_path / "data/datasets/photos", ROOT / "data/datasets/photos/README.md"
    photos.mkdir(parents=True)
    shutil.copyfile(note, photos / "README.md")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    none = {"data/datasets/photos": folder_md5(photos)}
    assert "No photograph was used." in said(data=none)
    assert "It started from model 0123456789ab." in said(data=none, ancestry=("0123456789ab",))
    # Also in the clone where they still lie.
    (photos / "gate").mkdir()
    (photos / "gate/annotations.csv").write_text("image_path,plate_text\n")
    used = folder_md5(photos)
    some = said(data={"data/datasets/photos": used})
    assert "labelled photographs of whoever trained it" in some
    assert f"`{used}`" in some
    assert "o photograph was used" not in some
    assert "Nobody has noted which files" in said(data={})


def test_measurements_of_the_photographs_are_of_the_first_model_alone(
    bundle: Bundle, tmp_path: Path
) -> None:
    folder = measured(bundle, tmp_path / "model")
    own = {**PHOTOS, "version": read_card(folder).version}
    rows = {
        "cars": own,
        "gate": own,
        "before": {**PHOTOS, "version": "0123456789ab"},
        "old": PHOTOS,
    }
    (tmp_path / "photos.json").write_text(json.dumps(rows))
    for model, count in (("release", 3), ("release/swiss", 1)):
        head, page = parts(model_card(folder, model, tmp_path / "photos.json"))
        assert len(head["model-index"][0]["results"]) == count
        assert ("| Folder | Pictures |" in page) == (model == "release")
        assert "| before |" not in page


def test_what_was_not_evaluated_has_no_card(bundle: Bundle, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="has not been evaluated: its card would say nothing"):
        model_card(bundle.folder, "release")
    with pytest.raises(UserError, match="is missing or damaged"):
        model_card(tmp_path / "none", "release")


def test_one_that_differs_is_told_and_written(
    bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = measured(bundle, tmp_path / "root/release")
    shutil.copytree(folder, folder / "swiss")
    monkeypatch.setattr(module, "ROOT", tmp_path / "root")
    monkeypatch.setattr(sys, "argv", ["model_card"])
    module.main()
    monkeypatch.setattr(sys, "argv", ["model_card", "--check"])
    module.main()
    card = folder / "swiss" / CARD
    card.write_text(card.read_text().replace('"val_acc": 0.5', '"val_acc": 0.6'))
    write_sums(folder / "swiss", [name for name in bundle.files if name != "SHA256SUMS"])
    with pytest.raises(UserError, match=r"release/swiss/README\.md differs from card\.json: run"):
        module.main()
