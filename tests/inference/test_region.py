"""Whose a plate is, by its text: hand-computed numbers, and whether what is sure is right."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from src.common.countries import COUNTRY_NAMES, country_codes
from src.common.errors import UserError
from src.generators.draws import pick_index
from src.generators.formats import format_names, get_format
from src.generators.formats.base import PlateFormat
from src.generators.formats.european import sample_of
from src.generators.formats.european.countries import COUNTRIES, ISO_CODES, SHARES
from src.generators.formats.issuers import ROWS_MISTAKEN, Issuers
from src.inference.region import (
    LEAST_REGION,
    posterior,
    region_of,
    seen_with_text,
    text_evidence,
)
from src.metrics.calibration import reliability_table
from src.metrics.proportion import wilson_interval

SWISS, EUROPEAN, BOTH = (get_format(n) for n in ("swiss", "european", "swiss+european"))


def issuers(plate_format: PlateFormat) -> Issuers:
    assert plate_format.issuers is not None
    return plate_format.issuers


def test_evidence_multiplies_the_priors() -> None:
    priors = {"DE": 0.5, "FR": 0.25, "IT": 0.25}
    text = {"DE": math.log(0.1), "FR": math.log(0.4)}
    assert posterior(priors, text) == pytest.approx({"DE": 1 / 3, "FR": 2 / 3})
    # A band that reads D: four times as likely on German plates.
    band = {"DE": math.log(0.8), "FR": math.log(0.2), "IT": math.log(0.9)}
    assert posterior(priors, text, band) == pytest.approx({"DE": 2 / 3, "FR": 1 / 3})
    assert posterior(priors, text, {"FR": -900.0, "DE": -903.0})["FR"] > 0.95
    assert posterior(priors, {"IT": -2000.0}) == {"IT": 1.0}
    assert posterior(priors, text, {"IT": 0.0}) == {}
    assert posterior(priors) == pytest.approx(priors)


@settings(max_examples=200, deadline=None)
@given(st.text(EUROPEAN.alphabet, max_size=10), st.sampled_from([None, 1, 2]))
def test_probabilities_add_up_to_one_or_there_are_none(text: str, lines: int | None) -> None:
    for plate_format in (SWISS, EUROPEAN, BOTH):
        own = issuers(plate_format)
        probable = posterior(own.priors, text_evidence(own, text, lines))
        assert not probable or sum(probable.values()) == pytest.approx(1)
        assert all(0 < p <= 1 for p in own.likelihoods(text, lines).values())
        if plate_format.parse(text) is not None:
            assert probable


@pytest.mark.parametrize(
    ("name", "text", "code", "part"),
    [
        ("swiss", "ZH123456", "CH", "CH-ZH"),
        ("swiss", "CDGE123", "CH", "CH-GE"),
        ("swiss", "FL12345", "LI", None),
        ("swiss", "XX123", None, None),
        ("swiss", "", None, None),
        ("european", "MÜAB1234", "DE", None),
        ("european", "1234BCD", "ES", None),
        ("european", "FL12345", "LI", None),
        # Five countries issue it, none of them more often than all others together.
        ("european", "AB123CD", None, None),
        ("european", "SMURFAN", None, None),
        ("swiss+european", "BE1234", "CH", "CH-BE"),
        ("european+swiss", "BE1234", "CH", "CH-BE"),
        ("korean", "서울12바3456", "KR", "KR-11"),
        ("korean", "12가3456", "KR", None),
        ("chinese", "粤B12345", "CN", "CN-GD"),
        ("chinese+european", "粤B12345", "CN", "CN-GD"),
        ("japanese", "品川330さ1234", "JP", "JP-13"),
        ("japanese", "1富士山あ12", "JP", "JP-19"),
        ("us", "7ABC123", "US", None),
        ("us+european", "7ABC123", "US", None),
        ("brazilian", "BRA2E19", "BR", None),
        ("us+brazilian", "BRA2E19", "BR", None),
    ],
)
def test_whose_texts_are(name: str, text: str, code: str | None, part: str | None) -> None:
    region = region_of(get_format(name), text, 1)
    assert (region and region.code) == code
    assert (region and region.subdivision and region.subdivision.code) == part
    if region is not None:
        assert region.name == COUNTRY_NAMES[region.code]
        assert LEAST_REGION <= region.confidence <= 1


def test_one_country_s_text_is_sure_and_a_shared_one_is_shared() -> None:
    region = region_of(EUROPEAN, "1234BCD", 1)
    assert region is not None
    assert region.confidence == 1
    own = issuers(EUROPEAN)
    shared = posterior(own.priors, text_evidence(own, "AB123CD", 1))
    assert {"IT", "FR", "RS", "AL", "GE"} <= shared.keys()
    assert max(shared.values()) < LEAST_REGION


def test_what_is_seen_tells_what_the_text_leaves_open() -> None:
    seen = dict.fromkeys(issuers(EUROPEAN).drawn, 0.01) | {"FR": 0.4}
    region = region_of(EUROPEAN, "AB123CD", 1, seen)
    assert region is not None
    assert region.code == "FR"
    # A text that France does not issue is of another country, whatever the band seems to be.
    spanish = region_of(EUROPEAN, "1234BCD", 1, seen)
    assert spanish is not None
    assert (spanish.code, spanish.confidence) == ("ES", 1)
    assert region_of(EUROPEAN, "SMURFAN", 1, seen) is None
    # Of some countries alone, the others count for nothing.
    one_of = replace(EUROPEAN, issuers=issuers(EUROPEAN).only(["IT", "RS"]))
    region = region_of(one_of, "AB123CD", 1, seen)
    assert region is None or region.code in ("IT", "RS")


def test_what_is_seen_and_said_by_hand() -> None:
    own = Issuers({"DE": 0.5, "FR": 0.25, "IT": 0.25}, lambda text, lines: {"DE": 0.01, "FR": 0.09})
    probable = seen_with_text(own, {"DE": 0.6, "FR": 0.2, "IT": 0.2}, "X", 1)
    # The text is nine times as likely in France, by its root three times.
    assert probable == pytest.approx({"DE": 0.5, "FR": 0.5})


def test_swiss_texts_are_as_likely_as_they_are_drawn() -> None:
    likelihoods = issuers(SWISS).likelihoods
    assert likelihoods("ZH12", None) == {"CH": pytest.approx(0.92 * 0.04 / 26 / 90)}
    assert likelihoods("ZH12U", None) == {"CH": pytest.approx(0.04 / 3 * 0.04 / 26 / 90)}
    assert likelihoods("CDZH12", None) == {"CH": pytest.approx(0.04 / 3 / 4 / 26 / 90)}
    two = (1 - ROWS_MISTAKEN) * 0.32 + ROWS_MISTAKEN * 0.68
    assert likelihoods("ZH12", 2) == {"CH": pytest.approx(two * 0.92 * 0.04 / 26 / 90)}
    # A service's plate has one row: two are a mistake in counting.
    assert likelihoods("CDZH12", 2) == {"CH": pytest.approx(ROWS_MISTAKEN * 0.04 / 3 / 4 / 26 / 90)}


def test_a_mixture_s_priors_are_how_often_each_is_drawn() -> None:
    own = issuers(get_format("swiss+european*3"))
    swiss, european = issuers(SWISS), issuers(EUROPEAN)
    assert own.priors["CH"] == pytest.approx(0.25 * swiss.priors["CH"])
    assert own.priors["DE"] == pytest.approx(0.75 * european.priors["DE"])
    assert sum(own.priors.values()) == pytest.approx(1)
    # Both issue texts of Liechtenstein: the mean of the two by how often each does.
    joint = sum(
        share * part.priors["LI"] * part.likelihoods("FL123", 1)["LI"]
        for share, part in ((0.25, swiss), (0.75, european))
    )
    assert own.likelihoods("FL123", 1)["LI"] == pytest.approx(joint / own.priors["LI"])


def _any(rng: np.random.Generator) -> tuple[str, str, int]:
    country = COUNTRIES[pick_index(rng, SHARES)]
    spec = sample_of(rng, country)
    return ISO_CODES[country.code], spec.text, spec.lines


def _swiss_or_any(rng: np.random.Generator) -> tuple[str, str, int]:
    if rng.random() < 0.5:
        return _any(rng)
    spec = SWISS.sample(rng)
    return "CH", spec.text, spec.lines


@pytest.mark.parametrize(
    ("plate_format", "draw", "rows"),
    [(EUROPEAN, _any, True), (EUROPEAN, _any, False), (BOTH, _swiss_or_any, True)],
    ids=["european", "european, text alone", "swiss+european"],
)
def test_of_answers_of_confidence_p_the_share_p_is_right(
    plate_format: PlateFormat,
    draw: Callable[[np.random.Generator], tuple[str, str, int]],
    rows: bool,
) -> None:
    rng, own = np.random.default_rng(11), issuers(plate_format)
    confidence, right = [], []
    for _ in range(2500):
        code, text, lines = draw(rng)
        probable = posterior(own.priors, text_evidence(own, text, lines if rows else None))
        # What is drawn is never impossible.
        assert probable.get(code, 0) > 0, (code, text, lines)
        told = max(probable, key=probable.__getitem__)
        confidence.append(probable[told])
        right.append(told == code)
    table = [entry for entry in reliability_table(confidence, right, 10) if entry.count]
    assert len(table) >= 6
    # Rows are taken to be miscounted now and then, which the drawn ones are not: two points of slack.
    for entry in table:
        assert entry.accuracy is not None
        assert entry.confidence is not None
        low, high = wilson_interval(round(entry.accuracy * entry.count), entry.count, 3.0)
        assert low - 0.02 <= entry.confidence <= high + 0.02, entry
    named = [ok for p, ok in zip(confidence, right, strict=True) if p >= LEAST_REGION]
    assert np.mean(named) > 0.85


def test_countries_narrow_what_is_known_and_whose_it_may_be() -> None:
    german = BOTH.of_countries(["DE", "CH"])
    assert german.parse("ZH123") == BOTH.parse("ZH123")
    assert german.parse("MÜAB1234") is not None
    assert german.parse("1234BCD") is None
    assert region_of(german, "1234BCD", 1) is None
    # Of the two, only Germany has such texts.
    assert region_of(german, "SMURF12", 1) != region_of(BOTH, "SMURF12", 1)
    region = region_of(german, "SMURF12", 1)
    assert region is not None
    assert (region.code, region.confidence) == ("DE", 1)
    assert german.alphabet == BOTH.alphabet


@pytest.mark.parametrize("name", ["swiss", "european", "swiss+european"])
def test_a_country_that_the_format_has_not_is_named(name: str) -> None:
    with pytest.raises(UserError, match=r"no plates of JP: choose from .*LI"):
        get_format(name).of_countries(["LI", "JP"])


def test_lists_of_countries() -> None:
    assert country_codes(" ch, DE") == ("CH", "DE")
    assert country_codes("") == ()
    for wrong in ("CHE", "CH,,DE", "C1", "CH DE"):
        with pytest.raises(UserError, match="no country"):
            country_codes(wrong)


@pytest.mark.parametrize("name", format_names())
def test_countries_and_their_parts_have_names_and_codes(name: str) -> None:
    plate_format = get_format(name)
    own = issuers(plate_format)
    assert own.priors.keys() <= COUNTRY_NAMES.keys()
    assert sum(own.priors.values()) == pytest.approx(1)
    assert set(own.subdivisions) == set(plate_format.regions)
    # Several places of a prefecture may stand on plates; no code has two names.
    parts = set(own.subdivisions.values())
    assert len({part.code for part in parts}) == len({part.name for part in parts}) == len(parts)
    assert all(part.code[:2] in own.priors for part in own.subdivisions.values())


def test_every_country_of_europe_has_a_code_of_its_own() -> None:
    assert ISO_CODES.keys() == {country.code for country in COUNTRIES}
    assert len(set(ISO_CODES.values())) == len(ISO_CODES)
