"""Single-shot detector of 512×512 pixels on VGG-16."""
