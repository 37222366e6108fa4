"""The terminal: tables of text, any letter to any stream, how commands end."""
