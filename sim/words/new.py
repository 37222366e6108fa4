"""What `hecun new` writes: a configuration and an experiment, with comments."""

WORDS: dict[str, tuple[str, str]] = {
    "new_config": (
        """\
# {name} ({prefecture}), county {code} of the registry: {villages}.
# `hecun check` says whether this file is right; `hecun explain` lists every key.
title: {{en: {title}, zh: {name}}}
county:
  registry: "{code}"
  year: {year}                # the list that describes the villages before the reform{year_after}
  population: {{mean: 1200, log_sd: 0.4}}   # persons a village: an assumption, look it up
  area: {{mean: {area}, log_sd: 0.4}}            # km2 a village: {area_from}
start: {start}
reform: {reform}
months: 84                  # 24 before the reform, 60 after
spin_up: 24                 # months run before the first recorded one
scale: 10                   # registered persons one villager row stands for
seed: 1

parameters: {{}}
  # service: {{visit_sigma_km: 3.0}}       # uncertain constants: hecun explain service

policies:
{merger}
  combined_role: {{share: 1.0}}            # secretary and director in one person
  headcount:
    posts: {{by: residents, base: 4, per_1000: 0.4, max: 7}}
    lines: 4                              # kinds of specialised staff
  # pay: ...                              # hecun explain policies
""",
        """\
# {name}（{prefecture}），名录代码 {code}：{villages}。
# 用 `hecun check` 检查本文件是否正确；`hecun explain` 列出全部键。
title: {{en: {title}, zh: {name}}}
county:
  registry: "{code}"
  year: {year}                # 用哪一年的名录描述改革前的村{year_after}
  population: {{mean: 1200, log_sd: 0.4}}   # 村均户籍人口：假设值，请核实
  area: {{mean: {area}, log_sd: 0.4}}            # 村均面积（平方公里）：{area_from}
start: {start}
reform: {reform}
months: 84                  # 改革前 24 个月，改革后 60 个月
spin_up: 24                 # 正式记录前预热的月数
scale: 10                   # 每行村民样本代表的户籍人数
seed: 1

parameters: {{}}
  # service: {{visit_sigma_km: 3.0}}       # 不确定的常数：见 hecun explain service

policies:
{merger}
  combined_role: {{share: 1.0}}            # 书记、主任一肩挑的村所占比例
  headcount:
    posts: {{by: residents, base: 4, per_1000: 0.4, max: 7}}
    lines: 4                              # 条线数（专职岗位的种类）
  # pay: ...                              # 见 hecun explain policies
""",
    ),
    "new_registry": (
        """\
  merger:
    source: registry        # the official list of {after}
    group_ratio: 0.6        # Sichuan: 386,120 -> 232,407 groups""",
        """\
  merger:
    source: registry        # {after} 年的官方名录
    group_ratio: 0.6        # 四川：386,120 个村民小组调整为 232,407 个""",
    ),
    "new_generated": (
        """\
  merger:
    source: generated       # the registry has no list that shows a merger of this county
    ratio: 0.6              # Sichuan: 45,052 -> 27,024 villages
    group_ratio: 0.6        # Sichuan: 386,120 -> 232,407 groups""",
        """\
  merger:
    source: generated       # 名录没有显示该县合村
    ratio: 0.6              # 四川：45,052 个村合并为 27,024 个
    group_ratio: 0.6        # 四川：386,120 个村民小组调整为 232,407 个""",
    ),
    "new_experiment": (
        """\
# Run it: hecun experiment experiments/{file}_compare.yaml   (hecun plan FILE says what it takes)
question:
  en: What did the reform change in {title}, and what did the merger alone?
  zh: 改革给{name}带来了什么变化？单是合村又带来什么？
config: ../configs/{file}.yaml
method: compare             # or factorial, sobol, calibrate ...: docs/experiments.md
arms:                       # the first is what the others are compared with
  {none}:
    title: {{en: No reform, zh: 不改革}}     # what figures and reports call it
    policies: {{merger: null, combined_role: null, headcount: null}}
  {merger_alone}:
    title: {{en: Merger alone, zh: 仅合村}}
    policies: {{combined_role: null, headcount: null}}
  {whole_reform}:
    title: {{en: Whole reform, zh: 整体改革}}  # the configuration as it is
set: {{scale: 50}}            # coarser, so that it takes minutes; scale: 10 for results
# factors:                  # the same comparison at several levels, or over a parameter's range
#   policies.headcount.posts.base: [3, 4, 5]    # set in the arms that have the policy
#   parameters.service.visit_sigma_km: prior    # parameters: prior - all that is not set above
replicates: 20              # or {{at_least: 10, until: {{service_reach: 0.005}}, at_most: 100}}
record: {{county: monthly, villages: last, villagers: last}}   # which villages, who wins and loses
outcomes: [trust, posts]    # shown besides service reach, collective income, cadre workload
""",
        """\
# 运行：hecun experiment experiments/{file}_compare.yaml   （所需资源见 hecun plan 文件）
question:
  en: What did the reform change in {title}, and what did the merger alone?
  zh: 改革给{name}带来了什么变化？单是合村又带来什么？
config: ../configs/{file}.yaml
method: compare             # 或 factorial、sobol、calibrate 等：见 docs/experiments.md
arms:                       # 各方案；其他方案与第一个相比较
  {none}:
    title: {{en: No reform, zh: 不改革}}     # 图表和报告中的名称
    policies: {{merger: null, combined_role: null, headcount: null}}
  {merger_alone}:
    title: {{en: Merger alone, zh: 仅合村}}
    policies: {{combined_role: null, headcount: null}}
  {whole_reform}:
    title: {{en: Whole reform, zh: 整体改革}}  # 配置原样
set: {{scale: 50}}            # 较粗，几分钟即可完成；正式结果用 scale: 10
# factors:                  # 在几个水平上，或在参数的范围内，作同样的比较
#   policies.headcount.posts.base: [3, 4, 5]    # 设在含该政策的方案中
#   parameters.service.visit_sigma_km: prior    # parameters: prior 指以上未设定的全部参数
replicates: 20              # 或 {{at_least: 10, until: {{service_reach: 0.005}}, at_most: 100}}
record: {{county: monthly, villages: last, villagers: last}}   # 哪些村、哪些人受益与受损
outcomes: [trust, posts]    # 除服务可及率、村集体收入、村干部工作负荷外还要显示的指标
""",
    ),
    "new_before": ("{count} villages in {year}, ", "{year} 年有 {count} 个村，"),
    "new_after": ("{count} in {year}", "{year} 年有 {count} 个"),
    "new_no_list": ("no list after {year}", "{year} 年以后无名录"),
    "new_year_after": (
        "\n  year_after: {year}          # and after it",
        "\n  year_after: {year}          # 改革后",
    ),
    "new_area": (
        "the county's, over villages and communities",
        "全县面积除以村和社区总数",
    ),
    "new_assumed": ("an assumption", "假设值"),
}
