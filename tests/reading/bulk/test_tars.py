"""What is in a tar, and tars that are made to harm."""

import gzip
import io
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.common.errors import UserError
from src.reading.bulk import tars
from src.reading.bulk.tars import members, opened

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0/"), min_size=1, max_size=200)
CONTENTS = st.dictionaries(NAMES, st.binary(max_size=1500), max_size=6)


def packed(contents: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, data in contents.items():
            about = tarfile.TarInfo(name)
            about.size = len(data)
            tar.addfile(about, io.BytesIO(data))
    return content.getvalue()


@settings(max_examples=40, deadline=None)
@given(CONTENTS, st.booleans())
def test_each_member_lies_where_it_is_said(contents: dict[str, bytes], compressed: bool) -> None:
    content = packed(contents)
    with TemporaryDirectory() as folder:
        path = Path(folder) / ("a.tar.gz" if compressed else "a.tar")
        path.write_bytes(gzip.compress(content, 1) if compressed else content)
        found = list(members(str(path)))
        assert [member.name for member in found] == list(contents)
        with opened(str(path)) as file:
            for member, data in zip(found, contents.values(), strict=True):
                file.seek(member.offset)
                assert file.read(member.size) == data


def refusal(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with pytest.raises(UserError) as caught:
        list(members(str(path)))
    return str(caught.value)


def test_links_and_folders_are_passed_over(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w") as tar:
        for kind, name in ((tarfile.DIRTYPE, "d"), (tarfile.SYMTYPE, "s"), (tarfile.LNKTYPE, "l")):
            about = tarfile.TarInfo(name)
            about.type, about.linkname = kind, "/etc/passwd"
            tar.addfile(about)
        tar.addfile(tarfile.TarInfo("f"))
    assert [member.name for member in members(str(tmp_path / "a.tar"))] == ["f"]


def test_a_tar_that_breaks_off_gives_what_is_whole_and_says_so(tmp_path: Path) -> None:
    content = packed({"a": bytes(600), "b": bytes(600), "c": bytes(600)})
    (tmp_path / "a.tar").write_bytes(content[: 2 * 1536 + 700])
    found = members(str(tmp_path / "a.tar"))
    assert [next(found).name for _ in range(3)] == ["a", "b", "c"]
    with pytest.raises(UserError, match=r"a\.tar: no whole tar"):
        next(found)


def test_what_is_no_tar_is_refused(tmp_path: Path) -> None:
    assert "no whole tar" in refusal(tmp_path / "a.tar", b"words" * 500)
    assert "no whole tar" in refusal(tmp_path / "a.tar.gz", b"words" * 500)
    whole = gzip.compress(packed({"a": bytes(range(256)) * 50}))
    assert "no whole tar" in refusal(tmp_path / "a.tgz", whole[: len(whole) // 2])
    (tmp_path / "folder.tar").mkdir()
    with pytest.raises(UserError, match="no file"):
        list(members(str(tmp_path / "folder.tar")))


def test_a_header_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    about = tarfile.TarInfo("././@LongLink")
    about.type, about.size = tarfile.GNUTYPE_LONGNAME, 3 << 30
    header = about.tobuf(tarfile.GNU_FORMAT)
    assert "a header of more than" in refusal(tmp_path / "a.tar", header + bytes(2000))


def test_headers_that_lead_back_end(tmp_path: Path) -> None:
    about = tarfile.TarInfo("a")
    header = bytearray(about.tobuf(tarfile.GNU_FORMAT))
    header[124:136] = b"\xff" * 4 + (-512).to_bytes(8, "big", signed=True)  # a size below zero
    header[148:156] = b" " * 8
    header[148:156] = f"{sum(header):06o}\0 ".encode()
    assert "no whole tar" in refusal(tmp_path / "a.tar", bytes(header) + bytes(1024))


def test_what_unpacks_to_far_more_than_it_is_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tars, "RATIO_FROM", 100_000)
    content = packed({"a": bytes(3_000_000), "b": b"1"})
    assert "unpacks to more than" in refusal(tmp_path / "a.tar.gz", gzip.compress(content))


def test_a_tar_of_too_many_files_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tars, "MOST_FILES", 3)
    content = packed({str(number): b"" for number in range(4)})
    assert "more than 3 files" in refusal(tmp_path / "a.tar", content)
