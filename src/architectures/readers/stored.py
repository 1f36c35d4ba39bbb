"""Trained readers on disk."""

from pathlib import Path

from ...inference.card import Card
from ...models.base import Reader
from ...models.store import load_network
from .registry import build_reader


def load_reader(folder: Path) -> tuple[Reader, Card]:
    """Return the trained reader of a folder in evaluation mode; UserError when missing or damaged."""
    return load_network(
        folder, lambda card: build_reader(card.name, card.settings, card.size, card.alphabet)
    )
