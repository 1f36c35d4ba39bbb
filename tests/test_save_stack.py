"""The command: the networks of a folder become the bundle."""

from pathlib import Path

import pytest

from params import EvaluateStackParams
from src import save_stack
from src.bundle.bundle import load_bundle
from src.common.errors import UserError
from tests.networks import save_networks


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that the command takes for out/models."""
    monkeypatch.setattr(save_stack, "MODELS", tmp_path)
    monkeypatch.setattr(save_stack, "STACK", tmp_path / "stack")
    # No project around it, so nothing that was evaluated.
    monkeypatch.setattr(save_stack, "ROOT", tmp_path)
    return tmp_path


def test_command_saves_the_bundle(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_networks(models)
    # What earlier versions of the command left in its place.
    (models / "stack").write_text("{}")
    # MLEM's card of the model before.
    (models / "stack.mlem").write_text("{}")
    save_stack.main()
    bundle = load_bundle(models / "stack")
    assert list(bundle.card.long_sides) == EvaluateStackParams.LONG_SIDES
    assert not (models / "stack.mlem").exists()
    said = capsys.readouterr().out
    assert f"saved {bundle.title}; serve it with" in said
    assert "have not been evaluated" in said


def test_metrics_go_into_the_card(
    models: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    save_networks(models)
    monkeypatch.setattr(save_stack, "evaluated_metrics", lambda *_: {"val_acc": 0.875})
    save_stack.main()
    assert load_bundle(models / "stack").card.metrics == {"val_acc": 0.875}
    said = capsys.readouterr().out
    assert "87.5% exact on test scenes" in said
    assert "note" not in said


def test_nothing_is_saved_without_networks(models: Path) -> None:
    with pytest.raises(UserError, match="no trained model"):
        save_stack.main()
    assert list(models.iterdir()) == []
