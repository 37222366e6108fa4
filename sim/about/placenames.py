"""Names of provinces and prefectures for maps: short, in Chinese or in pinyin."""

import re

from sim.model.world.entries import CountyEntry, units
from sim.model.world.unitnames import NATIONALITIES

_WHAT = re.compile(
    rf"^(.{{2,}}?)(?:(?:{NATIONALITIES})族?)*(?:特别行政区|自治区|自治州|地区|省|市|盟)$"
)
#: how those are called in English whose pinyin is another
_ENGLISH = {"陕西": "Shaanxi", "内蒙古": "Inner Mongolia", "西藏": "Xizang (Tibet)"}


def short(name: str) -> str:
    """Return a region's name without what it is.

    >>> short("四川省"), short("凉山彝族自治州"), short("内蒙古自治区"), short("锡林郭勒盟")
    ('四川', '凉山', '内蒙古', '锡林郭勒')
    """
    found = _WHAT.match(name)
    return found[1] if found else name


def region_name(county: CountyEntry, level: str, lang: str) -> str:
    """Return the short name of a county's province or prefecture.

    Parameters
    ----------
    county : CountyEntry
        The county.
    level : {"province", "prefecture"}
        Which.
    lang : {"en", "zh"}
        Chinese, or else pinyin without tones.

    Returns
    -------
    str
        Empty for counties that are under the province itself.
    """
    name = getattr(county, level)
    if "直辖" in name:
        return ""
    chinese = short(name)
    if lang == "zh":
        return chinese
    said = units()[county.code][-1][f"{level}_pinyin"].split("|")[0].split()
    first, *more = said[: len(chinese)]
    spelled = first + "".join(f"'{each}" if each[0] in "aeo" else each for each in more)
    return _ENGLISH.get(chinese, spelled.replace("v", "u").capitalize())
