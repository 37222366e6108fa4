"""Units, as tables and figures write them."""

WORDS: dict[str, tuple[str, str]] = {
    "unit_1": ("ratio", "比值"),
    "unit_0-1": ("0–1", "0–1"),
    "unit_yuan": ("yuan", "元"),
    "unit_yuan/year": ("yuan/year", "元/年"),
    "unit_yuan/month": ("yuan/month", "元/月"),
    "unit_h": ("h", "小时"),
    "unit_h/month": ("h/month", "小时/月"),
    "unit_h/year": ("h/year", "小时/年"),
    "unit_years": ("years", "岁"),
    "unit_km": ("km", "公里"),
    "unit_km2": ("km²", "平方公里"),
    "unit_persons": ("persons", "人"),
    "unit_cadres": ("cadres", "人"),
    "unit_jobs": ("jobs", "个岗位"),
    "unit_ventures": ("ventures", "个项目"),
    "unit_ventures/month": ("ventures/month", "个项目/月"),
    "unit_persons/month": ("persons/month", "人/月"),
    "unit_requests": ("requests", "件"),
    "unit_1/year": ("per year", "每年"),
    "unit_villages": ("villages", "个村"),
}
