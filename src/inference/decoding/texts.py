"""Decodings of texts by the names that cards give them."""

from collections.abc import Callable, Sequence

from ...common.errors import UserError
from .ctc import CTC, CTCDecoder
from .slots import SLOTS, SlotDecoder
from .text import TextDecoder

# From an alphabet, and the countries that a reader tells apart, to what decodes its raw output.
TEXT_DECODERS: dict[str, Callable[[str, Sequence[str]], TextDecoder]] = {
    CTC: CTCDecoder,
    SLOTS: SlotDecoder,
}


def text_decoder(name: str, alphabet: str, countries: Sequence[str] = ()) -> TextDecoder:
    """Return the decoder of this name for an alphabet.

    countries: those that the reader tells apart, by their codes in ISO 3166-1, in the order of its answers. Raises
    UserError for an unknown name, ValueError for an alphabet that is none, and for countries where a decoding has none.
    """
    if name not in TEXT_DECODERS:
        known = ", ".join(sorted(TEXT_DECODERS))
        raise UserError(
            f"unknown text decoding {name!r}, known are {known}: update this program, or train again"
        )
    return TEXT_DECODERS[name](alphabet, countries)
