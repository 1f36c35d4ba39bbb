"""Released models on their way: versions and stages in git tags, who serves what, cards, what they are made of."""
