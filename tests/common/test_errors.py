"""How a command ends."""

from functools import partial
from pathlib import Path

import pytest

from src.common.errors import UserError, run_main


def test_user_error_is_one_line_and_code_1(capsys: pytest.CaptureFixture[str]) -> None:
    def main() -> None:
        raise UserError("no such model 'x': choose one of a, b")

    with pytest.raises(SystemExit) as end:
        run_main(main)
    assert end.value.code == 1
    captured = capsys.readouterr()
    assert captured.err == "error: no such model 'x': choose one of a, b\n"
    assert captured.out == ""


def test_ctrl_c_is_code_130() -> None:
    def main() -> None:
        raise KeyboardInterrupt

    with pytest.raises(SystemExit) as end:
        run_main(main)
    assert end.value.code == 130


def test_a_defect_keeps_its_traceback() -> None:
    def main() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_main(main)


def test_a_place_that_cannot_be_written_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def write(place: Path) -> None:
        place.write_text("a")

    (tmp_path / "file").write_text("")
    for place in (tmp_path, tmp_path / "file" / "a", tmp_path / ("n" * 300)):
        with pytest.raises(SystemExit) as end:
            run_main(partial(write, place))
        assert end.value.code == 1
        assert capsys.readouterr().err.startswith(f"error: {place}: ")
    with pytest.raises(FileNotFoundError):  # what a program has made up is a defect
        run_main(partial(write, tmp_path / "none" / "a"))


def test_success_just_returns(capsys: pytest.CaptureFixture[str]) -> None:
    run_main(lambda: print("done"))
    assert capsys.readouterr().out == "done\n"
