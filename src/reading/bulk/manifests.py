"""Parquet files that list pictures: a path or URL a row."""

from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.parquet as pq

from ...common.errors import UserError
from ...common.untrusted import one_line, printable
from .items import Item
from .stores import check_url, full_name, is_url, open_store

COLUMNS = ("image_path", "path", "url", "uri", "file_name")
"""Names that the column with the paths may have, the first that is there."""
ENDING = ".parquet"
MOST_GROUP = 2_000_000_000
"""Bytes that the column may have in one row group, which is unpacked as a whole."""

_BATCH = 4096
_MOST_PATH = 4096


def listed(name: str) -> Iterator[Item]:
    """Yield what a manifest lists, in its order. Paths are relative to the folder that it lies in.

    A row that names nothing that can be read is an item with a problem. Raises UserError when the manifest is none.
    """
    try:
        with _opened(name) as file, pq.ParquetFile(file) as manifest:
            column = _column(name, manifest)
            for batch in manifest.iter_batches(_BATCH, columns=[column]):
                yield from (_item(name, value) for value in batch.column(0).to_pylist())
    except (pa.ArrowException, OSError) as error:
        raise UserError(
            f"{printable(name)}: no Parquet file that can be read ({one_line(error)})"
        ) from error


def _opened(name: str) -> IO[bytes]:
    if not is_url(name):
        if not Path(name).is_file():
            raise UserError(f"{printable(name)}: no file")
        return Path(name).open("rb")
    files, path = open_store(name)
    handle: IO[bytes] = files.open(path, "rb")
    return handle


def _column(name: str, manifest: pq.ParquetFile) -> str:
    """Return the name of the column with the paths; raises UserError when there is none, or it is too large."""
    schema = manifest.schema_arrow
    for column in COLUMNS:
        index = schema.get_field_index(column)
        if index < 0:
            continue
        if not _is_text(schema.field(index).type):
            raise UserError(
                f"{printable(name)}: its column {column} holds {schema.field(index).type}, not text"
            )
        for group in range(manifest.num_row_groups):
            about = manifest.metadata.row_group(group)
            sizes = [about.column(c) for c in range(about.num_columns)]
            size = sum(c.total_uncompressed_size for c in sizes if c.path_in_schema == column)
            if size > MOST_GROUP:
                raise UserError(
                    f"{printable(name)}: a row group of {size:,} bytes; write it in row groups of a million rows"
                )
        return column
    raise UserError(
        f"{printable(name)}: no column of paths; one is called {', '.join(COLUMNS[:-1])} or {COLUMNS[-1]}"
    )


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _item(manifest: str, value: str | None) -> Item:
    if not value:
        return Item(manifest, problem="a row of the manifest without a path")
    if len(value) > _MOST_PATH or "\0" in value:
        return Item(
            value[:_MOST_PATH].replace("\0", ""), problem="no path: too long, or not of text"
        )
    try:
        return Item(_place(manifest, value))
    except UserError as error:
        return Item(value, problem=str(error))


def _place(manifest: str, value: str) -> str:
    """Return the absolute path or URL that a row means."""
    if is_url(value):
        check_url(value)
        return value
    if not is_url(manifest):
        return str(Path(manifest).parent.absolute() / value)
    if value.startswith(("/", "\\")) or ".." in value.split("/"):
        raise UserError(
            "the path leads out of the folder of its manifest, which is not on this machine"
        )
    files, path = open_store(manifest)
    return full_name(files, f"{path.rpartition('/')[0]}/{value}")
