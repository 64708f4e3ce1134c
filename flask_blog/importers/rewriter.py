"""Makes a post's text at home in the blog: its images come along, its links lead to the new addresses."""

from pathlib import Path

from flask_blog.importers import links
from flask_blog.importers.images import Images, NotTaken, Uploaded
from flask_blog.importers.links import Target
from flask_blog.importers.report import Report
from flask_blog.importers.resolver import Missing, Resolver, ToPost
from flask_blog.importers.source_post import SourcePost


class Rewriter:
    """Rewrites the texts of one import and reports what leads nowhere."""

    def __init__(self, resolver: Resolver, images: Images, report: Report) -> None:
        self._resolver = resolver
        self._images = images
        self._report = report

    def text(self, post: SourcePost) -> str:
        """Return the Markdown to send; it ends as it was written, so that an export comes back as it went."""
        found = [(target, self._new_url(post, target)) for target in links.targets(post.markdown)]
        for leftover in links.leftovers(post.markdown, mdx=post.path.suffix == ".mdx"):
            message = f"{leftover.text} is no Markdown; it stays in the text as it is"
            self._problem(post, leftover.start, "template", message)
        text = links.replaced(post.markdown, [(target, url) for target, url in found if url is not None])
        return text.lstrip("\n")

    def cover(self, post: SourcePost) -> str | None:
        """Return the id of the media that is the post's cover."""
        if post.cover is None:
            return None
        line = post.document.line_with(post.cover)
        resolved = self._resolver.resolve(Target(0, 0, post.cover), post)
        if resolved is None or isinstance(resolved, Missing | ToPost):
            message = resolved.message if isinstance(resolved, Missing) else f"{post.cover} is not in the folder"
            self._report.problem(post.file, line, "cover", message)
            return None
        media = self._take(post, line, post.cover, resolved.path)
        return media.id if media else None

    def _new_url(self, post: SourcePost, target: Target) -> str | None:
        """Return what a URL is to become, or None to leave it."""
        resolved = self._resolver.resolve(target, post)
        if resolved is None:
            return None
        if isinstance(resolved, ToPost):
            return resolved.post.url + resolved.suffix
        if isinstance(resolved, Missing):
            self._problem(post, target.start, resolved.code, resolved.message)
            return None
        media = self._take(post, self._line(post, target.start), target.url, resolved.path)
        return media.url if media else None

    def _take(self, post: SourcePost, line: int, url: str, path: Path) -> Uploaded | None:
        try:
            return self._images.take(path)
        except NotTaken as reason:
            self._report.problem(post.file, line, "file", f"{url} {reason}")
            return None

    def _problem(self, post: SourcePost, position: int, code: str, message: str) -> None:
        self._report.problem(post.file, self._line(post, position), code, message)

    def _line(self, post: SourcePost, position: int) -> int:
        return post.document.body_line + post.markdown.count("\n", 0, position)
