"""Trained readers on disk."""

from pathlib import Path

from ...inference.card import Card
from ...models.base import Reader
from ...models.store import load_network
from .registry import build_reader


def load_reader(folder: Path) -> tuple[Reader, Card]:
    """Return the trained reader of a folder in evaluation mode; UserError when missing or damaged."""
    return load_network(folder, _built)


def _built(card: Card) -> Reader:
    """Return the reader of a card, without its weights; ValueError where that names other countries than it has."""
    reader = build_reader(card.name, card.settings, card.size, card.alphabet)
    if reader.countries != len(card.countries):
        raise ValueError(
            f"its network tells {reader.countries} countries apart and its card names {len(card.countries)}"
        )
    return reader
