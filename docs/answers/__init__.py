"""What makes docs/answers.md: ``python -m docs.answers``, from the checkout."""
