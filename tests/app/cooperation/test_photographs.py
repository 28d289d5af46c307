"""Photographs and documents with a line: drawn anew, sealed, opened with a note; the wrong kind is told."""

import io
from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access import Role
from models.audit import AuditEvent
from models.cooperation.entry import EntryPaper, RegisterEntry
from tests.app.kit.files.test_document_sanitizer import picture
from tests.factories.people import BUTUO, FOSHAN, ZHAOJUE, make_user


def test_a_photograph_of_a_project_is_kept_and_a_file_of_the_wrong_kind_is_told_and_not_kept(
    session: Session, sign_in: Callable[..., FlaskClient]
) -> None:
    ends = {"place_code": ZHAOJUE, "city_code": FOSHAN}
    lines = [RegisterEntry(register="projects", title=title, **ends) for title in ("危房改造", "易地搬迁")]
    session.add_all(lines)
    session.commit()
    project, other = (line.id for line in lines)
    client = sign_in(make_user(session, Role.COUNTY, area_code=ZHAOJUE))
    here = f"/cooperation/projects/{project}"

    def sends(content: bytes, name: str) -> str:
        told = {"name": "施工现场", "file": (io.BytesIO(content), name)}
        answer = client.post(f"{here}/papers", data=told, content_type="multipart/form-data")
        return answer.text if answer.status_code == 200 else str(answer.status_code)

    for content, name in ((b"PK\x03\x04 a sheet", "进度.xlsx"), ("施工进度".encode(), "现场.jpg")):
        page = sends(content, name)
        assert "PDF" in page
        assert 'class="problem"' in page
        assert "施工现场" in page, "what was typed stays"
    assert session.scalars(select(EntryPaper)).all() == []
    assert sends(picture(), "现场.jpg") == "303"
    paper = session.scalars(select(EntryPaper)).one()
    assert (paper.name, paper.content[:4]) == ("施工现场", b"%PDF")
    city = sign_in(make_user(session, Role.CITY, area_code=FOSHAN))
    assert city.post(f"{here}/papers/{paper.id}").data[:4] == b"%PDF"
    opened = select(AuditEvent).where(AuditEvent.subject == f"entry_paper:{paper.id}")
    assert session.scalars(opened).all() != []
    assert client.post(f"/cooperation/projects/{other}/papers/{paper.id}").status_code == 404
    stranger = sign_in(make_user(session, Role.COUNTY, area_code=BUTUO))
    assert stranger.post(f"{here}/papers/{paper.id}").status_code == 404
