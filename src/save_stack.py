"""Save both trained networks as one model that reads without torch: out/models/stack.

python3 -m src.save_stack
"""

from params import EvaluateStackParams

from .bundle.bundle import STACK
from .bundle.origin import Thresholds, evaluated_metrics
from .bundle.smoke import smoke_warning
from .common.config import MODELS, ROOT, load_config
from .common.progress import tell
from .pipeline.stage import run_command
from .stack.backends import RUNTIMES
from .stack.pack import pack


def main() -> None:
    """Save the networks of out/models with the thresholds of EvaluateStackParams."""
    p = EvaluateStackParams
    thresholds = Thresholds(p.MIN_SCORE, p.MIN_CONFIDENCE, p.LONG_SIDES)
    metrics = evaluated_metrics(ROOT, thresholds)
    int8 = load_config().runtime == RUNTIMES[0]  # what has been evaluated is what is saved
    bundle = pack(MODELS, STACK, thresholds, metrics, int8)
    # MLEM's card of the model before this one; src.mlem_model writes another.
    STACK.with_name(f"{STACK.name}.mlem").unlink(missing_ok=True)
    print(f"saved {bundle.title}; serve it with `python3 -m src.serve`")
    if not metrics:
        print(
            "note: by dvc.lock these networks have not been evaluated with these thresholds: run `dvc repro`"
        )
    if warning := smoke_warning(metrics.get("val_acc")):
        tell(warning)


if __name__ == "__main__":
    run_command(main)
