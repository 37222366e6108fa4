"""Words of the terminal: the table of an experiment, the list of counties, arms to start from."""

WORDS: dict[str, tuple[str, str]] = {
    "printed_compare": ("paired effects against the arm {against}", "与“{against}”方案的配对差异"),
    "printed_factorial": (
        "means over the other factors (n: replicates in which all of a level's runs are there); "
        "paired effects\nagainst the first level (pairs: replicates in which those of both are)",
        "各水平均值（其他因素平均；n：该水平全部运行均完成的重复）及相对首个水平的配对差异\n"
        "（对数：两个水平全部运行均完成的重复）",
    ),
    "printed_spread": ("spread over design points", "设计点之间的分布"),
    "printed_counts": (
        "{points} points x {replicates} replicates, {failed} runs failed; mean of the last "
        "{months} months; 95 % intervals over replicates",
        "{points} 个设计点 × {replicates} 次重复，{failed} 次运行失败；末{months}个月均值；"
        "重复间95%置信区间",
    ),
    "printed_outcome": ("outcome", "指标"),
    "printed_unit": ("unit", "单位"),
    "printed_reference": ("reference", "对照"),
    "printed_effect": ("effect", "效应"),
    "printed_n": ("n", "n"),
    "printed_pairs": ("pairs", "对数"),
    "printed_seeds": (
        "seeds {first} to {last}; an experiment whose seeds are among them repeats their luck",
        "随机种子 {first} 至 {last}；其他实验若用到其中的种子，则重复同样的随机性",
    ),
    "printed_sample": (
        "{replicates} replicates share {rows} rows of the sample: intervals are over the rows (n)",
        "{replicates} 次重复共用样本的 {rows} 行：区间按行计算（n）",
    ),
    "printed_as_set": (
        "not drawn, since the configuration sets it: {what}",
        "配置已设定，不再抽取：{what}",
    ),
    "printed_vr": ("x independent", "相当于独立重复"),
    "printed_factor": ("factor", "因素"),
    "printed_level": ("level", "水平"),
    "printed_mean": ("mean", "均值"),
    "printed_sd": ("sd of points", "设计点标准差"),
    "printed_noise": ("sd of seeds", "随机种子标准差"),
    "printed_least": ("least", "最小"),
    "printed_most": ("most", "最大"),
    "printed_months": (
        "not of the same months: {one} {its}, {other} {others}; their difference is of the months, "
        "too",
        "月份不同：{one} 为 {its}，{other} 为 {others}；两者之差也包含月份不同的影响",
    ),
    "printed_more": (
        "... {rest} more rows: sim.load_results({folder!r}).{method}()",
        "……另有 {rest} 行：sim.load_results({folder!r}).{method}()",
    ),
    "printed_vr_note": (
        "x independent: how many pairs of runs with luck of their own one paired "
        "replicate is worth [95 % interval]",
        "相当于独立重复：一次配对重复所含信息相当于多少对独立随机的运行 [95%置信区间]",
    ),
    "printed_precise": (
        "wanted ± {target:g} for {outcome}: {verdict}",
        "{outcome} 要求 ±{target:g}：{verdict}",
    ),
    "printed_reached": (
        "reached in every contrast (widest ± {widest:.2g})",
        "所有对比均已达到（最宽 ±{widest:.2g}）",
    ),
    "printed_alike": (
        "  in {count} contrasts all {n} replicates gave the same: an effect that is rare would not "
        "be seen",
        "  其中 {count} 个对比在全部 {n} 次重复中完全相同：罕见的效应无从发现",
    ),
    "printed_missed": (
        "not reached in {count} of {all} contrasts after {n} replicates, the most allowed "
        "(widest ± {widest:.2g}); for narrower intervals raise at_most",
        "已达重复上限 {n} 次，{all} 个对比中仍有 {count} 个未达到（最宽 ±{widest:.2g}）；"
        "如需更窄的区间，请提高 at_most",
    ),
    # the list of counties
    "counties_code": ("code", "代码"),
    "counties_name": ("county", "县"),
    "counties_prefecture": ("prefecture", "市州"),
    "counties_pinyin": ("pinyin", "拼音"),
    "counties_fall": ("largest fall", "最大降幅"),
    "counties_known": ("known", "已有资料"),
    "counties_merger": ("merger", "合村"),
    "counties_communities": ("to communities", "村改居"),
    "counties_border": ("county border", "县界调整"),
    "counties_listing": ("listing", "名录写法改变"),
    "counties_ends": ("no list after {year}", "{year}年后无名录"),
    "counties_begins": ("first list {year}", "{year}年起有名录"),
    "counties_outline": ("outline", "县界"),
    "counties_no_outline": ("no outline", "无县界"),
    "counties_former": ("before: {names}", "曾用：{names}"),
    "counties_comma": (", ", "，"),
    "counties_sum_numbers": ("all villages", "村合计"),
    "counties_sum_spelled": ("spelled out as committees", "其中名录写明村委会的"),
    "counties_note": (
        "Villages by the year of the list; -: no list. A fall by merger is told from villages that "
        "became communities, passed to another county or are listed in another way.\n"
        "Source: National Bureau of Statistics, statistical division codes, 2016-2023.",
        "各年名录中的村数；-：无名录。合村造成的减少，已与村改居、划入他县、名录写法改变相区分。\n"
        "资料来源：国家统计局，统计用区划代码，2016—2023年。",
    ),
    # the atlas
    "atlas_province": ("province", "省份"),
    "atlas_all": ("China", "全国"),
    "atlas_sum": ("all", "合计"),
    "atlas_written": (
        "{n} county-years written, digest {digest}",
        "已写入 {n} 个县年，摘要 {digest}",
    ),
    "atlas_note": (
        "Counties of {of} villages or more that lost {least:.0%} of them or more from one list to "
        "the next, by the year of the list after, and villages lost. The later lists of 49 "
        "counties are missing: there may be more.\n"
        "Source: National Bureau of Statistics, statistical division codes, 2016-2023.",
        "村数不少于{of}个、且相邻两次名录间减少{least:.0%}以上的县，按后一次名录的年份计；括号内为减少的村数。"
        "有49个县缺少后期名录，实际或更多。\n资料来源：国家统计局，统计用区划代码，2016—2023年。",
    ),
    # its map
    "atlas_drawn": ("{path}: drawn", "{path}：已绘制"),
    "atlas_title": (
        "{where}: {villages:,} villages lost to mergers, {first}–{last}",
        "{where}{first}—{last}年合村减少{villages:,}个村",
    ),
    "atlas_class": (
        "{low:.0f}–{high:.0f} % lost (n = {n})",
        "减少{low:.0f}–{high:.0f}%（n = {n}）",
    ),
    "atlas_most": ("{low:.0f} % or more lost (n = {n})", "减少{low:.0f}%以上（n = {n}）"),
    "atlas_unmerged": ("No merger (n = {n:,})", "未合村（n = {n:,}）"),
    "atlas_relisted": (
        "Not known: listed in another way (n = {n})",
        "不明：名录写法改变（n = {n}）",
    ),
    "atlas_missing": ("Not known: lists missing (n = {n})", "不明：缺少名录（n = {n}）"),
    "atlas_comma": (", ", "、"),
    "atlas_shown": (
        "{n} counties: villages lost as a share of those before a county's first merger. A merger: "
        "{least:.0%} or more of {of} villages or more from one list to the next; smaller ones "
        "count as none. Source: National Bureau of Statistics, statistical division codes, "
        "2016–2023.",
        "共{n}个县；减少的村占该县首次合村前村数的比例。合村指村数不少于{of}个的县，相邻两次名录间减少{least:.0%}以上；"
        "幅度更小者计为未合村。资料来源：国家统计局，统计用区划代码，2016—2023年。",
    ),
    "atlas_undrawn": (
        "Without a border, and not drawn: {n} of the counties that merged ({names}).",
        "另有{n}个合村的县（市、区）无边界数据，未绘出（{names}）。",
    ),
    "atlas_elsewhere": (
        "Taiwan, Hong Kong, Macao and three places more are in no list; the islands of the South "
        "China Sea are not drawn.",
        "台湾、香港、澳门及另外三处无名录数据；南海诸岛未绘出。",
    ),
    "atlas_borders": (
        "County borders: Amap, about 2022, in its datum GCJ-02 (some hundred metres off WGS 84). A "
        "sketch, not a standard map: one for publication in China needs an approved base map "
        "(审图号).",
        "县界来自高德地图（约2022年），采用GCJ-02坐标系（与WGS 84相差数百米）。"
        "本图为示意图，并非标准地图，不作为划界依据；"
        "在中国公开出版须改用标有审图号的标准底图。",
    ),
    # arms of the experiment that `hecun new` writes
    "arm_none": ("none", "不改革"),
    "arm_merger_alone": ("merger_alone", "仅合村"),
    "arm_whole_reform": ("whole_reform", "整体改革"),
}
