"""Language codes: manifests speak two letters (BCP 47), media three (ISO 639-2/T)."""

_THREE_LETTERS = {"en": "eng", "pt": "por"}


def iso_639_2(language: str) -> str:
    """The three-letter code of a language that the headend speaks; `und` for all others."""
    return _THREE_LETTERS.get(language, "und")
