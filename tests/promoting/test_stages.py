"""Who is where, as a table and as a picture; and copies of what is there."""

from pathlib import Path

import cv2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from src.bundle.bundle import STACK, load_bundle
from src.bundle.choose import choose_model
from src.bundle.promoted import Promoted, read_tags
from src.common.errors import UserError
from src.promoting.chart import _states, draw_stages
from src.promoting.contents import card_of
from src.promoting.copying import copy_promoted
from src.promoting.registry import stages_of
from src.promoting.table import rows_of, table
from tests.repository import git
from tests.signing import sign

STAGES = ["dev", "staging", "prod"]


def test_a_table_says_who_is_where(promoted: Path) -> None:
    rows = rows_of(promoted, read_tags(promoted), stages_of(promoted))
    assert [(r.model, r.stage, r.version, r.exact, r.here) for r in rows] == [
        ("release", "dev", "v1.1.0", 0.91, True),
        ("release", "prod", "v1.0.0", 0.9, False),
        ("release/swiss", "", "v1.0.0", 0.95, True),
    ]
    head, dev, prod, swiss, note = table(rows)
    assert head.split()[:6] == ["model", "stage", "version", "content", "plates", "exact"]
    assert dev.split()[:4] == ["release", "dev", "v1.1.0", "*"]
    assert prod.endswith("swiss   90.0%  2026-11-27 13:00")
    assert swiss.split()[1:4] == ["-", "v1.0.0", "*"]
    assert note == "* as in this checkout"


def test_models_that_nobody_has_promoted_are_in_it(project: Path) -> None:
    lines = table(rows_of(project, read_tags(project), STAGES))
    assert [line.split() for line in lines[1:]] == [
        [name, *"------"] for name in ("release", "release/swiss")
    ]


def test_a_tag_of_a_commit_without_the_model_is_named(promoted: Path) -> None:
    git(promoted, "rm", "-q", "-r", "release")
    git(promoted, "commit", "-q", "-m", "None")
    git(promoted, "tag", "-a", "-m", "wrong", "release@v1.2.0")
    (found,) = [e for e in read_tags(promoted).events if e.version == "v1.2.0"]
    with pytest.raises(UserError, match=r"release@v1\.2\.0 names the commit .*, which has no rel"):
        card_of(promoted, Promoted(found.model, found.version, found.commit))


def test_a_damaged_checkout_has_a_table_all_the_same(promoted: Path) -> None:
    (promoted / "release/card.json").write_text("{")
    rows = rows_of(promoted, read_tags(promoted), STAGES)
    assert [row.version for row in rows if row.model == "release"] == ["v1.1.0", "v1.0.0"]


def test_what_is_signed_here_alone_is_not_as_in_this_checkout(promoted: Path) -> None:
    sign(promoted / "release", Ed25519PrivateKey.generate())
    assert not any(row.here for row in rows_of(promoted, read_tags(promoted), ["dev", "prod"])[:2])


@pytest.mark.parametrize("date", [253402300800, 9999999999999, -5])
def test_tags_of_no_date_are_not_read(promoted: Path, tmp_path: Path, date: int) -> None:
    before = read_tags(promoted)
    head = git(promoted, "rev-parse", "HEAD")
    text = f"object {head}\ntype commit\ntag x\ntagger a <a@b> {date} +0000\n\nx\n"
    (tmp_path / "tag").write_text(text)
    made = ("hash-object", "-t", "tag", "-w", "--literally", str(tmp_path / "tag"))
    git(promoted, "update-ref", "refs/tags/release#prod#9", git(promoted, *made))
    assert read_tags(promoted) == before


def test_a_picture_shows_when_which_version_was_where(promoted: Path, tmp_path: Path) -> None:
    tags = read_tags(promoted)
    held = [state for _, state in _states(tags, "release", STAGES)]
    assert held == [
        {"dev": "", "staging": "", "prod": "v1.0.0"},
        {"dev": "v1.1.0", "staging": "", "prod": "v1.0.0"},
        {"dev": "v1.1.0", "staging": "", "prod": "v1.1.0"},
        {"dev": "v1.1.0", "staging": "", "prod": "v1.0.0"},
    ]
    draw_stages(tmp_path / "stages.png", tags, "release", STAGES)
    picture = cv2.imread(str(tmp_path / "stages.png"))
    assert picture is not None
    # The bars of both versions.
    for colour in ((158, 95, 42), (30, 125, 199)):
        assert (picture == colour).all(axis=2).sum() > 1000
    with pytest.raises(UserError, match=r"no release/swiss was in a stage yet: run `make promote"):
        draw_stages(tmp_path / "none.png", tags, "release/swiss", STAGES)
    with pytest.raises(UserError, match="STAGE=NAME"):
        draw_stages(tmp_path / "none.png", tags, "release/swiss", [])


def test_a_copy_says_which_version_it_is(promoted: Path, tmp_path: Path) -> None:
    bundle = choose_model("@prod", STACK, promoted / "release")
    copy_promoted(bundle, tmp_path / "copy")
    copy = load_bundle(tmp_path / "copy")
    assert (copy.release, copy.card) == ("release@v1.0.0", bundle.card)
    # Again, in place of the first; and in place of nothing else.
    copy_promoted(bundle, tmp_path / "copy")
    (tmp_path / "own").mkdir()
    (tmp_path / "own/thesis.txt").touch()
    with pytest.raises(UserError, match=r"has other files in it .*: name a new folder"):
        copy_promoted(bundle, tmp_path / "own")
    assert (tmp_path / "own/thesis.txt").exists()


def test_a_copy_takes_the_place_of_no_other_model(
    promoted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = choose_model("@prod", STACK, promoted / "release")
    # One of the user's own, and one with others in it.
    for folder in (promoted / "release/swiss", promoted / "release"):
        with pytest.raises(UserError, match="has other files in it than an earlier copy"):
            copy_promoted(bundle, folder)
    copy_promoted(bundle, tmp_path / "copy")
    (tmp_path / "copy/notes.txt").touch()
    with pytest.raises(UserError, match="has other files in it than an earlier copy"):
        copy_promoted(bundle, tmp_path / "copy")
    assert load_bundle(promoted / "release/swiss").card.metrics["val_acc"] == 0.95
    monkeypatch.chdir(tmp_path)
    for place in (tmp_path / "copy/notes.txt", Path()):
        with pytest.raises(UserError, match="a copy cannot take the place of"):
            copy_promoted(bundle, place)
