"""Made-up names in Chinese and English, and codes whose check digit is right."""

def _syllables(table: str) -> dict[str, str]:
    return {word[0]: word[1:] for word in table.split()}


_BRAND = _syllables("""
安An 宝Bao 昌Chang 达Da 恩En 丰Feng 光Guang 海Hai 华Hua 佳Jia 康Kang 利Li 隆Long
明Ming 宁Ning 鹏Peng 奇Qi 瑞Rui 盛Sheng 泰Tai 万Wan 祥Xiang 兴Xing 亚Ya 永Yong 裕Yu
泽Ze 正Zheng 中Zhong 卓Zhuo 博Bo 诚Cheng 德De 富Fu 恒Heng 鸿Hong 嘉Jia 金Jin 凯Kai
立Li 美Mei 庆Qing 润Run 顺Shun 天Tian 伟Wei 新Xin 旭Xu 益Yi 振Zhen
""")
_PLACE = _syllables("""
青Qing 白Bai 云Yun 石Shi 江Jiang 河He 山Shan 林Lin 平Ping 阳Yang 陵Ling 溪Xi 湖Hu
原Yuan 谷Gu 口Kou 桥Qiao 城Cheng 丘Qiu 泉Quan 岭Ling 川Chuan 洲Zhou 浦Pu 岸An 峰Feng
沙Sha 塘Tang 柳Liu 松Song 竹Zhu 梅Mei 枫Feng 荷He 雁Yan 鹤He 凤Feng 龙Long 虎Hu 鹿Lu
朝Chao 夕Xi 晨Chen 霞Xia 雪Xue 霜Shuang 晴Qing 岚Lan 渡Du 渚Zhu 屏Ping 麓Lu 汀Ting
浔Xun
""")
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
    return "".join(_BRAND[sign] for sign in signs).capitalize(), "".join(signs)


def credit_code(area: str, index: int) -> str:
    """Give a unified social credit code (GB 32100-2015) for the index-th enterprise."""
    body = []
    for _ in range(9):
        index, digit = divmod(index, 31)
        body.append(_DIGITS[digit])
    code = "91" + area + "".join(reversed(body))
    total = sum(_VALUE[digit] * weight for digit, weight in zip(code, _WEIGHTS, strict=True))
    return code + _DIGITS[-total % 31]
