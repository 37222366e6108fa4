"""Write the registry of sim/data/registry from the lists of villages and the borders of counties.

    python docs/make_registry.py VILLAGES.parquet OUTLINES.parquet AREAS

VILLAGES: code, name, township, years (bit i: the list of 2016 + i). OUTLINES: code, name,
prefecture, province, area_km2, lon, lat, outline (WKB). AREAS: a folder with areas-2016.json,
areas-2020.json, cities-2016.json and cities-2020.json of `china-division` 2.0.0 and 2.4.0, for the
names of counties. Besides the development environment, `pypinyin` is needed (0.55 was used): the
index holds its readings, so nothing else needs it.
"""

import gzip
import json
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pypinyin
import shapely

from sim.files import digest
from sim.model.world.archive import FIRST_YEAR, FOLDER, ListRow, pack_rings, pack_rows
from sim.model.world.unitnames import (
    NATIONALITIES,
    base_name,
    spelled_out,
    township_base,
    unit_kind,
    within_townships,
)

YEARS = range(FIRST_YEAR, FIRST_YEAR + 8)
#: a county goes on under another code if so much of the list after was in the list before, and so
#: much of the list before is in the list after (less where villages merged in the same year)
LATER, EARLIER = 0.65, 0.3
#: a code was given to another county if its lists of two years share fewer names than this, of
#: townships and of villages
REUSED = 0.2
#: changes of so much of a county's villages are recorded
RECORDED = 0.05
#: begin of the codes of islands that the maps of the atlas do not reach
SOUTH_SEA = "4603"
#: names of codes that stand in no table of names: of the lists of 2017-2019 and 2021-2023 alone
NAMES = {
    "140371": "山西阳泉经济开发区", "150171": "呼和浩特金海高新技术产业开发区", "232702": "松岭区",
    "232703": "新林区", "232704": "呼中区", "320576": "苏州工业园区",
    "340176": "合肥高新技术产业开发区", "340177": "合肥经济技术开发区",
    "340178": "合肥新站高新技术产业开发区", "370176": "济南高新技术产业开发区",
    "370676": "烟台经济技术开发区", "371172": "日照国际海洋城", "371372": "临沂经济技术开发区",
    "371373": "临沂临港经济开发区", "430476": "湖南衡阳高新技术产业园区", "431181": "祁阳市",
    "433172": "湖南吉首经济开发区", "433173": "湖南永顺经济开发区", "450181": "横州市",
    "513402": "会理市", "532302": "禄丰市", "540481": "米林市", "540581": "错那市",
    "610305": "凤翔区", "610981": "旬阳市", "620871": "平凉工业园区", "632858": "冷湖行政委员会",
    "632859": "茫崖行政委员会", "650171": "乌鲁木齐经济技术开发区",
    "650172": "乌鲁木齐高新技术产业开发区", "654203": "沙湾市", "659011": "新星市",
    "659012": "白杨市",
}  # fmt: skip
#: borders that their source has under another code
BORDERS = {"232761": "232718", "620201": "620200"}
DIRECT = "直辖县级"
AUTONOMOUS = re.compile(rf"(?:(?:{NATIONALITIES}|各)族|维吾尔)*自治(?:区|州|县|旗)$")
#: readings of letters in names of places, where they have others in words
LETTERS = {"都": "du", "长": "chang", "圩": "xu", "什": "shi", "佛": "fo"}
#: readings of places that a dictionary of words does not have (others are accepted beside them)
READINGS = {
    "红寺堡": "hong si bu", "曾都": "zeng du", "阿图什": "a tu shi",
    "襄都": "xiang du", "信都": "xin du", "长治": "chang zhi", "上党": "shang dang",
    "南乐": "nan le",
    "民乐": "min le", "马尾": "ma wei", "浪卡子": "lang ka zi", "子长": "zi chang",
    "昌都": "chang du",
    "乐亭": "lao ting", "乐陵": "lao ling", "大城县": "dai cheng xian", "蔚县": "yu xian",
    "井陉": "jing xing", "洪洞": "hong tong", "繁峙": "fan shi", "长子县": "zhang zi xian",
    "尉犁": "yu li", "尉氏": "wei shi", "枞阳": "zong yang", "涡阳": "guo yang", "亳州": "bo zhou",
    "歙县": "she xian", "黟县": "yi xian", "六安": "lu an", "泌阳": "bi yang", "浚县": "xun xian",
    "中牟": "zhong mu", "渑池": "mian chi", "柘城": "zhe cheng", "郏县": "jia xian",
    "睢县": "sui xian", "睢阳": "sui yang", "漯河": "luo he", "淅川": "xi chuan", "监利": "jian li",
    "硚口": "qiao kou", "黄陂": "huang pi", "耒阳": "lei yang", "汨罗": "mi luo", "溆浦": "xu pu",
    "番禺": "pan yu", "吴堡": "wu bu", "柞水": "zha shui", "宕昌": "dang chang", "什邡": "shi fang",
    "荥经": "ying jing", "荥阳": "xing yang", "筠连": "jun lian", "犍为": "qian wei",
    "珙县": "gong xian", "郫都": "pi du", "郫县": "pi xian", "綦江": "qi jiang", "涪陵": "fu ling",
    "六合": "lu he", "六枝": "liu zhi", "盱眙": "xu yi", "莘县": "shen xian", "单县": "shan xian",
    "东阿": "dong e", "茌平": "chi ping", "曲阜": "qu fu", "牟平": "mu ping", "任丘": "ren qiu",
    "任县": "ren xian", "任城": "ren cheng", "任泽": "ren ze", "盖州": "gai zhou",
    "台州": "tai zhou", "天台": "tian tai", "丽水": "li shui", "嵊州": "sheng zhou",
    "缙云": "jin yun", "鄞州": "yin zhou", "乐清": "yue qing", "乐平": "le ping",
    "长乐": "chang le", "昌乐": "chang le", "铅山": "yan shan", "婺源": "wu yuan",
    "婺城": "wu cheng", "弋阳": "yi yang", "弋江": "yi jiang", "余干": "yu gan",
    "会昌": "hui chang", "会理": "hui li", "会东": "hui dong", "会泽": "hui ze", "会宁": "hui ning",
    "会同": "hui tong", "新会": "xin hui", "阿城": "a cheng", "东阿县": "dong e xian",
    "华蓥": "hua ying", "华县": "hua xian", "华州": "hua zhou", "华阴": "hua yin", "巴彦": "ba yan",
    "重庆": "chong qing", "长垣": "chang yuan", "长葛": "chang ge", "宿州": "su zhou",
    "宿迁": "su qian", "宿豫": "su yu", "宿城": "su cheng", "宿松": "su song", "蚌埠": "beng bu",
    "蚌山": "beng shan", "砀山": "dang shan", "濉溪": "sui xi", "谯城": "qiao cheng", "颍": "ying",
    "郧阳": "yun yang", "郧西": "yun xi", "秭归": "zi gui", "攸县": "you xian", "澧县": "li xian",
    "沅": "yuan", "芷江": "zhi jiang", "东莞": "dong guan", "莞城": "guan cheng",
    "浏阳": "liu yang", "雩": "yu", "儋州": "dan zhou", "邛崃": "qiong lai", "邛": "qiong",
    "北碚": "bei bei", "浉河": "shi he", "瀍河": "chan he", "召陵": "shao ling", "源汇": "yuan hui",
    "郾城": "yan cheng", "舞阳": "wu yang", "鄢陵": "yan ling", "禹会": "yu hui",
    "尖扎": "jian zha", "碌曲": "lu qu", "卓尼": "zhuo ni", "岷县": "min xian",
    "吐鲁番": "tu lu fan", "可克达拉": "ke ke da la", "普洱": "pu er", "洱源": "er yuan",
    "勐": "meng", "漾濞": "yang bi", "景洪": "jing hong", "牟定": "mou ding", "冼": "xian",
    "石泉": "shi quan", "单": "shan", "薛城": "xue cheng", "莱芜": "lai wu", "郯城": "tan cheng",
    "临朐": "lin qu", "博兴": "bo xing", "无棣": "wu di", "费县": "fei xian", "泗水": "si shui",
    "兖州": "yan zhou", "滕州": "teng zhou", "峄城": "yi cheng", "长岛": "chang dao",
    "长清": "chang qing", "冠县": "guan xian", "高密": "gao mi", "即墨": "ji mo",
    "城阳": "cheng yang", "解放": "jie fang", "解州": "xie zhou", "隰县": "xi xian",
    "临猗": "lin yi", "稷山": "ji shan", "绛县": "jiang xian", "新绛": "xin jiang",
    "万柏林": "wan bai lin", "尖草坪": "jian cao ping", "迎泽": "ying ze", "朔城": "shuo cheng",
    "应县": "ying xian", "右玉": "you yu", "盂县": "yu xian", "屯留": "tun liu", "平遥": "ping yao",
    "朝阳": "chao yang", "柏乡": "bai xiang", "藁城": "gao cheng", "鹿泉": "lu quan",
    "深泽": "shen ze", "行唐": "xing tang", "涿": "zhuo", "曲阳": "qu yang", "曲周": "qu zhou",
    "曲沃": "qu wo", "曲江": "qu jiang", "曲靖": "qu jing", "曲麻莱": "qu ma lai",
    "曲水": "qu shui", "曲松": "qu song", "大厂": "da chang", "裕民": "yu min", "莎车": "sha che",
    "叶城": "ye cheng", "车里": "che li", "库车": "ku che", "阿勒泰": "a le tai",
    "覃塘": "qin tang", "那坡": "na po", "那曲": "na qu", "覃": "qin", "沈丘": "shen qiu",
    "沈河": "shen he", "沈北新区": "shen bei xin qu", "瓦房店": "wa fang dian", "桦甸": "hua dian",
    "珲春": "hun chun", "浑江": "hun jiang", "浑南": "hun nan", "磐石": "pan shi",
    "扎赉特": "zha lai te", "扎兰屯": "zha lan tun", "扎鲁特": "zha lu te", "巴林": "ba lin",
    "喀喇沁": "ka la qin", "敖汉": "ao han", "鄂托克": "e tuo ke", "伽师": "jia shi",
    "绿春": "lv chun", "吕梁": "lv liang", "旅顺口": "lv shun kou", "闾": "lv", "闽侯": "min hou",
    "漳": "zhang", "长泰": "chang tai", "长汀": "chang ting", "长丰": "chang feng",
}  # fmt: skip


