"""Tags and remotes: what others have pushed is seen first, and what is made here is pushed so that it is noticed."""

from pathlib import Path

import pytest

from src.bundle.bundle import Bundle
from src.common.errors import UserError
from src.promoting.registry import promote, roll_back
from tests.promoting.project import commit, in_stage, release, write_release
from tests.repository import git


@pytest.fixture
def server(project: Path) -> Path:
    """The project's origin."""
    bare = project.parent / "server.git"
    git(project.parent, "clone", "-q", "--bare", str(project), str(bare))
    git(project, "remote", "add", "origin", str(bare))
    return bare


def clone(server: Path, name: str, *options: str) -> Path:
    """Another clone, whose owner has a name."""
    root = server.parent / name
    git(server.parent, "clone", "-q", *options, server.as_uri(), str(root))
    for key in ("user.name", "user.email"):
        git(root, "config", key, f"{name}@localhost")
    return root


def refuse(server: Path, hook: str, script: str) -> None:
    path = server / "hooks" / hook
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_tags_are_pushed_all_or_none(project: Path, made: Bundle, server: Path) -> None:
    # What was not pushed at once is pushed when it is asked for.
    promote(project, "release", "prod")
    assert git(server, "tag") == ""
    assert promote(project, "release", "prod", remote="origin").tags == ()
    both = ["release#prod#1", "release@v1.0.0"]
    assert git(server, "tag").split() == both
    # Somebody else comes first, and is seen before anything is done.
    other = clone(server, "other")
    (other / "release").rename(server.parent / "old")
    write_release(made, other / "release", 0.93)
    commit(other, "theirs")
    promote(other, "release", "prod", remote="origin")
    assert in_stage(project, "prod") == "v1.0.0"
    roll_back(project, "release", "prod", remote="origin")
    assert git(server, "rev-parse", "release#prod#3^{commit}") == git(
        project, "rev-parse", "release@v1.0.0^{commit}"
    )


def test_where_a_remote_takes_nothing_nothing_is_promoted(project: Path, server: Path) -> None:
    promote(project, "release", "prod", remote="origin")
    refuse(server, "pre-receive", "echo only operators make these tags >&2; exit 1")
    before = git(project, "tag")
    with pytest.raises(
        UserError,
        match=r"origin did not take release#dev#2 \(.*; only operators make these tags\), and nothing is promoted",
    ):
        promote(project, "@v1.0.0", "dev", remote="origin")
    assert git(project, "tag") == before
    with pytest.raises(UserError, match=r"the tags of nowhere cannot be listed \(.*not appear to"):
        promote(project, "@v1.0.0", "dev", remote="nowhere")


def test_few_tags_are_pushed_at_once(project: Path, server: Path) -> None:
    # GitHub starts no workflow for tags of which more than three come together.
    refuse(server, "pre-receive", 'wc -l >> "$GIT_DIR/pushed"')
    promote(project, "release", "dev")
    promote(project, "@dev", "staging")
    promote(project, "release/swiss", "dev")
    promote(project, "@staging", "prod")
    promote(project, "@staging", "dev", "", "origin")
    assert promote(project, "@prod", "prod", remote="origin").tags == ()
    assert [int(line) for line in (server / "pushed").read_text().split()] == [3, 1]
    ours = [tag for tag in git(project, "tag").split() if not tag.startswith("release/swiss")]
    assert git(server, "tag").split() == ours


def test_whoever_was_first_is_named(project: Path, server: Path) -> None:
    promote(project, "release", "dev", remote="origin")
    other = clone(server, "other")
    promote(project, "release", "prod")
    promote(other, "release", "prod", remote="origin")
    with pytest.raises(
        UserError, match=r"origin has release#prod#2 too, and not as here: .*git tag -d 'release#p"
    ):
        promote(project, "release", "staging", remote="origin")
    git(project, "tag", "-d", "release#prod#2")
    assert promote(project, "release", "staging", remote="origin").tags == ("release#staging#3",)


def test_tags_of_other_things_are_in_nobody_s_way(project: Path, server: Path) -> None:
    # A tag that moves would end git fetch --tags.
    git(project, "tag", "nightly")
    git(project, "push", "-q", "origin", "nightly")
    (project / "more").touch()
    commit(project, "more")
    git(project, "tag", "--force", "nightly")
    assert promote(project, "release", "prod", remote="origin").now.version == "v1.0.0"
    assert git(server, "rev-parse", "nightly") != git(project, "rev-parse", "nightly")


@pytest.mark.parametrize("options", [["--depth", "1"], ["--no-tags"]])
def test_clones_without_tags_see_them_first(
    project: Path, server: Path, made: Bundle, options: list[str]
) -> None:
    promote(project, "release", "prod", remote="origin")
    release(project, made, 0.91)
    promote(project, "release", "prod", remote="origin")
    git(project, "push", "-q", "origin", "HEAD")
    other = clone(server, "other", *options)
    assert "release@v1.0.0" not in git(other, "tag")
    assert promote(other, "release", "dev", remote="origin").now.version == "v1.1.0"
    assert roll_back(other, "release", "prod", "origin").now.version == "v1.0.0"


def test_plain_tags_are_named(project: Path) -> None:
    git(project, "tag", "release@v1.0.0")
    with pytest.raises(
        UserError, match=r"the tag release@v1\.0\.0 is a plain one.*git fetch --tags --force"
    ):
        promote(project, "release", "prod")
