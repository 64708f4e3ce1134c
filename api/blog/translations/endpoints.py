"""Translations: the routes."""

from api.blog.incoming import context
from api.blog.posts import reading
from api.blog.posts.answers import viewer_of
from api.blog.posts.presentation import link
from api.blog.translations import rules, schemas
from api.blog.translations.problems import LANGUAGE_MISSING, LANGUAGE_REPEATED, TRANSLATED_ELSEWHERE
from api.shared.operations import Call, Resource
from api.shared.responses import Answer
from api.shared.store import Record
from api.shared.unit_of_work import Write

translations = Resource("translations", __name__, description="Posts that say the same in another language")


@translations.operation("GET", "/posts/<uuid:post_id>/translations", "listTranslations", returns=schemas.Translations)
def list_translations(call: Call, post_id: str) -> Answer:
    """Read which posts say the same in another language.

    Those that everybody finds in lists and, for you, those you may edit.
    """
    due = context().due.moment() if call.caller is None else None
    viewer = viewer_of(call)
    found = reading.one(context(), viewer, post_id).record
    return Answer({"items": rules.of(context(), viewer, found)}, shows=("posts",), fresh_until=due)


@translations.operation(
    "POST", "/posts/<uuid:post_id>/translations", "linkTranslation",
    body=schemas.TranslationIn, returns=schemas.Translations, idempotent=True,
    problems=(LANGUAGE_MISSING, LANGUAGE_REPEATED, TRANSLATED_ELSEWHERE),
)  # fmt: skip
def link_translation(call: Call, post_id: str) -> Write:
    """Say that another post is a translation of this one.

    It holds both ways, and for all that either of them is linked with; each language stands there once. You have to be
    allowed to change both posts. Answers with all that this post is linked with now.
    """
    post, other = _editable(call, post_id), _editable(call, call.body["post_id"])
    operations = rules.linked(context(), post, other)
    known = rules.of(context(), viewer_of(call), post)
    viewer = viewer_of(call)
    known = [*rules.of(context(), viewer, post), *rules.of(context(), viewer, other), link(context(), viewer, other)]
    links = {each["id"]: each for each in known if each["id"] != post_id}
    return Write(operations, Answer({"items": sorted(links.values(), key=lambda each: each["language"])}))


@translations.operation("DELETE", "/posts/<uuid:post_id>/translations/<uuid:other_id>", "unlinkTranslation", status=204)
def unlink_translation(call: Call, post_id: str, other_id: str) -> Write:
    """Say that another post is no translation of this one any more; it leaves all it was linked with."""
    return Write(rules.unlinked(_editable(call, post_id), _editable(call, other_id)), Answer())


def _editable(call: Call, post_id: str) -> Record:
    post = reading.one(context(), viewer_of(call), post_id).record
    call.access.demand_own(call.who, post["author_ids"])
    return post