@dataclass
class Listing:
    """A county under one code: its rows, the years that have a list, where it goes on."""

    code: str
    rows: list[ListRow]
    mask: int
    goes_on: "Listing | None" = None
    came_from: "Listing | None" = None
    units: dict[int, set[str]] = field(default_factory=dict)

    def years(self) -> list[int]:
        return [year for i, year in enumerate(YEARS) if self.mask >> i & 1]

    def of(self, year: int) -> list[ListRow]:
        return _list(self.rows, year - FIRST_YEAR)


def read_listings(path: Path) -> list[Listing]:
    table = pd.read_parquet(path)
    codes = table["code"].map("{:012d}".format)
    listings = []
    for code, part in table.assign(code=codes).groupby(codes.str[:6], sort=True):
        columns = (part[name].tolist() for name in ("code", "name", "township", "years"))
        rows = [ListRow(*row) for row in zip(*columns, strict=True)]
        for mask in _pieces(rows):
            own = [row._replace(years=row.years & mask) for row in rows if row.years & mask]
            listings.append(Listing(str(code), own, mask))
    for listing in listings:
        for year in listing.years():
            listing.units[year] = {_base(row.name) for row in listing.of(year)}
    return listings


def _list(rows: list[ListRow], bit: int) -> list[ListRow]:
    """Return one year's list, names without county and township where it writes them so."""
    rows = [row for row in rows if row.years >> bit & 1]
    names = within_townships([row.name for row in rows], [row.township for row in rows])
    return [row._replace(name=name) for row, name in zip(rows, names, strict=True)]


