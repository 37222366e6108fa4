"""Columns that outcomes of one's own may read, as ``hecun explain columns`` lists them.

The English is that of the code (`sim.model.outcomes.columns`); a test holds the two together.
"""

WORDS: dict[str, tuple[str, str]] = {
    "explain_columns": (
        "COLUMNS that expressions of own outcomes may read ({of})",
        "自定义指标的表达式可用的列（{of}）",
    ),
    "columns_of_villagers": ("of: villagers", "of: villagers，村民"),
    "columns_of_cadres": ("of: cadres, those in post", "of: cadres，在任村干部"),
    "columns_of_collectives": (
        "of: collectives, the sub-account of each old village",
        "of: collectives，各原建制村的集体账户",
    ),
    "columns_of_villages": (
        "of: villages, old villages; besides these the outcomes recorded for them: "
        "`hecun explain outcomes`",
        "of: villages，原建制村；此外还有按村记录的指标，见 hecun explain outcomes",
    ),
    "columns_of_county": (
        "of: county; besides these every outcome: `hecun explain outcomes`",
        "of: county，全县；此外还有全部指标，见 hecun explain outcomes",
    ),
    "columns_coded": ("{what}; written: {codes}", "{what}；写作：{codes}"),
    # villagers
    "field_villagers.age": ("age", "年龄"),
    "field_villagers.birth_month": (
        "month of birth (year * 12 + month - 1)",
        "出生月份（年×12+月−1）",
    ),
    "field_villagers.skill": ("skill", "技能"),
    "field_villagers.digital": ("has digital access", "能上网办事"),
    "field_villagers.alone": (
        "60 or over, of a family with nobody of 16-59 at home as the month began",
        "空巢老年人（60岁及以上，月初家中无16–59岁成员）",
    ),
    "field_villagers.online_at_home": (
        "can turn online, or somebody at home does",
        "本人或家人能上网办事（不区分家庭时为否）",
    ),
    "field_villagers.labour": (
        "0 dependant, 1 local, 2 away, 3 entrepreneur",
        "劳动状态：0 被抚养人口，1 本地务工务农，2 外出，3 创业",
    ),
    "field_villagers.income": (
        "income of this month, dividends included",
        "当月收入，含分红",
    ),
    "field_villagers.savings": (
        "money held (of each person the row stands for)",
        "现有资金（该行所代表的每人）",
    ),
    "field_villagers.trait": (
        "trust one tends to, other things equal",
        "其他条件相同时趋向的信任水平",
    ),
    "field_villagers.trust": ("trust in village cadres", "对村干部的信任"),
    "field_villagers.experience": (
        "running share of own attempts, and errands that ran out, that ended well",
        "本人办事尝试（含超期作废事项）成功比重，滚动更新",
    ),
    "field_villagers.returned": ("came back from working away", "外出务工后返乡"),
    "field_villagers.venture_capital": (
        "capital of one's venture, 0 if none",
        "创业项目资本，无则为0",
    ),
    "field_villagers.venture_outside": (
        "outside capital it attracted",
        "创业项目引入的外部资本",
    ),
    "field_villagers.venture_loan": (
        "loan on one's venture, not yet repaid",
        "创业贷款未还余额",
    ),
    "field_villagers.venture_due": ("instalment of the loan", "创业贷款每月应还"),
    "field_villagers.venture_interest": ("interest of the loan", "创业贷款利率"),
    "field_villagers.venture_start": ("month the venture started", "创业项目开始的月份"),
    "field_villagers.office_km": (
        "road to the office of one's village",
        "到本村村委会的路程",
    ),
    "field_villagers.nearest_km": (
        "road to the office or an outpost, the nearer",
        "到村委会或便民服务点中较近者的路程",
    ),
    "field_villagers.remote": (
        "lives far from the office that the plan gives one",
        "按方案属远离村委会的居民",
    ),
    "field_villagers.absorbed": (
        "of an old village that the plan absorbs",
        "属方案中的被并村",
    ),
    "field_villagers.absorbing": (
        "of an old village whose office the plan keeps for others too",
        "属方案中的主并村",
    ),
    # cadres
    "field_cadres.age": ("age", "年龄"),
    "field_cadres.post": (
        "0 none, 1 secretary, 2 director, 3 secretary-director, 4 deputy, 5 member, "
        "6 first secretary",
        "职务：0 无，1 书记，2 主任，3 书记主任一肩挑，4 副书记，5 委员，6 第一书记",
    ),
    "field_cadres.birth_month": ("month of birth", "出生月份"),
    "field_cadres.appointed": ("month of appointment", "任职月份"),
    "field_cadres.ability_administration": ("ability for administration", "行政能力"),
    "field_cadres.ability_service": ("ability for service", "服务能力"),
    "field_cadres.ability_economy": ("ability for the economy", "经济能力"),
    "field_cadres.training": (
        "what training adds to each ability now",
        "培训目前对各项能力的提升",
    ),
    "field_cadres.integrity": ("integrity", "廉洁程度"),
    "field_cadres.source": (
        "0 local, 1 returned migrant, 2 graduate, 3 veteran, 4 entrepreneur, 5 sent from above",
        "来源：0 本地，1 返乡人员，2 大学生，3 退役军人，4 致富带头人，5 上级选派",
    ),
    "field_cadres.returned": ("returned migrant", "返乡人员"),
    "field_cadres.commutes": (
        "lives in the township seat and commutes",
        "住在乡镇驻地、往返上班",
    ),
    "field_cadres.pay": ("pay", "报酬"),
    "field_cadres.hours": ("hours supplied", "投入工时"),
    "field_cadres.workload": ("hours asked", "应承担工时"),
    "field_cadres.burnout": ("burnout", "倦怠水平"),
    "field_cadres.leaving": (
        "has resigned, and leaves next month",
        "已辞职，下月离任",
    ),
    # collectives
    "field_collectives.total_assets": (
        "operating assets of all its sub-accounts",
        "所属村全部账户的经营性资产",
    ),
    "field_collectives.total_income": (
        "this month's income of all its sub-accounts, at a yearly rate",
        "所属村全部账户当月收入（折年）",
    ),
    "field_collectives.money": (
        "money of this sub-account, for projects too",
        "本账户资金，含项目资金",
    ),
    "field_collectives.assets": ("operating assets of this sub-account", "本账户经营性资产"),
    "field_collectives.partner": (
        "capital of enterprises in its joint ventures",
        "合资项目中企业的资本",
    ),
    "field_collectives.project_money": ("project money received so far", "累计收到的项目资金"),
    "field_collectives.pooled": (
        "share of assets the unit of this seat pools",
        "所在村（以其村委会为驻地）合账的资产比重",
    ),
    "field_collectives.members": (
        "share of the unit's persons in its cooperative",
        "村民加入合作社的比重",
    ),
    "field_collectives.rent": ("resource rent of this sub-account", "本账户资源租金"),
    "field_collectives.put_in": (
        "worth of what members put into the cooperative",
        "成员入社资产折价",
    ),
    "field_collectives.returns": (
        "what operating assets and that earned this month",
        "经营性资产和入社资产当月收益",
    ),
    "field_collectives.input_rent": (
        "paid to members for what they put in",
        "当月付给成员的入社报酬",
    ),
    "field_collectives.income": (
        "income of this month: rents too, less input_rent",
        "当月收入：含租金，减去 input_rent",
    ),
    "field_collectives.levy": (
        "drawn for village administration this month",
        "当月提取的村级运转经费",
    ),
    "field_collectives.welfare": (
        "spent on members' welfare this month",
        "当月用于成员福利的支出",
    ),
    "field_collectives.dividends": ("paid to members this month", "当月分红"),
    "field_collectives.each": ("of it to each member", "其中每位成员所得"),
    "field_collectives.fairness": (
        "of it to each member because of pooling",
        "其中因合账而给每位成员的部分",
    ),
    "field_collectives.kept": ("left of this month's income", "当月收入的留存"),
    "field_collectives.leakage": ("diverted by leaders this month", "当月被侵占的资金"),
    "field_collectives.recovered": (
        "diverted earlier, paid back this month",
        "当月追回的以往侵占资金",
    ),
    "field_collectives.leaked": (
        "diverted since the start of the run",
        "运行开始以来被侵占的资金",
    ),
    "field_collectives.exposed": (
        "of it found, whether paid back or not",
        "其中已查实的部分（无论是否追回）",
    ),
    "field_collectives.exposed_in": (
        "last month a diversion was found",
        "最近一次查实侵占的月份",
    ),
    # old villages
    "field_villages.residents": ("residents", "常住居民"),
    "field_land.registered": ("registered persons", "户籍人口"),
    "field_land.area_km2": ("area", "面积"),
    "field_land.town_km": ("road to the township's seat", "到乡镇驻地的路程"),
    "field_land.absorbed": ("the plan absorbs it", "方案中的被并村"),
    "field_land.absorbing": (
        "the plan keeps its office for others too",
        "方案中的主并村",
    ),
    # everywhere
    "field_dates.month": ("the month", "当月"),
    "field_dates.reform": ("the month of the reform", "改革月份"),
}
