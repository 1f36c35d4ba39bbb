"""Which model reads: the user's own, but no smoke test in place of the released one, and nothing in silence."""

import shutil
from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path

import pytest

from src.bundle.bundle import Bundle, load_bundle, write_bundle
from src.bundle.choose import add_model_option, choose_model
from src.bundle.smoke import is_smoke_test, smoke_warning
from src.common.errors import UserError


@pytest.fixture
def release(made: Bundle, tmp_path: Path) -> Path:
    return put(made, tmp_path / "release", 0.97)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "models/stack"


def put(made: Bundle, folder: Path, exact: float | None, plate_format: str = "swiss") -> Path:
    """Save the model with what it was measured to read."""
    networks = {name: made.folder / name for name in made.files if name.endswith(".onnx")}
    metrics = {} if exact is None else {"val_acc": exact}
    write_bundle(folder, networks, replace(made.card, metrics=metrics, plate_format=plate_format))
    return folder


@pytest.mark.parametrize("exact", [0.965, 0.98, None])
def test_the_own_one_comes_before_the_released_one(
    made: Bundle, own: Path, release: Path, exact: float | None
) -> None:
    put(made, own, exact)
    chosen = choose_model(None, own, release)
    assert (chosen.folder, chosen.note) == (own, "")
    assert ("not evaluated" in chosen.title) == (exact is None)
    shutil.rmtree(own)
    assert choose_model(None, own, release).folder == release
    own.write_text("what earlier versions left here")
    assert choose_model(None, own, release).folder == release
    shutil.rmtree(release)
    with pytest.raises(UserError, match=r"no model in .*stack or .*release: .*src\.save_stack"):
        choose_model(None, own, release)


def test_a_released_one_that_reads_more_such_plates_is_named(
    made: Bundle, own: Path, release: Path
) -> None:
    put(made, own, 0.955)
    told = "--model release reads with the released one, 97.0% exact on test scenes"
    assert choose_model(None, own, release).title.endswith(f" from {own}; {told}")
    assert choose_model("own", own, release).note == ""
    put(made, release, 0.97, "swiss+korean")  # of other plates
    assert choose_model(None, own, release).note == ""
    (release / "card.json").write_text("{}")  # what does not read is not looked at
    assert choose_model(None, own, release).note == ""


@pytest.mark.parametrize("exact", [0.0, 0.099])
def test_a_smoke_test_does_not_replace_the_released_one(
    made: Bundle, own: Path, release: Path, exact: float
) -> None:
    put(made, own, exact)
    chosen = choose_model(None, own, release)
    assert chosen.folder == release
    assert chosen.title.endswith(f"from {release}; --model own takes {own}, a smoke test")
    asked = choose_model("own", own, release)
    assert asked.folder == own
    assert f"{exact:.1%} exact on test scenes: a smoke test) from {own}" in asked.title
    shutil.rmtree(release)
    only = choose_model(None, own, release)
    assert only.folder == own
    assert only.title.endswith(f"; there is no other one in {release}")


def test_what_is_asked_for_is_taken(made: Bundle, own: Path, release: Path, tmp_path: Path) -> None:
    put(made, own, 0.9)
    other = put(made, tmp_path / "other", 0.0)
    assert choose_model("release", own, release).folder == release
    assert choose_model("own", own, release).folder == own
    assert choose_model(str(other), own, release).folder == other
    second = put(made, release / "swiss", 0.9)
    assert choose_model("release/swiss", own, release).folder == second
    assert choose_model("release", own, release).folder == release
    shutil.rmtree(own)
    with pytest.raises(UserError, match=r"no model in .*stack: run `python3 -m src\.save_stack`"):
        choose_model("own", own, release)


def test_a_name_that_no_model_has_is_answered_with_those_there_are(
    made: Bundle, own: Path, release: Path
) -> None:
    put(made, release / "swiss", 0.9)
    said = (
        "'{}' is no folder{}: write release, release/swiss, own, @STAGE, or the folder of a saved "
    )
    said += "model"
    for name, meant in (("nosuch", ""), ("relaese", " (did you mean release?)")):
        with pytest.raises(UserError) as raised:
            choose_model(name, own, release)
        assert str(raised.value) == said.format(name, meant)
    with pytest.raises(UserError, match=r"did you mean release/swiss\?"):
        choose_model("release/swis", own, release)
    (own / "empty").mkdir(parents=True)
    with pytest.raises(UserError, match=r"no model in .*empty: run `python3 -m src\.save_stack`"):
        choose_model(str(own / "empty"), own, release)


def test_a_damaged_own_one_does_not_give_way(made: Bundle, own: Path, release: Path) -> None:
    put(made, own, 0.9)
    (own / "read.onnx").write_bytes(b"")
    with pytest.raises(UserError, match="stack is damaged"):
        choose_model(None, own, release)


def test_networks_that_are_not_saved_are_told(made: Bundle, own: Path, release: Path) -> None:
    for name in ("localize", "ocr"):
        shutil.copytree(made.folder.with_name(name), own.with_name(name))
    told = f"the networks trained last are not in {own}: run `python3 -m src.save_stack`"
    assert choose_model(None, own, release).note == told
    put(made, own, 0.97)
    assert choose_model(None, own, release).note == ""
    (own.with_name("ocr") / "weights.safetensors").write_bytes(b"trained again")
    assert choose_model(None, own, release).note == told
    assert choose_model("own", own, release).note == told
    assert choose_model("release", own, release).note == ""


def test_the_option() -> None:
    parser = ArgumentParser()
    add_model_option(parser)
    assert parser.parse_args([]).model is None
    assert parser.parse_args(["--model", "own"]).model == "own"
    assert "--model PATH|release|own" in parser.format_help()


def test_a_smoke_test_is_what_was_measured_and_no_guess(made: Bundle) -> None:
    assert [is_smoke_test(exact) for exact in (None, 0.0, 0.05, 0.1, 1.0)] == [
        *(False, True, True, False, False)
    ]
    assert smoke_warning(0.004).startswith("warning: 0.4% of the plates are read right")
    assert smoke_warning(0.5) == smoke_warning(None) == ""
    assert not load_bundle(made.folder).smoke_test
