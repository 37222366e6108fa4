"""Words of field studies: tables, figures, and the data that a survey writes."""

WORDS: dict[str, tuple[str, str]] = {
    "title_studies": (
        "what studies of each design find; truth: the paired effect on the same people; intervals "
        "of bias, coverage and power over worlds; detectable: the smallest effect found with 80 % "
        "power; type s: of effects told apart from 0 those of the wrong sign, type m: by how many "
        "times they exaggerate; shares are of all studies, without an estimate or not; size: what "
        "is found by mistake where the truth is not told apart from 0",
        "各设计的研究会得到什么结果（真值：同一批人的配对效应；偏差、覆盖率、功效的区间按情景计算；"
        "最小可检出效应按80%功效；S 型错误：显著结果中符号相反的比例；"
        "M 型错误：显著结果的夸大倍数；比例以全部研究为分母，含无法估计者；"
        "真值与0无异时，所示为检验水平）",
    ),
    "title_sources": (
        "where the bias comes from, at the largest size: added by each source in turn",
        "偏差从何而来（样本量最大时，逐项加入）",
    ),
    "column_design": ("design", "设计"),
    "column_size": ("size", "样本量"),
    "column_villages": ("villages", "调查村（县）数"),
    "column_answers": ("answers", "应答数"),
    "column_truth": ("truth", "真值"),
    "column_estimate": ("estimate", "估计值"),
    "column_bias": ("bias", "偏差"),
    "column_rmse": ("rmse", "均方根误差"),
    "column_power": ("power", "功效"),
    "column_type_s": ("type s", "S 型错误"),
    "column_type_m": ("type m", "M 型错误"),
    "column_detectable": ("detectable", "最小可检出效应"),
    "column_leads": ("leads", "改革前差异显著的比例"),
    "column_none": ("none", "无法估计"),
    "column_added": ("added", "新增偏差"),
    "cell_ideal": ("nothing but the estimator", "仅估计方法本身"),
    "cell_selection": ("selection into merger", "合村的选择性"),
    "cell_bundle": ("other measures at the same time", "同期其他措施"),
    "cell_spillovers": ("spillovers", "溢出效应"),
    "cell_anticipation": ("anticipation", "预期效应"),
    "cell_attrition": ("people away, and attrition", "外出与样本流失"),
    "cell_measurement": ("measurement", "测量误差"),
    "answer_study_nothing": (
        "{design}, {villages} surveyed: the true effect, {truth}, is not told apart from 0 over "
        "worlds; studies find {estimate} in the mean (bias {bias}), {power} % of them an effect by "
        "mistake; {coverage} % of their 95 % intervals contain the truth.",
        "{design}（调查 {villages} 个）：真实效应 {truth} 在各情景间与0无显著差异；平均估计值 "
        "{estimate}（偏差 {bias}），{power}% 的研究误报效应；95%区间包含真值的占 {coverage}%。",
    ),
    "column_power_is": ("power is", "比例含义"),
    "cell_power": ("power", "功效"),
    "cell_size": ("size", "检验水平"),
    "answer_study": (
        "{design}, {villages} surveyed: studies find {estimate} in the mean where {truth} is true "
        "(bias {bias}). {power} % tell an effect from 0; {coverage} % of their 95 % intervals "
        "contain the truth.",
        "{design}（调查 {villages} 个）：平均估计值 {estimate}，真值 {truth}（偏差 {bias}）；"
        "{power}% 的研究结果显著异于0；95%区间包含真值的占 {coverage}%。",
    ),
    # figures
    "surveyed_villages": ("villages surveyed", "调查村数"),
    "surveyed_counties": ("counties surveyed", "调查县数"),
    "power": ("Power", "功效"),
    "comma": (", ", "、"),
    "power_line": ("80 % power", "80% 功效"),
    "power_note": (
        "{outcome}. Power: share of studies whose interval excludes 0; {n} a point; bars: 95 % "
        "intervals over worlds.",
        "{outcome}。功效：区间不含0的研究比例；每点 {n} 次研究；误差线为按情景计算的95%区间。",
    ),
    "power_nothing": (
        "Hollow: no true effect to find; what is found is found by mistake.",
        "空心：没有真实效应，显著结果均为误报。",
    ),
    "sources_x": ("Bias ({unit})", "估计偏差（{unit}）"),
    "sources_plain_x": ("Bias", "估计偏差"),
    "sources_total": ("bias of the design", "该设计的总偏差"),
    "sources_note": (
        "{outcome}. The effect on the same people is {truth}. Each bar is what a source adds to "
        "those above it; n = {n} studies; lines: 95 % intervals over worlds.",
        "{outcome}。同一批人的真实效应为 {truth}。每条为在上面各项基础上新增的偏差；"
        "n = {n} 次研究；误差线为按情景计算的95%区间。",
    ),
    "caption_power": (
        "Power of each design over how many are surveyed",
        "各设计的功效随调查数量的变化",
    ),
    "caption_sources": (
        "Where the bias of a design comes from: sources added one after another",
        "设计偏差的来源（逐项加入）",
    ),
    # data of a survey
    "exported_cluster": ("what is treated or not: new village", "处理单位（规划新村）"),
    "exported_village": ("old village", "原建制村代码"),
    "exported_respondent": ("respondent of a household", "受访者（每户一人）"),
    "exported_wave": ("wave, from 1", "调查轮次（自1起）"),
    "exported_time": ("years from the reform; -1: last before", "距改革年数（−1为改革前一年）"),
    "exported_treated": ("merged, or treated otherwise", "被合并（或受其他处理）"),
    "exported_first": ("first year treated, from the reform", "首个处理年（距改革年数）"),
    "exported_treated_by_then": ("treated by then", "届时已受处理"),
    "exported_registered_before": ("registered persons before", "改革前户籍人口"),
    "exported_income_before": ("income of a person before", "改革前人均月收入"),
    "exported_distance_km_before": ("distance to service before", "改革前办事距离"),
    "exported_unit_size_before": (
        "persons of a village before, mean of its cluster",
        "改革前单位内平均每村户籍人口",
    ),
    "labour_0": ("dependant", "被抚养人口"),
    "labour_1": ("local", "本地务工务农"),
    "labour_2": ("away", "外出"),
    "labour_3": ("entrepreneur", "创业"),
}