def _base(name: str) -> str:
    return base_name(name).removesuffix("社区")  # 板井潭村委会 became 板井潭社区村委会


def _pieces(rows: list[ListRow]) -> list[int]:
    """Return the years of a code, cut where the code was given to another county."""
    lists = [_list(rows, i) for i in range(8)]
    names = [{_base(row.name) for row in each} for each in lists]
    places = [{township_base(row.township) for row in each} for each in lists]
    masks, last = [0], None
    for i in range(8):
        if not lists[i]:
            continue
        many = last is not None and min(len(lists[i]), len(lists[last])) >= 10
        if many and all(_alike(x[i], x[last]) < REUSED for x in (names, places)):
            masks.append(0)
        masks[-1] |= 1 << i
        last = i
    return masks


def _alike(one: set[str], other: set[str]) -> float:
    """Return the share of names of the smaller set that the other has."""
    return len(one & other) / max(min(len(one), len(other)), 1)


def link(listings: list[Listing]) -> None:
    """Find the code under which a county goes on."""
    for old in listings:
        last = old.years()[-1]
        if last == YEARS[-1]:
            continue
        for new in listings:
            if new.code[:2] != old.code[:2] or new.years()[0] != last + 1 or new is old:
                continue
            shared = len(old.units[last] & new.units[last + 1])
            later, earlier = shared / len(new.units[last + 1]), shared / len(old.units[last])
            if later >= LATER and earlier >= EARLIER and new.came_from is None:
                old.goes_on, new.came_from = new, old


