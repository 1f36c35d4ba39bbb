"""Versions are what files of a commit are: which get one, which keep theirs, and which get none."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from gto import api

from src.bundle.bundle import Bundle
from src.bundle.choose import choose_model
from src.bundle.promoted import read_tags
from src.common.errors import UserError
from src.promoting.registry import promote
from tests.promoting.project import commit, in_stage, release, write_release
from tests.repository import git
from tests.signing import public_line, sign


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


@pytest.mark.parametrize("ignored", ["release/mine", "*.sig"])
def test_what_git_ignores_is_not_promoted(project: Path, made: Bundle, ignored: str) -> None:
    (project / ".git/info/exclude").write_text(f"{ignored}\n")
    write_release(made, project / "release/mine", 0.8)
    sign(project / "release", Ed25519PrivateKey.generate())
    git(project, "add", "-A")
    git(project, "commit", "-q", "-m", "All that git sees")
    model = "release" if ignored == "*.sig" else ignored
    with pytest.raises(UserError, match=f"{model}/SHA256SUMS or its signature is not in the last"):
        promote(project, model, "prod")
    assert git(project, "tag") == ""


def test_a_commit_that_cannot_be_taken_out_of_git_is_not_promoted(project: Path) -> None:
    (project / "release/more").symlink_to("/etc/passwd")
    commit(project, "A link")
    with pytest.raises(UserError, match=r"release/ of release@HEAD cannot be unpacked \('more' is"):
        promote(project, "release", "prod")
    assert git(project, "tag") == ""
    (project / ".git/index").write_bytes(b"damaged")
    with pytest.raises(UserError, match="git does not say which files differ"):
        promote(project, "release", "prod")


def test_a_version_that_was_withdrawn_does_not_come_back(project: Path, made: Bundle) -> None:
    promote(project, "release", "prod")
    release(project, made, 0.91)
    promote(project, "release", "prod")
    api.deregister(project, "release", version="v1.1.0")
    assert in_stage(project, "prod") == "v1.0.0"
    (project / "notes.md").write_text("another commit of the same model")
    commit(project, "Notes")
    for version in ("", "v1.1.0", "v2.0.0"):
        with pytest.raises(
            UserError, match=r"release@v1\.1\.0 was withdrawn, and this is that model: .*v1\.1\.0!'"
        ):
            promote(project, "release", "prod", version)
    # Its name is not given again: what comes next is the version after it.
    release(project, made, 0.92)
    with pytest.raises(UserError, match="was withdrawn, and stays what it was"):
        promote(project, "release", "prod", "v1.1.0")
    assert promote(project, "release", "prod").now.version == "v1.2.0"
    git(project, "tag", "-d", "release@v1.1.0!")
    assert promote(project, "@v1.1.0", "dev").now.version == "v1.1.0"


def test_a_tag_of_a_commit_without_the_model_stops_no_other(project: Path) -> None:
    blob = git(project, "hash-object", "-w", ".gto")
    git(project, "tag", "release@v7.0.0", blob)
    assert promote(project, "release", "prod").now.version == "v7.1.0"
    with pytest.raises(
        UserError, match=r"release@v7\.0\.0 is another model \(none here, and here is"
    ):
        promote(project, "release", "prod", "v7.0.0")


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
