"""Where the numbers of a report come from: timings, hashes, stages, commands."""

from statistics import median

from ..common.errors import UserError
from ..datasets.training_split import split_counts
from .differences import ABSENT, param_changes, param_name
from .markdown import code, details, quoted, table
from .page import Section
from .plots import MODELS
from .revision import Artifact, Revision, Stage

_PREPARE = {"localize": "PrepareLocalizeParams", "ocr": "PrepareOCRParams"}
_REPRO = "dvc repro    # or with a remote: dvc repro --pull --allow-missing"
_MOST_OPTIONS = 30


def timings(base: Revision | None, head: Revision) -> Section:
    """Return how long training took, as far as that is recorded."""
    rows = [
        [model, side, str(len(speeds)), f"{median(speeds):,.0f}", _duration(revision, model)]
        for model in MODELS
        for side, revision in (("base", base), ("head", head))
        if revision and (speeds := revision.speeds.get(model))
    ]
    if not rows:
        return Section("Timings", 20, ("No stage of either revision has recorded any.",))
    note = (
        "From `images_per_second` of each epoch: time spent on training steps, without validation. "
        "What the other stages took is known where they ran, and not part of a revision."
    )
    header = ("Training of", "Revision", "Epochs", "Pictures a second", "Steps took")
    return Section("Timings", 20, (f"{note}\n\n{table(header, rows, 3)}",))


def hashes(base: Revision | None, head: Revision) -> Section:
    """Return what dvc.lock says of prepared sets, models and stages."""
    paths = list(dict.fromkeys((*head.artifacts, *(base.artifacts if base else ()))))
    before = base.artifacts if base else {}
    rows = [_hash_row(path, before.get(path), head.artifacts.get(path)) for path in paths]
    if not rows:
        return Section("Data and models", 25, ())
    same = sum(row[-1] == "same" for row in rows)
    body = table(("Output", "Base, md5", "Head, md5", "Size of head", ""), rows)
    names = list(dict.fromkeys((*head.stages, *(base.stages if base else ()))))
    states = [
        [code(name), *(_state(r.stages.get(name)) if r else "–" for r in (base, head))]
        for name in names
    ]
    title = f"{len(rows)} outputs, {same} the same in both" if base else f"{len(rows)} outputs"
    full = [details(title, body), details("Stages", table(("Stage", "Base", "Head"), states))]
    return Section("Data and models", 25, ("\n\n".join(full), f"{title}."))


def commands(base: Revision | None, head: Revision) -> Section:
    """Return how to get these results again."""
    lines = []
    if head.commit:
        lines += [f"git switch --detach {head.commit}"]
    lines += ["make setup && source .venv/bin/activate", _REPRO]
    if base:
        lines.append(f"python3 -m src.report --base {quoted(base.commit or base.name)}")
    text = "\n".join(lines)
    parts = [f"```bash\n{text}\n```"]
    changes = param_changes(base.params, head.params) if base else []
    settable = len(changes) <= _MOST_OPTIONS and all(
        ABSENT not in (c.base, c.head) for c in changes
    )
    if base and base.commit and changes and settable:
        options = " ".join(f"-S {quoted(f'{param_name(c.name)}={c.head}')}" for c in changes)
        parts += [
            "Or from the base, where nothing but parameters differs:",
            f"```bash\ngit switch --detach {base.commit}\ndvc exp run {options}\n```",
        ]
    return Section("How to reproduce", 35, ("\n\n".join(parts), parts[0]))


def _duration(revision: Revision, model: str) -> str:
    """Return pictures over their speed, summed over the epochs; "–" where their number is not known."""
    group = revision.params.get("params.py", {}).get(_PREPARE[model], {})
    try:
        pictures, _ = split_counts(int(group["MAX_IMAGES"]), float(group["TRAIN_SPLIT"]))
        seconds = sum(pictures / speed for speed in revision.speeds[model])
    except (KeyError, TypeError, ValueError, ZeroDivisionError, OverflowError, UserError):
        return "–"
    return f"{seconds / 60:.1f} min" if seconds >= 60 else f"{seconds:.0f} s"


def _hash_row(path: str, base: Artifact | None, head: Artifact | None) -> list[str]:
    known = [a.md5.removesuffix(".dir")[:12] if a and a.md5 else None for a in (base, head)]
    size = f"{head.size / 1e6:,.1f} MB" if head and head.size is not None else "–"
    mark = "same" if known[0] == known[1] and known[0] else "changed" if all(known) else ""
    return [code(path), *(code(md5) if md5 else "–" for md5 in known), size, mark]


def _state(stage: Stage | None) -> str:
    if stage is None:
        return "–"
    if not stage.has_run:
        return "not run"
    changed = (*stage.changed_params, *stage.changed_inputs)
    return f"older than {', '.join(map(code, changed[:6]))}" if changed else "up to date"
