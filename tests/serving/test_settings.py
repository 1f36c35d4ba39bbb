import pytest

from src.common.errors import UserError
from src.serving.settings import Settings, read_settings


def test_defaults() -> None:
    settings = read_settings({"PLATES_CONCURRENCY": ""})
    assert (settings.max_bytes, settings.max_pixels) == (20_000_000, 50_000_000)
    assert (settings.queue, settings.timeout_s) == (32, 10.0)
    assert settings.concurrency >= 1
    assert not settings.log_text
    assert settings.cors_origins == ()


def test_all_of_them() -> None:
    environment = {
        "PLATES_MAX_UPLOAD_MB": "1.5",
        "PLATES_MAX_MEGAPIXELS": "2",
        "PLATES_CONCURRENCY": "3",
        "PLATES_QUEUE": "0",
        "PLATES_TIMEOUT_S": "0.5",
        "PLATES_LOG_TEXT": "1",
        "PLATES_CORS_ORIGINS": "https://a.example, https://b.example",
        "PLATES_CONNECTIONS": "70",
        "PLATES_COUNTRY": "ch, LI",
        "PLATES_COLLECT": "kept",
        "PLATES_COLLECT_BELOW": "0.6",
        "PLATES_COLLECT_MB": "50",
        "PLATES_COLLECT_DAYS": "7",
        "PLATES_COLLECT_KEY": "0123456789abcdef",
        "PLATES_COLLECT_HASH": "1",
        "PLATES_DRIFT_LOG": "drift.jsonl",
        "PLATES_DRIFT_LOG_MB": "5",
    }
    origins = ("https://a.example", "https://b.example")
    assert read_settings(environment) == Settings(
        *(1.5, 2.0, 3, 0, 0.5, True, origins, 70, ("CH", "LI")),
        *("kept", 0.6, 50.0, 7.0, "0123456789abcdef", True, "drift.jsonl", 5.0),
    )


@pytest.mark.parametrize(
    "origin",
    ["*", "http://localhost:3000", "https://A.example", "https://[::1]:8443", "app://plates.local"],
)
def test_origins(origin: str) -> None:
    assert read_settings({"PLATES_CORS_ORIGINS": origin}).cors_origins == (origin.lower(),)


@pytest.mark.parametrize(
    "origin",
    ["foo", "a.example", "https://", "https://a.example/", "https://a.example/page", "https://*",
     "https://a.example:port", "null", "https://a.example https://b.example"],
)  # fmt: skip
def test_what_is_no_origin_is_named(origin: str) -> None:
    with pytest.raises(UserError) as caught:
        read_settings({"PLATES_CORS_ORIGINS": f"https://good.example,{origin}"})
    assert f"PLATES_CORS_ORIGINS has {origin!r}, which is no origin" in str(caught.value)


@pytest.mark.parametrize("name", ["MAX_UPLOAD_MB", "CONCURRENCY", "TIMEOUT_S", "LOG_TEXT"])
@pytest.mark.parametrize("value", ["-1", "many", "nan", "inf"])
def test_values_that_cannot_be_meant(name: str, value: str) -> None:
    with pytest.raises(UserError, match=f"PLATES_{name} is '{value}'"):
        read_settings({f"PLATES_{name}": value})


def test_a_country_that_is_none_is_named() -> None:
    with pytest.raises(UserError, match="PLATES_COUNTRY is 'CHE': 'CHE' is no country"):
        read_settings({"PLATES_COUNTRY": "CHE"})


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [("BELOW", "1.1", "at least 0 and at most 1"), ("MB", "0.5", "at least 1,"), ("DAYS", "0", "at least 0.001")],
)  # fmt: skip
def test_bounds_of_what_is_collected(name: str, value: str, told: str) -> None:
    with pytest.raises(UserError, match=f"PLATES_COLLECT_{name} is '{value}': .*{told}"):
        read_settings({f"PLATES_COLLECT_{name}": value})


def test_a_secret_is_long_and_never_shown() -> None:
    with pytest.raises(UserError, match="PLATES_COLLECT_KEY has 5 characters") as caught:
        read_settings({"PLATES_COLLECT_KEY": "hunte"})
    assert "hunte" not in str(caught.value)
    with pytest.raises(UserError, match="set PLATES_COLLECT_KEY too"):
        read_settings({"PLATES_COLLECT_HASH": "1"})
    secret = "0123456789abcdef"
    assert secret not in repr(read_settings({"PLATES_COLLECT_KEY": secret}))
