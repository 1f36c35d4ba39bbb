"""Smoke tests: trainings that only show that everything runs, and the warning about their models."""

# Share of plates that a model has to read, as it was measured, to count as trained. One epoch on 256 pictures, as in
# the README, reads none; the quick preset reads more than nine in ten.
LEAST_EXACT = 0.1


def is_smoke_test(exact: float | None) -> bool:
    """Return whether a model with this share of plates read right is a smoke test. None (not measured): it is not."""
    return exact is not None and exact < LEAST_EXACT


def smoke_warning(exact: float | None) -> str:
    """Return the line that warns of a model that is a smoke test; empty for any other."""
    if not is_smoke_test(exact):
        return ""
    return (
        f"warning: {exact:.1%} of the plates are read right: this is a smoke test and no model to read with. "
        "Train longer (`make quickstart`); until then commands read with the released model unless told `--model own`"
    )
