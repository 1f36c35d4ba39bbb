"""Which readings count, by plate format and country."""

import numpy as np
import pytest

from src.common.errors import UserError
from src.inference.region import region_of
from src.reading.narrow import narrow
from tests.reading.made import SWISS, bundle

PICTURE = np.full((48, 64), 200, np.uint8)  # of a plate that says ZH10


def test_a_reading_says_whose_it_is() -> None:
    (reading,) = narrow(bundle(), None, None).read(PICTURE)
    assert (reading.text, reading.prefix) == ("ZH10", "ZH")
    assert reading.region is not None
    assert reading.region.code == "CH"
    assert reading.region.subdivision is not None
    assert reading.region.subdivision.code == "CH-ZH"


def test_texts_of_other_countries_are_foreign() -> None:
    kept = narrow(bundle(), None, None, ("CH",))
    assert kept.read(PICTURE)[0].prefix == "ZH"
    other = narrow(bundle(), None, None, ("LI",))
    (reading,) = other.read(PICTURE)
    assert (reading.text, reading.prefix, reading.region) == ("ZH10", "", None)
    # As any foreign text, it has to be surer.
    assert narrow(bundle(strength=0.5), 0.3, None, ("CH",)).read(PICTURE) != []
    assert narrow(bundle(strength=0.5), 0.3, None, ("LI",)).read(PICTURE) == []


def test_a_format_leaves_out_what_a_country_makes_foreign() -> None:
    assert narrow(bundle(), None, "swiss", ("LI",)).read(PICTURE) == []
    assert len(narrow(bundle(), None, "swiss", ("CH",)).read(PICTURE)) == 1


def test_a_part_of_a_mixture_brings_its_grammar() -> None:
    both = narrow(bundle("swiss+european"), None, "swiss")
    assert both.plate_format.patterns == SWISS.patterns
    assert both.read(PICTURE)[0].prefix == "ZH"


def test_a_format_says_nothing_of_whose_a_plate_is() -> None:
    chosen = narrow(bundle("swiss+european"), None, "european")
    # Latvia has such texts too, and is the likeliest by far where Switzerland cannot be.
    (reading,) = chosen.read(PICTURE)
    assert reading.region is not None
    assert reading.region.code == "CH"
    seen = {"CH": 0.98, "LV": 0.01, "DE": 0.01}
    region = region_of(chosen.plate_format, "AG99", 1, seen)
    assert region is not None
    assert region.code == "CH"
    assert region.subdivision is not None
    # Who is asked for by name is all that it may be.
    german = narrow(bundle("swiss+european"), None, "european", ("DE", "LV")).plate_format
    region = region_of(german, "AG99", 1, seen)
    assert region is not None
    assert region.code == "LV"


def test_a_country_that_the_model_does_not_read_is_named() -> None:
    with pytest.raises(UserError, match="no plates of DE: choose from CH, LI"):
        narrow(bundle(), None, None, ("DE",))
