"""Versions and stages are GTO's tags: what is promoted, what comes back, and what is refused."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from gto import api

from src.bundle.bundle import Bundle
from src.bundle.promoted import read_tags
from src.common.errors import UserError
from src.promoting.registry import promote, roll_back, stages_of
from tests.promoting.project import commit, in_stage, release
from tests.repository import git


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
        (("release", "prod", "seven"), "release cannot be registered: .*seven.*write it like v1"),
    ],
)
def test_what_is_not_there_is_named(project: Path, arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(UserError, match=said):
        promote(project, *arguments)
    assert git(project, "tag") == ""


def test_promotions_of_a_clone_come_one_after_the_other(project: Path) -> None:
    git(project, "worktree", "add", "-q", "--detach", str(project.parent / "second"))
    folders = (project, project.parent / "second") * 2
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda root: promote(root, "release", "prod"), folders))
    assert {one.now.release for one in done} == {"release@v1.0.0"}
    assert sorted(len(one.tags) for one in done) == [0, 0, 0, 2]
    assert git(project, "tag").split() == ["release#prod#1", "release@v1.0.0"]


def test_whoever_promotes_has_a_name(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(project, "config", "--unset", "user.email")
    git(project, "config", "user.useConfigOnly", "true")
    for name in ("HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    with pytest.raises(UserError, match="git needs to know who promotes"):
        promote(project, "release", "prod")


def test_a_project_without_stages_is_told_how_to_name_them(project: Path) -> None:
    (project / ".gto").unlink()
    commit(project, "No stages")
    with pytest.raises(
        UserError, match=r"\.gto names no stages: write `stages: \[dev, staging, pr"
    ):
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
