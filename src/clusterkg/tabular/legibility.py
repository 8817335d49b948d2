"""Whether decoded text is what people write, or what another encoding makes of it.

Of running Chinese, and of names, places and headers, half the characters are among a few hundred;
of what Big5, Shift-JIS, EUC-KR or Latin-1 look like in GB18030, a few in a hundred are.
"""

from collections import Counter

_FREQUENT = frozenset(
    "的一是了不在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里"
    "用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实"
    "日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政"
    "美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员"
    "解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件"
    "计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象"
    "完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术共确传师观清今切院让识候带导争运"
    "限企称址注册本省县镇村乡号街楼室技股份集团贸易械备造装材料建筑房农食服饰商店厂矿源能环境医药器电子软"
    "网络配件销售经营范围业务状态存续所属城州江河湖广京津沪渝重庆川陕苏浙福湖桂黔云冀晋蒙辽吉黑龙皖赣鲁豫"
    "鄂湘粤琼藏甘青宁疆李刘陈杨赵黄周吴徐孙胡朱高林何郭罗梁宋郑谢韩唐冯董萧曹袁邓许傅沈曾彭吕"
    "汽车零油塑橡胶铝钢铁铜纸玻璃陶瓷木竹棉丝布纺织氧化酸钠氯树脂粉液片膜板管线纤维")
_SHARE = 0.3


def legible(text: str) -> bool:
    """Tell whether the letters beyond ASCII are such as people use in Chinese."""
    counts = Counter(text)
    letters = sum(count for one, count in counts.items() if one > "\x7f" and one.isalpha())
    known = sum(counts[one] for one in _FREQUENT)
    return known >= _SHARE * letters
