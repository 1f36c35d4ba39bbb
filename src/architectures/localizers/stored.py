"""Trained localizers on disk."""

from pathlib import Path

from ...inference.card import Card
from ...models.base import Localizer
from ...models.store import load_network
from .registry import build_localizer


def load_localizer(folder: Path) -> tuple[Localizer, Card]:
    """Return the trained localizer of a folder in evaluation mode; UserError when missing or damaged."""
    return load_network(folder, lambda card: build_localizer(card.name, card.settings, card.size))
