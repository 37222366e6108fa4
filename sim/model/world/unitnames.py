"""Names of units in the official lists: which are villages, and what they are called.

Committees are called 村委会 or 村民委员会, in Inner Mongolia 嘎查 or 嘎查委员会, of herders 牧委会;
many lists write the village's name alone. A list may change its way from one year to the next.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

# The lists contain slips of the pen (村委会会, 社区居委, 社区居民委会 ...): allow for them.
_COMMITTEE = r"(?:[委民]*[委民]员?会?[员会]*(?:[（(]?筹[）)]?(?:委会)?)?)"
_COMMUNITY = re.compile(
    rf"(?:(?:农村)?社区(?:居|筹)?|居){_COMMITTEE}?(?:[（(]\S{{1,3}}社区[）)])?$|社区[（(]\S+[）)]$"
)
_VILLAGE = re.compile(rf"村(?:村)?{_COMMITTEE}$|村$")
# a village within a zone or farm, which the list names after it: 甲村委会（赣州经济技术开发区）
_WITHIN = re.compile(r"(?<=会)(?:[（(][^（()）]+[）)])+$")
_GACHA = re.compile(r"嘎查(?:村)?(?:人?[委民牧]*委?员?会)?$")
_HERDERS = re.compile(r"(?:村|队|社)?牧(?:民)?委员?会$")
#: a village committee as the lists spell it out; what the province counts publish rests on it
_SPELLED = re.compile(r"村委会|村民委员会|嘎查")
#: names of nationalities, as an alternative of a pattern
NATIONALITIES = (
    "彝|藏|羌|回|苗|傈僳|纳西|蒙古|土家|布依|傣|白|满|壮|侗|瑶|朝鲜|哈尼|哈萨克|黎|畲|拉祜|水|佤|东乡|土|柯尔克孜|"
    "仫佬|达斡尔|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|独龙|鄂伦春|"
    "赫哲|门巴|珞巴|基诺|景颇|维吾尔"
)
_TOWNSHIP_WORDS = re.compile(
    rf"(街道办事处|街道|地区办事处|苏木|镇|(?:(?:{NATIONALITIES})族)*(?:民族)?(?:乡|苏木))$"
)

#: a name of its own, and no committee alone
_FIRST = re.compile(r"(?!(?:村|居|社区|委员)(?:民|委|员|会|居)*$).")

UnitKind = Literal["village", "community", "other"]


@lru_cache(maxsize=50_000)
def unit_kind(name: str) -> UnitKind:
    """Tell a village from a community by the end of its official name.

    Returns
    -------
    {"village", "community", "other"}
        "other" are units without a committee: 村民小组, 生活区, 虚拟 (virtual) units, farms.
    """
    if "虚拟" in name or name.endswith("村民小组"):
        return "other"
    if _COMMUNITY.search(name):
        return "community"
    if _VILLAGE.search(name) or _GACHA.search(name) or _HERDERS.search(name):
        return "village"
    bare = _WITHIN.sub("", name)
    return unit_kind(bare) if bare != name else "other"


def spelled_out(name: str) -> bool:
    """Tell whether a list spells out a village's committee (村委会, 村民委员会, 嘎查).

    Published numbers of villages rest on these: Sichuan's 45,052 and 27,024 do.
    """
    return _SPELLED.search(name) is not None


@lru_cache(maxsize=50_000)
def base_name(name: str) -> str:
    """Return a unit's name without what its committee is called.

    >>> base_name("强鸣村委会"), base_name("强鸣村村民委员会"), base_name("强鸣社区居委会")
    ('强鸣', '强鸣', '强鸣')
    >>> base_name("巴彦花嘎查"), base_name("巴彦花嘎查委员会"), base_name("红星村委会（某新区）")
    ('巴彦花', '巴彦花', '红星')
    """
    kind = unit_kind(name)
    if kind == "other":
        return name
    if kind == "community":
        short = _COMMUNITY.sub("", name)
    else:
        bare = name if _VILLAGE.search(name) else _WITHIN.sub("", name)
        if (short := _VILLAGE.sub("", bare)) == bare:
            short = _GACHA.sub("", _HERDERS.sub("", bare))
    short = short.removesuffix("嘎查")  # 巴彦花嘎查村民委员会
    short = short.removesuffix("村")  # 流村委会, 流村村委会 and 流村社区居委会 are one place
    return short.replace("迴", "回") or name


def within_townships(names: Sequence[str], townships: Sequence[str]) -> list[str]:
    """Return a list's names without their county and township, where the list writes them so.

    >>> within_townships(["滦南县倴城镇靳营村民委员会"], ["倴城镇"])
    ['靳营村民委员会']
    """
    short = [
        name[at + len(town) :] if (at := name.find(town)) >= 0 else name
        for name, town in zip(names, townships, strict=True)
    ]
    told = [
        name != whole and unit_kind(name) != "other" and bool(_FIRST.match(base_name(name)))
        for name, whole in zip(short, names, strict=True)
    ]
    if sum(told) < 0.5 * len(names):
        return list(names)
    return [cut if ok else name for cut, ok, name in zip(short, told, names, strict=True)]


def township_base(name: str) -> str:
    """Return a township's name without what it is (镇, 乡, 街道, 民族乡, 苏木)."""
    return _TOWNSHIP_WORDS.sub("", name) or name
