"""Births and deaths."""

from sim.model.parameters.catalogue import Parameter

PARAMETERS = (
    Parameter(
        "gompertz_level",
        4.0e-5,
        "1/year at age 0",
        2.0e-5,
        7.0e-5,
        "Gompertz fit to the order of China's 2020 life table (about 2 %/year at 70, life expectancy 77); judgement",
        "C",
        "level of adult mortality",
        "成年死亡率水平",
    ),
    Parameter(
        "gompertz_slope",
        0.089,
        "1/year of age",
        0.080,
        0.098,
        "Gompertz slopes of modern populations 0.08-0.10 (Vaupel 2010, Nature 464)",
        "B",
        "rise of mortality with age",
        "死亡率随年龄上升速度",
    ),
    Parameter(
        "child_mortality",
        0.0008,
        "1/year",
        0.0003,
        0.002,
        "order of under-five mortality in rural China about 2020; judgement",
        "C",
        "mortality that does not depend on age",
        "与年龄无关的死亡率",
    ),
    Parameter(
        "digital_loss",
        1.0,
        "share of the difference between age groups",
        0.0,
        1.0,
        "judgement: surveys of one year cannot tell age from generation; 1 keeps the access of residents of 60 and over where the survey saw it",
        "C",
        "difference in digital access between age groups that is due to age and comes at 60, the rest to generations",
        "上网比重年龄差异中因年老（而非世代）造成的部分",
    ),
)
