"""What a change makes out of date, as DVC sees it: a country or a network that is not chosen trains nothing again."""

import json
import shutil
from collections.abc import Iterator

import pytest

from tests.checkout import TINY, Checkout, options
from tests.test_dvc_yaml import STAGES, outputs

pytestmark = pytest.mark.slow
PREPARE = sorted(name for name in STAGES if name.startswith("prepare_"))
FORMATS, SCRIPTS = "src/generators/formats", "src/generators/scripts"
NETWORKS = "src/architectures"


@pytest.fixture(scope="module")
def up_to_date(fresh: Checkout, tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A clone with tiny prepared sets, and with files that mean nothing in place of what is made of them."""
    made = fresh.copy(tmp_path_factory.mktemp("up_to_date") / "checkout")
    made.ok("dvc", "exp", "run", *options(TINY), *PREPARE)
    for stage in STAGES:
        for path in (made.root / name for name in outputs(stage)):
            if not path.exists():
                file = path if path.suffix else path / "file"
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text("{}")
    made.ok("dvc", "commit", "--force", "--quiet")
    assert out_of_date(made) == set()
    return made


@pytest.fixture
def checkout(up_to_date: Checkout) -> Iterator[Checkout]:
    """The same, for one test: what a test changes is as it was when the test is over."""
    kept = up_to_date.root.parent / "kept"
    shutil.copytree(up_to_date.root / "src", kept / "src")
    shutil.copytree(up_to_date.root / "data/prepared", kept / "data/prepared")
    for name in ("dvc.lock", "params.yaml"):
        shutil.copy(up_to_date.root / name, kept)
    yield up_to_date
    for name in ("src", "data/prepared"):
        shutil.rmtree(up_to_date.root / name)
    shutil.copytree(kept, up_to_date.root, dirs_exist_ok=True)
    shutil.rmtree(kept)


def out_of_date(checkout: Checkout, *stages: str) -> set[str]:
    """The stages of which DVC says that something they depend on, or wrote, is not what it was."""
    told: dict[str, object] = json.loads(checkout.ok("dvc", "status", "--json", *stages))
    return set(told)


def add_line(checkout: Checkout, file: str) -> None:
    """Change a file of the source without changing what it does."""
    with (checkout.root / file).open("a", encoding="utf-8") as text:
        text.write("# another version\n")


def ran(checkout: Checkout, *stages: str) -> set[str]:
    """Bring stages up to date; return those that ran."""
    said = checkout.ok("dvc", "repro", "--no-run-cache", *stages)
    return {stage for stage in STAGES if f"Running stage '{stage}'" in said}


def prepared_bytes(checkout: Checkout) -> dict[str, bytes]:
    folder = checkout.root / "data/prepared"
    return {str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*") if f.is_file()}


def test_another_country_prepares_again_and_trains_nothing(checkout: Checkout) -> None:
    before = prepared_bytes(checkout)
    assert len(before) >= 11
    own = shutil.copytree(checkout.root / FORMATS / "korean", checkout.root / FORMATS / "lunar")
    text = (own / "__init__.py").read_text("utf-8")
    (own / "__init__.py").write_text(text.replace('name="korean"', 'name="lunar"'), "utf-8")
    (checkout.root / SCRIPTS / "lunar.py").write_text('"""No strokes yet."""\n')
    # What draws labels of any text looks into all scripts.
    assert out_of_date(checkout) == {*PREPARE, "evaluate_stack"}
    (checkout.root / SCRIPTS / "lunar.py").unlink()
    assert out_of_date(checkout) == set(PREPARE)
    assert ran(checkout) == set(PREPARE)
    assert prepared_bytes(checkout) == before
    assert out_of_date(checkout) == set()


def test_the_chosen_country_trains_again(checkout: Checkout) -> None:
    before = prepared_bytes(checkout)
    add_line(checkout, f"{FORMATS}/swiss/__init__.py")
    assert out_of_date(checkout) == set(PREPARE)
    assert ran(checkout, *PREPARE) == set(PREPARE)
    after = prepared_bytes(checkout)
    assert {name for name in after if after[name] != before.get(name)} == {
        f"{name.removeprefix('prepare_')}/drawn_with.json" for name in PREPARE
    }
    assert out_of_date(checkout) == set(STAGES) - set(PREPARE)


def test_a_new_release_prepares_again_and_trains_nothing(checkout: Checkout) -> None:
    card = checkout.root / "release/card.json"
    released, before = card.read_bytes(), prepared_bytes(checkout)
    card.write_bytes(released + b"\n")
    readers = {"prepare_localize", "prepare_ocr"}
    assert out_of_date(checkout) == readers
    assert ran(checkout, *PREPARE) == readers
    assert prepared_bytes(checkout) == before
    assert out_of_date(checkout) == set()
    card.write_bytes(released)


@pytest.mark.parametrize(
    ("kind", "chosen", "task"),
    [("localizers", "corner_detector", "localize"), ("readers", "ctc_reader", "ocr")],
)
def test_a_network_trains_its_own_task_alone(
    checkout: Checkout, kind: str, chosen: str, task: str
) -> None:
    folder = checkout.root / NETWORKS / kind
    shutil.copytree(folder / chosen, folder / "lunar")
    assert out_of_date(checkout) == set()
    add_line(checkout, f"{NETWORKS}/{kind}/{chosen}/network.py")
    assert out_of_date(checkout) == {f"train_{task}", f"evaluate_{task}", "evaluate_stack"}


def test_another_choice_trains_its_own_task_alone(checkout: Checkout) -> None:
    checkout.edit("params.yaml", "ocr_model: ctc_reader", "ocr_model: plate_ocr_v2")
    assert out_of_date(checkout) == {"train_ocr", "evaluate_ocr", "evaluate_stack"}


def test_photographs_wait_for_the_localizer_where_they_are_told_to(checkout: Checkout) -> None:
    before = prepared_bytes(checkout)
    checkout.edit(
        "params.yaml",
        "photos_wait_for: data/datasets/photos",
        "photos_wait_for: out/models/localize",
    )
    assert out_of_date(checkout) == {"prepare_ocr"}
    assert ran(checkout, "prepare_ocr") == {"prepare_ocr"}
    # Without photographs nothing is looked at.
    assert prepared_bytes(checkout) == before
    assert out_of_date(checkout) == set()
    trained = checkout.root / "out/models/localize/file"
    trained.unlink()
    trained.write_text("{ }")
    assert out_of_date(checkout, "prepare_ocr") == {"prepare_ocr", "train_localize"}
    trained.write_text("{}")
    assert out_of_date(checkout) == set()


def test_what_all_draw_with_prepares_again(checkout: Checkout) -> None:
    add_line(checkout, "src/generators/plate.py")
    assert out_of_date(checkout) == set(PREPARE)
