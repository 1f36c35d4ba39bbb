"""What sources name: every picture once, broken ones too, and nothing else."""

import tarfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from src.common.errors import UserError
from src.reading.bulk.finding import Finder
from src.reading.bulk.items import Item


def names(found: list[Item], folder: Path) -> list[str]:
    """Paths below a folder, with the names of members, and "!" for those with a problem."""
    return [
        str(Path(i.path).relative_to(folder)) + (f":{i.member}" if i.member else "") + "!" * bool(i.problem)
        for i in found
    ]  # fmt: skip


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a folder of pictures and other files, among them a tar."""
    monkeypatch.chdir(tmp_path)
    for name in ("in/a.jpg", "in/sub/b.PNG", "in/c.mp4", "in/d.dng", "in/.e.jpg", "in/f.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"12")
    (tmp_path / "in/g.jpg").symlink_to("nowhere")
    with tarfile.open(tmp_path / "in/h.tar", "w") as tar:
        for name in ("in/a.jpg", "in/c.mp4", "in/d.dng", "in/f.txt", "in/.e.jpg", "in/a.jpg"):
            tar.add(name)
    return tmp_path


def test_a_folder_gives_pictures_members_and_what_is_broken(here: Path) -> None:
    finder = Finder(["in"])
    found = list(finder.items())
    assert names(found, here) == [
        "in/a.jpg", "in/d.dng!", "in/g.jpg!", "in/h.tar:in/d.dng!", "in/h.tar:in/a.jpg", "in/sub/b.PNG"
    ]  # fmt: skip
    assert finder.left_out == {"videos": 2, "named twice": 1}
    member = next(item for item in found if item.member and not item.problem)
    # Of two members of one name the last is the one that is unpacked.
    content = (here / "in/h.tar").read_bytes()
    assert content.rindex(b"in/a.jpg\0") == member.offset - 512
    assert member.size == 2


def test_several_sources_give_each_picture_once(here: Path) -> None:
    pq.write_table(pa.table({"path": ["in/a.jpg", "in/a.jpg", "x.jpg", None]}), "m.parquet")
    finder = Finder(["in/sub", "in/*.jpg", "*.parquet", "in/h.tar", "in/a.jpg"])
    assert names(list(finder.items()), here) == [
        "in/sub/b.PNG", "in/a.jpg", "in/g.jpg!", "x.jpg", "m.parquet!", "in/h.tar:in/d.dng!",
        "in/h.tar:in/a.jpg",
    ]  # fmt: skip
    assert finder.left_out["named twice"] == 4


def test_a_broken_tar_is_one_broken_picture_beside_what_it_has(here: Path) -> None:
    content = (here / "in/h.tar").read_bytes()
    (here / "in/h.tar").write_bytes(content[:1536])
    assert names(list(Finder(["in/h.tar"]).items()), here) == ["in/h.tar:in/a.jpg", "in/h.tar!"]


def test_the_target_is_passed_over(here: Path) -> None:
    assert names(list(Finder(["in"], here / "in/sub").items()), here)[-1] == "in/h.tar:in/a.jpg"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("gone", "no such file"),
        ("*.gone", "matches nothing"),
        ("no*.parquet", "matches nothing"),
        ("0", "is a camera"),
        ("memory://a", "is not read"),
    ],
)
def test_a_source_that_is_none_ends_it(here: Path, source: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        list(Finder(["in", source]).items())
