"""Names of areas for readers of English: pinyin and the kind; the program reads them as they are written."""

import json

import pytest
from flask import Flask, render_template_string
from flask_babel import force_locale
from sqlalchemy.orm import Session

from models.reference.area import area_names, programme_counties
from models.reference.area_latin import AreaName, AreaPath, latin


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("广东省", "Guangdong"),
        ("广西壮族自治区", "Guangxi"),
        ("佛山市", "Foshan"),
        ("昭觉县", "Zhaojue County"),
        ("顺德区", "Shunde District"),
        ("凉山彝族自治州", "Liangshan Yi Autonomous Prefecture"),
        ("双江拉祜族佤族布朗族傣族自治县", "Shuangjiang Lahu, Va, Blang and Dai Autonomous County"),
        ("隆林各族自治县", "Longlin Multi-Ethnic Autonomous County"),
        ("六盘水市", "Liupanshui"),
        ("普洱市", "Pu'er"),
        ("番禺区", "Panyu District"),
        ("花都区", "Huadu District"),
        ("长顺县", "Changshun County"),
        ("清新区", "Qingxin District"),
        ("新城镇", "Xincheng Town"),
        ("绿化白族彝族乡", "Lühua Bai and Yi Ethnic Township"),
        ("桂城街道", "Guicheng Subdistrict"),
        ("县", "Xian"),
        ("", ""),
    ],
)
def test_an_area_is_called_as_on_an_english_map(written: str, said: str) -> None:
    assert latin(written) == said


def test_a_page_in_english_says_the_name_in_latin_letters(app: Flask) -> None:
    page = (
        '{{ name }}|{{ "在" ~ name }}|{{ _("%(city)s：%(route)s", city=name, route="x") }}|'
        '{{ [name] | join(",") }}'
    )
    with app.test_request_context():
        assert render_template_string(page, name=AreaName("昭觉县")).startswith("昭觉县|在昭觉县|昭觉县：x|")
        with force_locale("en"):
            said = render_template_string(page, name=AreaName("昭觉县"))
    assert said.count("Zhaojue County") == 4
    assert "昭觉" not in said


def test_the_program_reads_the_name_as_it_is_written(app: Flask) -> None:
    name = AreaName("佛山市")
    with app.test_request_context(), force_locale("en"):
        assert name == "佛山市"
        assert {name: 1}["佛山市"] == 1
        assert json.dumps([name], ensure_ascii=False) == '["佛山市"]'
        assert str(name.removesuffix("市")) == "Foshan"
        assert str(AreaPath("新城镇", "瓦吾村")) == "Wawu Village, Xincheng Town"


def test_every_county_of_the_programme_has_a_latin_name(session: Session) -> None:
    names = [
        latin(name)
        for name in area_names(session, [code for code, _name in programme_counties(session)]).values()
    ]
    assert len(names) > 50
    assert [
        name for name in names if not name.replace("'", "").replace("ü", "u").replace(" ", "").isascii()
    ] == []
