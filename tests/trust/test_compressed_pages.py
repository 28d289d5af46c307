"""BREACH: whoever can put a guess into a compressed page learns nothing by the length of the answer."""

import gzip
import re
import zlib
from collections.abc import Callable
from secrets import token_hex
from statistics import fmean, pstdev

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.orm import Session

from app.kit.web.compression import compressed
from app.kit.web.form_tokens import mask, unmask
from models.access import Role
from tests.factories.people import ZHAOJUE, make_user, make_worker

SignIn = Callable[..., FlaskClient]
PACKED = {"Accept-Encoding": "gzip"}
OURS = {**PACKED, "Sec-Fetch-Site": "same-origin"}
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@pytest.fixture
def clerk(session: Session, sign_in: SignIn) -> FlaskClient:
    """A clerk whose page of the register shows what was searched for, and people."""
    make_worker(session, name="吉克阿牛")
    client = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    session.commit()
    return client


@pytest.mark.parametrize(
    "told",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Referer": "http://localhost/workers"},
        {"Referer": "https://elsewhere.example/"},
        {"Referer": "http://localhost.elsewhere.example/"},
        {"Referer": "http://["},
        {},
    ],
)
def test_a_page_that_another_site_asked_for_is_not_compressed(
    clerk: FlaskClient, told: dict[str, str]
) -> None:
    """So that a right guess in the address is as long as a wrong one."""
    answers = [
        clerk.get("/workers", query_string={"q": guess}, headers={**PACKED, **told})
        for guess in ("吉克阿牛", "吉克阿羊")
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert ["Content-Encoding" in answer.headers for answer in answers] == [False, False]


@pytest.mark.parametrize(
    "told",
    [{"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {"Referer": "http://localhost/workers"}],
)
def test_a_page_that_our_page_or_its_reader_asked_for_is_compressed(
    clerk: FlaskClient, told: dict[str, str]
) -> None:
    plain = clerk.get("/workers")
    packed = clerk.get("/workers", headers={**PACKED, **told})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Content-Length"] == str(len(packed.data))
    assert len(packed.data) < len(plain.data) / 3
    tidy = re.compile(r'value="[^"]*"')
    assert tidy.sub("", gzip.decompress(packed.data).decode()) == tidy.sub("", plain.text)


def test_a_refused_form_is_compressed_as_a_whole(app: Flask, clerk: FlaskClient) -> None:
    """Its page is drawn inside the request that refuses it, filled in, and only then packed."""
    answer = clerk.post("/workers/new", data={"name": "吉克阿牛"}, headers=OURS)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert 'value="吉克阿牛"' in gzip.decompress(answer.data).decode()


def guessed(client: FlaskClient, guess: str) -> str:
    """The page as it is before it is compressed, with ``guess`` in it."""
    return gzip.decompress(client.get("/workers", query_string={"q": guess}, headers=OURS).data).decode()


def test_the_secret_of_the_forms_is_not_guessed_by_lengths(app: Flask, clerk: FlaskClient) -> None:
    """The attack, without the padding that hides it further: the right secret is compressed away where the
    page holds it as it is, and is as long as any other where it is masked."""
    guessed(clerk, "")
    with clerk.session_transaction() as kept:
        secret = kept["csrf_token"]
    signer = URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token")
    head, *others = (
        signer.dumps(one).split(".")[0] for one in (secret, *(token_hex(20) for _other in range(8)))
    )

    def length(text: str) -> int:
        return len(zlib.compress(text.encode(), 9))

    def unprotected(text: str) -> str:
        return TOKEN.sub(lambda one: one[0].replace(one[1], unmask(one[1])), text)

    bare_right = fmean(length(unprotected(guessed(clerk, head))) for _try in range(8))
    bare_wrong = fmean(length(unprotected(guessed(clerk, other))) for other in others)
    assert bare_wrong - bare_right > len(head) / 2  # the attack works on what is not masked
    right = fmean(length(guessed(clerk, head)) for _try in range(8))
    wrong = fmean(length(guessed(clerk, other)) for other in others)
    assert abs(wrong - right) < len(head) / 4


def test_no_two_answers_bear_the_same_token_and_each_is_taken(app: Flask, clerk: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        pages = [clerk.get("/workers").text for _answer in range(2)]
        tokens = [set(TOKEN.findall(page)) for page in pages]
        assert [len(one) for one in tokens] == [1, 1]
        assert tokens[0] != tokens[1]
        plain = unmask(next(iter(tokens[0])))
        sent = [*tokens[0], *tokens[1], plain, "", "é", "AAAA"]
        answers = [
            clerk.post("/language", data={"csrf_token": one, "locale": "zh"}).status_code for one in sent
        ]
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert answers[:2] == [303, 303]
    assert answers[2:] == [400] * 4


@pytest.mark.parametrize("text", ["", "a", "一个字", "x" * 91])
def test_what_is_masked_comes_back(text: str) -> None:
    assert unmask(mask(text)) == text
    assert text == "" or mask(text) != mask(text)


def test_the_length_of_an_answer_is_drawn() -> None:
    """Widely, and without an end that some hundred answers would reach."""
    text = b"".join(b"<td>%d</td>" % number for number in range(2000))
    least = len(gzip.compress(text, 6))
    lengths = [len(compressed(text)) - least for _answer in range(400)]
    assert {gzip.decompress(compressed(text))} == {text}
    assert pstdev(lengths) > 50
    assert min(lengths) > 2
    assert max(lengths) < 4 * 127
