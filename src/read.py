"""Read plates in pictures, folders, videos and from cameras; docs/reading.md and docs/cameras.md say how.

python3 -m src.read PATH … [--json | --csv] [--unseen] [--out DIR] [--min-confidence X] [--format NAME]
                        [--country XX,YY] [--every N] [--rotate 0|90|180|270|auto] [--model PATH|release|own]
python3 -m src.read --cameras FILE [--show DIR] [--min-confidence X] [--format NAME] [--country XX,YY] [--model …]
python3 -m src.read --bulk SOURCE … --out TARGET [--ray ADDRESS] …; docs/bulk.md says how.
"""

from .scripts import read


def main() -> None:
    """Read what the command line names."""
    read("python3 -m src.read")


if __name__ == "__main__":
    main()
