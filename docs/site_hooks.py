"""What mkdocs asks for while it builds the site: reference pages, notebooks, files beside `docs`.

The pages under ``reference/`` are written from the code at every build, so that they cannot be
stale. Links to files of the repository outside ``docs`` lead to copies of them in the site.
"""

import re
import sys
from pathlib import Path

from mkdocs.structure.files import File
from nbconvert import MarkdownExporter

sys.path.insert(0, str(Path(__file__).parent))
import reference

from sim.report.page import embedded_font

ROOT = Path(__file__).parent.parent
NOTEBOOKS = Path(__file__).parent / "notebooks"
_OUTSIDE = re.compile(r"(!?\[[^\]]*\])\(((?:\.\./)+)([^)#\s]+)\)")


def on_files(files, config):
    """Add the generated pages, and the examples that pages link to."""
    for name, text in reference.pages().items():
        files.append(File.generated(config, f"reference/{name}.md", content=text))
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        for name, content in notebook(path).items():
            files.append(File.generated(config, f"notebooks/{name}", content=content))
    for path in reference.examples():
        text = (ROOT / path).read_text("utf-8")
        files.append(File.generated(config, f"files/{path}.txt", content=text))
    style = chinese(files, config.nav, config.site_name)
    files.append(File.generated(config, "assets/chinese.css", content=style))
    return files


def notebook(path):
    """Return a notebook as a page and its pictures, by their names."""
    kept = {"unique_key": path.stem, "output_files_dir": f"{path.stem}_shown"}
    text, found = MarkdownExporter().from_filename(str(path), resources=kept)
    text = text.replace(".ipynb)", ".md)").replace(
        '<table border="1" class="dataframe">', "<table>"
    )
    return {f"{path.stem}.md": text} | found["outputs"]


def chinese(files, *more):
    """Return a style with the Chinese letters of all pages, for readers without such a font."""
    text = "".join(str(x) for x in more) + "".join(
        file.content_string for file in files if file.is_documentation_page()
    )
    font = embedded_font(text)
    if not font:
        return ""
    return (
        "@font-face {font-family: hecun-chinese; unicode-range: U+2E80-9FFF, U+FF00-FFEF; "
        "src: local('PingFang SC'), local('Microsoft YaHei'), "
        f"url(data:font/woff;base64,{font})}}\n"
        ":root {--md-text-font: 'hecun-chinese'; --md-code-font: 'hecun-chinese'}\n"
    )


def on_page_markdown(markdown, page, config, files):
    """Lead links that leave `docs` to the copies in the site; folders become plain text."""
    depth = page.file.src_uri.count("/")

    def inside(match):
        label, ups, path = match.groups()
        if ups.count("../") <= depth:
            return match[0]  # still inside docs
        if (ROOT / path).is_file():
            return f"{label}({'../' * depth}files/{path}.txt)"
        return label.strip("[]")

    return _OUTSIDE.sub(inside, markdown.replace(".ipynb)", ".md)"))
