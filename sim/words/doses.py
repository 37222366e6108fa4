"""Words of what policies delivered, beside what they ask for."""

WORDS: dict[str, tuple[str, str]] = {
    "acted": ("Did it act?", "政策是否落实"),
    "acted_all": (
        "Every policy delivered what it asks for, as far as that is counted.",
        "各项政策均已落实（以可计量者为限）。",
    ),
    "acted_nothing": (
        "{policy}: nothing delivered ({what}: 0 of {asked}).",
        "{policy}：完全未落实（{what}：要求 {asked}，实际 0）。",
    ),
    "acted_less": (
        "{policy}: far less than asked for ({what}: {delivered} of {asked}).",
        "{policy}：远未达到要求（{what}：要求 {asked}，实际 {delivered}）。",
    ),
    "acted_never": (
        "{policy}: never in force in these months.",
        "{policy}：模拟期内从未实施。",
    ),
    "acted_idle": (
        "{policy}: nothing to do ({what}: 0 asked for).",
        "{policy}：没有可作用的对象（{what}：要求为 0）。",
    ),
    "acted_unmoved": (
        "{policy}: in force, but it moved no lever: what it asks for is so without it.",
        "{policy}：已实施，但未改变任何政策变量（没有它也是如此）。",
    ),
    "acted_alike": (
        "{arm}: the same outcomes as {baseline} in every run.",
        "{arm}：每次运行的结果与{baseline}完全相同。",
    ),
    "acted_same": (
        "{column}: every level gave the same outcomes in every run.",
        "{column}：各水平在每次运行中的结果完全相同。",
    ),
    "acted_untold": (
        "Whether one of these moved nothing at all is not known: no two points of this design "
        "differ in it alone (method morris tells): {columns}.",
        "无法判断下列因素是否毫无影响：本设计中没有仅此一项不同的两个设计点"
        "（可用 morris 方法判断）：{columns}。",
    ),
    "unchanged_zero": (
        "Never changed, 0 in every run: {names}.",
        "始终未变（每次运行均为 0）：{names}。",
    ),
    "unchanged_missing": (
        "No value in any run (nothing to divide, or nobody of the kind): {names}.",
        "各次运行均无数值（没有可计算的对象）：{names}。",
    ),
    "unchanged_same": (
        "Never changed: the same at all points in every replicate: {names}.",
        "始终未变（每次重复中各设计点均相同）：{names}。",
    ),
    "unchanged_more": (" and {count} more", "等（另有 {count} 项）"),
    "list_between": ("; ", "；"),
    "acted_at": (
        "{policy}, in {short} of {runs} runs at {where}",
        "{policy}（{where}，{runs} 次运行中的 {short} 次）",
    ),
    "acted_points": ("{points} of {all} points", "{all} 个设计点中的 {points} 个"),
    "unit_outposts": ("outposts", "个点"),
    "unit_posts": ("posts", "个职数"),
    "unit_hours": ("hours", "小时"),
}
