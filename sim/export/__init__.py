"""Results for other programs: CSV, Stata and Excel, with a codebook in both languages."""

FORMATS = ("csv", "stata", "xlsx")
