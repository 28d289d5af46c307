"""What the document asks (粤办发〔2016〕32号 3-14), in its own words, and where it is done.

``page`` is the endpoint of an article that has a page of its own beside its registers.
"""

from dataclasses import dataclass

from models.i18n import N_


@dataclass(frozen=True)
class Article:
    """An article: its number, its heading, one sentence of it, and the endpoints of its own pages."""

    number: int
    heading: str
    asks: str
    pages: tuple[tuple[str, str], ...] = ()


ARTICLES = (
    Article(
        3,
        N_("明确结对关系"),
        N_("集中帮扶资源和力量、统筹调配干部和人才，进一步做实东西部扶贫协作工作。"),
        (("cooperation.pairings", N_("结对关系")),),
    ),
    Article(
        4,
        N_("携手奔小康"),
        N_("组织本行政区域内经济较发达县（市、区、镇）与贫困县结对，探索在乡镇之间、行政村之间结对帮扶。"),
        (("cooperation.pairings", N_("结对关系")),),
    ),
    Article(
        5,
        N_("对口支援"),
        N_("维持既定对口支援工作机制，继续向基层倾斜、向民生倾斜、向农牧民倾斜。"),
        (("cooperation.pairings", N_("结对关系")),),
    ),
    Article(6, N_("重点帮扶项目"), N_("由承担帮扶任务各市牵头编制帮扶规划并认真组织实施。")),
    Article(
        7,
        N_("产业合作"),
        N_("支持建设一批贫困人口参与度高的特色产业基地，培育一批带动贫困户发展的合作组织和龙头企业。"),
    ),
    Article(
        8,
        N_("劳务协作"),
        N_("建立和完善劳务输出精准对接机制，提高劳务输出脱贫的组织化程度。"),
        (("placements.index", N_("输出与跟踪")), ("spells.figures", N_("务工去向"))),
    ),
    Article(
        9,
        N_("人才支援与交流"),
        N_("每年安排一定数量的教师、医生、农业科技等专业技术人员到帮扶市接受培训或跟班学习。"),
    ),
    Article(
        10,
        N_("资金支持"),
        N_("按平均每县（市、区）每年1000万元安排财政支援资金，视财力增长情况每年适度增加。"),
        (("funds.index", N_("协作资金")),),
    ),
    Article(11, N_("社会参与"), N_("实现援助人与求助人点对点精准帮扶。")),
    Article(
        12, N_("组织领导"), N_("每年召开会议统筹协商重大事项；主要负责同志每年开展定期互访；派出前方工作组。")
    ),
    Article(13, N_("政策支持"), N_("分解任务，强化落实；明确具体工作待遇，做好统筹轮换工作。")),
    Article(
        14,
        N_("考核评估"),
        N_("重点考核减贫成效、劳务协作、产业合作、人才支援、资金支持 5 个方面。"),
        (("reports.index", N_("报表和考核")),),
    ),
)
BY_NUMBER = {article.number: article for article in ARTICLES}
