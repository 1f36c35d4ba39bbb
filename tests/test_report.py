"""The command: which revisions it takes, what it writes, what it says when it cannot."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from dvc.repo import Repo

import src.report
from src.common.errors import UserError
from src.reporting.page import LIMIT
from tests.checkout import Checkout, options
from tests.source import ROOT
from tests.stack.test_photos import labelled

WHO = ("-c", "user.name=test", "-c", "user.email=test@localhost")
PIPELINE = """
stages:
  prepare_stack: {cmd: "true", params: [params.py: [Drawn]], outs: [data/prepared/stack]}
  evaluate_stack:
    cmd: "true"
    deps: [data/prepared/stack]
    params: [params.py: [Used]]
    metrics: [out/evaluations/stack/metrics.json: {cache: false}]
params: [params.py]
"""
Report = Callable[..., str]


class Small:
    """A repository with two stages, whose results are made up and recorded as if they had been run."""

    def __init__(self, checkout: Checkout) -> None:
        self.checkout = checkout
        checkout.root.mkdir()
        checkout.home.mkdir()
        checkout.ok("git", "init", "-q", "-b", "main")
        self.write("dvc.yaml", PIPELINE)
        self.write("data/prepared/stack", "scenes")
        self.write("params.yaml", (ROOT / "params.yaml").read_text(encoding="utf-8"))
        self.write(".gitignore", "/data/prepared\n/report*\n")
        Repo.init(str(checkout.root)).close()

    def write(self, name: str, text: str) -> None:
        """Write a file."""
        path = self.checkout.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def run(self, used: int, correct: int | None, drawn: int = 1) -> None:
        """Set the parameters and write what the stages would have."""
        self.write(
            "params.py", f"class Drawn:\n    SEED = {drawn}\n\n\nclass Used:\n    LR = {used}\n"
        )
        self.write("data/prepared/stack", f"scenes {drawn}")
        if correct is not None:
            metrics = {"val_acc": correct / 1000, "plates": 1000}
            self.write("out/evaluations/stack/metrics.json", json.dumps(metrics))
            with Repo(str(self.checkout.root)) as repo:
                repo.commit(force=True)

    def commit(self, message: str = "x") -> str:
        """Commit everything; return the commit."""
        self.checkout.ok("git", "add", "-A")
        self.checkout.ok("git", *WHO, "commit", "-q", "--allow-empty", "-m", message)
        return self.checkout.run("git", "rev-parse", "HEAD").stdout.strip()


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    small = Small(Checkout(tmp_path / "small", tmp_path / "home"))
    monkeypatch.chdir(small.checkout.root)  # where DVC looks for the stages that it commits
    return small


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Report:
    def run(checkout: Checkout, *arguments: str) -> str:
        out = tmp_path / "out" / "report.md"
        monkeypatch.setattr(src.report, "ROOT", checkout.root)
        monkeypatch.setattr(src.report, "PREPARED", checkout.root / "data/prepared")
        monkeypatch.setattr("sys.argv", ["report", "--out", str(out), *arguments])
        src.report.main()
        return out.read_text(encoding="utf-8")

    return run


def test_two_revisions(small: Small, report: Report, capsys: pytest.CaptureFixture[str]) -> None:
    small.run(1, 500)
    small.commit()
    small.run(2, 600)
    text = report(small.checkout, "--base", "main")
    assert text.startswith("## ✓ Better: 50.0% → 60.0% read exactly, +10.0 points (95% interval")
    assert "| <code>params.py:Used.LR</code> | <code>1</code> | <code>2</code> |" in text
    assert "same test scenes" in text
    assert capsys.readouterr().out.startswith("✓ Better: 50.0% → 60.0%")
    small.commit()
    assert report(small.checkout, "--base", "main~1", "--head", "main").startswith("## ✓ Better")
    assert report(small.checkout, "--base", "main", "--head", "main~1").startswith("## ✗ Worse")
    assert report(small.checkout, "--base", "main", "--head", "main").startswith("## = Same")


def test_the_base_is_where_the_branch_left_main(small: Small, report: Report) -> None:
    small.run(1, 500)
    fork = small.commit("fork")
    small.checkout.ok("git", "update-ref", "refs/remotes/origin/main", fork)
    small.checkout.ok("git", "checkout", "-q", "-b", "topic")
    small.run(2, 600)
    small.commit("one")
    small.run(3, 650)
    small.commit("two")
    assert "50.0% → 65.0%" in report(small.checkout)


def test_on_main_the_base_is_what_came_before(small: Small, report: Report) -> None:
    small.run(1, 500)
    small.commit()
    small.run(2, 600)
    assert "50.0% → 60.0%" in report(small.checkout)  # changes against the last commit
    small.commit()
    assert "50.0% → 60.0%" in report(small.checkout)  # the last commit against the one before
    assert "50.0% → 60.0%" in report(small.checkout, "--head", "main")


def test_first_commit(small: Small, report: Report) -> None:
    small.run(1, 500)
    small.commit()
    assert report(small.checkout).startswith("## First run: 50.0% read exactly\n")


def test_photographs_are_read_by_both_where_there_are_any(small: Small, report: Report) -> None:
    small.run(1, 500)
    small.commit()
    photos = labelled(small.checkout.root / "data/datasets/photos/street", "ZH10")
    text = report(small.checkout)
    assert "### Photographs\n" in text
    assert "model workspace: params.py lacks" in text  # this repository has no networks
    assert "### Photographs\n" not in report(small.checkout, "--photos")
    (photos / "annotations.csv").unlink()
    assert "### Photographs\n" not in report(small.checkout)


def test_stages_that_were_not_run_and_a_base_without_metrics(small: Small, report: Report) -> None:
    small.run(1, None)
    small.commit()
    text = report(small.checkout)
    assert text.startswith("## ? Cannot compare\n")
    assert "prepare_stack has not been run; evaluate_stack has not been run" in text
    small.run(1, 500)
    text = report(small.checkout, "--base", "HEAD")
    assert "of main" not in text
    assert "has not been run" in text
    assert "head 50.0%" in text


def test_parameters_changed_after_the_run(small: Small, report: Report) -> None:
    small.run(1, 500)
    small.commit()
    small.run(2, None)
    text = report(small.checkout)
    assert text.startswith("## ? Cannot compare\n")
    assert "evaluate_stack has not been run since params.py:Used changed" in text


def test_other_test_scenes(small: Small, report: Report) -> None:
    small.run(1, 500)
    small.commit()
    small.run(1, 600, drawn=7)
    text = report(small.checkout)
    assert text.startswith("## ? Cannot compare\n")
    assert "Drawn.SEED 1 → 7" in text


def test_damaged_metrics(small: Small, report: Report) -> None:
    small.run(1, 500)
    small.commit()
    small.write("out/evaluations/stack/metrics.json", "{ no JSON <b>")
    text = report(small.checkout)
    assert text.startswith("## ? Cannot compare\n")
    assert "metrics.json cannot be read" in text
    assert "<b>" not in text


def test_unknown_revision(small: Small, report: Report) -> None:
    small.run(1, 500)
    small.commit()
    with pytest.raises(UserError, match="no revision nowhere: `git branch -a`"):
        report(small.checkout, "--base", "nowhere")


def test_shallow_clone(small: Small, report: Report, tmp_path: Path) -> None:
    for correct in (500, 600):
        small.run(correct, correct)
        small.commit()
    url = small.checkout.root.as_uri()
    small.checkout.ok("git", "clone", "-q", "--depth", "1", url, str(tmp_path / "shallow"))
    shallow = Checkout(tmp_path / "shallow", small.checkout.home)
    for arguments in ((), ("--base", "main~1")):
        with pytest.raises(UserError, match=r"shallow clone: .*fetch-depth: 0"):
            report(shallow, *arguments)
    assert report(shallow, "--base", "main").startswith("## = Same")


def test_no_git(tmp_path: Path, report: Report) -> None:
    with pytest.raises(UserError, match="needs a DVC and git repository"):
        report(Checkout(tmp_path, tmp_path))


def test_no_commit(small: Small, report: Report) -> None:
    with pytest.raises(UserError, match="here is none yet"):
        report(small.checkout)


@pytest.fixture(scope="module")
def branches(trained: Checkout, tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A clone with a branch main, run small, and a branch topic, run with one more epoch; topic is checked out."""
    checkout = trained.copy(tmp_path_factory.mktemp("branches") / "checkout").with_identity()
    checkout.ok("git", "branch", "-q", "-M", "main")
    checkout.ok("git", "add", "-A")
    checkout.ok("git", "commit", "-q", "-m", "Small")
    checkout.ok("git", "checkout", "-q", "-b", "topic")
    checkout.ok("dvc", "exp", "run", *options({"TrainOCRParams.EPOCHS": 2}))
    checkout.ok("git", "add", "-A")
    checkout.ok("git", "commit", "-q", "-m", "One more epoch")
    return checkout


