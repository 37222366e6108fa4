"""The notebooks run in an empty folder and show what is stored, the same in both languages."""

import nbformat
import pytest

from docs.make_notebooks import FOLDER, executed

NAMES = ["first_county", "own_policy_and_outcome", "sweep_to_figure"]


def shown(book):
    """Return the texts that the cells show, and where there are pictures."""
    return [
        [(sorted(each.data), each.data["text/plain"]) for each in cell.outputs]
        for cell in book.cells
        if cell.cell_type == "code"
    ]


def test_every_notebook_is_there_in_both_languages():
    names = {path.name for path in FOLDER.glob("*.ipynb")}
    assert names == {f"{name}{end}" for name in NAMES for end in (".ipynb", ".zh.ipynb")}


@pytest.mark.parametrize("end", ["", ".zh"])
@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_shows_what_is_stored(name, end):
    path = FOLDER / f"{name}{end}.ipynb"
    stored, now = shown(nbformat.read(path, as_version=4)), shown(executed(path))
    assert sum(map(len, stored)) >= 3 and any(
        "image/png" in kinds for x in stored for kinds, _ in x
    )
    assert now == stored


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_of_a_notebook_give_the_same_numbers(name):
    one, other = (nbformat.read(FOLDER / f"{name}{end}.ipynb", as_version=4) for end in ("", ".zh"))
    assert [cell.id for cell in one.cells] == [cell.id for cell in other.cells]
    numbers = [
        [text for kinds, text in cell if "image/png" not in kinds]
        for book in (one, other)
        for cell in shown(book)
    ]
    assert numbers[: len(numbers) // 2] == numbers[len(numbers) // 2 :]