def chain(listing: Listing) -> list[Listing]:
    """Return a county's listings, the earliest first, from its last."""
    found = [listing]
    while (before := found[0].came_from) is not None:
        found.insert(0, before)
    return found


# --- what changed from list to list ---------------------------------------------------------------


@dataclass
class Change:
    """What became of a county's villages from one list to the next there is."""

    before: int
    after: int
    kind: str
    villages: tuple[int, int]

    def text(self) -> str:
        return f"{self.before}-{self.after}:{self.kind}:{self.villages[0]}:{self.villages[1]}"


def _lists(listings: list[Listing]) -> dict[int, list[ListRow]]:
    return {year: part.of(year) for part in listings for year in part.years()}


def _of(rows: Iterable[ListRow], kind: str) -> Counter[str]:
    return Counter(_base(row.name) for row in rows if unit_kind(row.name) == kind)


def _towns(rows: Iterable[ListRow]) -> dict[str, set[str]]:
    towns: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if unit_kind(row.name) != "other":
            towns[township_base(row.township)].add(_base(row.name))
    return towns


def changes(lists: dict[int, list[ListRow]], around: "Prefecture", me: int) -> Iterator[Change]:
    years = sorted(lists)
    for before, after in pairwise(years):
        old, new = lists[before], lists[after]
        v0, v1 = _of(old, "village"), _of(new, "village")
        n0, n1 = v0.total(), v1.total()
        s0, s1 = (sum(spelled_out(row.name) for row in rows) for rows in (old, new))
        fall = 1 - n1 / n0 if n0 else 0.0
        spelled = 1 - s1 / s0 if s0 else 0.0
        if max(fall, spelled) < RECORDED:
            continue
        if fall < RECORDED:
            yield Change(before, after, "listing", (n0, n1))
            continue
        lost, loss = v0 - v1, n0 - n1
        parts = {"border": around.moved(me, old, new, before, after)}
        for name, kind in (("communities", "community"), ("listing", "other")):
            now = _of(new, kind)  # under the same names, or so many more of them
            parts[name] = max((lost & now).total(), now.total() - _of(old, kind).total())
        kind = max(parts, key=lambda name: parts[name])
        told = kind if parts[kind] >= 0.5 * loss else "merger" if n1 else "communities"
        yield Change(before, after, told, (n0, n1))


class Prefecture:
    """The counties of one prefecture, to see townships pass from one to another."""

    def __init__(self, counties: list[dict[int, list[ListRow]]]) -> None:
        self.towns = [{year: _towns(rows) for year, rows in lists.items()} for lists in counties]

    def moved(self, me: int, old: list[ListRow], new: list[ListRow], b: int, a: int) -> int:
        """Return how many villages of a county are in another one of the prefecture later."""
        left, kept, count = _towns(old), _towns(new), 0
        here = set().union(*kept.values()) if kept else set()
        for town, names in left.items():
            gone = names - here
            if len(gone) < 0.5 * len(names):
                continue
            for other, lists in enumerate(self.towns):
                if other == me or a not in lists:
                    continue
                now = lists[a].get(town, set())
                earlier = lists.get(b, {}).get(town, set())
                if len(names & now - earlier) >= 0.5 * len(names):
                    count += len(names)
                    break
        return count


# --- names, readings, borders ---------------------------------------------------------------------


