"""The site: pages brought together, built by Zensical, and every link of the result tried.

    python -m uv run --group docs python docs/make_site.py           # into site/
    python -m uv run --group docs python docs/make_site.py FOLDER

The pages under ``reference/`` are written from the code at every build, so that they cannot be
stale; notebooks become pages, rules of the ODD formulas; links to files of the repository outside
``docs`` lead to copies of them in the site. Nothing is asked of any other machine, neither by the
build nor by its pages.
"""

import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote, urlsplit

import zensical
from nbconvert import MarkdownExporter

sys.path.insert(0, str(Path(__file__).parent))
import equations
import reference

from sim.report.page import embedded_font

DOCS = Path(__file__).parent
ROOT = DOCS.parent
SETTINGS = ROOT / "zensical.toml"
#: what pages show or offer as it is
SHOWN = (".png", ".gif", ".csv", ".js")
#: the builder's own words of the frame around a Chinese page
FRAME = Path(zensical.__file__).parent / "templates" / "partials" / "languages" / "zh.html"
#: heads of the navigation as Chinese pages have them
HEADS = {
    "Home": "英文首页", "Start": "入门（英文）", "How to": "操作指南（英文）",
    "Results": "结果（英文）", "Reference": "参考（英文，名称附中文）",
    "Explanation": "说明（英文）",
}  # fmt: skip
_OUTSIDE = re.compile(r"(!?\[[^\]]*\])\(((?:\.\./)+)([^)#\s]+)\)")
_CHINESE = "[\u2e80-\u9fff\uff00-\uffef]"
_BROKEN_LINE = re.compile(rf"(?<={_CHINESE})\n(?:> |[ ]+)?(?={_CHINESE})")
#: a script of another host, in place of which the site brings its own copy
_ELSEWHERE = re.compile(r'<script src="https://unpkg\.com/iframe-worker/shim"[^>]*>')


def assemble(folder):
    """Write every page of the site, and what pages show, into a folder."""
    pages = {path.relative_to(DOCS).as_posix(): path.read_text("utf-8") for path in _pages()}
    pages |= {f"reference/{name}.md": text for name, text in reference.pages().items()}
    made = {f"files/{path}.txt": (ROOT / path).read_text("utf-8") for path in reference.examples()}
    for path in sorted((DOCS / "notebooks").glob("*.ipynb")):
        for name, content in notebook(path).items():
            (pages if name.endswith(".md") else made)[f"notebooks/{name}"] = content
    pages["ODD.md"] = equations.typeset(pages["ODD.md"])
    made |= {name: joined(inside(text, name.count("/"))) for name, text in pages.items()}
    style = (DOCS / "style" / "site.css").read_text("utf-8")
    letters = (
        *pages.values(),
        SETTINGS.read_text("utf-8"),
        *HEADS.values(),
        FRAME.read_text("utf-8"),
    )
    made["style/site.css"] = style + chinese(*letters)
    for name, content in made.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    for path in DOCS.rglob("*"):
        if path.suffix in SHOWN:
            to = folder / path.relative_to(DOCS)
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, to)


def _pages():
    return sorted(DOCS.rglob("*.md"))


def notebook(path):
    """Return a notebook as a page and its pictures, by their names."""
    kept = {"unique_key": path.stem, "output_files_dir": f"{path.stem}_shown"}
    text, found = MarkdownExporter().from_filename(str(path), resources=kept)
    text = text.replace('<table border="1" class="dataframe">', "<table>")
    return {f"{path.stem}.md": text} | found["outputs"]


def chinese(*texts):
    """Return a style with the Chinese letters of all pages, for readers without such a font."""
    font = embedded_font("".join(texts))
    return (
        "@font-face {font-family: hecun-chinese; unicode-range: U+2E80-9FFF, U+FF00-FFEF; "
        "src: local('PingFang SC'), local('Microsoft YaHei'), "
        f"url(data:font/woff;base64,{font})}}\n"
        if font
        else ""
    )


def inside(markdown, depth):
    """Lead links that leave `docs` to the copies in the site; folders become plain text."""

    def led(match):
        label, ups, path = match.groups()
        if ups.count("../") <= depth:
            return match[0]  # still inside docs
        if (ROOT / path).is_file():
            return f"{label}({'../' * depth}files/{path}.txt)"
        return label.strip("[]")

    return _OUTSIDE.sub(led, markdown.replace(".ipynb)", ".md)"))


