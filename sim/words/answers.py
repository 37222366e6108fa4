"""Words of the tables that an experiment's method answers with: titles, columns, cells."""

WORDS: dict[str, tuple[str, str]] = {
    # titles
    "title_effects": (
        "the same effects: bootstrap interval (boot), and the share of worlds in which the sign of "
        "the mean holds, with its interval (sign)",
        "同一效应：自助法区间，以及与均值同号的情景比例及其区间",
    ),
    "title_ranking": (
        "the arms from the best, and the share of worlds that rank them so (order and best are "
        "picked by the same worlds: their shares are somewhat too high)",
        "方案排序（由优到劣），以及排序成立的情景比例（排序和最优方案由同一批情景选出，比例略偏高）",
    ),
    "title_shapley": (
        "what each part of the reform does: Shapley shares, alone, and last of all",
        "改革各部分的作用：Shapley 值、单独实施、最后加入",
    ),
    "title_swings": (
        "one factor at a time: the outcome with nothing changed (reference), its change with the "
        "factor at either end, and from one end to the other",
        "逐一变动：参照为各因素不变时的指标，其后为该因素取两端时的变化及两端之差",
    ),
    "title_effect_swings": (
        "one factor at a time: the arm's effect with nothing changed (reference), and what the "
        "factor's ends change of it",
        "逐一变动对方案效应的影响：参照为各因素不变时的效应，其后为该因素取两端时的变化",
    ),
    "title_features": (
        "how much each factor has to do with an outcome (extra trees; shares, no sign); idle: what "
        "a factor that does nothing reaches;\nexplained: how much the trees explain of points they "
        "have not seen (scores mean little where it is low)",
        "各因素与指标的关联（极端随机树；为比重，不分方向）；idle：无作用因素可达到的分值；\n"
        "explained：对未见设计点的解释比例（过低则分值意义不大）",
    ),
    "title_interactions": ("what two parts do together beyond each alone", "两部分的交互作用"),
    "title_winners": (
        "who wins and who loses: mean effects on the same people; experience: running share of "
        "one's own attempts that succeeded;\nan errand that waits is no attempt, so that it may "
        "rise where service reach, which counts what is settled in time, falls",
        "谁受益、谁受损：同一批人的平均效应；experience：本人办事尝试的成功率（滚动）；\n"
        "等待中的事项不计为尝试，故及时办结的比重（服务可及率）下降时，该值仍可能上升",
    ),
    "title_inequality": (
        "inequality of income (Theil) within and between old villages",
        "收入不平等（泰尔指数）：原建制村内与原建制村间",
    ),
    "title_pairs": (
        "the largest interactions: two factors together beyond each alone, against the "
        "first levels;\nof {all} intervals {sure} exclude 0 (by luck about 1 in 20 would)",
        "最大的交互作用：两个因素共同作用超出各自单独作用的部分（相对各自首个水平）；\n"
        "{all} 个区间中有 {sure} 个不含 0（仅凭随机约为二十分之一）",
    ),
    "title_screened": (
        "Morris' elementary effects over the whole range; {mu_star_luck}: what luck alone gives on "
        "average;\n{mu_star_luck_95}: what it exceeds once in twenty times (below it a parameter "
        "is not told from an idle one)",
        "Morris 基本效应（全取值范围）；{mu_star_luck}：仅凭随机的平均大小；\n{mu_star_luck_95}："
        "仅凭随机时二十次中约一次超过的大小（低于此值的参数与无影响者无法区分）",
    ),
    "title_screened_arms": (
        "Morris' elementary effects on an arm's effect against the baseline, the same people and "
        "luck at every point",
        "Morris 基本效应：对方案效应（相对基准方案，同一批人、相同随机数）的影响",
    ),
    "title_indices": (
        "Sobol indices{expected}; intervals are over the points drawn, for these seeds:\nthey are "
        "too narrow where luck acts through a parameter",
        "Sobol 指数{expected}；区间仅反映设计点的抽样，随机种子视为固定：\n"
        "若随机性通过参数起作用，则区间过窄",
    ),
    "note_expected": ("; expected: corrected for luck", "（expected：扣除随机性）"),
    "title_seeds": (
        "share of the variance of one run: parameters (interval over points and seeds), luck, both",
        "单次运行方差的构成：参数（区间涵盖设计点与随机种子）、随机性、交互",
    ),
    "title_parameters": (
        "parameters before and after; {too_narrow}",
        "参数：先验与后验；{too_narrow}",
    ),
    "title_targets": (
        "targets: reported, before, predicted; {too_narrow}",
        "目标：报告值、先验、预测；{too_narrow}",
    ),
    "title_recovery": (
        "known truths: how often the 90 % interval contains them, under the seeds that the "
        "emulators were fitted to:\nluck that all points share cannot be seen here, with other "
        "seeds they contain less",
        "已知真值检验：90% 区间的覆盖率（所用随机种子与拟合代理模型的相同：\n"
        "各点共有的随机性在此无法检出，换用其他种子时覆盖率更低）",
    ),
    "too_narrow": (
        "the 90 % intervals are too narrow, as if the luck that all points share were known",
        "90% 区间过窄：各点共有的随机性被当作已知",
    ),
    "title_calibration": ("calibration", "校准"),
    "title_assumptions": (
        "assumptions that go with an effect's size (rank correlation) or part its sign (shares of "
        "worlds above 0) beyond chance:\nmean effect and share above 0 in the lower and the upper "
        "half, share above 0 between the quartiles and beyond",
        "与效应大小相关（秩相关系数）或区分效应符号（效应为正的情景比例）、且超出随机的假定：\n"
        "取值较低、较高的一半情景中的平均效应和为正的比例，以及取值在四分位之间、之外时为正的比例",
    ),
    "title_forms": (
        "forms of contested mechanisms as rival models: share of worlds drawn with each, and of "
        "the weight by the fitted targets;\napart: the interval of the difference excludes 0 "
        "(none where the weight is that of few worlds; by luck one in twenty)",
        "有争议机制的各种形式作为竞争模型：抽到各形式的情景比例，及其按拟合目标所占的权重；\n"
        "可区分：两者之差的区间不含 0（权重集中于少数情景时不给区间；仅凭随机约为二十分之一）",
    ),
    "title_form_scores": (
        "forms on each target held out (worlds weighed by the others): CRPS and score of the 90 % "
        "interval, less is better;\nbeside the worlds of the other forms; apart: the interval of "
        "the difference, over worlds and the report's error, excludes 0 (by luck one in twenty)",
        "依次留出每个目标（情景按其余目标加权），各形式的 CRPS 与 90% 区间评分（越小越好），"
        "与其他形式的情景对照；\n"
        "可区分：差值的区间（含情景与报告误差）不含 0（仅凭随机约为二十分之一）",
    ),
    "title_weighed": (
        "effects over worlds as drawn, and (w) as the targets weigh them: mean with its interval, "
        "where 90 % of worlds lie, share with the mean's sign",
        "各情景的效应：按先验等权，以及（w）按目标加权：均值及其区间、90% 情景的范围、与均值同号的"
        "比例",
    ),
    "title_discrepancies": (
        "what the weights say if the model's discrepancies were so many times as large",
        "模型偏差放大若干倍时的加权结果",
    ),
    "title_front": ("the front: no other point is better in every objective", "帕累托前沿"),
    "title_searched": ("searched", "寻优"),
    "title_failure": ("where the arm fails", "方案失效的比例"),
    "title_regret": (
        "regret against the arm that was best in each world, with hindsight: arms that are alike "
        "but for luck have some, too",
        "各情景下相对事后最优方案的后悔值：仅有随机差异的相同方案也会有后悔值",
    ),
    "title_box": ("the box of parameters in which it fails most", "最易失效的参数范围"),
    "title_tree": ("its regret, as a tree", "后悔值的决策树"),
    # what became of a box of failures, as tables hold it; an effect that is none
    "box_stands": (
        "stands: surely more failures than in all worlds, also where it was not made",
        "成立：在未用于构造的情景中，失效比例也确实更高",
    ),
    "box_no bound": (
        "none: no bound that luck alone would not make; raise replicates or move {below}",
        "无：没有任何界限胜过随机；可增加重复次数或调整 {below}",
    ),
    "box_no better": (
        "none: where it was not made it holds no surely larger share of failures than all "
        "worlds ({unseen} against {fails}); raise replicates or move {below}",
        "无：在未用于构造的情景中，失效比例并不确定更高（对比 {unseen} 与 {fails}）；"
        "可增加重复次数或调整 {below}",
    ),
    "no_effect": ("no effect", "无效应"),
    # columns
    "column_at_from": ("at from", "取起值时"),
    "column_at_to": ("at to", "取止值时"),
    "column_default": ("default", "原值"),
    "column_idle": ("idle", "无作用因素"),
    "column_score": ("score", "分值"),
    "column_swing": ("swing", "两端之差"),
    "column_agrees": ("agrees", "吻合"),
    "column_alone": ("alone", "单独实施"),
    "column_arm": ("arm", "方案"),
    "column_below": ("below", "低于"),
    "column_best": ("best", "最优"),
    "column_best_share": ("best share", "最优的比例"),
    "column_best_low": ("best low", "最优比例下限"),
    "column_best_high": ("best high", "最优比例上限"),
    "column_sign_share": ("sign share", "符号成立的比例"),
    "column_county": ("county", "县"),
    "column_between": ("between", "村间"),
    "column_boot": ("boot", "自助法"),
    "column_both": ("both", "交互"),
    "column_box": ("box", "范围"),
    "column_by": ("by", "分组依据"),
    "column_chance": ("chance", "仅凭随机"),
    "column_correlation": ("correlation", "相关系数"),
    "column_coverage": ("coverage", "覆盖率"),
    "column_covered": ("covered", "区间包含真值"),
    "column_density": ("density", "密度"),
    "column_effect": ("effect", "效应"),
    "column_effective": ("effective", "有效样本"),
    "column_emulated": ("emulated", "代理模型解释比例"),
    "column_explained": ("explained", "解释比例"),
    "column_factor": ("factor", "因素"),
    "column_fails": ("fails", "失效比例"),
    "column_floor": ("floor", "噪声下限"),
    "column_from": ("from", "起"),
    "column_front": ("front", "前沿"),
    "column_gain": ("gain", "受益比例"),
    "column_group": ("group", "组"),
    "column_high": ("high", "上限"),
    "column_interaction": ("interaction", "交互作用"),
    "column_intervals": ("intervals", "区间"),
    "column_its_level": ("its level", "另一因素的水平"),
    "column_largest": ("largest", "最大"),
    "column_last": ("last", "最后加入"),
    "column_above_low": ("above low", "低半为正的比例"),
    "column_above_high": ("above high", "高半为正的比例"),
    "column_above_middle": ("above middle", "中间一半为正的比例"),
    "column_above_outer": ("above outer", "两端为正的比例"),
    "column_picked": ("picked", "入选依据"),
    "column_sign_chance": ("sign chance", "符号差异的随机界限"),
    "column_drawn": ("drawn", "抽取比例"),
    "column_apart": ("apart", "可区分"),
    "column_own": ("own", "该形式"),
    "column_others": ("others", "其他形式"),
    "column_difference": ("difference", "差值"),
    "column_effective_others": ("effective others", "其他形式的有效样本"),
    "column_low_half": ("low half", "低半"),
    "column_high_half": ("high half", "高半"),
    "column_discrepancy": ("discrepancy", "模型偏差"),
    "column_informed_by": ("informed by", "依据的目标"),
    "column_noticed": ("noticed", "失拟检出率"),
    "column_sure": ("sure", "真形式的权重"),
    "column_misfit_p": ("misfit p", "模型失拟 p 值"),
    "column_rank_p": ("rank p", "秩均匀性 p 值"),
    "column_ruled_out": ("ruled out", "被排除的比例"),
    "column_times": ("times", "倍数"),
    "column_worlds": ("worlds", "情景数"),
    "column_form": ("form", "形式"),
    "column_covered_50": ("covered 50", "50%区间覆盖率"),
    "column_covered_80": ("covered 80", "80%区间覆盖率"),
    "column_covered_90": ("covered 90", "90%区间覆盖率"),
    "column_covered_95": ("covered 95", "95%区间覆盖率"),
    "column_learned": ("learned", "所得信息"),
    "column_least": ("least", "最小"),
    "column_left_out": ("left out", "剔除"),
    "column_level": ("level", "水平"),
    "column_lose": ("lose", "受损比例"),
    "column_low": ("low", "下限"),
    "column_mass": ("mass", "占比"),
    "column_mean": ("mean", "均值"),
    "column_median": ("median", "中位数"),
    "column_most": ("most", "最大"),
    "column_mu": ("mu", "μ"),
    "column_mu_luck": ("mu luck", "μ（仅随机）"),
    "column_mu_star": ("mu star", "μ*"),
    "column_mu_star_luck": ("mu star luck", "μ*（仅随机，均值）"),
    "column_mu_star_luck_95": ("mu star luck 95", "μ*（仅随机，95%分位）"),
    "column_of_spread": ("of spread", "与各点标准差之比"),
    "column_of_whole": ("of whole", "占整体"),
    "column_on_front": ("on front", "位于前沿的比例"),
    "column_outcome": ("outcome", "指标"),
    "column_parameter": ("parameter", "参数"),
    "column_parameters": ("parameters", "参数"),
    "column_part": ("part", "部分"),
    "column_people": ("people", "人数"),
    "column_points": ("points", "设计点"),
    "column_possible": ("possible", "未被排除的比例"),
    "column_predicted": ("predicted", "预测"),
    "column_prior_05": ("prior 05", "先验5%分位"),
    "column_prior_50": ("prior 50", "先验中位数"),
    "column_prior_95": ("prior 95", "先验95%分位"),
    "column_quantile_05": ("quantile 05", "5%分位"),
    "column_quantile_90": ("quantile 90", "90%分位"),
    "column_quantile_95": ("quantile 95", "95%分位"),
    "column_ranking": ("ranking", "排序"),
    "column_ratio": ("ratio", "比例"),
    "column_reference": ("reference", "对照值"),
    "column_regret": ("regret", "后悔值"),
    "column_replicates": ("replicates", "重复"),
    "column_resamples": ("resamples", "重抽样出现率"),
    "column_rule": ("rule", "规则"),
    "column_sd": ("sd", "标准差"),
    "column_seed": ("seed", "随机性"),
    "column_seeds": ("seeds", "随机种子"),
    "column_shapley": ("shapley", "Shapley 值"),
    "column_share": ("share", "比例"),
    "column_sign": ("sign", "符号成立比例"),
    "column_sigma": ("sigma", "σ"),
    "column_source": ("source", "来源"),
    "column_state": ("state", "状态"),
    "column_target": ("target", "目标"),
    "column_to": ("to", "止"),
    "column_total": ("total", "总计"),
    "column_truths": ("truths", "真值数"),
    "column_unseen": ("unseen", "未见情景的失效比例"),
    "column_unseen_coverage": ("unseen coverage", "未见情景的覆盖率"),
    "column_use": ("use", "用途"),
    "column_value": ("value", "值"),
    "column_variance_ratio": ("variance ratio", "方差比"),
    "column_vr": ("vr", "配对的方差缩减倍数"),
    "column_vr_factor": ("vr factor", "配对的方差缩减倍数"),
    "column_with": ("with", "与"),
    "column_within": ("within", "村内"),
    "column_within_limits": ("within limits", "符合限制"),
    "column_S1": ("S1", "S1"),
    "column_ST": ("ST", "ST"),
    "column_n": ("n", "n"),
    # what follows the name of a column
    "ending_low": (" low", "下限"),
    "ending_high": (" high", "上限"),
    "ending_share": (" share", "的比例"),
    "ending_conf": (" conf", " ±"),
    "ending_change": (" change", "的变化"),
    "ending_expected": (" expected", "（扣除随机性）"),
    "weighed": ("w {of}", "加权{of}"),
    # cells
    "cell_income": ("income", "收入"),
    "cell_experience": ("experience", "服务体验"),
    "cell_trust": ("trust", "信任"),
    "cell_everyone": ("everyone", "所有人"),
    "cell_all": ("all", "全部"),
    "cell_role": ("role", "原建制村角色"),
    "cell_absorbed": ("absorbed", "被并村"),
    "cell_absorbing": ("absorbing", "主并村"),
    "cell_alone": ("alone", "未合并村"),
    "cell_age": ("age", "年龄"),
    "cell_distance": ("distance", "办事距离"),
    "cell_income fifth": ("income fifth", "收入五等分"),
    "cell_too narrow": ("too narrow", "过窄"),
    "cell_over points": ("over points", "仅设计点"),
    "cell_as fitted": ("as fitted", "与拟合时相同"),
    "cell_told": ("told", "可判断"),
    "cell_a little": ("a little", "略有"),
    "cell_not identifiable": ("not identifiable", "不可识别"),
    "cell_interval": ("interval", "区间"),
    "cell_correlation": ("correlation", "相关"),
    "cell_sign": ("sign", "符号"),
    "cell_both": ("both", "相关与符号"),
    "cell_fitted": ("fitted", "用于拟合"),
    "cell_held out": ("held out", "留作检验"),
    "cell_whole reform": ("whole reform", "整体改革"),
    "cell_everywhere": ("everywhere", "全部情景"),
    "cell_ages": ("{ages} years", "{ages} 岁"),
    "cell_rank": ("{rank} of 5", "第{rank}组（共5组）"),
}
