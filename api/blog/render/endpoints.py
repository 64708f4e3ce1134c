"""Rendering for the editor's preview: the route."""

from api.blog.incoming import context
from api.blog.render import rules, schemas
from api.shared.operations import Call, Resource
from api.shared.responses import Answer

render = Resource("render", __name__, description="Markdown as publishing would show it")


@render.operation("POST", "/render", "renderMarkdown", body=schemas.RenderIn, returns=schemas.Rendered)
def render_markdown(call: Call) -> Answer:
    """Render Markdown.

    The same renderer makes the preview, the published post and the imported one. Nothing is stored.
    """
    return Answer(rules.preview(context(), call.body["markdown"]))
