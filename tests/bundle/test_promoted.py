"""A model is asked for by its stage or version, wherever commands take --model; the checkout stays as it is."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from src.bundle import promoted
from src.bundle.bundle import STACK, Bundle, load_bundle
from src.bundle.choose import choose_model
from src.bundle.files import write_sums
from src.bundle.note import NOTE, noted_release, write_note
from src.bundle.promoted import find_promoted, is_promoted, promoted_folder, read_tags
from src.common.errors import UserError
from src.pipeline.start import model_folder
from tests.networks import save_bundle
from tests.promoting.project import new_project, release
from tests.repository import git


def tag(root: Path, *names: str, revision: str = "HEAD") -> None:
    """Make annotated tags, as GTO does."""
    for name in names:
        git(root, "tag", "-a", "-m", name, name, revision)


@pytest.fixture
def project(made: Bundle, tmp_path: Path) -> Path:
    """Two versions of release, of which the first is in prod and the second in dev; one of release/swiss."""
    root = new_project(tmp_path / "project", made)
    tag(root, "release@v1.0.0", "release#prod#1", "release/swiss@v2.0.0", "release/swiss#prod#1")
    release(root, made, 0.91)
    tag(root, "release@v1.1.0", "release#dev#2")
    return root


@pytest.mark.parametrize(
    ("name", "release", "stage", "exact"),
    [
        ("@prod", "release@v1.0.0", "prod", 0.9),
        ("@dev", "release@v1.1.0", "dev", 0.91),
        ("release@prod", "release@v1.0.0", "prod", 0.9),
        ("@v1.1.0", "release@v1.1.0", "", 0.91),
        ("release/swiss@prod", "release/swiss@v2.0.0", "prod", 0.95),
    ],
)
def test_a_stage_is_a_model(
    project: Path, name: str, release: str, stage: str, exact: float
) -> None:
    head, changed = git(project, "rev-parse", "HEAD"), git(project, "status", "--porcelain")
    bundle = choose_model(name, STACK, project / "release")
    assert (bundle.release, bundle.stage) == (release, stage)
    assert bundle.card.metrics["val_acc"] == exact
    assert bundle.title.endswith(f"; {release}{stage and f' in {stage}'}")
    # Out of git into the cache, for nobody to write to.
    assert bundle.folder.is_relative_to(project / ".cache/start")
    assert {path.stat().st_mode & 0o222 for path in bundle.folder.glob("*.*")} == {0}
    now = git(project, "rev-parse", "HEAD"), git(project, "status", "--porcelain")
    assert now == (head, changed)
    # Trainings start from it and comparisons take it by the same name.
    assert model_folder(name, project) == bundle.folder


def test_servers_that_start_at_once_take_the_same_copy(project: Path) -> None:
    found = find_promoted("@prod", project)
    with ThreadPoolExecutor(8) as pool:
        folders = set(pool.map(lambda _: promoted_folder(found, project), range(8)))
    (folder,) = folders
    assert load_bundle(folder).card.metrics["val_acc"] == 0.9
    assert [path.name for path in folder.parent.iterdir()] == ["release"]


@pytest.mark.parametrize("how", ["changed", "gone", "changed with its checksums"])
def test_a_copy_that_was_changed_is_taken_out_again(project: Path, how: str) -> None:
    folder = choose_model("@prod", STACK, project / "release").folder
    card = folder / "card.json"
    text = card.read_text()
    card.unlink()
    if how != "gone":
        card.write_text(text.replace('"min_score": 0.3', '"min_score": 0.2'))
    if "checksums" in how:
        (folder / "SHA256SUMS").unlink()
        write_sums(folder, ["localize.onnx", "refine.onnx", "read.onnx", "card.json"])
    bundle = choose_model("@prod", STACK, project / "release")
    assert (bundle.release, bundle.card.min_score) == ("release@v1.0.0", 0.3)
    assert [path.name for path in folder.parent.iterdir()] == ["release"]


def test_a_model_s_own_folder_has_no_stage(project: Path) -> None:
    bundle = choose_model("release", STACK, project / "release")
    assert (bundle.release, bundle.stage) == ("", "")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "@staging",
            "'@staging': there is nothing in the stage staging of release; there is release@dev, ",
        ),
        (
            "@v9.0.0",
            r"no version v9\.0\.0 of release; there is release@dev, release@prod, release@v1",
        ),
        ("release/french@prod", "the tags here name none of its versions; `git fetch --tags`"),
    ],
)
def test_what_is_not_there_is_named(project: Path, name: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        choose_model(name, STACK, project / "release")


def test_names_that_are_none_are_folders(project: Path) -> None:
    for name in ("@", "@prod!", "own@prod", "release/../x@prod", "release@", "models/a@b"):
        assert not is_promoted(name)
    with pytest.raises(UserError, match=r"'own@prod' is no folder: write release, .*@STAGE"):
        choose_model("own@prod", STACK, project / "release")


def test_an_installed_package_has_no_tags(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(promoted, "INSTALLED", True)
    with pytest.raises(UserError, match="is found by the tags of a checkout alone"):
        find_promoted("@prod", project)


def test_tags_of_other_things_are_not_read(project: Path, tmp_path: Path) -> None:
    before = read_tags(project)
    tag(project, "v1.0.0", "releases@v1.0.0", "release@latest", "release@v1", "model#prod#1")
    assert read_tags(project) == before
    (tmp_path / "none").mkdir()
    with pytest.raises(
        UserError, match=r"the tags of .*none cannot be listed .*not a git repository"
    ):
        read_tags(tmp_path / "none")


def test_plain_tags_name_versions_and_no_stages(project: Path) -> None:
    # actions/checkout fetches a tag so.
    git(project, "tag", "release@v1.2.0")
    git(project, "tag", "release#prod#9")
    assert find_promoted("@v1.2.0", project).commit == git(project, "rev-parse", "HEAD")
    assert find_promoted("@prod", project).version == "v1.0.0"


def test_a_note_names_the_model_that_it_was_written_for(made: Bundle, tmp_path: Path) -> None:
    folder = save_bundle(tmp_path).folder
    assert load_bundle(folder).release == ""
    write_note(folder, "release@v1.0.0", made.card.version)
    assert load_bundle(folder).release == "release@v1.0.0"
    assert load_bundle(folder).files == made.files
    write_note(folder, "release@v1.0.0", "0123456789ab")
    assert load_bundle(folder).release == ""


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"model": "abc"}', '{"model": "abc", "release": 1}', "\x1b"]
)
def test_a_note_that_is_none_names_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / NOTE).write_text(text)
    assert noted_release(tmp_path, "abc") == ""
    (tmp_path / NOTE).write_text('{"model": "abc", "release": "release@v1.0.0\\u001b"}')
    assert noted_release(tmp_path, "abc") == ""
