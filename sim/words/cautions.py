"""Words of cautions: what is assumed, or too coarse to rely on."""

WORDS: dict[str, tuple[str, str]] = {
    "caution_assumed_population": (
        "{of}: assumed, not known: {number} registered persons a village; set it",
        "{of}：村均户籍人口 {number} 人为假设值，并非实际数据；请设定",
    ),
    "caution_assumed_area": (
        "{of}: assumed, not known: {number} km² a village; set it",
        "{of}：村均面积 {number} 平方公里为假设值，并非实际数据；请设定",
    ),
    "caution_shared_area": (
        "{of}: the county's area, shared: {number} km² a village; set it where it is known",
        "{of}：由全县面积推算，村均 {number} 平方公里；如有实际数据请设定",
    ),
    "caution_more_than_county": (
        "{of}: villages and communities have more land than the county, {number} km² in its "
        "outline: it is drawn larger than it is; set a smaller mean",
        "{of}：村（社区）面积合计超过全县面积（县界内 {number} 平方公里），县界按比例放大；请调小",
    ),
    "caution_coarse_cells": (
        "{of}: cells are too coarse for borders in the county's outline: the figure is made up; "
        "give about {number} km or less",
        "{of}：空间格网过粗，"
        "无法在县界内划分各村，县域轮廓由模型虚构；请设为约 {number} 公里或更小",
    ),
    "caution_coarse": (
        "{of}: only {number} villager rows a village: county means are as with more, but runs "
        "differ more and villages seem more unequal than they are; use a smaller scale for both",
        "{of}：每村仅 {number} 个村民样本行：县级均值与细尺度一致，但各次运行差异更大，"
        "村际差距被高估；研究这两者请减小 scale",
    ),
    "caution_small_quota": (
        "{of}: {number} persons in all are worth fewer than five villager rows: in one run none "
        "of them may win, or whole rows, and fewer on average where few apply; use a smaller "
        "scale, or many replicates",
        "{of}：共 {number} 人，不足五个村民样本行：单次运行中可能无人获得，也可能整行获得，"
        "申请者少时平均也偏少；请减小 scale，或多次重复",
    ),
    "caution_cut_needs": (
        "{of}: about {number} needs a month of a villager row, of which 255 at most are counted: "
        "use a smaller scale",
        "{of}：每个村民样本行每月约有 {number} 件需求，最多只计 255 件；请减小 scale",
    ),
    "caution_places_left": (
        "{of}: {number} % of the places were taken: where applicants are as few as places, fewer "
        "win the more persons a row stands for; compare with a smaller scale",
        "{of}：名额只用了 {number}%：申请者不多于名额时，每行代表的人数越多，获得者越少；"
        "请与较小的 scale 比较",
    ),
    "caution_other_form": (
        "{of}: does nothing with the forms chosen; it acts in the one named alone",
        "{of}：在所选机制形式下不起作用，只在括号中的形式下起作用",
    ),
    "caution_at": (
        "{said}; seen at {points} of the points{names}",
        "{said}；见于 {points} 个设计点{names}",
    ),
}
