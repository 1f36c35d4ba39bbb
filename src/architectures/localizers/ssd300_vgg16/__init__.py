"""Single-shot detector of 300×300 pixels on VGG-16."""
