"""Training that starts with public weights: what a file has for a network is copied, and said."""

from collections.abc import Mapping
from pathlib import Path

from torch import Tensor, nn

from ..common.errors import UserError
from ..models.pretrained import Source, read_weights
from .distributed import this_process
from .start import Start, TakenOver, copy_fitting, table, taken_over

# What params.yaml says where training starts from no file of weights.
NONE = "none"
# How many batches a norm has seen: not in all files, and of no use here.
_COUNTER = "num_batches_tracked"
# How many keys of a file that were not used are named.
_NAMED = 4


def take_public(
    network: nn.Module, sources: Mapping[str, Source], weights: Mapping[str, Tensor]
) -> TakenOver:
    """Copy a file's tensors into a network, those of equal shape. sources: by the network's own names.

    Raises UserError for numbers that are not finite: nothing would learn from there.
    """
    copied: dict[str, tuple[int, str]] = {}
    for name, value in network.state_dict().items():
        if name.endswith(_COUNTER) or name not in sources:
            continue
        try:
            found = sources[name].of(weights)
            count, why = copy_fitting(value, found, None)
            copied[name] = count, "not in the file" if found is None else why
        except ValueError as error:
            copied[name] = 0, str(error)
        if not value.isfinite().all():
            raise UserError(
                f"{sources[name].key} of the weights that params.yaml names holds numbers that are not finite: get the "
                f"file again, or set weights: {NONE}"
            )
    return taken_over(network, copied, depth=2)


def start_public(
    file: Path, network: nn.Module, sources: Mapping[str, Source], start: Start | None
) -> frozenset[str]:
    """Copy what fits of a file of weights into a network, say what it was; return the names of what came over whole.

    file: called NONE where there is nothing to copy. sources: the network's own, as in `take_public`. start: the model
    that training starts from, if any; both are two beginnings. Raises UserError for both at once, for a
    network that no public weights are known for, a file that cannot be read or holds what is not finite, and when
    nothing fits.
    """
    if file.name == NONE:
        return frozenset()
    if start is not None:
        raise UserError(
            f"params.yaml names start: {start.origin.start} and weights: {file.name}: set one of them to {NONE}"
        )
    if not sources:
        raise UserError(
            f"there are no public weights for {type(network).__name__}: set weights: {NONE} in params.yaml"
        )
    weights = read_weights(file)
    taken = take_public(network, sources, weights)
    if not taken.names:
        why = next((row.why for row in taken.rows if row.why), "")
        raise UserError(
            f"nothing in {file} fits {type(network).__name__} ({why}): its keys must be those of the docs, its network "
            f"of the full width; or set weights: {NONE} in params.yaml"
        )
    if this_process().rank == 0:
        print(report(taken, file, sources, weights))
    return taken.names


def report(
    taken: TakenOver, file: Path, sources: Mapping[str, Source], weights: Mapping[str, Tensor]
) -> str:
    """Return the table of what came over, and what of the file did not."""
    total, count = sum(r.total for r in taken.rows), sum(r.taken for r in taken.rows)
    used = {source.key for source in sources.values()}
    unused = sorted(key for key in weights if key not in used and not key.endswith(_COUNTER))
    lines = [
        f"starts with {file.name}: {count:,} of {total:,} weights of the backbone",
        *table(taken),
    ]
    if unused:
        more = f" and {len(unused) - _NAMED} more" if len(unused) > _NAMED else ""
        lines.append(f"  not used: {', '.join(unused[:_NAMED])}{more}")
    return "\n".join(lines)
