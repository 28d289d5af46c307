"""The client that the documents give away, tried as it stands."""

import importlib.util
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

import config
from app.api.delivery import signed
from models.access import Role
from models.jobs.order import Order
from tests.app.api.programs import Program
from tests.app.api.test_orders import SEWING
from tests.factories.world import World


def client_module() -> Any:
    path: Path = config.ROOT / "docs" / "client.py"
    spec = importlib.util.spec_from_file_location("xieshou_client", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_client_of_the_documents_posts_reads_and_sends_again_what_was_not_answered(
    app: Flask, session: Session, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = client_module()
    monkeypatch.setattr(module.time, "sleep", lambda seconds: None)
    token = (
        Program(app, session, world.users[Role.ENTERPRISE]).headers["Authorization"].removeprefix("Bearer ")
    )
    browser, lost = app.test_client(), [True]

    def ask(request: urllib.request.Request) -> tuple[int, Any, bytes]:
        address = urlsplit(request.full_url)
        answer = browser.open(
            f"{address.path}?{address.query}",
            method=request.get_method(),
            data=request.data,
            headers=dict(request.header_items()),
        )
        if request.get_method() == "POST" and lost.pop():
            lost.append(False)
            raise ConnectionResetError  # the answer is lost on the way
        return answer.status_code, answer.headers, answer.data

    platform = module.Xieshou("https://xieshou.example.gov.cn", token, ask)
    made = platform.send("/orders", SEWING)
    assert session.scalars(select(Order.id).where(Order.title == SEWING["title"])).all() == [made["id"]]
    assert made["id"] in [one["id"] for one in platform.pages("/orders", state="draft")]
    lost.append(False)
    with pytest.raises(module.Refused) as refused:
        platform.send("/orders", {"title": "缝纫工"})
    assert {one["field"] for one in refused.value.errors} == {"headcount", "city_code", "valid_until"}


def test_the_client_knows_what_the_platform_signed() -> None:
    module, body = client_module(), b'{"events": []}'
    headers = signed("key", body, 1_500_000_000)
    assert module.is_from_xieshou("key", headers, body, 1_500_000_010)
    assert not module.is_from_xieshou("key", headers, body + b" ", 1_500_000_010)
    assert not module.is_from_xieshou("other", headers, body, 1_500_000_010)
    assert not module.is_from_xieshou("key", headers, body, 1_500_000_900)
