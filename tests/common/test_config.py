"""params.yaml is found wherever one stands."""

from pathlib import Path

import pytest

from src.common.config import ROOT, load_config
from src.common.errors import UserError


def test_read_from_any_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = load_config()
    monkeypatch.chdir(tmp_path)
    assert load_config() == here
    for folder in (here.templates, here.fonts, here.cifar, here.backgrounds, here.photos):
        assert folder.is_absolute()
        assert folder.is_relative_to(ROOT)


def test_folders_are_relative_to_the_file_and_may_be_absolute(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(
        "plate_format: a\nlocalize_model: b\nocr_model: c\nruntime: torch\nstart: none\nphotos_wait_for: r\n"
        f"datasets: {{templates: x, fonts: f, cifar: y/z, backgrounds: {tmp_path}/p, photos: ../q}}\n"
    )
    config = load_config(path)
    assert (config.plate_format, config.localize_model, config.ocr_model) == ("a", "b", "c")
    assert config.runtime == "torch"
    assert config.templates == tmp_path / "x"
    assert config.fonts == tmp_path / "f"
    assert config.backgrounds == tmp_path / "p"


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "- a list",
        "{",
        "plate_format: swiss\n",
        "plate_format: a\nlocalize_model: b\nocr_model: c\nruntime: torch\ndatasets: none\n",
        "plate_format: a\nlocalize_model: b\nocr_model: c\nruntime: torch\ndatasets: {templates: 3}\n",
    ],
)
def test_what_is_missing_is_said(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "params.yaml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(UserError, match=r"params\.yaml is unreadable.*plate_format.*git checkout"):
        load_config(path)
