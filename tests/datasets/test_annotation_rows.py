"""Tables as the spreadsheets of many systems save them."""

from pathlib import Path

import pytest

from src.datasets.annotation_rows import CORNERS, read_rows

NAMES = ("image_path", "plate_text", *CORNERS)
PLATE = ("a.jpg", "ZH 12", "10.5", "10", "60.25", "10", "60", "30", "10", "30")


def rows(path: Path, content: str) -> list[tuple[int, str, str, tuple[str, ...]]]:
    (path / "a.csv").write_bytes(content.encode())
    return [(r.number, r.image, r.text, r.corners) for r in read_rows(path / "a.csv")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("space", ["", " "])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_columns_are_separated_by_what_the_header_shows(
    tmp_path: Path, separator: str, space: str, end: str
) -> None:
    lines = [(separator + space).join(line) for line in (NAMES, PLATE)]
    assert rows(tmp_path, end.join(lines)) == [(2, *PLATE[:2], PLATE[2:])]
    quoted = [(separator + space).join(f'"{cell}"' for cell in line) for line in (NAMES, PLATE)]
    assert rows(tmp_path, end.join(quoted)) == [(2, *PLATE[:2], PLATE[2:])]


def test_decimals_may_have_commas_where_columns_have_none(tmp_path: Path) -> None:
    header, row = ";".join(NAMES), ";".join(cell.replace(".5", ",5") for cell in PLATE)
    assert rows(tmp_path, f"{header}\n{row}")[0][3][0] == "10.5"


def test_a_separator_in_quotes_is_part_of_the_value(tmp_path: Path) -> None:
    content = 'image_path,plate_text\n"a, b;c.jpg", "ZH;1"'
    assert rows(tmp_path, content) == [(2, "a, b;c.jpg", "ZH;1", ())]
