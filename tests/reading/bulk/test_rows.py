"""Rows: what every client gets, in columns; and parts that know what they are."""

from dataclasses import replace
from io import BytesIO
from typing import Any

import pyarrow.parquet as pq

from src.bundle.endpoint import describe
from src.generators.formats.issuers import Subdivision
from src.inference.region import Region
from src.reading.bulk.items import Item
from src.reading.bulk.rows import (
    ERRORS,
    SCHEMA,
    Counts,
    Row,
    answered,
    broken,
    count,
    counts_of,
    to_parquet,
)
from tests.reading import made

REGION = Region("CH", "Switzerland", 1.0, Subdivision("CH-ZH", "Zürich"))
PLATES = [replace(made.reading("ZH123456", 0.9), region=REGION), made.reading("ZÜ 1", 0.5)]


def rows() -> list[Row]:
    answer = describe(PLATES, 64, 48)
    empty = describe([], 64, 48)
    return [
        answered(Item("/a.jpg"), {**answer, "notes": ["n"], "seconds": 0.5}),
        answered(Item("/b.tar", "c.jpg"), {**empty, "notes": [], "seconds": 0.25}),
        broken(Item("/d.jpg"), "unreadable", "why"),
    ]


def test_a_row_has_all_that_a_client_is_told() -> None:
    counts = count(rows(), 1.0, 2.0)
    table = pq.read_table(BytesIO(to_parquet(rows(), counts, "r", 7)))
    assert table.schema.equals(SCHEMA)
    first, second, third = table.to_pylist()
    answer = describe(PLATES, 64, 48)
    size = answer.pop("image")
    assert (first["width"], first["height"]) == (size["width"], size["height"])
    assert {key: rounded(first[key]) for key in answer} == rounded(answer)
    assert first["notes"] == ["n"]
    assert (second["path"], second["member"], second["plates"]) == ("/b.tar", "c.jpg", [])
    assert second["plate"] is None
    assert (third["path"], third["plates"], third["width"]) == ("/d.jpg", None, None)
    assert (third["error"], third["reason"]) == ("unreadable", "why")
    assert third["error"] in ERRORS


def rounded(value: Any) -> Any:
    """What is in JSON, with numbers that have lost half of their digits in Parquet made comparable."""
    if isinstance(value, dict):
        return {key: rounded(part) for key, part in value.items()}
    if isinstance(value, list):
        return [rounded(part) for part in value]
    return round(value, 4) if isinstance(value, float) else value


def test_parts_know_what_they_hold() -> None:
    counts = count(rows(), 1.0, 2.0)
    assert (counts.pictures, counts.with_plates, counts.plates, counts.broken) == (3, 1, 2, 1)
    assert counts.seconds == 0.75
    content = to_parquet(rows(), counts, "r", 7)
    assert counts_of(BytesIO(content), "r", 7) == counts
    total = Counts()
    total.add(counts)
    total.add(counts)
    assert (total.pictures, total.errors["unreadable"], total.began, total.ended) == (
        6,
        2,
        1.0,
        2.0,
    )


def test_a_part_of_another_run_or_one_that_is_damaged_is_none() -> None:
    content = to_parquet(rows(), count(rows(), 1.0, 2.0), "r", 7)
    assert counts_of(BytesIO(content), "other", 7) is None
    assert counts_of(BytesIO(content), "r", 8) is None
    for damaged in (b"", content[:-9], content[: len(content) // 2], b"PAR1PAR1"):
        assert counts_of(BytesIO(damaged), "r", 7) is None
    lying = to_parquet(rows(), Counts(pictures=4), "r", 7)
    assert counts_of(BytesIO(lying), "r", 7) is None
