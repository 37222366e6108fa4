"""Words of what a key of a configuration or an outcome is."""

WORDS: dict[str, tuple[str, str]] = {
    "explain_what": ("what", "含义"),
    "explain_key": ("key", "键"),
    "explain_value": ("value", "取值"),
    "explain_default": ("default", "默认值"),
    "explain_unit": ("unit", "单位"),
    "explain_range": ("plausible range", "合理范围"),
    "explain_may_be": ("may be", "可取"),
    "explain_source": ("source", "来源"),
    "explain_confidence": ("confidence", "可信度"),
    "explain_levers": ("moves the levers", "作用的杠杆"),
    "explain_set": ("set it with", "写法"),
    "explain_better": ("better", "优劣方向"),
    "explain_levels": ("levels", "记录层级"),
    "explain_definition": ("definition", "定义"),
    "explain_parameters": ("PARAMETERS of {process}", "参数：{process}"),
    "explain_policy": (
        "POLICY {name} (moves the levers: {levers})",
        "政策：{name} {chinese}（作用的杠杆：{levers}）",
    ),
    "explain_config": ("KEYS of a configuration", "配置文件的键"),
    "explain_outcomes": ("OUTCOMES", "指标"),
    "explain_mechanisms": (
        "MECHANISMS that `switched_off: [...]` can name",
        "可由 switched_off 关闭的机制",
    ),
    "explain_codes": ("codes", "代码"),
    "explain_sets": ("sets", "取值"),
    # plug-ins
    "plugins_title": (
        "PLUG-INS installed; one runs only where a configuration, an experiment or a command "
        "names it",
        "已安装的插件；仅在配置、实验或命令中写明名称时才会运行",
    ),
    "plugins_none": ("No plug-in is installed.", "未安装任何插件。"),
    "plugins_how": (
        "A distribution offers them under the entry points {groups}: see docs/howto/plugins.md.",
        "插件由安装包通过入口点（entry points）{groups} 提供，见 docs/howto/plugins.md。",
    ),
    "plugins_kind": ("for", "类别"),
    "plugins_name": ("name", "名称"),
    "plugins_code": ("code", "代码"),
    "plugins_of": ("distribution", "安装包"),
    "plugins_note": ("note", "备注"),
    "plugins_policies": ("policies", "政策"),
    "plugins_outcomes": ("outcomes", "指标"),
    "plugins_estimators": ("estimators", "估计方法"),
    "plugins_figures": ("figures", "图"),
    "plugins_hidden": ("hecun has one of this name", "与内置名称重复，不可用"),
    "plugins_twice": ("two distributions offer it", "多个安装包提供同名插件，不可用"),
    "explain_required": ("required", "必填"),
    "explain_off": ("not given", "不设"),
    "explain_computed": ("computed as", "算式"),
    "explain_page": ("followed in", "详见"),
    # what moves an outcome
    "explain_parameter": ("parameter", "参数"),
    "explain_difference": ("difference", "变化量"),
    "moves_title": (
        "MOVED MOST BY, from the low to the high end of a range alone ({unit})",
        "影响最大的参数：单独从下限调到上限时的变化（{unit}）",
    ),
    "moves_note": (
        "{of} of {all} parameters move it by more than four standard errors (three seeds). One "
        "county (Dechang, scale 200), its whole reform and the default forms, second year: "
        "elsewhere, or together, they may move it otherwise. All ends: docs/make_moves.py.",
        "{all} 个参数中有 {of} 个的影响超过四倍标准误（三个种子）。仅为一县"
        "（德昌，scale 200）整体改革、默认机制形式下第二年的结果；换一个县，"
        "或多个参数同时变动，结果可能不同。计算见 docs/make_moves.py。",
    ),
    "moves_none": (
        "No parameter moves it by four standard errors in Dechang (docs/make_moves.py).",
        "在德昌县没有参数的影响超过四倍标准误（docs/make_moves.py）。",
    ),
    # levers
    "explain_lever": ("lever", "杠杆"),
    "explain_moved_by": ("moved by", "由何政策作用"),
    "explain_all_levers": ("LEVERS, one value a village", "杠杆（每村一个值）"),
    "levers_note": (
        "Policies set them each month (`county.levers.NAME`); set from outside, they last until a "
        "policy sets levers again. `county.branch(config, county.case)` goes on from a month under "
        "other policies. How to write one: docs/own_policy.md.",
        "每月由政策设定（`county.levers.NAME`）；从外部改动的值，到政策下次设定杠杆时即被覆盖。"
        "`county.branch(config, county.case)` 可从某月起改用其他政策。"
        "自编政策见 docs/own_policy.md。",
    ),
    # what a key may hold
    "holds_integer": ("a whole number", "整数"),
    "holds_number": ("a number", "数"),
    "holds_string": ("a text", "文字"),
    "holds_object": ("a block of names, {{a: ..., b: ...}}", "由名称组成的块 {{a: ..., b: ...}}"),
    "holds_array": ("a list, [a, b]", "列表 [a, b]"),
    "holds_boolean": ("true or false", "true 或 false"),
    "holds_month": ("a month as YYYY-MM, for example 2020-04", "年-月，如 2020-04"),
    "explain_aside": ("{what} ({aside})", "{what}（{aside}）"),
    "level_county": ("county", "县"),
    "level_village": ("village", "村"),
    "listed": (", ", "、"),
    "either": (" or ", " 或 "),
    "between": ("{low} to {high}", "{low} 至 {high}"),
    "without": ("without {what}", "关闭：{what}"),
    # of a parameter, of an outcome
    "confidence_A": ("seen in the right context or a causal design", "有直接证据"),
    "confidence_B": ("seen in a proxy context or derived", "有相近证据或由此推得"),
    "confidence_C": ("memory or judgement: sweep it", "依判断设定，须做扫描"),
    "better_more": ("more", "越高越好"),
    "better_less": ("less", "越低越好"),
    "better_neither": ("neither", "无优劣之分"),
}
