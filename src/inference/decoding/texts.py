"""Decodings of texts by the names that cards give them."""

from collections.abc import Callable

from ...common.errors import UserError
from .ctc import CTC, CTCDecoder
from .slots import SLOTS, SlotDecoder
from .text import TextDecoder

# From an alphabet to what decodes a reader's raw output into texts of it.
TEXT_DECODERS: dict[str, Callable[[str], TextDecoder]] = {CTC: CTCDecoder, SLOTS: SlotDecoder}


def text_decoder(name: str, alphabet: str) -> TextDecoder:
    """Return the decoder of this name for an alphabet.

    Raises UserError for an unknown name, ValueError for an alphabet that is none.
    """
    if name not in TEXT_DECODERS:
        known = ", ".join(sorted(TEXT_DECODERS))
        raise UserError(
            f"unknown text decoding {name!r}, known are {known}: update this program, or train again"
        )
    return TEXT_DECODERS[name](alphabet)
