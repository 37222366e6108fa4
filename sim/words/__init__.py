"""Words that people read, in English and Chinese: one module a theme, looked up by `word`."""

from sim.words.lookup import LANGUAGES, WORDS, check_language, known, unit_label, word

__all__ = ["LANGUAGES", "WORDS", "check_language", "known", "unit_label", "word"]
