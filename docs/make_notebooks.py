"""Execute the notebooks of docs/notebooks and keep what they show.

From the checkout; a quarter of a minute each:

    python docs/make_notebooks.py                # all
    python docs/make_notebooks.py first_county   # both languages of one
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from nbclient import NotebookClient

from sim import examples

FOLDER = Path(__file__).parent / "notebooks"


def executed(path: Path) -> nbformat.NotebookNode:
    """Return a notebook as it is after ``hecun examples`` in an empty folder.

    What goes to standard error (how far runs are) is not kept; an error in a cell is one here.
    """
    book = nbformat.read(path, as_version=4)
    with TemporaryDirectory() as folder:
        examples.copy(Path(folder))
        NotebookClient(book, timeout=600, record_timing=False).execute(cwd=folder)
    for cell in book.cells:
        if cell.cell_type == "code":
            cell.outputs = [each for each in cell.outputs if each.get("name") != "stderr"]
    return book


def main(names: list[str]) -> None:
    """Execute notebooks by the beginnings of their names, all if none is given."""
    for path in sorted(FOLDER.glob("*.ipynb")):
        if not names or path.name.startswith(tuple(names)):
            nbformat.write(executed(path), path)
            print(path.name)


if __name__ == "__main__":
    main(sys.argv[1:])
