"""Workflows as data: their jobs and steps, and what the few expressions in them come to."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.source import ROOT

FOLDER = ROOT / ".github/workflows"
SCRIPTS = ROOT / ".github/scripts"
WORKFLOWS = sorted(path.name for path in FOLDER.glob("*.yml"))
Context = Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """One step of a job.

    Attributes:
        where: workflow, job and name of the step, for messages.
        run: its commands, empty where it calls an action.
        uses: the action, empty where it runs commands.
        env: its variables, expressions unevaluated.
    """

    where: str
    run: str
    uses: str
    env: Mapping[str, str]


def load(name: str) -> dict[str, Any]:
    """Return a workflow. YAML 1.1 takes its key ``on`` for the truth value; here it is called by its name."""
    content = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return {"on" if key is True else key: value for key, value in content.items()}


def texts(value: Any) -> list[str]:
    """Return all texts of a structure."""
    if isinstance(value, dict):
        return [text for part in value.values() for text in texts(part)]
    if isinstance(value, list):
        return [text for part in value for text in texts(part)]
    return [str(value)]


def jobs(name: str) -> dict[str, dict[str, Any]]:
    """Return the jobs of a workflow by name."""
    found: dict[str, dict[str, Any]] = load(name)["jobs"]
    return found


def steps(name: str, job: str) -> list[Step]:
    """Return the steps of a job, in order."""
    return [
        Step(
            where=f"{name}: {job}: {step.get('name') or step.get('uses') or step['run']}",
            run=step.get("run", ""),
            uses=step.get("uses", ""),
            env=step.get("env", {}),
        )
        for step in jobs(name)[job]["steps"]
    ]


def every_step() -> Iterator[Step]:
    """Yield the steps of all jobs of all workflows."""
    for name in WORKFLOWS:
        for job in jobs(name):
            yield from steps(name, job)


def condition(text: str, context: Context) -> bool:
    """Evaluate comparisons with ``==`` and ``!=`` joined by ``&&``; anything else is an error."""
    return all(_comparison(part, context) for part in text.split("&&"))


def environment(step: Step, context: Context) -> dict[str, str]:
    """Return a step's variables with their expressions evaluated; what nobody has set is empty, as on GitHub."""
    return {
        name: re.sub(r"\$\{\{ ([\w.]+) \}\}", lambda m: _value(m[1], context, ""), str(value))
        for name, value in step.env.items()
    }


def _comparison(text: str, context: Context) -> bool:
    matched = re.fullmatch(r"\s*([\w.]+|'[^']*')\s*(==|!=)\s*([\w.]+|'[^']*')\s*", text)
    assert matched, f"not a comparison: {text!r}"
    left, operator, right = matched.groups()
    # GitHub compares texts without regard to case.
    equal = _value(left, context).lower() == _value(right, context).lower()
    return equal if operator == "==" else not equal


def _value(text: str, context: Context, unset: str | None = None) -> str:
    if text.startswith("'"):
        return text[1:-1]
    value: Any = context
    for part in text.split("."):
        if part not in value and unset is not None:
            return unset
        value = value[part]
    return str(value)


def fill(root: Path, name: str, text: str) -> Path:
    """Write an executable file of a test."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return path
