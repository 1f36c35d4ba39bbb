"""The mistakes of the implementation that this project started from, and the tests that would catch each.

The tests stand beside what they test; this index fails when one of them is renamed or removed.
"""

import ast
import re
from pathlib import Path

import pytest

from tests.source import ROOT, modules, path_of

MISTAKES: dict[str, tuple[str, ...]] = {
    "CTC targets padded with the blank to one length; negative losses": (
        "inference/decoding/test_ctc.py::test_targets_have_their_true_lengths_and_no_blank",
        "architectures/readers/test_ctc.py::test_loss_is_never_negative",
        "architectures/readers/test_ctc.py::test_short_texts_are_not_padded",
    ),
    "few feature columns stretched to more time steps": (
        "architectures/readers/test_ctc.py::test_columns_are_looked_at_and_not_stretched",
        "architectures/readers/test_ctc.py::test_default_canvas_has_room_for_the_longest_text",
    ),
    "the last epoch saved instead of the best": (
        "training/test_fit.py::test_the_best_epoch_is_kept_and_not_the_last",
    ),
    "a partial sum reported as the training loss": (
        "training/test_fit.py::test_losses_are_means_over_pictures",
        "architectures/localizers/test_corner_detector.py::test_losses_are_means_over_the_batch",
    ),
    "prepared data that is a pickle and is redrawn when read": (
        "datasets/test_prepared.py::test_only_two_plain_files_and_no_pickle",
        "datasets/test_prepared.py::test_reading_twice_gives_the_same_pictures",
        "models/test_store.py::test_a_pickle_is_not_run",
    ),
    "stages that depend on more than they say": (
        "test_dvc_yaml.py::test_deps_cover_the_imports",
        "test_dvc_yaml.py::test_params_are_those_that_are_read",
        "test_dvc_yaml.py::test_every_folder_is_a_dep_or_an_output",
    ),
    "one batch evaluated; no metrics; pictures that overwrite each other": (
        "localize/test_review.py::test_the_whole_set_counts_whatever_the_batch",
        "localize/test_review.py::test_pictures_do_not_overwrite_each_other",
        "ocr/test_review.py::test_the_whole_set_counts_whatever_the_batch",
        "ocr/test_review.py::test_pictures_do_not_overwrite_each_other",
    ),
    "boxes scaled by one size; other preprocessing in service than in training": (
        "inference/test_search.py::test_corners_come_back_in_the_picture_s_own_pixels",
        "inference/test_reader.py::test_plates_are_cut_from_the_full_picture",
        "ocr/test_review.py::test_serving_reads_what_evaluation_reads",
    ),
    "work done at import; params.yaml looked for in the working directory": (
        "test_layers.py::test_importing_builds_and_reads_nothing",
        "common/test_config.py::test_read_from_any_working_directory",
    ),
    "uint8 arithmetic that wraps; sizes transformed like points": (
        "generators/test_paste.py::test_white_on_white_does_not_wrap",
        "generators/test_degrade_pixels.py::test_black_stays_dark_and_white_stays_pale",
        "generators/test_degrade_geometry.py::test_corners_follow_the_picture_to_a_fraction_of_a_pixel",
    ),
    "commands that cannot start, and steps that do not do what they are called": (
        "test_reference_mistakes.py::test_every_module_that_is_called_exists",
        "test_reference_mistakes.py::test_targets_that_run_the_pipeline_run_it",
    ),
}


def test_eleven_mistakes() -> None:
    assert len(MISTAKES) == 11


@pytest.mark.parametrize("where", [where for tests in MISTAKES.values() for where in tests])
def test_its_guard_stands(where: str) -> None:
    file, name = where.split("::")
    body = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8")).body
    assert name in {node.name for node in body if isinstance(node, ast.FunctionDef)}


def callers() -> list[Path]:
    """Every file that starts something."""
    patterns = (
        "Makefile",
        "dvc.yaml",
        ".ci/*",
        ".github/**/*.y*ml",
        "*Dockerfile*",
        "kubernetes/**/*",
    )
    return [path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()]


def test_every_module_that_is_called_exists() -> None:
    called = {
        (path.name, module)
        for path in callers()
        for module in re.findall(r"-m[\s\",]+(src(?:\.\w+)+)", path.read_text(encoding="utf-8"))
    }
    assert called
    for file, module in called:
        assert module in modules(), f"{file} starts {module}"
        assert "__main__" in path_of(module).read_text(encoding="utf-8"), f"{file} starts {module}"


@pytest.mark.parametrize("target", ["quickstart", "pipeline"])
def test_targets_that_run_the_pipeline_run_it(target: str) -> None:
    recipe = re.search(
        rf"^{target}:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE
    )
    assert recipe is not None
    assert re.search(r"-m dvc (exp run|repro)\b", recipe[1])
