"""Answers are what they have always been, byte for byte, whatever versions of the frameworks are behind them.

answers.json was written with FastAPI 0.125 and Starlette 0.50. For changes that are meant:
``python3 -m tests.serving.test_answers`` writes it anew.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from src.serving.observe import HEADERS
from tests.serving.fakes import client_of, fake_service, grey

ANSWERS = Path(__file__).with_name("answers.json")
KEPT: dict[str, list[Any]] = json.loads(ANSWERS.read_text("utf-8")) if ANSWERS.exists() else {}
FORM = "multipart/form-data; boundary=x"
FILE = b'--x\r\nContent-Disposition: form-data; name="%s"; filename="a.png"\r\n\r\n%s\r\n'
TEXT = b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
END = b"--x--\r\n"
PATHS = (
    *("/", "/predict", "/predict/batch", "/invocations", "/healthz", "/readyz", "/ping", "/docs"),
    *("/openapi.json", "/samples", "/samples/", "/samples/none.jpg", "/static/", "/static/%00"),
    *("/interface.json", "/redoc", "/docs/oauth2-redirect", "/nothing", "/predict/", "/healthz/"),
)
# Bodies by what they are, all sent to /predict.
BODIES: dict[str, tuple[str, bytes]] = {
    "a picture in a form": (FORM, FILE % (b"file", grey()) + END),
    "a picture": ("image/png", grey()),
    "half a form": (FORM, FILE % (b"file", grey())),
    "two files": (FORM, FILE % (b"file", grey()) * 2 + END),
    "seventeen files": (FORM, FILE % (b"file", b"x") * 17 + END),
    "seventeen fields": (FORM, TEXT % (b"other", b"x") * 17 + END),
    "a text": (FORM, TEXT % (b"file", b"x") + END),
    "a long text": (FORM, TEXT % (b"other", b"x" * 1_100_000) + END),
    "another name": (FORM, FILE % (b"photo", grey()) + END),
    "no name": (FORM, b"--x\r\nContent-Disposition: form-data\r\n\r\nx\r\n" + END),
    "no disposition": (FORM, b"--x\r\nOther: x\r\n\r\nx\r\n" + END),
    "a long field of a header": (FORM, FILE % (b"a" * 20_000, b"x") + END),
    "no form": (FORM, b"garbage"),
    "no boundary": ("multipart/form-data", END),
    "an empty boundary": ("multipart/form-data; boundary=", END),
    "another charset": (f"{FORM}; charset=zlib", FILE % (b"file", grey()) + END),
    "a form of texts": ("application/x-www-form-urlencoded", b"file=x"),
    "JSON": ("application/json", b"{}"),
    "nothing": ("image/png", b""),
    "words": ("image/png", b"words"),
    "a GIF": ("image/gif", b"GIF89a"),
    "half a picture": ("image/png", grey()[:50]),
}
# Of what was read, and of the model: other tests'.
NOT_HERE = ("content-length", "etag", "last-modified")


def ask(client: TestClient, method: str, path: str, kind: str = "", body: bytes = b"") -> list[Any]:
    """Status, headers without those of every answer, and text, which is left out where it is a page or a file."""
    headers = {"X-Request-ID": "this", **({"Content-Type": kind} if kind else {})}
    answer = client.request(method, path, headers=headers, content=body, follow_redirects=False)
    told = {k: v for k, v in sorted(answer.headers.items()) if k not in NOT_HERE}
    for name, value in HEADERS.items():
        assert told.pop(name.lower()) == value
    page = answer.status_code == 200 and (
        not answer.text.startswith("{") or path == "/openapi.json"
    )
    text = "" if page else re.sub(r'"ms":[\d.]+', '"ms":0', answer.text)
    return [answer.status_code, told, text]


def all_answers() -> dict[str, list[Any]]:
    """Every answer by what was asked."""
    methods = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")
    batch = FILE % (b"file", grey()) + FILE % (b"file", b"words") + END
    with client_of(fake_service()) as client:
        return {
            **{
                f"{method} {path}": ask(client, method, path)
                for method in methods
                for path in PATHS
            },
            **{name: ask(client, "POST", "/predict", *body) for name, body in BODIES.items()},
            "a batch": ask(client, "POST", "/predict/batch", FORM, batch),
            "as SageMaker": ask(client, "POST", "/invocations", *BODIES["a picture"]),
            "no such form": ask(client, "POST", "/predict?format=x", *BODIES["a picture"]),
        }


@pytest.fixture(scope="module")
def answers() -> dict[str, list[Any]]:
    return all_answers()


def test_all_are_asked(answers: dict[str, list[Any]]) -> None:
    assert list(answers) == list(KEPT)


@pytest.mark.parametrize("name", KEPT)
def test_answer_is_as_it_was(name: str, answers: dict[str, list[Any]]) -> None:
    assert answers[name] == KEPT[name]


if __name__ == "__main__":
    lines = (f"{json.dumps(name)}: {json.dumps(told)}" for name, told in all_answers().items())
    ANSWERS.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")
