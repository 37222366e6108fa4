"""Words of figures of further answers: screening, shares, targets, boxes."""

WORDS: dict[str, tuple[str, str]] = {
    "morris_said": ("{outcome}: {first} moves it most", "{outcome}：“{first}”影响最大"),
    "morris_effect_on": ("Effect of {arm} on {outcome}", "{arm}对{outcome}的效应"),
    "morris_arm_of": ("{outcome} ({arm})", "{outcome}（{arm}）"),
    "morris_mu": ("Mean size of its effects μ*", "效应绝对值均值 μ*"),
    "morris_sigma": ("Spread of its effects σ", "效应标准差 σ"),
    "morris_even": ("As uneven as large (σ = μ*)", "不均匀程度与大小相当（σ = μ*）"),
    "morris_luck": ("What luck alone exceeds once in twenty", "仅随机性二十次中超过一次的水平"),
    "morris_note": (
        "n = {n} parameters, each over its whole range; bars: 95 % interval over trajectories.",
        "n = {n} 个参数，各取其全部范围；误差线：轨迹间的95%置信区间。",
    ),
    "shapley_note": (
        "Shapley shares: they add up to the whole reform. Bars: 95 % interval over n = {n} "
        "replicates on the same random numbers.",
        "Shapley 值：各部分之和等于整体改革。误差线：n = {n} 次重复（相同随机数）的95%置信区间。",
    ),
    "targets_axis": (
        "Distance from the target, in its SD",
        "与目标的距离（以目标标准差计）",
    ),
    "targets_before": ("Before calibration, 90 %", "校准前，90%区间"),
    "targets_after": ("Predicted after, 90 %", "校准后预测，90%区间"),
    "targets_said": (
        "{agree} of {of} targets agree within their errors",
        "{of} 个目标中 {agree} 个在误差范围内相符",
    ),
    "targets_note": (
        "Grey: two standard deviations of the target on either side. Predictions hold the spread "
        "of the parameters, the emulator's and luck.",
        "灰色：目标值上下两个标准差。预测包含参数、代理模型与随机性的不确定性。",
    ),
    "trajectory_chosen": ("The box that was chosen", "所选区域"),
    "trajectory_bounds": ("Parameters with a bound", "受限参数个数"),
    "coverage": ("Coverage: share of all failures", "覆盖度：占全部失效的比例"),
    "density_of": ("Density: share that fails", "密度：失效所占比例"),
}
