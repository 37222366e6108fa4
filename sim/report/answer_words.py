"""Columns and words of the tables that a method answers with, for readers of Chinese."""

import re

from sim.model.outcomes.catalogue import OUTCOMES
from sim.report.effects import level
from sim.report.labels import key_label

#: columns of answers (``sim/lab/answers``); what follows a name: `ENDS`
HEADS = {
    "agrees": "吻合", "alone": "单独实施", "arm": "方案", "below": "低于", "best": "最优",
    "best_share": "最优的比例",
    "best_low": "最优比例下限",
    "best_high": "最优比例上限", "sign_share": "符号成立的比例", "county": "县",
    "between": "村间", "boot": "自助法", "both": "交互", "box": "范围", "by": "分组依据",
    "chance": "随机出现概率", "correlation": "相关系数", "coverage": "覆盖率",
    "covered": "区间包含真值", "density": "密度", "effect": "效应", "effective": "有效样本",
    "emulated": "代理模型解释比例", "explained": "解释比例", "factor": "因素", "fails": "失效比例",
    "floor": "噪声下限", "from": "起", "front": "前沿", "gain": "受益比例", "group": "组",
    "high": "上限", "interaction": "交互作用", "its_level": "另一因素的水平", "largest": "最大",
    "last": "最后加入", "learned": "所得信息", "least": "最小", "left_out": "剔除",
    "level": "水平", "lose": "受损比例", "low": "下限", "mass": "占比", "mean": "均值",
    "median": "中位数", "most": "最大", "mu": "μ", "mu_luck": "μ（仅随机）",
    "mu_star": "μ*", "mu_star_luck": "μ*（仅随机）", "of_spread": "与各点标准差之比",
    "of_whole": "占整体", "on_front": "位于前沿的比例", "outcome": "结果指标",
    "parameter": "参数", "parameters": "参数", "part": "部分", "people": "人数",
    "points": "设计点", "possible": "未被排除的比例", "predicted": "预测", "prior_05": "先验5%分位",
    "prior_50": "先验中位数", "prior_95": "先验95%分位", "quantile_05": "5%分位",
    "quantile_90": "90%分位", "quantile_95": "95%分位", "ranking": "排序", "ratio": "比值",
    "reference": "对照值", "regret": "后悔值", "replicates": "重复", "resamples": "重抽样出现率",
    "rule": "规则", "sd": "标准差", "seed": "随机性", "shapley": "Shapley 份额", "share": "比例",
    "sign": "符号成立比例", "sigma": "σ", "source": "来源", "state": "状态", "target": "目标",
    "to": "止", "total": "总计", "truths": "真值数", "unseen": "未见情景的失效比例",
    "unseen_coverage": "未见情景的覆盖率", "use": "用途", "value": "值",
    "variance_ratio": "方差比", "vr_factor": "配对的方差缩减倍数", "with": "与",
    "within": "村内", "within_limits": "符合限制", "S1": "S1", "ST": "ST", "n": "n",
}  # fmt: skip
ENDS = {
    "_low": "下限", "_high": "上限", "_share": "的比例", "_conf": " ±", "_change": "的变化",
    "_expected": "（扣除随机性）",
}  # fmt: skip
#: what stands in their cells
CELLS = {
    "income": "收入", "experience": "服务体验", "trust": "信任", "everyone": "所有人",
    "all": "全部", "role": "原村角色", "absorbed": "被并入", "absorbing": "并入地",
    "alone": "未合并",
    "age": "年龄", "distance": "到办公点距离", "income fifth": "收入五等分",
    "told": "可判断", "a little": "略有", "not identifiable": "不可识别",
    "fitted": "用于拟合", "held out": "留作检验", "whole reform": "整套改革",
    "everywhere": "全部情景",
}  # fmt: skip
#: columns whose cells are the model's words, not names that a user chose
OURS = ("by", "group", "state", "learned", "use", "rule")
#: cells that hold arms, one or several in order
ARMS = ("arm", "best", "ranking")


def head(name: str, lang: str) -> str:
    """Return the heading of a column of an answer."""
    if lang != "zh":
        return level(name)
    if name in HEADS:
        return HEADS[name]
    if name in OUTCOMES:
        return OUTCOMES[name].zh
    if "." in name:
        return key_label(name, lang)
    for end, word in ENDS.items():
        if name.endswith(end):
            return head(name.removesuffix(end), lang) + word
    return key_label(name, lang)


def sentence(text: str, lang: str) -> str:
    """Return a title or sentence in which columns are called by their headings."""
    if lang != "zh":
        return text
    text = text.replace("（expected：扣除随机性）", "")
    return re.sub(r"mu_star_luck|unseen|fails|below", lambda found: HEADS[found[0]], text)


def cell(name: str, text: str, titles: dict[str, str], lang: str) -> str:
    """Return a cell of a column: arms by their titles, and words in the reader's language."""
    if name in ARMS:
        return "".join(titles.get(part, part) for part in re.split(r"( > | = )", text))
    if lang != "zh":
        return text
    if name == "box":
        return sentence(text, lang)
    if name not in OURS and (name, text) != ("part", "whole reform"):
        return text
    years = re.sub(r"^(.*) years$", r"\1 岁", text)
    fifth = re.sub(r"^(\d) of 5$", r"第\1组（共5组）", years)
    return CELLS.get(fifth, fifth)
