"""Plates that the base reads and the head does not."""

from .markdown import code, details, table
from .mistakes import Changes
from .page import Section
from .revision import Mistake, Revision
from .verdict import Verdict

_LISTED = 15


def new_regressions(
    verdict: Verdict, base: Revision | None, head: Revision, picture: str | None
) -> Section:
    """Return the plates that the base reads and the head does not, the worst first.

    picture: Markdown of the sheet that shows them, or None.
    """
    if base is None:
        return Section("", 0, ())
    changes = verdict.changes
    if changes is None:
        lacking = [code(r.label) for r in (base, head) if r.mistakes is None]
        why = (
            f"{' and '.join(lacking)} without out/evaluations/stack/mistakes.csv"
            if lacking
            else "the test scenes are not the same, or the lists are not those of the metrics"
        )
        return Section("New mistakes", 70, (f"They cannot be named: {why}.",))
    counts = (
        f"{len(changes.new):,} plates are read by the base and not by the head, "
        f"{len(changes.mended):,} the other way round, {changes.kept:,} by neither."
    )
    tables = _mistake_tables(changes)
    full = "\n\n".join([counts, *([picture] if picture else []), *tables])
    return Section("New mistakes", 70, (full, "\n\n".join([counts, *tables[:1]]), counts))


def _mistake_tables(changes: Changes) -> list[str]:
    header = ("Scene", "Plate", "Read by the head", "Sure", "Height, px")
    new = table(header, [_mistake(m) for m in changes.new[:_LISTED]], 2) if changes.new else ""
    mended = [code(m.text) for m in changes.mended[:40]]
    shown = ", ".join(mended) + (" …" if len(changes.mended) > 40 else "")
    worst = f"The worst {min(_LISTED, len(changes.new))}, surest first:\n\n{new}"
    found = [worst] if changes.new else []
    return found + ([details(f"{len(changes.mended):,} gained", shown)] if mended else [])


def _mistake(mistake: Mistake) -> list[str]:
    read = code(mistake.read, 30) if mistake.read else "nothing"
    sure = f"{mistake.confidence:.0%}" if mistake.read else "–"
    return [str(mistake.image), code(mistake.text, 30), read, sure, f"{mistake.height:.0f}"]
