"""The site: it builds, its links hold, it asks nobody; formulas say what the rules' code says."""

import ast
import re
import sys
from html import unescape
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT / "docs"))
import equations  # noqa: E402
import make_site  # noqa: E402

RULES = [
    (match[2], match[4])
    for match in equations._RULE.finditer((ROOT / "docs" / "ODD.md").read_text("utf-8"))
]


def read(site, name):
    return (site / name).read_text("utf-8")


def test_the_site_builds_and_its_links_hold(site):
    assert "hecun experiment" in read(site, "reference/commands.html")
    assert "一肩挑" in read(site, "reference/glossary.html")
    assert make_site.broken(site) == [] == make_site.unlisted(site)
    # opens from the disk, asks no other host for anything
    for page in site.rglob("*.html"):
        assert not re.search(r'<(?:script|img|link)[^>]+(?:src|href)="https?://(?!example)',
                             page.read_text("utf-8")), page  # fmt: skip
    assert not re.search(r"url\(\W*https?:|@import", read(site, "style/site.css"))


def test_the_site_has_every_page_and_picture(site):
    for path in (ROOT / "docs").rglob("*.md"):
        assert (site / path.relative_to(ROOT / "docs")).with_suffix(".html").is_file(), path
    for path in (ROOT / "docs" / "gallery").glob("*.png"):
        assert (site / "gallery" / path.name).read_bytes() == path.read_bytes()
    assert (site / "notebooks" / "first_county.html").is_file()
    assert not list(site.rglob("*.py")) and not list(site.rglob("__pycache__"))


def test_chinese_pages_say_that_they_are_and_lines_are_joined(site):
    for page in site.rglob("*.html"):
        lang = "zh-CN" if page.name.endswith(".zh.html") else "en"
        assert f'<html lang="{lang}"' in page.read_text("utf-8"), page
    frame = read(site, "howto/own_county.zh.html")
    assert "目录" in frame and "On this page" not in frame and "没有找到符合条件的结果" in frame
    places = [frame.index(head) for head in ("教程：从县名到论文图", "入门（英文）")]
    assert places == sorted(places)  # its own pages come first
    assert make_site.joined("合村\n以后\n\n- 村\n- 组\n") == "合村以后\n\n- 村\n- 组\n"
    assert make_site.joined("> 合村\n> 以后\n\n1. 村，\n   组\n") == "> 合村以后\n\n1. 村，组\n"
    assert make_site.joined("```\n合村\n以后\n```\n") == "```\n合村\n以后\n```\n"


def test_every_parameter_has_its_source_on_its_page(site):
    from sim.about.explain import entries

    page = read(site, "reference/parameters.html")
    assert page.count('class="text"') == page.count("<table>") > 5  # for narrow screens
    rows = page.count("<tr>") - page.count("<table>")
    assert rows == sum(e.path[:1] == ("parameters",) for e in entries()) > 200


def test_a_link_that_leads_nowhere_is_found(tmp_path):
    (tmp_path / "index.html").write_text(
        '<h1 id="here">x</h1><a href="#here"></a><a href="#gone"></a><a href="no.html"></a>'
        '<a href="two.html#there"></a><img src="a.png"><script src="https://example.org/x.js">'
        '</script><a href="https://example.org">'
    )
    (tmp_path / "two.html").write_text('<p id="there"></p><a href="../outside.html"></a>')
    (tmp_path / "three.html").write_text("nobody links here")
    assert make_site.broken(tmp_path) == [
        "index.html: #gone has no such place",
        "index.html: a.png is not there",
        "index.html: https://example.org/x.js is asked of another host",
        "index.html: no.html is not there",
        "two.html: ../outside.html leaves the site",
    ]
    assert make_site.unlisted(tmp_path) == ["three.html is not in the navigation"]


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    (tmp_path / "thesis.doc").write_text("years of work")
    with pytest.raises(SystemExit, match="something else in it"):
        make_site.build(tmp_path)
    assert (tmp_path / "thesis.doc").read_text() == "years of work"


@pytest.mark.parametrize(("name", "body"), RULES, ids=[name for name, _ in RULES])
def test_a_formula_has_every_name_and_number_of_its_code(name, body):
    try:
        shown = equations.formula(name, body)
    except equations.NotAFormulaError:
        pytest.skip("stays code")
    words = set(re.findall(r">([^<>]+)</m[in]>", shown))
    tree = ast.parse(body)
    known = {"math": "", "int": "", "float": ""}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            assert known.get(node.id, node.id) in words | {""}, node.id
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            assert node.value in words
        elif isinstance(node, ast.Constant) and 0.001 < abs(node.value) < 1e6:
            assert f"{node.value:.10g}" in words | {"True", "False"}, node.value


def test_most_rules_are_formulas():
    shown = equations.typeset((ROOT / "docs" / "ODD.md").read_text("utf-8"))
    assert len(RULES) - 16 <= shown.count('<math display="block">') < len(RULES)
    assert shown.count("```python") == len(RULES)  # the code stays, folded


def plain(shown):
    """Return a formula with fractions and powers in brackets, as a line of text."""
    shown = re.sub(r"<mfrac>", "frac(", shown).replace("</mfrac>", ")")
    shown = re.sub(r"<msup>", "pow(", shown).replace("</msup>", ")").replace("&#8289;", "")
    shown = re.sub(r"</mtr><mtr>", "; ", shown).replace("&#160;", " ")
    return unescape(re.sub(r"<[^>]+>", "", shown))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return a * (b + c)", "f=a·(b+c)"),
        ("return a - (b - c) - d", "f=a−(b−c)−d"),
        ("return (a + b) / c * d", "f=frac(a+bc)·d"),
        ("return (a * b) ** c", "f=pow((a·b)c)"),
        ("return -a ** 2.0", "f=−pow(a2)"),
        ("return (a or b) and not c", "f=(a or b) and not c"),
        ("x = 1.0\nx *= 2.0 + y\nreturn x", "x=1; x←x·(2+y); f=x"),
        ("if a < 0.0:\n    return 0.0\nreturn b", "f={0if a<0; botherwise"),
        ("return b if a in (X, Y) else c", "f={bif a∈{X,Y}; cotherwise"),
        ("return max(0.5, 1e-09)", "f=max(0.5,pow(10−9))"),
        ("return q['share'] * int(lot)", "f=shareq·⌊lot⌋"),
    ],
)
def test_brackets_stand_where_they_must(body, said):
    assert plain(equations.formula("f", body)) == said


@pytest.mark.parametrize(
    "body", ["for i in x:\n    y += i\nreturn y", "out[A] = 1.0", "return a >> b"]
)
def test_what_is_no_formula_stays_code(body):
    with pytest.raises(equations.NotAFormulaError):
        equations.formula("f", body)
