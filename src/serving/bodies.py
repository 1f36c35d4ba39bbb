"""From a request to the files in it, never holding more of it in memory than the limits allow."""

import asyncio
import io
import sys
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from python_multipart.exceptions import FormParserError
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from .refusal import ApiError
from .uploads import is_picture_type

UPLOAD_S = 60.0
"""Longest time in seconds that a request's body may take to arrive: a client that dawdles holds memory."""

STALL_S, STALL_BYTES = 10.0, 10_000
"""In any so many seconds so many bytes have to arrive, or the end of the body."""

_MOST_FIELDS = 16


@dataclass(frozen=True)
class Upload:
    """One file of a request. name: what the client calls it, or "". declared: its media type, or ""."""

    name: str
    declared: str
    content: bytes


@dataclass(frozen=True)
class Form:
    """The files of a request, and the texts in its fields by their names, in the order in which they came."""

    uploads: list[Upload]
    texts: Mapping[str, list[str]]


class _MemoryParser(MultiPartParser):
    # Never onto the disk: the whole body is bounded already, and in a container the disk may be read-only.
    spool_max_size = sys.maxsize

    # Names are UTF-8, whatever the client says: Python knows encodings that no text is written in, and some of them
    # raise what Starlette does not expect.
    _charset = property(lambda self: "utf-8", lambda self, value: None)


async def read_uploads(
    request: Request,
    fields: Sequence[str],
    most: int,
    max_bytes: int,
    take: Callable[[int], None],
    bare: bool = True,
) -> list[Upload]:
    """Return the files of a multipart request, or the one that is the whole body.

    fields: names under which files are expected. most: how many files. max_bytes: of the body. take: called with the
    size of every chunk before it is kept; it may refuse by raising. bare: whether the body may be a picture itself.

    Raises ApiError: "too_large", "wrong_type", "invalid_field" or "timeout".
    """
    return (await read_form(request, fields, (), most, max_bytes, take, bare)).uploads


async def read_form(
    request: Request,
    fields: Sequence[str],
    texts: Sequence[str],
    most: int,
    max_bytes: int,
    take: Callable[[int], None],
    bare: bool = False,
) -> Form:
    """Return the files of a multipart request and the texts of the fields with these names, as `read_uploads` does."""
    declared = media_type(request.headers.get("content-type", ""))
    multipart = declared == "multipart/form-data"
    if not multipart and not (bare and is_picture_type(declared)):
        other = ", or a picture as image/jpeg" if bare else ""
        raise ApiError(
            "wrong_type",
            f"the body is {declared[:100] or 'of no type'}; send multipart/form-data with a file{other}",
        )
    try:
        async with _Arrival() as arrival:
            body = _chunks(request, max_bytes, take, arrival)
            if multipart:
                return await _parse(request, body, fields, texts, most)
            # One block that grows: thousands of small ones would leave the heap in pieces, which never shrinks again.
            content = io.BytesIO()
            async for chunk in body:
                content.write(chunk)
            return Form([Upload("", declared, content.getvalue())], {})
    except TimeoutError:
        raise ApiError(
            "timeout",
            f"the upload took longer than {UPLOAD_S:g} s, or brought less than {STALL_BYTES} bytes in {STALL_S:g} s",
        ) from None


def media_type(header: str) -> str:
    """Return the type of a Content-Type header without its parameters, in small letters."""
    return header.partition(";")[0].strip().lower()


class _Arrival:
    """Raises TimeoutError where a body takes too long in all, or brings too little for too long."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._last, self._lately = self._loop.time() + UPLOAD_S, 0
        self._timeout = asyncio.timeout(STALL_S)

    async def __aenter__(self) -> "_Arrival":
        await self._timeout.__aenter__()
        return self

    async def __aexit__(self, *raised: Any) -> None:
        await self._timeout.__aexit__(*raised)

    def came(self, count: int) -> None:
        """Count bytes."""
        self._lately += count
        if self._lately >= STALL_BYTES:
            self._lately = 0
            self._timeout.reschedule(min(self._last, self._loop.time() + STALL_S))


async def _chunks(
    request: Request, max_bytes: int, take: Callable[[int], None], arrival: _Arrival
) -> AsyncGenerator[bytes, None]:
    too_large = ApiError("too_large", f"a request may hold at most {max_bytes / 1e6:g} MB")
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > max_bytes:
        raise too_large
    received = 0
    async for chunk in request.stream():
        received += len(chunk)
        arrival.came(len(chunk))
        if received > max_bytes:
            raise too_large
        take(len(chunk))
        yield chunk


async def _parse(
    request: Request,
    body: AsyncGenerator[bytes, None],
    fields: Sequence[str],
    texts: Sequence[str],
    most: int,
) -> Form:
    parser = _MemoryParser(request.headers, body, max_files=most, max_fields=_MOST_FIELDS)
    try:
        form = await parser.parse()
    except FormParserError:
        raise _unreadable("it is malformed") from None
    except MultiPartException as error:
        # Starlette of late wraps what the parser of forms says in words of its own.
        wrapped = isinstance(error.__cause__, FormParserError)
        raise _unreadable("it is malformed" if wrapped else error.message) from None
    found = [await _upload(value, name) for name, value in form.multi_items() if name in fields]
    if not found:
        raise ApiError(
            "invalid_field", f'no field "{fields[0]}" in the form: put the picture there'
        )
    return Form(found, {name: [_text(v, name) for v in form.getlist(name)] for name in texts})


def _unreadable(reason: str) -> ApiError:
    return ApiError("invalid_field", f"the multipart body cannot be read: {reason}")


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise ApiError("invalid_field", f'the field "{name}" is a file: send a text')
    return value


async def _upload(value: Any, name: str) -> Upload:
    if not isinstance(value, UploadFile):
        raise ApiError(
            "invalid_field", f'the field "{name}" is a text: send a file, with a filename'
        )
    content = await value.read()
    await value.close()
    return Upload(value.filename or "", media_type(value.content_type or ""), content)
