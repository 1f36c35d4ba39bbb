"""A version's tag becomes a release: what is collected, signed and published. Sigstore, gh and make are stubs."""

import tarfile
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from src.bundle.files import SUMS
from tests.workflows.actions import jobs, load, steps
from tests.workflows.stubs import Stubs, quoted

ENV = {
    "TAG": "release@v1.0.0",
    "GITHUB_REPOSITORY": "their-team/plates",
    "GH_TOKEN": "of-this-test",
}
# `python3 -m src.promote copy TAG DIR`; `make sbom …`; `python3 -m venv DIR`, all of which is a stub too.
PYTHON = """
if arguments[1] == 'src.promote':
    folder = Path(arguments[4])
    folder.mkdir()
    for name in {files!r}:
        (folder / name).write_text('---\\nlicense: mit\\n---\\n\\n# A card\\n\\n| a |\\n| --- |\\n')
elif arguments[1] == 'venv':
    (Path(arguments[2]) / 'bin').mkdir()
    (Path(arguments[2]) / 'bin/python').symlink_to(sys.argv[0])
elif arguments[1] == 'sigstore':
    for name in arguments[3:]:
        Path(name + '.sigstore.json').write_text(name)
"""
MAKE = "Path(arguments[-1].removeprefix('OUT=')).write_text('{}')"
FILES = ("README.md", "SHA256SUMS", "SHA256SUMS.sig", "card.json")


def collect(root: Path, stubs: Stubs, files: tuple[str, ...] = FILES, **variables: str) -> str:
    """Run assets.sh; return what it complained of."""
    stubs.add("python3", PYTHON.format(files=files))
    stubs.add("make", MAKE)
    done = stubs.run(root, quoted("assets.sh"), {**ENV, **variables})
    assert (done.returncode == 0) == (done.stderr == ""), done.stderr
    return done.stderr


def test_a_version_s_files_are_collected(root: Path, stubs: Stubs) -> None:
    assert collect(root, stubs) == ""
    assert stubs.calls("python3")[0].arguments[1:] == [
        *("src.promote", "copy", "release@v1.0.0", "report/model")
    ]
    assert stubs.calls("make")[0].arguments == [
        *("sbom", "MODEL=report/model", "OUT=report/sbom.cdx.json")
    ]
    found = sorted(path.name for path in (root / "report").iterdir())
    assert found == [
        *("README.md", "SHA256SUMS", "SHA256SUMS.sig", "model.tar.gz", "sbom.cdx.json")
    ]
    with tarfile.open(root / "report/model.tar.gz") as files:
        members = files.getmembers()
    assert [one.name for one in members] == ["model", *(f"model/{name}" for name in FILES)]
    assert {(one.mtime, one.uid, one.gname) for one in members} == {(0, 0, "")}


def test_what_is_not_signed_by_hand_is_collected_too(root: Path, stubs: Stubs) -> None:
    assert collect(root, stubs, ("README.md", "SHA256SUMS")) == ""
    assert not (root / "report/SHA256SUMS.sig").exists()


@pytest.mark.parametrize(
    "tag", ["", "v1.0.0", "release@latest", "release#prod#1", "release/../x@v1.0.0", "$(id)@v1.0.0"]
)
def test_another_tag_is_refused(root: Path, stubs: Stubs, tag: str) -> None:
    assert "is no version of a released model" in collect(root, stubs, TAG=tag)
    assert stubs.calls("python3") == []


def test_what_was_collected_is_signed_and_published(root: Path, stubs: Stubs) -> None:
    collect(root, stubs)
    done = stubs.run(root, quoted("sign.sh"))
    assert done.returncode == 0, done.stderr
    calls = [call.arguments for call in stubs.calls("python3")]
    (install,) = [one for one in calls if "install" in one]
    assert install[-3:] == [":all:", "--requirement", ".github/sigstore.txt"]
    assert "--require-hashes" in install
    signed = ["SHA256SUMS", "model.tar.gz", "sbom.cdx.json"]
    assert [one[3:] for one in calls if one[1:3] == ["sigstore", "sign"]] == [
        [f"report/{name}" for name in signed]
    ]

    stubs.add("gh", "sys.exit(arguments[1] == 'view')", keep=("GH_TOKEN",))
    done = stubs.run(root, quoted("publish.sh"), ENV)
    assert done.returncode == 0, done.stderr
    view, create = (call.arguments for call in stubs.calls("gh"))
    assert view[:3] == ["release", "view", "release@v1.0.0"]
    assert create[:6] == [
        *("release", "create", "release@v1.0.0", "--repo", "their-team/plates", "--verify-tag")
    ]
    files = [Path(one).name for one in create if one.startswith("report/")]
    assert set(files) >= {*signed, *(f"{name}.sigstore.json" for name in signed)}
    assert stubs.calls("gh")[-1].env == {"GH_TOKEN": "of-this-test"}

    stubs.add("gh")
    assert stubs.run(root, quoted("publish.sh"), ENV).returncode == 0
    assert stubs.calls("gh")[-1].arguments[:3] == ["release", "upload", "release@v1.0.0"]


def test_the_page_of_a_release_is_its_card_without_the_hub_s_lines(
    root: Path, stubs: Stubs
) -> None:
    collect(root, stubs)
    (root / "report/SHA256SUMS.sigstore.json").write_text("{}")
    stubs.add(
        "gh",
        "if arguments[1] == 'view': sys.exit(1)\n"
        "Path('notes').write_bytes(Path(arguments[arguments.index('--notes-file') + 1]).read_bytes())",
    )
    assert stubs.run(root, quoted("publish.sh"), ENV).returncode == 0
    assert (root / "notes").read_text() == "\n# A card\n\n| a |\n| --- |\n"


def test_nothing_is_signed_or_published_that_is_not_there(root: Path, stubs: Stubs) -> None:
    stubs.add("gh")
    stubs.add("python3")
    assert "run .github/scripts/assets.sh first" in stubs.run(root, quoted("sign.sh")).stderr
    assert "is not signed" in stubs.run(root, quoted("publish.sh"), ENV).stderr
    assert "GH_TOKEN is not set" in stubs.run(root, quoted("publish.sh")).stderr
    assert stubs.calls("gh") == stubs.calls("python3") == []


def test_only_the_job_that_signs_can_say_who_it_is() -> None:
    asking = {name: "id-token" in job["permissions"] for name, job in jobs("release.yml").items()}
    assert asking == {"assets": False, "sign": True, "publish": False}
    # Of the project it runs nothing but its script, which installs Sigstore's client alone.
    assert [step.run for step in steps("release.yml", "sign") if step.run] == [
        ".github/scripts/sign.sh"
    ]


@pytest.mark.parametrize(
    ("tag", "starts"),
    [
        ("release@v1.0.0", True),
        ("release/swiss@v12.3.4", True),
        ("release#prod#1", False),
        ("release@v1.0.0!", False),
        ("release/swiss@v1.0.0!", False),
        ("v1.0.0", False),
    ],
)
def test_new_versions_alone_start_it(tag: str, starts: bool) -> None:
    patterns = load("release.yml")["on"]["push"]["tags"]
    # The last pattern that fits decides.
    fitting = [one for one in patterns if fnmatchcase(tag, one.removeprefix("!"))]
    assert bool(fitting and not fitting[-1].startswith("!")) == starts
    assert SUMS == "SHA256SUMS"
