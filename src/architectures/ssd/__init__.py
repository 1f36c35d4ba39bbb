"""Single-shot detectors (Liu et al. 2016, arXiv:1512.02325): what the four of them share."""
