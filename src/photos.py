"""Labelled photographs: bring them in, hand them on, split, check and count them, label new ones by a model.

python3 -m src.photos import FORMAT SOURCE NAME
python3 -m src.photos export FOLDER --to FORMAT --out DIR
python3 -m src.photos split | check | stats [FOLDER …]
python3 -m src.photos label FOLDER

docs/photographs.md says how.
"""

from .common.errors import run_main
from .labelling import command


def main() -> None:
    """Do what the command line names."""
    command.main(prog="python3 -m src.photos")


if __name__ == "__main__":
    run_main(main)
