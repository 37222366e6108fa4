"""Words of maps, series and the figures of experiments."""

WORDS: dict[str, tuple[str, str]] = {
    # shared
    "before": ("Before", "调整前"),
    "after": ("After", "调整后"),
    "reform": ("Reform, {month}", "改革时点（{month}）"),
    "one_run": ("One run, seed {seed}; not smoothed.", "单次运行，随机种子 {seed}；未平滑。"),
    "empty": ("no values", "无数据"),
    "with_unit": ("{what} ({unit})", "{what}（{unit}）"),
    # maps and series of a run
    "counts": ("{before} → {after} villages", "{before} → {after} 个建制村"),
    "no_merger": ("{before} villages, no merger", "{before} 个建制村，未合并"),
    "new_border": ("Village border after the merger", "调整后村界"),
    "old_border": ("Old village border (white)", "原建制村界（白线）"),
    "map_said": ("{outcome}: county {before} → {after}", "{outcome}：全县 {before} → {after}"),
    "origin_run": ("{title}.", "{title}。"),
    "origin_counties": ("{n} counties", "{n}个县"),
    "origin_window": ("means of the 12 months to {end}", "截至{end}的12个月平均"),
    "origin_joined": ("; ", "；"),
    "panel_counts": (
        "{when}: {villages} villages in {townships} townships",
        "{when}：{townships} 个乡镇、{villages} 个建制村",
    ),
    "office": ("Village office", "村委会驻地"),
    "outpost": ("Outpost kept (n = {count})", "保留便民服务点（n = {count}）"),
    "left": (
        "Left the village class (old villages: {count})",
        "转为或并入社区（原建制村 {count} 个）",
    ),
    "community": ("Community, not a village (n = {count})", "社区，非建制村（n = {count}）"),
    "township_border": ("Township border", "乡镇界"),
    "village_border": ("Village border", "村界"),
    "county_border": ("County border", "县界"),
    "other_land": ("Communities and other land outside the model", "社区及其他未纳入模型的土地"),
    "schematic": (
        "Schematic map: areas and neighbourhoods are drawn by the model, not surveyed.",
        "示意图：村域与相邻关系由模型生成，并非实测。",
    ),
    "outlined": (
        "True: the county's outline (Amap, about 2022) and area, names and numbers. Drawn by the "
        "model: all borders inside. A sketch (示意图), no standard map.",
        "县界轮廓（高德地图，约2022年）、面积、名称和数量为实际资料；县内乡镇界、村界由模型绘制。"
        "本图为示意图，并非标准地图，不作为划界依据。",
    ),
    "enlarged": (
        "True: the form of the county's outline (Amap, about 2022), names and numbers. The outline "
        "is scaled to {drawn} km² (county: {known} km²). Drawn by the model: all borders inside. A "
        "sketch (示意图), no standard map.",
        "县界轮廓的形状（高德地图，约2022年）、名称和数量为实际资料；轮廓按比例放大至 {drawn} "
        "平方公里（全县实为 {known} 平方公里）；县内乡镇界、村界由模型绘制。"
        "本图为示意图，并非标准地图，不作为划界依据。",
    ),
    "datum": ("Coordinates: {name}.", "坐标系：{name}。"),
    "datum_gcj02": ("GCJ-02, some hundred metres off WGS 84", "GCJ-02（与WGS 84相差数百米）"),
    "datum_wgs84": ("WGS 84", "WGS 84"),
    "datum_cgcs2000": ("CGCS2000", "2000国家大地坐标系（CGCS2000）"),
    "approval": ("Map approval number (审图号): {number}", "审图号：{number}"),
    "approval_base": (
        "Approval number (审图号) of the base map: {number}; this drawing is not itself approved.",
        "底图审图号：{number}；本图由模型绘制，未经地图审核。",
    ),
    "mapped": (
        "Borders of the map given; groups, hamlets and unknown offices are placed by the model.",
        "村界依据所给地图；村民小组、居民点及未知的村委会驻地由模型布设。",
    ),
    "colours": (
        "Colours: townships before, villages after (neighbours differ; colours recur).",
        "颜色：调整前按乡镇，调整后按村（相邻者不同色，颜色可重复）。",
    ),
    "mean_of": (
        "{when}: mean {first} to {last}\ncounty {value}, n = {count} old villages",
        "{when}：{first} 至 {last} 平均\n全县 {value}，n = {count} 个原建制村",
    ),
    "no_months": ("{when}: no months recorded", "{when}：无记录月份"),
    "no_value": ("No value", "无数据"),
    "limits": (
        "Colour limits: 2–98 % of the villages' values.",
        "色标范围：各村数值的 2–98%。",
    ),
    "county_line": ("County, monthly", "全县（逐月）"),
    "band": (
        "10–90 % of old villages (n = {count}; where recorded by village)",
        "原建制村 10–90% 区间（n = {count}；有分村记录的指标）",
    ),
    "total": ("county total", "全县合计"),
    "reference_value": ("reference: {value}", "参照值：{value}"),
    # the timeline of policies
    "timeline_dose": ("{what}: {number}", "{what}：{number}"),
    "timeline_labelled": ("{name} ({label})", "{name}（{label}）"),
    "timeline_separator": ("; ", "；"),
    "timeline_in_force": ("In force (height: share of the full dose)", "实施中（高度为到位比例）"),
    "timeline_may": ("Waits for its trigger", "等待触发"),
    "timeline_event": ("Happens in one month", "当月完成"),
    "timeline_starts": ("Trigger starts it", "触发开始"),
    "timeline_ends": ("Trigger ends it", "触发终止"),
    "timeline_when": ("when {condition}", "当 {condition} 时开始"),
    "timeline_times": (" for {months} months", "（连续{months}个月）"),
    "timeline_until": ("until {condition}", "至 {condition} 时停止"),
    "timeline_run": (
        "One run, seed {seed}; {count} triggers fired.",
        "单次运行，随机种子 {seed}；触发 {count} 次。",
    ),
    "timeline_quiet": ("One run, seed {seed}.", "单次运行，随机种子 {seed}。"),
    "timeline_plan": (
        "As configured, before a run: triggers have not been decided.",
        "按配置绘制，尚未运行：触发与否未定。",
    ),
    "timeline_none": ("no policy", "无政策"),
    # experiments
    "effects_note": (
        "Points: mean paired difference from {against}; bars: 95 % interval over n = {n} "
        "replicates on the same luck.",
        "点：相对“{against}”的配对差异均值；横线：n = {n} 次重复（相同随机数）的95%置信区间。",
    ),
    "first_point": ("the first point", "首个设计点"),
    "means_note": (
        "Points: means; bars: 95 % interval over n = {n} replicates (those with every run). Other "
        "factors: averaged.",
        "点：均值；误差线：n = {n} 次重复的95%置信区间（仅含全部运行均完成的重复）。"
        "其他因素取平均。",
    ),
    "by_county_title": (
        "{outcome}: paired effects by county, against {against}",
        "{outcome}：各县配对效应（相对“{against}”）",
    ),
    "by_county_below": ("below {high} (n = {n})", "低于 {high}（n = {n}）"),
    "by_county_class": ("{low} to {high} (n = {n})", "{low} 至 {high}（n = {n}）"),
    "by_county_above": ("{low} or more (n = {n})", "{low} 及以上（n = {n}）"),
    "by_county_none": ("Not in the experiment", "未纳入实验"),
    "by_county_note": (
        "Colours: mean paired difference over n = {n} replicates on the same luck. In {clear} of "
        "{of} the 95 % interval of the replicates does not hold 0.",
        "颜色：n = {n} 次重复（相同随机数）的配对差异均值。"
        "{of} 项效应中，{clear} 项的95%置信区间不含0。",
    ),
    "by_county_undrawn": (
        "Without a border, and not drawn: {n} ({names}).",
        "另有 {n} 个县无边界数据，未绘出（{names}）。",
    ),
    "winners_note": (
        "{arm} against {against}. Left: 95 % interval of each village alone over n = {n} "
        "replicates; by luck about one in twenty misses. Right: mean of the villages of a kind, "
        "95 % interval over these villages, not over replicates.",
        "“{arm}”相对“{against}”。左：各村单独的95%置信区间（n = {n} 次重复），"
        "约二十个中有一个会因偶然而偏离。右：各类村的均值，95%置信区间反映村与村之间的差异，而非重复之间的差异。",
    ),
    "better": ("Better off", "受益"),
    "worse": ("Worse off", "受损"),
    "unclear": ("Unclear", "不明确"),
    "higher": ("Higher", "升高"),
    "lower": ("Lower", "降低"),
    "by_rank": ("Old villages, ordered", "原建制村（按差异排序）"),
    "difference": ("Difference ({unit})", "差异（{unit}）"),
    "absorbed": ("Absorbed", "被并村"),
    "absorbing": ("Absorbing", "主并村"),
    "unmerged": ("Not merged", "未合并村"),
    "share_count": ("{label} (n = {count})", "{label}（n = {count}）"),
    "first_index": ("First order", "一阶指数"),
    "total_index": ("Total", "总指数"),
    "index": ("Share of variance", "方差占比"),
    "interval_note": (
        "Bars: 95 % interval over the points drawn, for these seeds: too narrow where luck acts "
        "through a parameter. n = {n} model runs.",
        "误差线：95%区间，仅反映设计点的抽样，随机种子视为固定；若随机性通过参数起作用则过窄。"
        "n = {n} 次运行。",
    ),
    "first_open": (
        "{outcome}: which comes first is not told apart",
        "{outcome}：何者居首尚不能区分",
    ),
    "tornado_note": (
        "Each parameter at the ends of its range, the others at their values. n = {n} replicates.",
        "各参数取其范围两端，其余取配置所设的值。n = {n} 次重复。",
    ),
    "tornado_intervals": (
        "Lines: 95 % intervals over replicates, paired on the same luck.",
        "横线：重复间的95%区间，随机性相同、逐一配对。",
    ),
    "tornado_arm": ("{outcome} under “{arm}”", "“{arm}”下的{outcome}"),
    "tornado_effect": ("{outcome}, effect of “{arm}”", "“{arm}”对{outcome}的效应"),
    "caption_tornado": (
        "{outcome} with each factor at its low and high end, the others as they are",
        "各因素逐一取高低两端、其余不变时的{outcome}",
    ),
    "caption_features": (
        "How much each factor has to do with {outcome}",
        "各因素与{outcome}的关联程度",
    ),
    "feature_score": ("Score (share)", "分值（比重）"),
    "feature_idle": ("A factor that does nothing reaches", "无作用因素可达到的分值"),
    "feature_said": (
        "{outcome}: {first} has most to do with it",
        "{outcome}：与“{first}”关联最大",
    ),
    "feature_note": (
        "Importances of extra trees over {n} design points; lines: least and largest over subsets "
        "of them. The trees explain {explained:.0f} % of points they have not seen.",
        "{n}个设计点上极端随机树的重要性；横线：在其子集上的最小与最大值。"
        "这些树能解释未见设计点差异的{explained:.0f}%。",
    ),
    "pairs_title": ("Outcomes in pairs", "指标两两对照"),
    "pairs_note": (
        "A dot is a design point, the mean of its replicates; n = {n} points.",
        "每点为一个设计点（各次重复的平均），共{n}个。",
    ),
    "parallel_title": ("Parallel coordinates", "平行坐标图"),
    "parallel_note": (
        "A line is a design point, n = {n}; colour: {outcome}.",
        "每条线为一个设计点，共{n}个；颜色表示{outcome}。",
    ),
    "parallel_some": (
        "A line is a design point, {n} of {all} evenly taken; colour: {outcome}.",
        "每条线为一个设计点（{all}个中等距取{n}个）；颜色表示{outcome}。",
    ),
    "at_low": ("At the low end", "取下限"),
    "at_high": ("At the high end", "取上限"),
    "change_of": ("{what}: change ({unit})", "{what}：变化（{unit}）"),
    "difference_of": ("{what}: difference ({unit})", "{what}：差异（{unit}）"),
    "posterior_note": (
        "Curve: posterior (n = {n} draws); grey: prior range; bar: 90 % interval. Both are too "
        "narrow, as if the luck that all points share were known.",
        "曲线：后验（n = {n} 次抽样）；灰色：先验范围；横线：90%区间。"
        "两者均过窄：各点共有的随机性被当作已知。",
    ),
    "density": ("Density", "密度"),
    "prior": ("Prior range", "先验范围"),
    "posterior": ("Posterior", "后验"),
    "interval_90": ("90 % interval", "90%区间"),
    "truth": ("Known truth", "已知真值"),
    "pareto_note": (
        "n = {n} policies; {front} on the front. Better: {x}; {y}.",
        "n = {n} 个政策组合，其中 {front} 个位于前沿。更优方向：{x}；{y}。",
    ),
    "to_more": ("higher {outcome}", "{outcome}更高"),
    "to_less": ("lower {outcome}", "{outcome}更低"),
    "on_front": ("On the front", "帕累托前沿（非支配方案）"),
    "beaten": ("Dominated", "被支配"),
    "over_limits": ("Beyond the limits", "超出限制"),
    "prim_note": (
        "Box: {density:.0f} % of its worlds fail (density), {coverage:.0f} % of all failures lie "
        "in it (coverage). n = {n} worlds.",
        "区域内 {density:.0f}% 的情景失效（密度），全部失效的 {coverage:.0f}% 落在区域内"
        "（覆盖度）。n = {n} 个情景。",
    ),
    "in_range": ("Whole range", "全部范围"),
    "in_box": ("Box", "失效区域"),
    "share_of_range": ("Place in the range", "在取值范围内的位置"),
    "flows_note": (
        "Million yuan a year: mean of the months named; colours on a logarithmic scale. One run, "
        "seed {seed}.",
        "百万元/年：所示月份平均；颜色为对数刻度。单次运行，随机种子 {seed}。",
    ),
    "flows_panel": ("{when}: {first} to {last}", "{when}：{first} 至 {last}"),
    "payer": ("Pays", "付款方"),
    "payee": ("Is paid", "收款方"),
    "band_note": (
        "Lines: mean; bands: 10-90 % of n = {n} replicates. Not smoothed.",
        "线：均值；带：n = {n} 次重复的10–90%区间。未平滑。",
    ),
    "film_month": ("{month}: {count} villages", "{month}：{count} 个建制村"),
    "film_note": (
        "Colours: mean of the 12 months up to each; limits: 2–98 % of all values. One run.",
        "颜色：截至当月的12个月平均；色标范围：全部数值的2–98%。单次运行。",
    ),
    # paired differences
    "paired_note": (
        "Lines: mean paired difference from {against}; bands: 95 % interval over n = {n} "
        "replicates on the same random numbers. Not smoothed.",
        "线：相对“{against}”的配对差异均值；带：n = {n} 次重复（相同随机数）的95%置信区间。"
        "未平滑。",
    ),
    "apart_note": (
        "Points: mean paired difference from {factor} = {first}; bars: 95 % interval over n = {n} "
        "replicates on the same random numbers.",
        "点：相对“{factor} = {first}”的配对差异均值；"
        "误差线：n = {n} 次重复（相同随机数）的95%置信区间。",
    ),
    "averaged_note": ("Averaged over: {rest}.", "其余因素取平均：{rest}。"),
    "surface_note": (
        "Cells: mean and half-width of the 95 % interval over n = {n} replicates.",
        "格内：均值及95%置信区间半宽（n = {n} 次重复）。",
    ),
    "together_note": (
        "Cells: what both do beyond each alone, from their first levels (differences of paired "
        "differences), and half-width of the 95 % interval over n = {n} replicates.",
        "格内：两因素同时变化超出各自单独作用之和的部分（以首个水平为基准的双重配对差异），"
        "及95%置信区间半宽（n = {n} 次重复）。",
    ),
    "lines_note": (
        "Thick: mean; thin: each of n = {n} replicates. Not smoothed.",
        "粗线：均值；细线：n = {n} 次重复各自的结果。未平滑。",
    ),
    "sobol_said": ("{outcome}: {first} matters most", "{outcome}：“{first}”影响最大"),
    "interval_wide": (
        "Some intervals are wider than the whole variance: of these indices nothing is known yet.",
        "部分区间比全部方差还宽，相应指数尚无法判断；请增加样本。",
    ),
    "posterior_said": (
        "Data narrow {narrowed} of {of} parameters to less than half their range",
        "数据将 {of} 个参数中的 {narrowed} 个收窄至先验范围的一半以内",
    ),
    "pareto_said": (
        "By their means, {front} of {n} policies are not beaten in both objectives",
        "按均值，{n} 个政策组合中有 {front} 个在这两项目标上未被支配",
    ),
    "pareto_others": (
        "Further objectives, not shown, keep points that look dominated: {others}.",
        "另有未绘出的目标：{others}；看似被支配的方案可能在这些目标上占优。",
    ),
    "prim_said": (
        "In the box {density:.0f} % of worlds fail",
        "失效区域内 {density:.0f}% 的情景失效",
    ),
    "prim_said_unseen": (
        "In the box {unseen:.0f} % of unseen worlds fail, of all worlds {fails:.0f} %",
        "未用于构造的情景：区域内 {unseen:.0f}% 失效，全部 {fails:.0f}%",
    ),
    "prim_less": (
        "Failing: {outcome}, “{arm}” less “{against}”, is below {bound}.",
        "失效指：{outcome}在“{arm}”与“{against}”之差低于 {bound}。",
    ),
    "prim_more": (
        "Failing: {outcome}, “{arm}” less “{against}”, is above {bound}.",
        "失效指：{outcome}在“{arm}”与“{against}”之差高于 {bound}。",
    ),
    "winners_said": (
        "{outcome}: of {of} old villages {rise} {up}, {fall} {down}",
        "{outcome}：{of} 个原建制村中{up} {rise} 个、{down} {fall} 个",
    ),
    # old villages, hours, ways
    "change_note": (
        "Mean {after} minus mean {before} in n = {n} old villages; colours to 98 % of the changes' "
        "sizes. One run, seed {seed}.",
        "{after} 平均减 {before} 平均（n = {n} 个原建制村）；色标至变化幅度的98%。"
        "单次运行，随机种子 {seed}。",
    ),
    "effect_maps_open": (
        "Not told apart from 0 (95 % interval)",
        "与 0 无法区分（95%置信区间）",
    ),
    "effect_maps_note": (
        "Mean paired difference from {against} in {villages} old villages, n = {n} replicates; "
        "colours to 98 % of their sizes, the same on every map. Lines: townships before.",
        "{villages} 个原建制村相对“{against}”的配对差均值（n = {n} 次重复）；色标至幅度的98%，"
        "各图相同。线：调整前乡镇界。",
    ),
    "ways_note": (
        "Shares of needs by how they end; means of the months named. One run, seed {seed}.",
        "各途径占办事需求的比例，所示月份平均。单次运行，随机种子 {seed}。",
    ),
    "lorenz_line": ("{when}: Gini {gini}", "{when}：基尼系数 {gini}"),
    "lorenz_x": (
        "Cumulated share of registered persons, poorest villages first",
        "户籍人口累计比例（由低到高）",
    ),
    "lorenz_y": (
        "{outcome}, cumulated share (weighted by persons)",
        "{outcome}（按人口加权）累计比例",
    ),
    "lorenz_note": (
        "n = {n} old villages, weighted by registered persons. One run, seed {seed}.",
        "n = {n} 个原建制村，按户籍人口加权。单次运行，随机种子 {seed}。",
    ),
    "distribution_note": (
        "Paired effects against {against} on n = {n} old villages, means of replicates: density, "
        "half of them (bar), median, and every village.",
        "相对“{against}”的配对效应（n = {n} 个原建制村，重复均值）："
        "密度、中间一半（粗线）、中位数及各村。",
    ),
}
