"""Who is where, as a table and as a picture; copies of what is there; and what servers say they serve."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import cv2
import pytest

from src.bundle.bundle import STACK, Bundle, load_bundle
from src.bundle.choose import choose_model
from src.bundle.promoted import Promoted, read_tags
from src.common.errors import UserError
from src.promoting.chart import _states, draw_stages
from src.promoting.contents import card_of
from src.promoting.copying import copy_promoted
from src.promoting.registry import stages_of
from src.promoting.servers import Served, ask_server
from src.promoting.table import rows_of, table
from tests.promoting.project import release
from tests.repository import git

STAGES = ["dev", "staging", "prod"]


@pytest.fixture
def promoted(project: Path, made: Bundle, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three hours of a model: v1.0.0 to prod, v1.1.0 to dev and to prod, and back."""
    hours = iter(range(10, 20))

    def tag(*names: str, revision: str = "HEAD") -> None:
        monkeypatch.setenv("GIT_COMMITTER_DATE", f"2026-11-27T{next(hours)}:00:00+00:00")
        for name in names:
            git(project, "tag", "-a", "-m", name, name, f"{revision}^{{commit}}")

    tag("release@v1.0.0", "release#prod#1", "release/swiss@v1.0.0")
    release(project, made, 0.91)
    tag("release@v1.1.0", "release#dev#2")
    tag("release#prod#3")
    tag("release#prod#4", revision="release@v1.0.0")
    return project


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


@contextmanager
def answering(answer: object) -> Iterator[str]:
    """A server whose /readyz answers so; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text = json.dumps(answer if self.path == "/readyz" else None).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *arguments: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def ask(root: Path, model: object, stage: str = "") -> Served:
    with answering({"status": "ready", "model": model}) as address:
        return ask_server(address, root, read_tags(root), stage)


def test_servers_are_held_to_what_their_stage_holds(promoted: Path) -> None:
    tags = read_tags(promoted)
    old, new = (
        card_of(promoted, found).version
        for stage in ("prod", "dev")
        if (found := tags.serving("release", stage))
    )
    right = ask(promoted, {"version": old, "stage": "prod"})
    assert (right.right, right.said) == (True, "serves release@v1.0.0, as prod holds")
    wrong = ask(promoted, {"version": new, "stage": "prod"})
    assert (wrong.right, wrong.said) == (
        False,
        "serves release@v1.1.0, and prod holds release@v1.0.0",
    )
    assert ask(promoted, {"version": new, "stage": "prod"}, "dev").right
    other = ask(promoted, {"version": "0123456789ab", "stage": "prod"})
    assert other.said == "serves a model of no version, and prod holds release@v1.0.0"
    assert ask(promoted, {"version": old}).said == "serves release@v1.0.0, and names no stage"
    assert ask(promoted, {"version": old}, "staging").said.endswith("and staging holds nothing")


@pytest.mark.parametrize("model", [None, [], {"version": 1}, "release"])
def test_a_server_that_names_no_model_serves_none(promoted: Path, model: object) -> None:
    served = ask(promoted, model)
    assert (served.right, served.said) == (
        False,
        "does not say what it serves (its answer names no model)",
    )


def test_a_server_that_is_not_there_serves_none(promoted: Path) -> None:
    with answering(None) as address:
        pass
    assert "does not say what it serves" in ask_server(address, promoted, read_tags(promoted)).said
    with pytest.raises(UserError, match="'ftp://host' is no server's address"):
        ask_server("ftp://host", promoted, read_tags(promoted))
