"""Rules of merging that provinces and counties wrote down, as a planner can follow them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Written:
    """A written rule.

    Attributes
    ----------
    below : float
        Villages with fewer registered persons merge until none is left that may; 0 = none has to.
    most : float or None
        Registered persons of a new village, at most.
    cut : float
        Share of the county's villages that is to go, at least.
    overshoot : float
        Mergers made per merger that the rule asks for.
    """

    below: float = 0.0
    most: float | None = None
    cut: float = 0.0
    overshoot: float = 1.0


#: rules by name, with what they rest on (docs/howto/counties.md has the sources)
RULES = {
    "shanxi_2019": Written(below=200),  # Jinminfa 2019 no. 79
    "yongkang_2018": Written(below=600, most=3000),
    "hunan_2015": Written(below=1000),
    # 485 of 782 villages fewer follow from the rule at most
    "suining_2019": Written(below=1000, overshoot=1.6),
    # a target of 30 %, overshot by two fifths
    "sichuan_2019": Written(cut=0.3, overshoot=1.4),
}
