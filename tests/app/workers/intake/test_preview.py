"""From the preview a clerk can tell how every cell was understood."""

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models.people.intake import ImportBatch
from tests.app.workers.intake.conftest import person, roster
from tests.factories.people import id_number

Batches = Callable[..., ImportBatch]


def test_every_field_of_a_row_is_shown_as_it_was_understood(send: Batches, client: FlaskClient) -> None:
    row = person("吉克阿牛", 文化程度="高中毕业", 意向工种="普工/焊工", 可否夜班="可以", 意向地区="佛山")
    batch = send(roster(row, extra=("可否夜班", "意向地区")))
    page = client.get(f"/imports/{batch.id}?tab=new").text
    for said, read in (("可以", "是"), ("佛山", "佛山市")):
        assert f"<del>{said}</del>" in page
        assert f"<ins>{read}</ins>" in page
    assert "好谷村" in page
    assert row["证件号码"] not in page


def test_a_column_that_was_not_read_and_one_that_is_only_compared_say_so(
    send: Batches, client: FlaskClient, session: Session
) -> None:
    file = roster(
        person("吉克阿牛", id_number(order=1), 会啥手艺呀="电焊", 性别="男"), extra=("会啥手艺呀", "性别")
    )
    batch = send(file)
    client.post(f"/imports/{batch.id}/columns", data={"column-0": ""})
    page = client.get(f"/imports/{batch.id}?tab=new").text
    assert "电焊 <em>不登记</em>" in page
    assert "男 <em>只核对</em>" in page


def test_the_columns_say_what_they_were_taken_for_and_how_many_cells_were_not_understood(
    send: Batches, client: FlaskClient
) -> None:
    rows = [
        person(f"吉克{n}", 可否夜班=said)
        for n, said in zip("一二三四", ("是", "看情况", "看情况", ""), strict=True)
    ]
    page = client.get(f"/imports/{send(roster(*rows, extra=('可否夜班',))).id}").text
    assert "存疑 2" in page
    assert "读成“是”或“否”；空着是未知，不当作“否”" in page


def test_problems_are_grouped_by_kind_with_their_rows_and_noise_is_folded(
    send: Batches, client: FlaskClient, session: Session
) -> None:
    strange = [person(f"吉克{n}", 意向地区=f"火星{n}") for n in "一二三"]
    headless = person("沙马", 与户主关系="之子")
    batch = send(roster(*strange, headless, person("马海"), extra=("意向地区",)))
    page = client.get(f"/imports/{batch.id}").text
    assert page.count("看这几行") == 2
    folded = page[page.index("不影响登记的提示") :]
    assert "没有户主" in folded
    loud = page[: page.index("不影响登记的提示")]
    key = loud.split("?kind=")[1].split("#")[0]
    rows = client.get(f"/imports/{batch.id}?kind={key}").text
    rows = rows[rows.index('id="rows"') :]
    assert all(f"吉克{n}" in rows for n in "一二三")
    assert "马海" not in rows


def test_former_names_of_townships_are_one_folded_kind(send: Batches, client: FlaskClient) -> None:
    merged = [
        person(f"吉克{n}", 乡镇=name) for n, name in zip("一二", ("洒拉地坡乡", "齿可波西乡"), strict=True)
    ]
    page = client.get(f"/imports/{send(roster(*merged)).id}").text
    loud, folded = page.split("不影响登记的提示")[0], page.split("不影响登记的提示")[-1]
    assert "看这几行" not in loud
    assert "以前的名称" in folded


def test_a_refused_row_is_not_among_the_doubts_that_go_in(send: Batches, client: FlaskClient) -> None:
    doubtful = person("吉克阿牛", 意向地区="火星")
    refused = person("沙马尔布", "123", 意向地区="火星")
    batch = send(roster(doubtful, refused, extra=("意向地区",)))
    assert (batch.counts["refused"], batch.counts["doubts"]) == (1, 1)
    rows = client.get(f"/imports/{batch.id}?tab=doubts").text
    rows = rows[rows.index('id="rows"') :]
    assert "吉克阿牛" in rows
    assert "沙马尔布" not in rows


def test_an_address_says_that_only_the_places_are_taken_out_of_it(send: Batches, client: FlaskClient) -> None:
    row = person("吉克阿牛", 乡镇="", 村="", 住址="四开镇好谷村1组门牌9号")
    page = client.get(f"/imports/{send(roster(row, extra=('住址',))).id}?tab=new").text
    assert "四开镇好谷村1组门牌9号 <em>只拆出地名</em>" in page


def test_nothing_to_do_takes_no_room_on_the_page_of_imports(client: FlaskClient) -> None:
    assert "还没办完的" not in client.get("/imports").text


def test_work_outside_the_province_is_known_by_the_census_word(send: Batches, client: FlaskClient) -> None:
    batch = send(roster(person("吉克阿牛", 就业状态="省外就业"), extra=("就业状态",)))
    page = client.get(f"/imports/{batch.id}?tab=new").text
    assert "<ins>省外务工</ins>" in page


def test_a_very_long_cell_does_not_fill_the_preview(send: Batches, client: FlaskClient) -> None:
    batch = send(roster(person("吉克阿牛", 备注="家里有老人" * 1000), extra=("备注",)))
    page = client.get(f"/imports/{batch.id}?tab=new").text
    assert "家里有老人" * 40 + "…" in page
    assert "家里有老人" * 41 not in page
