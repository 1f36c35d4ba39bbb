"""What may be typed into the form of train.yml."""

from pathlib import Path

import pytest

from tests.workflows.stubs import Stubs, quoted

# Stands for DVC: `python3 -m dvc …`.
NO_REMOTE = "sys.exit(arguments[2:] == ['config', 'core.remote'])"
REMOTE = "print('storage' if 'config' in arguments else '')"


def run(root: Path, stubs: Stubs, text: str, answer: str = NO_REMOTE) -> tuple[int, list[str]]:
    """Exit code, and the arguments that `dvc exp run` got."""
    stubs.add("python3", answer)
    done = stubs.run(root, quoted("train.sh"), {"OVERRIDES": text})
    runs = [
        c.arguments
        for c in stubs.calls("python3")
        if c.arguments[:4] == ["-m", "dvc", "exp", "run"]
    ]
    assert len(runs) == (done.returncode == 0), done.stderr
    return done.returncode, runs[0][4:] if runs else []


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("", []),
        ("  \n ", []),
        ("params.py:TrainOCRParams.EPOCHS=20", ["-S", "params.py:TrainOCRParams.EPOCHS=20"]),
        ("plate_format=swiss+european", ["-S", "plate_format=swiss+european"]),
        (
            "  params.py:TrainOCRParams.LR=1e-05\nparams.py:LocalizeModelParams.CHANNELS=[24,48]",
            [
                *("-S", "params.py:TrainOCRParams.LR=1e-05"),
                *("-S", "params.py:LocalizeModelParams.CHANNELS=[24,48]"),
            ],
        ),
        ("params.py:MULTIPROCESSING=False", ["-S", "params.py:MULTIPROCESSING=False"]),
    ],
)
def test_overrides_are_handed_on(root: Path, stubs: Stubs, text: str, options: list[str]) -> None:
    assert run(root, stubs, text) == (0, options)


def test_with_a_remote_what_is_missing_is_pulled(root: Path, stubs: Stubs) -> None:
    assert run(root, stubs, "a=1", REMOTE) == (0, ["--allow-missing", "-S", "a=1"])
    commands = [call.arguments for call in stubs.calls("python3")]
    pulled = ["-m", "dvc", "pull", "--no-run-cache", "--allow-missing"]
    checked, ran = [".github/scripts/listings.py"], ["-m", "dvc", "exp", "run"]
    assert [c for c in commands if c in (pulled, checked) or c[:4] == ran][:2] == [checked, pulled]


@pytest.mark.parametrize(
    "text",
    [
        *("a", "=1", "a=", "--queue", "-S", "--temp=1", "a=$(id)", "a=`id`", "a=1;id", "a=1|id"),
        *("a=1&&id", "a='1'", 'a="1"', "a=1>x", "a=/etc/passwd", "../x:a=1", "dvc.yaml:a=1"),
        *("params.py:a=~", "a=1\\", "a=*", "a={1}", "*=1", "a=1 --queue", "ä=1", "a=1\x07"),
    ],
)
def test_anything_else_is_refused_before_anything_runs(root: Path, stubs: Stubs, text: str) -> None:
    stubs.add("python3", NO_REMOTE)
    done = stubs.run(root, quoted("train.sh"), {"OVERRIDES": text})
    assert done.returncode == 1
    assert "is no override" in done.stderr
    assert done.stderr.count("\n") == 1
    assert stubs.calls("python3") == []
