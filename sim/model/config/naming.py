"""Names of the blocks of ``policies:``: by kind, and by a label where there are several."""

#: kinds of which a county has one
SINGLE = ("merger",)


def kind_of(name: str) -> str:
    """Return the kind of a block: its name without the label (``headcount#pilot``)."""
    return name.partition("#")[0]
