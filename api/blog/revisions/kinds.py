"""The kinds of save that make a revision."""

CREATED = "created"
SAVED = "saved"
AUTOSAVED = "autosaved"
RESTORED = "restored"
PUBLISHED = "published"
KINDS = (CREATED, SAVED, AUTOSAVED, RESTORED, PUBLISHED)
