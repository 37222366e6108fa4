"""One term a thing: what the glossary calls something is what is said everywhere."""

import csv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: terms that were given up -> what is said instead
GIVEN_UP = {
    "老村": "原建制村",
    "原村": "原建制村",
    "行政村数": "建制村数",
    "村庄合并": "村建制调整（合村）",
    "比值": "比例",
    "运气": "相同随机数；随机性",
    "剂量响应": "剂量—反应关系",
    "被超越": "被支配",
    "失效盒": "失效区域",
    "离任情绪": "离任不满",
    "被要求工时": "应承担工时",
    "决策能力满足率": "主职决策承载率",
    "负责人决策承载率": "主职决策承载率",
    "社会联系": "人际联系",
    "并岗": "一肩挑",
    "沙普利": "Shapley 值",
    "运行记录": "运行清单",
    "实地研究": "田野研究",
    "所需工时": "应承担工时",
    "新经验": "办事体验",
    "移动杠杆": "调整参数",
    "以何为好": "优劣方向",
    "判断取值": "依判断设定",
    "得益者": "受益",
    "受损者": "受损",
    "效果": "效应",
    "村民行": "村民样本行",
    "专干条线": "专职岗位条线",
    "整套改革": "整体改革",
    "全部改革": "整体改革",
}
FILES = [
    *(ROOT / "sim").rglob("*.py"),
    *(ROOT / "sim" / "words" / "chinese").glob("*.txt"),
    *(ROOT / "sim" / "data").glob("*.csv"),
    *(path for kind in ("csv", "md", "py", "ipynb") for path in (ROOT / "docs").rglob(f"*.{kind}")),
    *(ROOT / "docs" / "gallery").glob("*.yaml"),
    *(ROOT / "experiments").glob("*.yaml"),
    *(ROOT / "configs").glob("*.yaml"),
    ROOT / "README.zh-CN.md",
]


@pytest.mark.parametrize("term", GIVEN_UP)
def test_a_term_given_up_is_nowhere(term):
    found = [str(p.relative_to(ROOT)) for p in FILES if term in p.read_text("utf-8")]
    assert found == [], f"{term}: say {GIVEN_UP[term]}"


def test_the_glossary_has_one_term_a_thing():
    with (ROOT / "docs" / "glossary.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for column in ("en", "zh"):
        names = [row[column] for row in rows]
        assert sorted(names) == sorted(set(names))
    assert next(row["zh"] for row in rows if row["en"] == "old village") == "原建制村"
    used = "\n".join(p.read_text("utf-8") for p in FILES)
    assert "原建制村" in used and "村民样本行" in used
