"""The reference pages, written from the code.

``python docs/reference.py FOLDER`` writes them as Markdown; the site has them at every build.
"""

import csv
import inspect
import sys
from pathlib import Path

import click

from sim import cli
from sim import examples as shipped
from sim.about import odd
from sim.about.explain import entries
from sim.about.register import FOLDER
from sim.report import registry
from sim.words import unit_label

ROOT = Path(__file__).parent.parent


def table(heads, rows):
    """Return a Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    cells = ([str(x).replace("|", "\\|").replace("\n", " ") for x in row] for row in lines)
    return "".join(f"| {' | '.join(row)} |\n" for row in cells)


def texts(heads, rows):
    """Return a table of sentences, which a narrow screen shows as paragraphs."""
    return f'<div class="text" markdown="1">\n\n{table(heads, rows)}\n</div>\n'


def examples():
    """Return the shipped files that pages may link to, relative to the checkout."""
    texts = (".yaml", ".csv", ".py", ".md")
    return [path.as_posix() for path in shipped.files() if path.suffix in texts] + [
        "sim/data/README.md",
        "sim/data/outcomes.csv",
        "sim/data/parameters.csv",
        "sim/data/predictions.csv",
        *(f"sim/data/register/{path.name}" for path in sorted(FOLDER.glob("*.json"))),
        "results/README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
    ]


def commands():
    """Return every command with its arguments and options."""
    out = [f"# Commands\n\n{(cli.__doc__ or '').rpartition(chr(10) * 2)[2]}"]
    for name, command in sorted(cli.main.commands.items()):
        context = click.Context(command, info_name=f"hecun {name}")
        pieces = " ".join(command.collect_usage_pieces(context))
        out.append(f"\n## {name}\n\n```\nhecun {name} {pieces}\n```\n\n")
        out.append(inspect.cleandoc(command.help or "").replace("\b\n", "") + "\n\n")
        rows = []
        for option in command.params:
            record = option.get_help_record(context)
            if record is not None:
                rows.append((f"`{record[0].replace('|', '/')}`", record[1]))
        if rows:
            out.append(texts(("option", "what"), rows))
    return "".join(out)


def configuration():
    """Return every key of a configuration outside parameters and policies."""
    rows = [
        (f"`{e.key}`<br>{e.en}<br>{e.zh}",
         f"**{e.value}** {unit_label(e.unit, 'en')}<br>{e.range}")
        for e in entries()
        if e.group == "config"
    ]  # fmt: skip
    off = [
        (f"`{e.key.partition('.')[2]}`", e.en, e.zh) for e in entries() if e.group == "mechanisms"
    ]
    return (
        "# Configuration\n\nA configuration is YAML: one county, its months, its parameters, its "
        "policies. `extends:` names another one that it changes (maps are merged, lists replaced, "
        "`null` removes). `hecun check FILE --resolved` prints it whole, with where every value "
        "came from; `hecun schema` prints the JSON Schema for editors.\n\n## Keys\n\n"
        + texts(("key, what, 含义", "default and unit, may be"), rows)
        + "\n`parameters:` holds [parameters](parameters.md) by process, `policies:` the "
        "[policies](policies.md).\n\n## Mechanisms that can be switched off\n\n"
        "`switched_off: [name, ...]`\n\n" + texts(("name", "what", "含义"), off)
    )


def experiment():
    """Return the keys of an experiment file by method."""
    from sim.config import outline
    from sim.lab.file import schema

    methods = {
        name.lower(): model
        for name, model in vars(schema).items()
        if inspect.isclass(model) and "method" in getattr(model, "model_fields", {})
    }
    out = [
        "# Experiment files\n\nHow they are used: [experiments](../experiments.md). "
        "`hecun schema --experiment` prints the JSON Schema.\n"
    ]
    common = set.intersection(*(set(m.model_fields) for m in methods.values())) - {"method"}
    for title, names, model in [
        ("Every method", sorted(common), next(iter(methods.values()))),
        *((name, None, model) for name, model in methods.items() if name != "method"),
    ]:
        keys = names or [k for k in model.model_fields if k not in common and k != "method"]
        properties = outline.strict_schema(model)["properties"]
        rows = []
        for key in keys:
            node = properties[key]
            needed = model.model_fields[key].is_required()
            value = "required" if needed else node.get("default")
            rows.append((f"`{key}`<br>{node.get('description', '')}",
                         f"**{_short(value)}**<br>{_expected(node)}"))  # fmt: skip
        if rows:
            out.append(f"\n## {title}\n\n" + texts(("key, what", "default, may be"), rows))
    return "".join(out)


def _expected(node):
    from sim.config import outline

    said = outline.expected(node)
    return "" if said == "another value" else said


def _short(value):
    text = "not given" if value is None else str(value)
    return text if len(text) < 40 else "see text"


def parameters():
    """Return every parameter by process: what it is, then its number and where that is from."""
    out = [
        "# Parameters\n\nUncertain constants of the rules. Confidence: A seen in the right context "
        "or a causal design, B a proxy or derived, C memory or judgement: sweep it. "
        "`hecun explain KEY` says the same on the terminal.\n"
    ]
    groups = {}
    for e in entries():
        if e.path[:1] == ("parameters",):
            groups.setdefault(e.group, []).append(e)
    for process, found in groups.items():
        rows = [
            (
                f"`{e.path[2]}`<br>{e.en}<br>{e.zh}",
                f"**{e.value}** {unit_label(e.unit, 'en')}<br>{e.range}<br>"
                f"{e.confidence}: {e.source}",
            )
            for e in found
        ]
        heads = ("parameter, 含义", "default and unit, range, confidence: source")
        out.append(f"\n## {process}\n\n" + texts(heads, rows))
    return "".join(out)


def policies():
    """Return every policy with its fields."""
    return (
        "# Policies\n\nWhat each moves in one county: [each policy](../policies.md). One of your "
        "own: [own policy](../own_policy.md).\n\n" + odd.policies()
    )


def outcomes():
    """Return the catalogue of outcomes in both languages."""
    from sim.model.outcomes.catalogue import OUTCOMES

    rows = [
        (
            f"`{o.key}`<br>{o.en}<br>{o.zh}",
            f"{unit_label(o.unit, 'en')}; better: {o.better}; {', '.join(o.levels)}<br>"
            f"{o.definition}",
        )
        for o in OUTCOMES.values()
    ]
    heads = ("outcome, 指标", "unit, better, levels; definition")
    return "# Outcomes\n\n" + texts(heads, rows)


def figures():
    """Return every kind of figure."""
    out = [
        "# Figures\n\n`results.plot.KIND(...)` in Python, `hecun plot RESULTS KIND` on a terminal; "
        "reports draw what results have the numbers for. Each is in the [gallery](../gallery.md).\n"
    ]
    heads = ("kind, what, 含义", "takes, besides `lang`; needs")
    for of, title in (("run", "Of a run"), ("experiment", "Of an experiment")):
        rows = [
            (
                f"`{k.name}`<br>{k.en}<br>{k.zh}",
                f"{', '.join(f'`{x}`' for x in k.takes)}<br>{k.needs}",
            )
            for k in registry.kinds(of).values()
        ]
        out.append(f"\n## {title}\n\n" + texts(heads, rows))
    return "".join(out)


def results():
    """Return what a run and an experiment write."""
    text = (ROOT / "results" / "README.md").read_text("utf-8").replace("../docs/", "../")
    return text.replace("# Results", "# Results folders", 1)


def glossary():
    """Return terms in English and Chinese: written by hand, then the labels of the code."""
    with (ROOT / "docs" / "glossary.csv").open(encoding="utf-8", newline="") as file:
        terms = sorted(csv.DictReader(file), key=lambda row: row["en"].lower())
    rows = [(row["en"], row["zh"], row["meaning"]) for row in terms]
    out = ["# Glossary · 术语表\n\n## Terms\n\n", texts(("English", "中文", "meaning"), rows)]
    titles = {
        "outcomes": "Outcomes · 指标",
        "policies": "Policies · 政策",
        "parameters": "Parameters · 参数",
    }
    groups = {name: [] for name in titles}
    for e in entries():
        kind = e.path[0] if e.path else e.group
        if kind in groups and e.zh:
            groups[kind].append((f"`{e.key}`", e.en, e.zh))
    for name, title in titles.items():
        out.append(f"\n## {title}\n\n" + texts(("key", "English", "中文"), groups[name]))
    return "".join(out)


def pages():
    """Return the text of every reference page by name."""
    made = (
        commands,
        configuration,
        experiment,
        parameters,
        policies,
        outcomes,
        figures,
        results,
        glossary,
    )
    return {page.__name__: page() for page in made}


if __name__ == "__main__":
    for name, text in pages().items():
        path = Path(sys.argv[1]) / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        print(path)
