"""Anchors at three levels with corners as key points, on the smallest MobileNetV4."""
