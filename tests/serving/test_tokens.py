"""Who has no token of a picture can say nothing of it."""

import pytest

from src.serving.refusal import ApiError
from src.serving.tokens import VALID_S, Tokens, digest_of

PICTURE = digest_of(b"picture")


class Clock:
    now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


def refused(tokens: Tokens, token: str, digest: bytes = PICTURE) -> str:
    with pytest.raises(ApiError) as caught:
        tokens.check(token, digest)
    assert caught.value.code == "invalid_field"
    return caught.value.message


@pytest.mark.parametrize("group", ["a", "0" * 64, "gate-1_b.c", "1.2.3"])
def test_it_brings_back_its_group(group: str) -> None:
    tokens = Tokens(b"key")
    assert tokens.check(tokens.give(group, PICTURE), PICTURE) == group


def test_of_another_picture_or_another_server() -> None:
    token = Tokens(b"key").give("g", PICTURE)
    assert "not of this picture" in refused(Tokens(b"key"), token, digest_of(b"other"))
    assert "not of this picture" in refused(Tokens(b"another key"), token)
    assert Tokens(b"key").check(token, PICTURE) == "g"


def test_it_ages() -> None:
    clock = Clock()
    tokens = Tokens(b"key", clock)
    token = tokens.give("g", PICTURE)
    clock.now += VALID_S
    assert tokens.check(token, PICTURE) == "g"
    clock.now += 1
    assert "too old" in refused(tokens, token)


def test_nothing_in_it_can_be_changed() -> None:
    tokens = Tokens(b"key")
    token = tokens.give("group", PICTURE)
    issued, group, mac = token.split(".")
    for other in (
        f"{int(issued) + 9}.{group}.{mac}",
        f"{issued}.grouq.{mac}",
        f"{issued}.{group}.{mac[::-1]}",
    ):
        assert "not of this picture" in refused(tokens, other)
    for other in (
        "",
        "x",
        token + "x",
        f"{issued}.{group}/../x.{mac}",
        f"٣.{group}.{mac}",
        "9" * 5000,
    ):
        assert "refused" in refused(tokens, other)
