"""Items survive being written down, whatever their names are."""

from hypothesis import given, settings
from hypothesis import strategies as st

from src.reading.bulk.items import Item, from_table, is_archive, is_compressed, shown, to_table

# Names of files are bytes, and nearly all of these are allowed.
NAMES = st.binary(max_size=30).map(lambda name: name.decode("utf-8", "surrogateescape"))
ITEMS = st.builds(
    Item,
    NAMES,
    st.none() | NAMES,
    st.integers(-1, 2**62),
    st.integers(-1, 2**62),
    st.none() | st.text(st.characters(codec="utf-8"), max_size=20),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(ITEMS, max_size=5))
def test_a_list_holds_what_was_put_in(items: list[Item]) -> None:
    assert from_table(to_table(items)) == items


@settings(max_examples=60, deadline=None)
@given(NAMES)
def test_what_is_shown_is_text(name: str) -> None:
    assert shown(name).encode().decode() == shown(name)


def test_what_is_no_utf8_is_shown_by_its_bytes() -> None:
    assert shown("straße/ü.jpg") == "straße/ü.jpg"
    assert shown(b"caf\xe9.jpg".decode("utf-8", "surrogateescape")) == "caf\\xe9.jpg"


def test_archives_are_known_by_their_names() -> None:
    assert is_archive("s3://a/b.TAR")
    assert not is_compressed("s3://a/b.TAR")
    assert is_compressed("/x/b.tar.gz")
    assert is_compressed("/x/b.tgz")
    assert not is_archive("/x/tar")
    assert Item("/x/b.tgz", "a.jpg").streamed
    assert not Item("/x/b.tar", "a.jpg").streamed
    assert not Item("/x/b.tgz").streamed
