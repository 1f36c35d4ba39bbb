"""How a command ends."""

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


def test_success_just_returns(capsys: pytest.CaptureFixture[str]) -> None:
    run_main(lambda: print("done"))
    assert capsys.readouterr().out == "done\n"
