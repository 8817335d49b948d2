"""Made-up names in Chinese and English, and codes whose check digit is right."""

_BRAND = {"安": "An", "宝": "Bao", "昌": "Chang", "达": "Da", "恩": "En", "丰": "Feng", "光": "Guang",
          "海": "Hai", "华": "Hua", "佳": "Jia", "康": "Kang", "利": "Li", "隆": "Long", "明": "Ming",
          "宁": "Ning", "鹏": "Peng", "奇": "Qi", "瑞": "Rui", "盛": "Sheng", "泰": "Tai", "万": "Wan",
          "祥": "Xiang", "兴": "Xing", "亚": "Ya", "永": "Yong", "裕": "Yu", "泽": "Ze", "正": "Zheng",
          "中": "Zhong", "卓": "Zhuo", "博": "Bo", "诚": "Cheng", "德": "De", "富": "Fu", "恒": "Heng",
          "鸿": "Hong", "嘉": "Jia", "金": "Jin", "凯": "Kai", "立": "Li", "美": "Mei", "庆": "Qing",
          "润": "Run", "顺": "Shun", "天": "Tian", "伟": "Wei", "新": "Xin", "旭": "Xu", "益": "Yi",
          "振": "Zhen"}
_PLACE = {"青": "Qing", "白": "Bai", "云": "Yun", "石": "Shi", "江": "Jiang", "河": "He", "山": "Shan",
          "林": "Lin", "平": "Ping", "阳": "Yang", "陵": "Ling", "溪": "Xi", "湖": "Hu", "原": "Yuan",
          "谷": "Gu", "口": "Kou", "桥": "Qiao", "城": "Cheng", "丘": "Qiu", "泉": "Quan", "岭": "Ling",
          "川": "Chuan", "洲": "Zhou", "浦": "Pu", "岸": "An", "峰": "Feng", "沙": "Sha", "塘": "Tang",
          "柳": "Liu", "松": "Song", "竹": "Zhu", "梅": "Mei", "枫": "Feng", "荷": "He", "雁": "Yan",
          "鹤": "He", "凤": "Feng", "龙": "Long", "虎": "Hu", "鹿": "Lu", "朝": "Chao", "夕": "Xi",
          "晨": "Chen", "霞": "Xia", "雪": "Xue", "霜": "Shuang", "晴": "Qing", "岚": "Lan",
          "渡": "Du", "渚": "Zhu", "屏": "Ping", "麓": "Lu", "汀": "Ting", "浔": "Xun"}
_BRANDS, _PLACES = tuple(_BRAND), tuple(_PLACE)
_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUE = {digit: value for value, digit in enumerate(_DIGITS)}
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def place(index: int) -> tuple[str, str]:
    """Give a name of two syllables in English and Chinese, another for each index below 2,862."""
    first, second = divmod(index * 1367 % (54 * 53), 53)
    second += second >= first
    one, two = _PLACES[first], _PLACES[second]
    return _PLACE[one] + _PLACE[two].lower(), one + two


def brand(index: int) -> tuple[str, str]:
    """Give a brand of three syllables in English and Chinese, another for each below 125,000."""
    rest, first = divmod(index * 60_013 % 125_000, 50)
    third, second = divmod(rest, 50)
    signs = _BRANDS[first], _BRANDS[second], _BRANDS[third]
    return "".join([_BRAND[signs[0]], *(_BRAND[sign].lower() for sign in signs[1:])]), "".join(signs)


def credit_code(area: str, index: int) -> str:
    """Give a unified social credit code (GB 32100-2015) for the index-th enterprise."""
    body = []
    for _ in range(9):
        index, digit = divmod(index, 31)
        body.append(_DIGITS[digit])
    code = "91" + area + "".join(reversed(body))
    total = sum(_VALUE[digit] * weight for digit, weight in zip(code, _WEIGHTS, strict=True))
    return code + _DIGITS[-total % 31]
