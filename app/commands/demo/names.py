"""How people of the seven prefectures are called: invented combinations of common family and given names."""

from random import Random

YI_CLANS = [
    "吉克",
    "沙马",
    "阿说",
    "俄木",
    "马海",
    "吉木",
    "曲比",
    "阿苦",
    "的日",
    "海来",
    "尼苦",
    "阿力",
    "勒格",
    "吉伍",
    "莫色",
    "阿的",
    "金古",
    "瓦其",
    "苏呷",
    "比布",
]
YI_MEN = [
    "阿牛",
    "尔布",
    "木加",
    "日洛",
    "子洛",
    "石布",
    "拉铁",
    "伍哈",
    "尔古",
    "铁哈",
    "木呷",
    "拉日",
    "阿且",
    "依合",
    "尔哈",
    "伍沙",
]
YI_WOMEN = [
    "伍各木",
    "阿依",
    "阿乌",
    "尔作",
    "嫫嫫",
    "日扎",
    "古呷嫫",
    "阿呷",
    "妞妞",
    "石扎",
    "依妞",
    "牛牛嫫",
    "阿果",
    "尔西",
]
FAMILY = {
    "壮族": ["韦", "黄", "覃", "蒙", "农", "陆", "梁", "岑", "罗", "潘"],
    "布依族": ["罗", "岑", "王", "韦", "陆", "班", "蒙", "莫", "卢"],
    "苗族": ["杨", "吴", "龙", "石", "张", "熊", "李", "王", "陶", "罗"],
    "傈僳族": ["李", "和", "余", "褚", "蜂", "普", "密", "熊", "邓"],
    "水族": ["韦", "潘", "石", "吴", "陆", "蒙", "王"],
    "瑶族": ["蓝", "盘", "罗", "蒙", "赵", "邓", "黄"],
    "回族": ["马", "李", "丁", "虎", "撒", "孔", "锁"],
    "汉族": [
        "王",
        "李",
        "张",
        "刘",
        "陈",
        "杨",
        "赵",
        "周",
        "吴",
        "徐",
        "孙",
        "胡",
        "朱",
        "高",
        "林",
        "何",
        "郭",
        "罗",
        "宋",
        "郑",
    ],
}
MEN = [
    "建国",
    "志强",
    "小龙",
    "光明",
    "文军",
    "永福",
    "德贵",
    "正华",
    "国平",
    "阿贵",
    "春生",
    "仕荣",
    "兴旺",
    "朝军",
    "开发",
    "学明",
    "胜利",
    "大勇",
]
WOMEN = [
    "秀英",
    "美珍",
    "小妹",
    "丽芳",
    "春梅",
    "金花",
    "玉兰",
    "彩云",
    "桂香",
    "晓燕",
    "红梅",
    "阿娟",
    "凤仙",
    "小凤",
    "云香",
    "月娥",
]
# Which peoples live in a prefecture, most numerous first (weights fall by half).
PEOPLES = {
    "513400": ("彝族", "汉族"),
    "451000": ("壮族", "瑶族", "汉族"),
    "451200": ("壮族", "瑶族", "汉族"),
    "522700": ("布依族", "苗族", "水族", "汉族"),
    "520500": ("汉族", "苗族", "彝族", "布依族"),
    "533300": ("傈僳族", "汉族"),
    "530600": ("汉族", "彝族", "苗族", "回族"),
}


def people_of(rng: Random, prefecture: str) -> str:
    """Draw the people (民族) of a person from ``prefecture``."""
    peoples = PEOPLES.get(prefecture, ("汉族",))
    return rng.choices(peoples, [2.0**-n for n in range(len(peoples))])[0]


def name_of(rng: Random, people: str, sex: str) -> str:
    """Draw a name."""
    if people == "彝族" and rng.random() < 0.8:
        return rng.choice(YI_CLANS) + rng.choice(YI_MEN if sex == "M" else YI_WOMEN)
    family = rng.choice(FAMILY.get(people, FAMILY["汉族"]))
    return family + rng.choice(MEN if sex == "M" else WOMEN)
