"""The benchmark of countries draws each country's own plates, counts right, and shows all of them."""

import json
from argparse import Namespace
from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks import countries
from benchmarks.countries import Measured, countries_of, measure, rows_of, scenes_of, write
from benchmarks.tile_map import TILES, places
from src.bundle.choose import choose_model
from src.common.errors import UserError
from src.generators.formats.european.countries import ISO_CODES
from src.metrics.reading import Share


def test_all_countries_of_a_mixture_are_measured_once() -> None:
    assert list(countries_of("swiss+european*3")) == ["CH", *ISO_CODES.values()]
    assert list(countries_of("us*2+brazilian")) == ["US", "BR"]


def test_each_draws_its_own_plates() -> None:
    drawn = countries_of("swiss+european")
    for code in ("CH", "NL", "SE"):
        scenes = list(scenes_of(drawn[code], 3))
        assert all(len(scene.plates) == 1 for scene in scenes)
        known = drawn[code].issuers
        assert known is not None
        assert all(code in known.likelihoods(str(scene.plates[0].text), None) for scene in scenes)
    again = list(scenes_of(drawn["SE"], 3))
    assert all(np.array_equal(a.image, b.image) for a, b in zip(scenes, again, strict=True))


def test_a_model_is_measured() -> None:
    found = measure(choose_model("release/swiss").reader, "CH", countries_of("swiss")["CH"], 8)
    assert found.exact.total == 8
    assert found.exact.correct >= 5
    assert found.named.total == found.exact.correct
    assert found.right == Share(found.named.correct, found.named.correct)


def test_what_is_measured_is_shown(tmp_path: Path) -> None:
    results = [
        Measured("FR", Share(1, 4), Share(1, 1), Share(0, 1)),
        Measured("BR", Share(4, 4), Share(0, 4), Share(0, 0)),
    ]
    assert rows_of(results) == [
        ["Brazil", "BR", "100%", "51% to 100%", "0%", "–"],
        ["France", "FR", "25%", "5% to 70%", "100%", "0%"],
    ]
    write(tmp_path / "new", "one model", results)
    written = json.loads((tmp_path / "new/countries.json").read_text())
    assert written["countries"][0]["exact"] == {"correct": 1, "total": 4}
    assert "| France | FR | 25% |" in (tmp_path / "new/countries.md").read_text()
    assert cv2.imread(str(tmp_path / "new/countries.png")) is not None


def test_the_map_has_every_country_of_europe_once_and_room_for_others() -> None:
    assert set(TILES) == {*ISO_CODES.values(), "CH"}
    at = places({"FR": 1.0, "IS": 1.0, "BR": 1.0, "US": 0.5})
    assert at["FR"] == TILES["FR"]
    assert at["BR"][1] == at["US"][1] > TILES["FR"][1]
    assert len(set(places({**dict.fromkeys(TILES, 1.0), "BR": 1.0}).values())) == len(TILES) + 1


def test_what_cannot_be_measured_is_refused() -> None:
    with pytest.raises(UserError, match=r"--plates 0: at least 1 is needed"):
        countries.main(Namespace(plates=0, model="release/swiss"))
