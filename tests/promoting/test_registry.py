"""Versions and stages are GTO's tags: what is promoted, what comes back, and what is refused."""

import os
import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from gto import api

from src.bundle.bundle import Bundle
from src.bundle.choose import choose_model
from src.bundle.promoted import read_tags
from src.common.errors import UserError
from src.promoting.registry import promote, roll_back, stages_of
from tests.promoting.project import commit, release, write_release
from tests.repository import git
from tests.signing import public_line, sign


def in_stage(root: Path, stage: str, model: str = "release") -> str | None:
    """What is in a stage by GTO, which has to be what the project's own reading of the tags says."""
    theirs = api.show(root).get(model, {"stage": {}})["stage"].get(stage)
    ours = read_tags(root).serving(model, stage)
    assert theirs == (ours.version if ours else None)
    return theirs


def test_the_first_promotion_registers_the_first_version(project: Path) -> None:
    head = git(project, "rev-parse", "HEAD")
    done = promote(project, "release", "dev")
    assert (done.now.release, done.now.stage, done.before) == ("release@v1.0.0", "dev", None)
    assert done.tags == ("release@v1.0.0", "release#dev#1")
    assert set(git(project, "tag").split()) == set(done.tags)
    assert git(project, "rev-parse", "release@v1.0.0^{commit}") == head
    assert "90.0% exact on test scenes" in git(project, "tag", "-n", "-l", "release@v1.0.0")
    assert in_stage(project, "dev") == "v1.0.0"
    assert in_stage(project, "prod") is None


def test_a_version_is_what_the_files_are(project: Path, made: Bundle) -> None:
    promote(project, "release", "dev")
    (project / "notes.md").write_text("another commit of the same model")
    commit(project, "Notes")
    assert promote(project, "release", "prod").tags == ("release#prod#2",)
    assert promote(project, "release", "prod").tags == ()
    release(project, made, 0.91)
    assert promote(project, "release", "dev").tags == ("release@v1.1.0", "release#dev#3")
    assert in_stage(project, "dev") == "v1.1.0"
    assert in_stage(project, "prod") == "v1.0.0"


def test_models_have_versions_of_their_own(project: Path, made: Bundle) -> None:
    promote(project, "release", "prod", "v3.0.0")
    done = promote(project, "release/swiss", "prod")
    assert done.tags == ("release/swiss@v1.0.0", "release/swiss#prod#1")
    assert in_stage(project, "prod", "release/swiss") == "v1.0.0"
    assert in_stage(project, "prod") == "v3.0.0"
    assert read_tags(project).models() == ["release", "release/swiss"]


def test_what_is_in_one_stage_goes_on_to_the_next(project: Path, made: Bundle) -> None:
    promote(project, "release", "staging")
    release(project, made, 0.91)
    (project / "dirty").write_text("and nothing of the checkout matters")
    assert promote(project, "@staging", "prod").tags == ("release#prod#2",)
    assert in_stage(project, "prod") == "v1.0.0"
    with pytest.raises(UserError, match="@staging is a version already: leave the version out"):
        promote(project, "@staging", "prod", "v2.0.0")


def test_each_rollback_goes_one_version_back(project: Path, made: Bundle) -> None:
    for exact in (0.9, 0.91, 0.92):
        if exact > 0.9:
            release(project, made, exact)
        promote(project, "release", "prod")
    assert in_stage(project, "prod") == "v1.2.0"
    back = roll_back(project, "release", "prod")
    assert back.before is not None
    assert (back.now.version, back.before.version) == ("v1.1.0", "v1.2.0")
    assert back.tags == ("release#prod#4",)
    assert in_stage(project, "prod") == "v1.1.0"
    roll_back(project, "release", "prod")
    assert in_stage(project, "prod") == "v1.0.0"
    with pytest.raises(UserError, match=r"nothing to go back to in prod: nothing was there before"):
        roll_back(project, "release", "prod")
    # On again, and back: to what was there before, not to what was undone.
    promote(project, "release@v1.2.0", "prod")
    assert in_stage(project, "prod") == "v1.2.0"
    roll_back(project, "release", "prod")
    assert in_stage(project, "prod") == "v1.0.0"