def joined(markdown):
    """Join lines that end and begin with Chinese letters, between which a browser puts a space."""
    parts = re.split(r"(^```.*?^```$)", markdown, flags=re.M | re.S)
    return "".join(part if part.startswith("```") else _BROKEN_LINE.sub("", part) for part in parts)


def finish(built):
    """Mend what the builder cannot be told: which Chinese, a script of another host."""
    for path in built.rglob("*.html"):
        home = "../" * (len(path.relative_to(built).parts) - 1)
        text = _ELSEWHERE.sub(
            f'<script src="{home}style/frame_worker.js">', path.read_text("utf-8")
        )
        path.write_text(text.replace('<html lang="zh"', '<html lang="zh-CN"', 1), "utf-8")


class _Links(HTMLParser):
    """What a page links to and shows, and the places in it that can be linked to."""

    def __init__(self, text):
        super().__init__()
        self.to, self.places = [], {""}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name in ("id", "name") and value:
                self.places.add(value)
            elif name in ("href", "src") and value:
                self.to.append((tag, value))


def broken(built):
    """Return what is wrong with the links of built pages, one sentence a link."""
    pages = {path.resolve(): _Links(path.read_text("utf-8")) for path in built.rglob("*.html")}
    wrong = []
    for path, page in pages.items():
        for tag, link in page.to:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                if tag != "a":
                    wrong.append(f"{path.name}: {link} is asked of another host")
                continue
            to = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            place = unquote(parts.fragment)
            if path.name == "404.html":  # it is shown wherever something is missing
                continue
            if not to.is_relative_to(built.resolve()):
                wrong.append(f"{path.name}: {link} leaves the site")
            elif not to.exists():
                wrong.append(f"{path.name}: {link} is not there")
            elif to in pages and place not in pages[to].places:
                wrong.append(f"{path.name}: {link} has no such place")
    return sorted(set(wrong))


def unlisted(built):
    """Return the pages to which no other page leads."""
    front = (built / "index.html").read_text("utf-8")
    listed = {
        (built / unquote(urlsplit(link).path)).resolve()
        for tag, link in _Links(front).to
        if tag == "a"
    }
    return [
        f"{path.relative_to(built)} is not in the navigation"
        for path in sorted(built.rglob("*.html"))
        if path.name not in ("404.html", "index.html") and path.resolve() not in listed
    ]


def in_chinese(settings):
    """Return the builder's settings with its own Chinese words, Chinese pages first."""
    start, end = settings.index('    {"中文" = ['), settings.index("]\n\n[project.theme]\n")
    own, rest = settings[start:end], settings[:start] + settings[end:]
    for english, chinese in HEADS.items():
        rest = rest.replace(f'{{"{english}" = ', f'{{"{chinese}" = ')
    rest = rest.replace("nav = [\n", f"nav = [\n{own}", 1)
    return rest.replace("[project.theme]\n", '[project.theme]\nlanguage = "zh"\n', 1)


def made_of(folder, settings):
    """Return the pages that the builder makes of a folder; one that cannot be built ends it."""
    (folder / SETTINGS.name).write_text(settings, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict", "--clean"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return folder / "site"


def build(site):
    """Build the site; a page that cannot be built, or a link that leads nowhere, ends it.

    It is built twice, Chinese pages in a Chinese frame: the builder knows one language a site.
    """
    if site.exists() and any(site.iterdir()) and not (site / "sitemap.xml").is_file():
        sys.exit(f"{site} has something else in it than a site: name another folder")
    with TemporaryDirectory() as name:
        folder = Path(name)
        assemble(folder / "docs")
        settings = SETTINGS.read_text("utf-8")
        framed = made_of(folder, in_chinese(settings))
        chinese = {
            path.relative_to(framed): path.read_bytes() for path in framed.rglob("*.zh.html")
        }
        made = made_of(folder, settings)
        for path, content in chinese.items():
            (made / path).write_bytes(content)
        finish(made)
        wrong = broken(made) + unlisted(made)
        if wrong:
            sys.exit("\n".join(wrong))
        shutil.rmtree(site, ignore_errors=True)
        shutil.copytree(made, site)
    print(f"{site}/index.html")


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "site")
