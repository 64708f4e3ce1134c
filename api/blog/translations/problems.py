"""What can go wrong with translations in particular."""

from api.shared.problems import Kind

LANGUAGE_MISSING = Kind(
    409, "language_missing", "Language missing", "Posts say in which language they are before they are linked."
)
LANGUAGE_REPEATED = Kind(
    409, "language_repeated", "Language repeated", "The text is there in this language already: one post of each."
)
TRANSLATED_ELSEWHERE = Kind(
    409, "translated_elsewhere", "Translated elsewhere", "Both posts have translations of their own: unlink one first."
)
KINDS = (LANGUAGE_MISSING, LANGUAGE_REPEATED, TRANSLATED_ELSEWHERE)
