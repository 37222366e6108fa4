"""Words of the report."""

WORDS: dict[str, tuple[str, str]] = {
    "report_run": ("Report of one run", "单次运行报告"),
    "report_experiment": ("Report of an experiment", "实验报告"),
    "answers": ("Answers", "结论"),
    "before_after": ("Before and after, in this one run", "这一次运行的前后变化"),
    "contents": ("Contents", "目录"),
    "design": ("Design", "设计"),
    "figures": ("Figures", "图"),
    "tables": ("Tables", "表"),
    "winners": ("Winners and losers", "受益与受损"),
    "drivers": ("What drove it", "影响因素"),
    "limits_head": ("What it does not show", "不能说明什么"),
    "manifest": ("Manifest", "运行清单"),
    "no_question": (
        "None was written. (An experiment file can say one: question: {{en: ..., zh: ...}})",
        "未填写。（可在实验文件中写明：question: {{en: ..., zh: ...}}）",
    ),
    "answer_run": (
        "{outcome}: {before} before, {after} after the reform ({change}).",
        "{outcome}：调整前 {before}，调整后 {after}（{change}）。",
    ),
    "answer_none": ("{outcome}: no value in any run.", "{outcome}：各次运行均无数值。"),
    "answer_effect": (
        "{arm}: {outcome} {effect} (95 % interval {low} to {high}; {reference} under {against}; "
        "n = {n}): {verdict}.",
        "{arm}：{outcome} {effect}（95%置信区间 {low} 至 {high}；“{against}”为 {reference}；"
        "n = {n}）：{verdict}。",
    ),
    "answer_levels": (
        "{factor} from {first} to {last}: {outcome} from {low} to {high} (means over n = {n} "
        "replicates, other factors averaged).",
        "{factor}由 {first} 变为 {last}：{outcome}由 {low} 变为 {high}"
        "（n = {n} 次重复的均值，其他因素取平均）。",
    ),
    "answer_spread": (
        "{outcome}: {low} to {high} over {points} design points (means over replicates).",
        "{outcome}：{points} 个设计点之间为 {low} 至 {high}（重复的均值）。",
    ),
    "verdict_better": ("better", "改善"),
    "verdict_worse": ("worse", "变差"),
    "verdict_changed": ("a change, neither better nor worse as such", "有变化，本身无优劣"),
    "verdict_unclear": (
        "not told apart from no effect",
        "与无效应无法区分",
    ),
    "verdict_same": (
        "no effect at all: the same in every run",
        "完全没有效应：每次运行结果相同",
    ),
    "method": ("Method", "方法"),
    "points": ("Design points", "设计点"),
    "replicates": ("Replicates (same seeds at every point)", "重复（各设计点同一组随机种子）"),
    "failed": ("Failed runs", "失败的运行"),
    "months": ("Months", "月数"),
    "first_month": ("First month", "首月"),
    "reform_at": ("Reform", "改革月份"),
    "scale": ("Registered persons a villager row", "每个样本行代表的户籍人数"),
    "villagers": ("Villager rows", "村民样本行数"),
    "old_units": ("Villages and communities before", "调整前村与社区数"),
    "seed": ("Seed", "随机种子"),
    "seeds": (
        "Seeds (an experiment with some of these repeats their luck)",
        "随机种子（其他实验若用到其中的种子，则重复同样的随机性）",
    ),
    "policies": ("Policies", "政策"),
    "policy": ("Policy", "政策"),
    "value": ("Value", "取值"),
    "levels": ("Levels", "水平"),
    "factor": ("Factor", "因素"),
    "arm": ("Arm", "方案"),
    "none": ("none", "无"),
    "effect": ("Effect", "效应"),
    "interval": ("95 % interval", "95%置信区间"),
    "reference": ("Reference", "对照值"),
    "mean": ("Mean", "均值"),
    "village": ("Old village", "原建制村"),
    "kind": ("Kind", "类别"),
    "gained_most": (
        "{outcome}: the largest differences up and down that are told apart from 0. They are "
        "picked by these same runs and so somewhat overstated; the 95 % intervals hold for all "
        "{count} old villages at once",
        "{outcome}：与0可区分的上升与下降最大的原建制村。由同一批运行选出，数值略有高估；"
        "95%置信区间对全部 {count} 个原建制村同时成立",
    ),
    "gained_none": (
        "With intervals that hold for all {count} old villages at once none is told apart from 0.",
        "按对全部 {count} 个原建制村同时成立的区间，没有一个与0可区分。",
    ),
    "no_villages": (
        "Old villages were not recorded. To have it, write record: {{villages: last}} in the "
        "experiment.",
        "未记录分村结果。如需，请在实验文件中写 record: {{villages: last}}。",
    ),
    "left_out": ("Left out: {why}.", "从略：{why}。"),
    "parameter": ("Parameter", "参数"),
    "range": ("Plausible range", "合理范围"),
    "source": ("Source", "来源"),
    "confidence": ("Confidence", "可信度"),
    "changed": ("Changed or varied here", "本报告中改变或变动的参数"),
    "nothing_changed": (
        "Every parameter has the value of the catalogue.",
        "所有参数均取目录默认值。",
    ),
    "every_parameter": (
        "Every parameter ({count}), with its source",
        "全部参数（{count} 个）及来源",
    ),
    "uncertain": (
        "{count} of {all} parameters have confidence C (judgement): conclusions need a sweep over "
        "their ranges.",
        "{all} 个参数中有 {count} 个可信度为 C（判断）：下结论前须在其范围内做扫描。",
    ),
    "limit_run": (
        "One run is one story. Its before/after difference is not the reform's effect: compare "
        "with the same configuration without the reform, on the same luck (method compare).",
        "单次运行只是一种情形，其前后差异不是改革的效应：须与同一配置、相同随机数的不改革情形比较"
        "（method: compare）。",
    ),
    "limit_interval": (
        "Intervals are about luck (replicates) at the parameters used, not about the parameters' "
        "own uncertainty.",
        "区间反映所用参数下随机性（重复）的影响，不含参数本身的不确定性。",
    ),
    "limit_interval_drawn": (
        "Intervals are over replicates, each with luck and a draw of {count} parameters of its "
        "own: they contain the uncertainty of these parameters, not that of others.",
        "区间跨重复计算，每次重复各有其随机性和 {count} 个参数的抽样："
        "包含这些参数的不确定性，不含其他参数的。",
    ),
    "limit_sample": (
        "{replicates} replicates share {rows} rows of a sample: intervals are over the rows.",
        "{replicates} 次重复共用样本的 {rows} 行：区间按行计算。",
    ),
    "limit_map": (
        "Where no map is given, borders and neighbourhoods are drawn by the model; who absorbed "
        "whom is inferred where names did not survive.",
        "未给地图时，村界与相邻关系由模型生成；名称未留存的合并关系为推断。",
    ),
    "limit_judgement": (
        "Hours, needs and several responses rest on judgement (confidence C).",
        "工时、需求和若干反应参数依据判断（可信度 C）。",
    ),
    "limit_set": (
        "Numbers that a configuration sets (villages, posts, shares) are not results.",
        "由配置设定的数值（村数、职数、比例）不是结果。",
    ),
    "limit_multiple": (
        "Many outcomes are tabulated: at 95 % about one interval in twenty misses by chance.",
        "表中指标较多：在95%水平下，约二十个区间中有一个会因偶然而偏离。",
    ),
    "end_values": (
        "Values are means of the last {months} months.",
        "数值为末{months}个月平均。",
    ),
    "made_with": ("Made with hecun {version}; {when}.", "由 hecun {version} 生成；{when}。"),
    "caption_counties": (
        "{outcome}: paired effects by county.",
        "{outcome}：各县配对效应。",
    ),
    "caption_effects": ("Paired effects with 95 % intervals.", "配对效应及95%置信区间。"),
    "caption_series": ("Outcomes month by month.", "逐月指标。"),
    "caption_merger": ("Villages before and after the merger.", "合并前后的建制村。"),
    "caption_map": ("{outcome} by old village.", "各原建制村的{outcome}。"),
    "caption_timeline": ("Policies over the months.", "政策时间线。"),
    "caption_flows": ("Who pays whom.", "资金往来。"),
    "caption_dose": ("Outcomes over the levels of {factor}.", "指标随{factor}的变化。"),
    "caption_surface": ("{outcome} over two factors.", "{outcome}在两个因素上的取值。"),
    "caption_interaction": (
        "{outcome}: what two factors do together beyond each alone.",
        "{outcome}：两个因素的交互作用。",
    ),
    "caption_paired": ("Paired effects month by month.", "逐月配对效应。"),
    "caption_distribution": (
        "{outcome}: paired effects over old villages.",
        "{outcome}：配对效应在原建制村之间的分布。",
    ),
    "caption_shapley": (
        "{outcome}: each part's share of the whole reform's effect.",
        "{outcome}：改革各部分对整体效应的贡献。",
    ),
    "caption_morris": (
        "{outcome}: how far each parameter moves it.",
        "{outcome}：各参数影响的大小与不均匀程度。",
    ),
    "caption_targets": (
        "Targets of the calibration, and what it predicts.",
        "校准目标与校准前后的预测。",
    ),
    "caption_trajectory": ("Boxes by density and coverage.", "失效区域的密度与覆盖度。"),
    "caption_change": ("What changed in old villages.", "各原建制村指标的变化。"),
    "caption_maps": (
        "{outcome}: effects on old villages, a map an arm.",
        "{outcome}：各方案对各原建制村的效应。",
    ),
    "caption_hours": ("Hours of cadres by task.", "村干部工时构成。"),
    "caption_ways": ("How needs end, before and after.", "调整前后村民办事的途径。"),
    "caption_lorenz": (
        "{outcome}: how evenly it is shared between old villages.",
        "{outcome}在原建制村之间的分布。",
    ),
    "caption_sobol": ("{outcome}: sensitivity.", "{outcome}：敏感性。"),
    "caption_posterior": ("The posterior over its prior ranges.", "后验分布与先验范围。"),
    "caption_pareto": (
        "Policies by two objectives, and the front.",
        "按两项目标比较的政策组合及前沿。",
    ),
    "caption_prim": ("Where the arm fails.", "方案的失效区域。"),
    "caption_winners": (
        "{outcome}: {arm} against {against}.",
        "{outcome}：“{arm}”相对“{against}”。",
    ),
    "entry": ("Entry", "条目"),
}
