"""Reading all sources, or until Ctrl-C, and the exit code that results."""

from collections.abc import Callable, Iterator
from contextlib import closing

from ..common.errors import EXIT_INTERRUPTED, EXIT_USER_ERROR
from ..common.progress import progress
from .answers import Form
from .console import give, nobody_reads, tell
from .interrupt import on_interrupt
from .narrow import Narrow
from .session import Session
from .source_reader import SourceReader
from .sources import Source


def read_all(
    narrow: Narrow,
    reader: SourceReader,
    find: Callable[[], Iterator[Source]],
    form: Form,
    header: str,
) -> int:
    """Read all sources, give the header and the answers on stdout as they come, tell the rest on stderr.

    find: returns the sources, from the first on; called once to count them and once to read them. form: makes an
    answer's text.

    Returns 0; 1 when something could not be read or copied; 130 after Ctrl-C, when what was read until then was given;
    141 when nobody reads the answers any more. Raises UserError when the answers cannot be written.
    """
    total = reader.count(find())
    session = Session(narrow)
    with on_interrupt() as asked:
        try:
            give(header)
            with closing(reader.results(find())) as stream:
                for result in progress(stream, total, "read"):
                    for answer in session.take(result):
                        give(form(answer))
                    if asked.is_set():
                        break
            for answer in session.finish():
                give(form(answer))
        except BrokenPipeError as error:
            session.drop(error)
            return nobody_reads()
        except BaseException as error:
            session.drop(error)
            raise
    tell(session.summary())
    if asked.is_set():
        return EXIT_INTERRUPTED
    return EXIT_USER_ERROR if session.broken else 0
