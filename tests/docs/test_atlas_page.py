"""The table of the atlas is the registry's."""

from docs.make_atlas import PAGE, written


def test_the_table_is_what_the_lists_say():
    text = PAGE.read_text("utf-8")
    assert written(text) == text
    assert "| 四川省 | " in text and "| **all** | " in text