def reading(name: str) -> list[str]:
    """Return how a name is read, syllables without tones; the likeliest first, others after it."""
    plain = [s for (s,) in pypinyin.pinyin(name, style=pypinyin.Style.NORMAL, v_to_u=False)]
    letters = [
        s for c in name for (s,) in pypinyin.pinyin(c, style=pypinyin.Style.NORMAL, v_to_u=False)
    ]
    best = [LETTERS.get(c, s) for c, s in zip(name, plain, strict=False)]
    for part, said in READINGS.items():
        at = name.find(part)
        if at == 0 or (at > 0 and len(part) > 1):
            best[at : at + len(part)] = said.split()
    # of 东乡族自治县 nothing would be left: there the nationality is the place's name
    out, short = [], AUTONOMOUS.sub("", name) or name.partition("族自治")[0]
    if short != name:  # 峨边彝族自治县 is found as ebian, too; 陕西省 as shaanxi
        out = [" ".join(best), " ".join([*best[: len(short)], best[-1]])]
    if name == "陕西省":
        out = ["shan xi sheng", "shaan xi sheng"]
    for syllables in (best, plain, letters):
        text = unicodedata.normalize("NFC", " ".join(syllables)).replace("ü", "v")
        if text not in out and len(syllables) == len(name):
            out.append(text)
    return out


def read_names(folder: Path) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Return each code's names (the latest last), and prefectures by four digits."""
    names: dict[str, list[str]] = defaultdict(list)
    cities: dict[str, str] = {}
    for year in ("2016", "2020"):
        for area in json.loads((folder / f"areas-{year}.json").read_text("utf-8")):
            names[str(area["code"])].append(area["name"])
        for city in json.loads((folder / f"cities-{year}.json").read_text("utf-8")):
            cities[str(city["code"])] = city["name"]
    for code, name in NAMES.items():
        names[code].append(name)
    return names, cities


def _prefecture(code: str, province: str, cities: dict[str, str]) -> str:
    name = cities.get(code[:4], "")
    if DIRECT in name or not name:
        return "省直辖" if DIRECT in name and "自治区" not in name else name or province
    return province if name in ("市辖区", "县") else name


def rings(outline: bytes) -> list[list[np.ndarray]]:
    shape = shapely.from_wkb(outline)
    parts = shape.geoms if shape.geom_type == "MultiPolygon" else [shape]
    return [
        [np.asarray(ring.coords) for ring in (part.exterior, *part.interiors)] for part in parts
    ]


# --- writing --------------------------------------------------------------------------------------

COLUMNS = (
    "code", "unit", "name", "former", "pinyin", "prefecture", "prefecture_pinyin", "province",
    "province_pinyin", "years", "villages", "spelled", "communities", "changes", "area_km2", "lon",
    "lat", "list_at", "list_size", "list_digest", "outline_at", "outline_size", "outline_digest",
)  # fmt: skip