@pytest.mark.slow
def test_two_branches_that_were_run(branches: Checkout) -> None:
    labelled(branches.root / "data/datasets/photos/street", "ZH10", "ZH11")
    said = branches.ok("python3", "-m", "src.report", "--base", "main", "--assets", "pictures")
    text = (branches.root / "report.md").read_text(encoding="utf-8")
    assert re.match(r"## [✓✗=] (Better|Worse|Same): ", text), text[:200]
    assert text.splitlines()[0].removeprefix("## ") in said
    assert len(text) < LIMIT
    assert (
        "| <code>params.py:TrainOCRParams.EPOCHS</code> | <code>1</code> | <code>2</code> |" in text
    )
    assert "same test scenes" in text
    # What both networks read of photographs, of which git and DVC know nothing.
    assert len(re.findall(r"\| street \| (?:main \(\w+\)|workspace) \| 2 \|", text)) == 2
    assert "Plate by plate, head against base" in text
    for title in (
        "Metrics",
        "Photographs",
        "Slices",
        "New mistakes",
        "Training",
        "Timings",
        "Data and models",
    ):
        assert f"### {title}\n" in text
    assert "```mermaid" in text
    assert "| <code>data/prepared/stack</code>" in text
    assert "dvc exp run -S params.py:TrainOCRParams.EPOCHS=2" in text
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", text)
    assert len(pictures) >= 9  # curves, and four sheets before and after
    assert all((branches.root / path).stat().st_size > 1000 for path in pictures)


@pytest.mark.slow
def test_without_prepared_sets_models_and_pictures(branches: Checkout, tmp_path: Path) -> None:
    # What a hosted runner has: the git history and nothing else.
    fresh = Checkout(tmp_path / "fresh", branches.home)
    branches.ok("git", "clone", "-q", str(branches.root), str(fresh.root))
    fresh.ok("python3", "-m", "src.report", "--base", "origin/main", "--out", "out.md")
    text = (fresh.root / "out.md").read_text(encoding="utf-8")
    assert re.match(r"## [✓✗=] (Better|Worse|Same): ", text), text[:200]