def test_a_stage_without_anything_has_nothing_to_go_back_to(project: Path) -> None:
    with pytest.raises(UserError, match=r"no release/swiss is there; `make promote STAGE=prod"):
        roll_back(project, "release/swiss", "prod")


def test_what_others_do_with_gto_is_seen(project: Path, made: Bundle) -> None:
    for exact in (0.9, 0.91):
        if exact > 0.9:
            release(project, made, exact)
        promote(project, "release", "prod")
    api.unassign(project, "release", version="v1.1.0", stage="prod")
    assert in_stage(project, "prod") == "v1.0.0"
    time.sleep(1)
    api.assign(project, "release", "prod", version="v1.1.0", force=True)
    assert in_stage(project, "prod") == "v1.1.0"
    api.deregister(project, "release", version="v1.1.0")
    assert in_stage(project, "prod") == "v1.0.0"
    assert list(read_tags(project).versions("release")) == ["v1.0.0"]
    git(project, "tag", "release#prod#99", "HEAD")  # no object, no date: none of GTO's
    assert in_stage(project, "prod") == "v1.0.0"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("release", "live"), "there is no stage 'live': write dev, staging, prod, or add it to"),
        (
            ("release/french", "prod"),
            "'release/french' is no released model .*: write release, release/swiss, or @STAGE",
        ),
        (("out/models/stack", "prod"), "is no released model"),
        (("@prod", "dev"), "'@prod': there is nothing in the stage prod of release"),
        (("@v7.0.0", "dev"), "'@v7.0.0': there is no version v7.0.0 of release"),
        (("release", "prod", "seven"), "release cannot be registered: .*seven"),
    ],
)
def test_what_is_not_there_is_named(project: Path, arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(UserError, match=said):
        promote(project, *arguments)
    assert git(project, "tag") == ""


def test_a_version_stays_what_it_is(project: Path, made: Bundle) -> None:
    promote(project, "release", "prod", "v1.0.0")
    with pytest.raises(UserError, match=r"this model is release@v1\.0\.0 already"):
        promote(project, "release", "prod", "v2.0.0")
    assert promote(project, "release", "prod", "v1.0.0").tags == ()
    release(project, made, 0.91)
    with pytest.raises(
        UserError, match=r"release@v1\.0\.0 is another model \(\w{12}, and here is "
    ):
        promote(project, "release", "prod", "v1.0.0")
    assert in_stage(project, "prod") == "v1.0.0"


@pytest.mark.parametrize("name", ["params.py", "release/card.json"])
def test_files_that_differ_from_the_commit_are_no_version(project: Path, name: str) -> None:
    (project / name).write_text("{}")
    with pytest.raises(UserError, match=rf"differ from the last commit \({name}\)"):
        promote(project, "release", "prod")


def test_a_damaged_model_is_not_promoted(project: Path) -> None:
    (project / "release/read.onnx").write_bytes(b"damaged")
    commit(project, "A bad copy")
    with pytest.raises(UserError, match=r"read\.onnx is not the file that SHA256SUMS was written"):
        promote(project, "release", "prod")
    assert git(project, "tag") == ""


def test_a_smoke_test_is_not_promoted(project: Path, made: Bundle) -> None:
    release(project, made, 0.01)
    with pytest.raises(UserError, match="is a smoke test"):
        promote(project, "release", "prod")


def test_where_signatures_are_demanded_only_what_is_signed_is_promoted(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = Ed25519PrivateKey.generate()
    (tmp_path / "ours.pub").write_text(public_line(key))
    monkeypatch.setenv("PLATES_SIGNERS", str(tmp_path / "ours.pub"))
    monkeypatch.setenv("PLATES_REQUIRE_SIGNATURE", "1")
    with pytest.raises(UserError, match="is not signed"):
        promote(project, "release", "prod")
    sign(project / "release", key)
    commit(project, "Signed")
    assert promote(project, "release", "prod").now.version == "v1.0.0"


def test_a_model_that_is_signed_later_is_another_version(project: Path) -> None:
    promote(project, "release", "prod")
    sign(project / "release", Ed25519PrivateKey.generate())
    commit(project, "Signed")
    # What is served is taken out of the version's own commit, where there is no signature.
    assert promote(project, "release", "prod").now.version == "v1.1.0"
    bundle = choose_model("@prod", project / "none", project / "release")
    assert (bundle.release, bundle.signer[:7]) == ("release@v1.1.0", "SHA256:")
    with pytest.raises(
        UserError, match=r"is another model \((\w{12}), and here is \1 signed \w{12}"
    ):
        promote(project, "release", "prod", "v1.0.0")


def test_whoever_promotes_has_a_name(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(project, "config", "--unset", "user.email")
    git(project, "config", "user.useConfigOnly", "true")
    for name in ("HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    with pytest.raises(UserError, match="git needs to know who promotes"):
        promote(project, "release", "prod")


def test_a_folder_without_git_has_no_stages(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="stages are tags of a git repository"):
        stages_of(tmp_path)


def test_changes_of_a_stage_are_seconds_apart(
    project: Path, made: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    # By their tags' seconds GTO tells which came last.
    promote(project, "release", "prod")
    release(project, made, 0.91)
    promote(project, "release", "prod")
    roll_back(project, "release", "prod")
    times = [event.time for event in read_tags(project).events if event.stage]
    assert len(set(times)) == 3
    monkeypatch.setattr(time, "time", lambda: times[-1] - 100.0)
    with pytest.raises(UserError, match="prod has last changed 101 s from now, by its tag: set"):
        promote(project, "@v1.1.0", "prod")


def test_tags_are_pushed_all_or_none(project: Path, made: Bundle, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--bare", str(project), str(tmp_path / "server.git"))
    git(project, "remote", "add", "origin", str(tmp_path / "server.git"))
    # What was not pushed at once is pushed when it is asked for.
    promote(project, "release", "prod")
    assert git(tmp_path / "server.git", "tag") == ""
    assert promote(project, "release", "prod", remote="origin").tags == ()
    both = ["release#prod#1", "release@v1.0.0"]
    assert git(tmp_path / "server.git", "tag").split() == both
    # Somebody else comes first, and is seen before anything is done.
    git(tmp_path, "clone", "-q", str(tmp_path / "server.git"), str(tmp_path / "other"))
    for name in ("user.name", "user.email"):
        git(tmp_path / "other", "config", name, "other@localhost")
    (tmp_path / "other/release").rename(tmp_path / "old")
    write_release(made, tmp_path / "other/release", 0.93)
    commit(tmp_path / "other", "theirs")
    promote(tmp_path / "other", "release", "prod", remote="origin")
    assert in_stage(project, "prod") == "v1.0.0"
    roll_back(project, "release", "prod", remote="origin")
    assert git(tmp_path / "server.git", "rev-parse", "release#prod#3^{commit}") == git(
        project, "rev-parse", "release@v1.0.0^{commit}"
    )
    # And where the server takes nothing, nothing is promoted here.
    hook = tmp_path / "server.git/hooks/pre-receive"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    before = git(project, "tag")
    with pytest.raises(
        UserError, match=r"origin did not take release#dev#4 .* nothing is promoted"
    ):
        promote(project, "@v1.0.0", "dev", remote="origin")
    assert git(project, "tag") == before
    with pytest.raises(UserError, match="git fetch --tags nowhere failed"):
        promote(project, "@v1.0.0", "dev", remote="nowhere")
