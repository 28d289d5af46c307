"""The words of a long notice that name the work, without the perks, terms and pay around it.

A board or a chat writes 招小区保安6名 55岁以下 四班三倒 3800元: parts set apart by spaces and
signs, of which one names work. A part that names none is dropped before the title is guessed from.
What stands before 招 stays, since 制衣厂招车工 is told by its factory.
"""

import re
import unicodedata
from functools import lru_cache

from matching.text.cleaning import BRACKETS, LONGEST_TEXT, strip_noise
from matching.text.titles import find_terms, title_key

_BETWEEN = re.compile(r"[\s,，。;；:：!！?？、+＋|~·]+")
_CALLS = re.compile(r"[招聘](?![牌商标待])")
# Numbers and their units alone: pay, hours, heads.
_FIGURES = re.compile(
    r"[\d.,\-~一二三四五六七八九十百千万两几半kw元块%/名人个位天月年日时小岁点起约上下至到每以内左右约h]+"
)
# Whom one would rather have, whatever else the part says (退伍军人优先).
_RATHER = re.compile(r"优先|优者|(?:以上|以下|以内)$")
# Whom one wants and what is offered, unless the part names an occupation (空调维修, 保险销售, 高中教师).
_TERMS = re.compile(
    r"经验|学历|户口|年龄|[\d一二三四五六]十?岁|男女|证(?:上岗)?$|[abc]\d?照|驾龄|吃苦|耐劳|爱心|颜值|形象|气质|视力|力气|多劳"
    r"|新手|学徒[也可]|可学|包教|自带|满.{1,3}[天年]|返费|报销|劳保|^(?:限|仅)?[男女](?:工|士)?$"
    r"|^(?:初中|高中|中专|大专|本科)(?:及?以上|毕业|学历)?$"
    r"|宿舍|住宿|住房|有住|包住|包吃|包餐|包食|[一两三]餐|[中午]饭|中餐|夜宵|工作餐|夫妻|空调|恒温|风扇|口罩|班车|接送|保险"
    r"|社保|[五六]险|全勤|双薪|奖|补贴|补助|福利|休.天|月休|休一|上\d+休|[单双]休|倒班|.班.?倒|[两三四]班|运转|上班|[白夜晚早]班$"
    r"|计件|计时|[日月天现]结|结清|按.{1,3}算|保底|底薪|提成|抽成|免费|长期|临时|出差|坐班|坐着|报名|电话|联系|微信|速来|名额"
    r"|封闭|大家庭|货源|工价|工期|合同|月入|旺季|暑期"
)


@lru_cache(maxsize=65536)
def work_of(title: str) -> str:
    """What is left of a cleaned title without the parts that name no work; all of it where nothing would be.

    >>> work_of("招小区保安6名 55岁以下 四班三倒 3800元 提供宿舍"), work_of("空调维修、家电清洗")
    ('招小区保安', '空调维修 家电清洗')
    """
    folded = BRACKETS.sub(" ", unicodedata.normalize("NFKC", title[:LONGEST_TEXT]).casefold())
    parts = [part for part in _BETWEEN.split(folded) if part]
    left = " ".join(part for part in parts if not _says_no_work(part))
    return strip_noise(left) or title_key(title)


def _says_no_work(part: str) -> bool:
    if _FIGURES.fullmatch(part):
        return True
    if _CALLS.search(part):
        return False
    return bool(_RATHER.search(part) or (_TERMS.search(part) and not find_terms(part)))
