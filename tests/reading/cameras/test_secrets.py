"""Passwords and addresses are shown nowhere."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.common.errors import UserError
from src.reading.cameras.secrets import Secret, from_file, from_variable, masked, shown


def test_a_secret_shows_itself_to_nobody() -> None:
    secret = Secret("hunter2")
    assert "hunter2" not in f"{secret} {secret!r} {[secret]} {vars(secret).keys()}"
    assert secret.reveal() == "hunter2"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("rtsp://op" + ":hunter2@10.0.0.5:554/live/1", "rtsp://10.0.0.5:554/…"),
        ("rtsp://10.0.0.5/user=admin_password=hunter2_stream=0.sdp", "rtsp://10.0.0.5/…"),
        ("http://cam/snap.cgi?pwd=hunter2", "http://cam/…"),
        ("https://cam/", "https://cam"),
        ("http://[::1]:8080/x", "http://[::1]:8080/…"),
        ("http://cam?hunter2", "http://cam/…"),
        ("hunter2", "***"),
        ("http://[hunter2", "***"),
        ("http://cam:hunter2/x", "***"),
    ],
)
def test_of_an_address_host_and_port_are_shown(address: str, said: str) -> None:
    assert shown(address) == said


@given(st.text(min_size=1), st.text())
def test_what_libraries_repeat_is_masked(secret: str, around: str) -> None:
    from urllib.parse import quote

    text = masked(f"{around}{secret} {quote(secret, '')}{around}", [secret])
    assert secret not in text or secret in "***" or secret in around or secret in f"{around}***"


def test_secrets_come_from_variables_and_files(tmp_path: Path) -> None:
    (tmp_path / "good").write_text("hunter2\n")
    (tmp_path / "two").write_text("hunter2\nhunter3\n")
    (tmp_path / "none").write_text("\n")
    assert from_variable("A", {"A": "hunter2"}).reveal() == "hunter2"
    assert from_file(tmp_path / "good").reveal() == "hunter2"
    with pytest.raises(UserError, match="the environment variable A is not set, or empty"):
        from_variable("A", {"A": ""})
    for name, why in (("two", "one line"), ("none", "one line"), ("gone", "No such file")):
        with pytest.raises(UserError, match=why) as raised:
            from_file(tmp_path / name)
        assert "hunter" not in str(raised.value)
