"""Decodings of texts by name."""

import pytest

from src.common.errors import UserError
from src.inference.decoding.texts import TEXT_DECODERS, text_decoder


@pytest.mark.parametrize("name", sorted(TEXT_DECODERS))
@pytest.mark.parametrize("alphabet", ["", "ABA"])
def test_an_alphabet_that_is_none_is_refused(name: str, alphabet: str) -> None:
    with pytest.raises(ValueError, match="distinct"):
        text_decoder(name, alphabet)


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(UserError, match=r"'runes', known are ctc"):
        text_decoder("runes", "01")