class Blocks:
    """A file of blocks, one after the other."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.at = 0

    def add(self, packed: bytes, kind: str) -> dict[str, Any]:
        found = {f"{kind}_at": self.at, f"{kind}_size": len(packed)}
        found[f"{kind}_digest"] = digest(packed)[:12]
        self.parts.append(packed)
        self.at += len(packed)
        return found


def write(villages: Path, outlines: Path, areas: Path) -> None:
    listings = read_listings(villages)
    link(listings)
    names, cities = read_names(areas)
    borders = pd.read_parquet(outlines).set_index("code")
    provinces = {code[:2]: name for code, name in borders["province"].items()}
    units = [chain(listing) for listing in listings if listing.goes_on is None]
    by_prefecture: dict[str, list[int]] = defaultdict(list)
    lists = [_lists(parts) for parts in units]
    for number, parts in enumerate(units):
        by_prefecture[parts[-1].code[:4]].append(number)
    told: dict[int, list[Change]] = {}
    for members in by_prefecture.values():
        around = Prefecture([lists[number] for number in members])
        for me, number in enumerate(members):
            told[number] = list(changes(lists[number], around, me))
    list_file, outline_file, lines = Blocks(), Blocks(), []
    codes = Counter(listing.code for listing in listings)
    for number, parts in enumerate(units):
        last = parts[-1]
        border = _border(last, names, borders)
        for part in parts:
            line: dict[str, Any] = {"code": part.code, "unit": last.code}
            called = _called(part, part is last, names, border, codes[part.code])
            line |= {"name": called[-1], "former": "|".join(called[:-1])}
            province = provinces[part.code[:2]]
            prefecture = _prefecture(part.code, province, cities)
            line |= {"prefecture": prefecture, "province": province, "years": part.mask}
            said = dict.fromkeys(text for name in called[::-1] for text in reading(name))
            line["pinyin"] = "|".join(said)
            line["prefecture_pinyin"] = "|".join(reading(prefecture))
            line["province_pinyin"] = "|".join(reading(province))
            of_year = [part.of(year) if year in part.years() else None for year in YEARS]
            for key, count in (
                ("villages", lambda row: unit_kind(row.name) == "village"),
                ("spelled", lambda row: spelled_out(row.name)),
                ("communities", lambda row: unit_kind(row.name) == "community"),
            ):
                sums = ["" if r is None else str(sum(map(count, r))) for r in of_year]
                line[key] = ",".join(sums)
            line |= list_file.add(pack_rows(part.rows), "list")
            if part is last:
                line["changes"] = ";".join(change.text() for change in told[number])
                if border is not None:
                    line["area_km2"] = f"{border['area_km2']:.1f}"
                    line |= {key: f"{border[key]:.4f}" for key in ("lon", "lat")}
                    line |= outline_file.add(pack_rings(rings(border["outline"])), "outline")
            lines.append(line)
    lines.sort(key=lambda line: (line["code"], line["years"]))
    text = "\n".join("\t".join(str(line.get(name, "")) for name in COLUMNS) for line in lines)
    FOLDER.mkdir(parents=True, exist_ok=True)
    packed = gzip.compress(("\t".join(COLUMNS) + "\n" + text + "\n").encode(), mtime=0)
    (FOLDER / "counties.tsv.gz").write_bytes(packed)
    heard = gzip.compress(letters(listings).encode(), mtime=0)
    (FOLDER / "letters.tsv.gz").write_bytes(heard)
    (FOLDER / "lists.bin").write_bytes(b"".join(list_file.parts))
    (FOLDER / "outlines.bin").write_bytes(b"".join(outline_file.parts))
    (FOLDER / "elsewhere.bin").write_bytes(elsewhere(borders, {line["code"] for line in lines}))


def _called(
    part: Listing, last: bool, names: dict[str, list[str]], border: Any, times: int
) -> list[str]:
    """Return what a county was called under a code, its last name last."""
    if times > 1 and part.goes_on is not None:  # its code was given to another county
        return names[part.goes_on.code][:1]
    own = list(dict.fromkeys(names.get(part.code, [])))
    if last and border is not None and border.name == part.code and border["name"] not in own:
        own.append(border["name"])  # renamed since
    if not own:
        raise SystemExit(f"{part.code}: no name, years {part.mask:08b}; add it to NAMES")
    return own


def elsewhere(borders: pd.DataFrame, listed: set[str]) -> bytes:
    """Return the block of outlines in no list: Taiwan, Hong Kong, Macao, and what is left over."""
    rest = borders[~borders.index.isin(listed) & ~borders.index.str.startswith(SOUTH_SEA)]
    shape = shapely.union_all(shapely.from_wkb(rest["outline"].to_numpy()))
    return pack_rings(rings(shapely.to_wkb(shape.simplify(0.01))))


def letters(listings: list[Listing]) -> str:
    """Return the syllables of the letters of all names, a line each: what is heard alike."""
    found: dict[str, set[str]] = defaultdict(set)
    used = {c for each in listings for row in each.rows for c in row.name + row.township}
    for letter in used:
        if letter >= "\u4e00" and not "\ue000" <= letter <= "\uf8ff":
            said = pypinyin.pinyin(letter, style=pypinyin.Style.NORMAL, v_to_u=False)[0][0]
            if said.isalpha() and said.isascii():
                found[LETTERS.get(letter, said)].add(letter)
    return "\n".join(f"{said}\t{''.join(sorted(found[said]))}" for said in sorted(found)) + "\n"


def _border(last: Listing, names: dict[str, list[str]], borders: pd.DataFrame) -> Any:
    """Return a county's border: under its last code, or under one of the codes before."""
    if last.code in BORDERS:
        return borders.loc[BORDERS[last.code]]
    for part in reversed(chain(last)):
        if part.code in borders.index:
            found = borders.loc[part.code]
            if part is last or found["name"] in (*names.get(last.code, []), *names[part.code]):
                return found
    return None


if __name__ == "__main__":
    write(*map(Path, sys.argv[1:4]))
