"""Names of areas in Latin letters: pinyin, the kind of area in English, the peoples an area is named after.

凉山彝族自治州 is Liangshan Yi Autonomous Prefecture, 昭觉县 Zhaojue County, 佛山市 Foshan. Pinyin as on
maps (汉语拼音方案, an apostrophe before a, e and o within a word); peoples and regions by their usual English
names (GB 3304; Inner Mongolia, Tibet).
"""

import re
from functools import lru_cache

USUAL = {
    "内蒙古自治区": "Inner Mongolia",
    "西藏自治区": "Tibet",
    "新疆维吾尔自治区": "Xinjiang",
    "广西壮族自治区": "Guangxi",
    "宁夏回族自治区": "Ningxia",
    "陕西省": "Shaanxi",
    "香港特别行政区": "Hong Kong",
    "澳门特别行政区": "Macao",
}
# Longest first: 自治州 before 州.
KINDS = (
    ("自治州", "Autonomous Prefecture"),
    ("自治县", "Autonomous County"),
    ("自治旗", "Autonomous Banner"),
    ("民族乡", "Ethnic Township"),
    ("族乡", "Ethnic Township"),
    ("街道办事处", "Subdistrict"),
    ("街道", "Subdistrict"),
    ("地区", "Prefecture"),
    ("林区", "Forestry District"),
    ("特区", "Special District"),
    ("社区", "Community"),
    ("村", "Village"),
    ("省", ""),
    ("市", ""),
    ("县", "County"),
    ("区", "District"),
    ("旗", "Banner"),
    ("镇", "Town"),
    ("乡", "Township"),
)
PEOPLES = {
    "各": "Multi-Ethnic",
    "土家": "Tujia",
    "布依": "Buyei",
    "哈尼": "Hani",
    "傈僳": "Lisu",
    "拉祜": "Lahu",
    "纳西": "Naxi",
    "景颇": "Jingpo",
    "布朗": "Blang",
    "阿昌": "Achang",
    "普米": "Pumi",
    "独龙": "Derung",
    "仡佬": "Gelao",
    "毛南": "Maonan",
    "仫佬": "Mulam",
    "东乡": "Dongxiang",
    "撒拉": "Salar",
    "保安": "Bonan",
    "裕固": "Yugur",
    "蒙古": "Mongol",
    "哈萨克": "Kazakh",
    "朝鲜": "Korean",
    "藏": "Tibetan",
    "彝": "Yi",
    "壮": "Zhuang",
    "回": "Hui",
    "羌": "Qiang",
    "苗": "Miao",
    "侗": "Dong",
    "瑶": "Yao",
    "白": "Bai",
    "傣": "Dai",
    "佤": "Va",
    "水": "Sui",
    "黎": "Li",
    "满": "Manchu",
    "畲": "She",
    "怒": "Nu",
    "土": "Tu",
    "京": "Gin",
}
PEOPLE = re.compile(f"({'|'.join(PEOPLES)})族")
# Readings of places that differ from those of prose.
IN_PLACES = {"都": "du", "长": "chang", "厦": "xia"}
PLACES = {
    "长子": "Zhangzi",
    "番禺": "Panyu",
    "乐业": "Leye",
    "乐昌": "Lechang",
    "大埔": "Dabu",
    "六枝": "Liuzhi",
    "荥经": "Yingjing",
    "犍为": "Qianwei",
    "会泽": "Huize",
    "会理": "Huili",
    "会东": "Huidong",
    "勐海": "Menghai",
    "勐腊": "Mengla",
    "呈贡": "Chenggong",
    "澄迈": "Chengmai",
    "儋州": "Danzhou",
}


@lru_cache(maxsize=8192)
def latin(name: str) -> str:
    """The name in Latin letters; what has no Chinese character stays as it is."""
    if name in USUAL:
        return USUAL[name]
    kind_word, kind = next(((word, said) for word, said in KINDS if name.endswith(word)), ("", ""))
    stem = name.removesuffix(kind_word)
    if kind == "District" and stem.endswith("新") and len(stem) > 2:  # 滨海湾新区, but not 清新区
        stem, kind = stem.removesuffix("新"), "New District"
    if kind == "Ethnic Township" and kind_word == "族乡":
        stem += "族"
    peoples = PEOPLE.findall(stem)
    place = PEOPLE.sub("", stem) if peoples else stem
    if not place:
        return pinyin(name)
    return " ".join(part for part in (pinyin(place), _together(peoples), kind) if part)


def _together(peoples: list[str]) -> str:
    named = [PEOPLES[people] for people in peoples]
    return " and ".join((", ".join(named[:-1]), named[-1])) if len(named) > 1 else "".join(named)


def pinyin(place: str) -> str:
    """The name of a place as one word: Xi'an, Liangshan."""
    from pypinyin import lazy_pinyin  # takes a third of a second to load: for English pages only

    if place in PLACES:
        return PLACES[place]
    read: list[str] = lazy_pinyin(place, v_to_u=True)
    is_read_alone = len(read) == len(place)
    syllables = (
        [IN_PLACES.get(here, one) for here, one in zip(place, read, strict=True)] if is_read_alone else read
    )
    first, *rest = syllables or [""]
    word = first + "".join(f"'{one}" if one[:1] in "aeo" else one for one in rest)
    return word[:1].upper() + word[1:]


class AreaName(str):
    """The name of an area: itself to the program, in the reader's letters where a page says it."""

    @staticmethod
    def is_latin() -> bool:
        """Whether the reader reads Latin letters; the web says so (app/kit/web/formatters.py)."""
        return False

    def __str__(self) -> str:
        own = str.__str__(self)
        return latin(own) if AreaName.is_latin() else own

    def __html__(self) -> str:
        return str(self).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#39;")

    def __format__(self, how: str) -> str:
        return format(str(self), how)

    def removesuffix(self, suffix: str, /) -> "AreaName":
        return AreaName(str.removesuffix(self, suffix))


class AreaPath(AreaName):
    """An area with the one above it: 佛山市顺德区, Shunde District, Foshan."""

    def __new__(cls, *parts: str) -> "AreaPath":
        path = super().__new__(cls, "".join(parts))
        path.parts = parts
        return path

    parts: tuple[str, ...]

    def __str__(self) -> str:
        if AreaName.is_latin():
            return ", ".join(latin(part) for part in reversed(self.parts) if part)
        return str.__str__(self)
