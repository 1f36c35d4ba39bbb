"""Formats by name, alone and mixed."""

import pickle
import re
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.common.errors import UserError
from src.generators.formats import format_names, get_format
from tests.source import ROOT

ALL = "+".join(format_names())


def test_a_mixture_knows_the_texts_of_its_parts() -> None:
    both = get_format("swiss+korean")
    swiss, korean = get_format("swiss"), get_format("korean")
    assert both.name == "swiss+korean"
    assert set(both.alphabet) == set(swiss.alphabet) | set(korean.alphabet)
    assert list(both.alphabet) == sorted(set(both.alphabet))
    assert both.alphabet.startswith("0123456789A")
    assert both.max_length == 9
    assert both.regions == swiss.regions + korean.regions
    assert both.parse("ZH123") == swiss.parse("ZH123")
    assert both.parse("12가3456") == korean.parse("12가3456")
    assert both.parse("XX123") is None


def test_the_first_part_that_knows_a_text_splits_it() -> None:
    assert get_format("swiss+european").parse("ZH123U") == get_format("swiss").parse("ZH123U")
    assert get_format("european+swiss").parse("XX123") is not None


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_mixture_of_all_draws_what_it_can_parse(seed: int) -> None:
    everything = get_format(ALL)
    spec = everything.sample(np.random.default_rng(seed))
    knowing = [
        part for part in map(get_format, format_names()) if part.parse(spec.text) is not None
    ]
    assert spec.content in [part.parse(spec.text) for part in knowing]
    assert everything.parse(spec.text) == knowing[0].parse(spec.text)
    assert set(spec.text) <= set(everything.alphabet)
    assert len(spec.text) <= everything.max_length


def test_a_mixture_says_whose_a_plate_is() -> None:
    mixture = get_format("swiss+european+korean")
    assert mixture.issuers is not None
    rng, seen = np.random.default_rng(11), set[str]()
    for spec in (mixture.sample(rng) for _ in range(400)):
        assert spec.country in mixture.issuers.likelihoods(spec.text, None)
        assert spec.labelled(np.zeros((4, 2), np.float32)).country == spec.country
        seen.add(spec.country)
    assert {"CH", "KR", "DE", "FR"} <= seen <= set(mixture.issuers.drawn)


def test_countries_are_told_apart_where_several_are_drawn() -> None:
    def drawn(name: str) -> set[str]:
        issuers = get_format(name).issuers
        assert issuers is not None
        return set(issuers.drawn)

    # Liechtenstein's texts are known to the Swiss format, which draws none of its plates.
    assert drawn("swiss") == drawn("korean") == drawn("us") == set()
    assert drawn("us+brazilian") == {"US", "BR"}
    assert drawn("swiss+korean") == {"CH", "KR"}
    assert drawn("swiss+european") == drawn("european") | {"CH"}
    assert len(drawn("european")) == 51


def test_swiss_and_european_texts_are_split_alike_in_either_order() -> None:
    one, other = (get_format(name) for name in ("swiss+european", "european+swiss"))
    rng = np.random.default_rng(5)
    for text in (one.sample(rng).text for _ in range(200)):
        assert one.parse(text) == other.parse(text)


def test_a_part_is_drawn_as_often_as_its_share_says() -> None:
    both = get_format("swiss+korean*3")
    assert both.name == "swiss+korean*3"
    assert both.alphabet == get_format("swiss+korean").alphabet
    swiss, rng = get_format("swiss"), np.random.default_rng(2)
    drawn = sum(swiss.parse(both.sample(rng).text) is not None for _ in range(800))
    assert 160 <= drawn <= 240


@pytest.mark.parametrize("share", ["0", "-1", "1.5", "100", "", "x"])
def test_a_share_is_a_number_from_1_to_99(share: str) -> None:
    with pytest.raises(UserError, match=re.escape(f"'korean*{share}': after *")):
        get_format(f"swiss+korean*{share}")


def test_each_part_is_drawn_as_often() -> None:
    both = get_format("swiss+korean")
    rng = np.random.default_rng(3)
    swiss = sum(get_format("swiss").parse(both.sample(rng).text) is not None for _ in range(1000))
    assert 450 < swiss < 550


def test_a_mixture_can_be_sent_to_a_worker() -> None:
    both = get_format("swiss+european")
    copy = pickle.loads(pickle.dumps(both))
    drawn = [f.sample(np.random.default_rng(9)) for f in (both, copy)]
    assert drawn[0] == drawn[1]
    assert get_format("swiss+european") is both


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("swiss+atlantis", f"'atlantis'.*{', '.join(format_names())}"),
        ("swiss+", "empty part"),
        ("", "empty part"),
        ("+swiss", "empty part"),
        ("swiss+european+swiss", "twice"),
    ],
)
def test_a_name_that_is_no_format_is_refused(name: str, message: str) -> None:
    with pytest.raises(UserError, match=message):
        get_format(name)


@pytest.mark.parametrize("name", format_names())
def test_a_format_is_called_as_its_folder(name: str) -> None:
    assert get_format(name).name == name


def test_only_what_is_asked_for_is_imported() -> None:
    code = (
        "import sys; from src.generators.formats import format_names, get_format;"
        "from src.generators.shapes import find_shapes;"
        "swiss = get_format('swiss'); [find_shapes(char) for char in swiss.alphabet]; format_names();"
        "print(*(m for m in sys.modules if m.startswith(('src.generators.formats.', 'src.generators.scripts'))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    shared = {f"src.generators.formats.{name}" for name in ("base", "issuers", "mixed")}
    assert set(done.stdout.split()) == shared | {
        "src.generators.formats.swiss",
        *(
            f"src.generators.formats.swiss.{name}"
            for name in ("issuing", "layouts", "shields", "texts")
        ),
    }
