"""Makes old addresses lead to the new ones."""

from flask_blog.client import STOPPING, Client, Refused, segment
from flask_blog.importers import old_paths
from flask_blog.importers.report import Report
from flask_blog.importers.source_post import SourcePost


class Redirects:
    """The redirects of a blog. With `pretend`, none is made."""

    def __init__(self, client: Client, report: Report, *, pretend: bool) -> None:
        self._client = client
        self._report = report
        self._pretend = pretend
        self._known = {one["from_path"]: one["to_path"] for one in client.walk("/redirects")}
        self._ours: dict[str, SourcePost] = {}

    def lead_to(self, post: SourcePost, post_id: str | None) -> None:
        """Make the old addresses of a post lead to it; `post_id` is None when the post was not made."""
        document = post.document
        self._lead(post.old_path, post, post_id, document.line_with(post.old_path.lstrip("/")))
        for alias in post.aliases:
            line = document.line_with(alias, "aliases", "redirect_from", "alias")
            if "?" in alias:
                self._report.problem(post.file, line, "redirect", f"{alias} has a query; redirects know paths only")
            else:
                self._lead(old_paths.normal(alias), post, post_id, line)

    def _lead(self, path: str, post: SourcePost, post_id: str | None, line: int) -> None:
        if path in {"/", post.url}:
            return
        other = self._ours.setdefault(path, post)
        if other is not post:
            self._report.problem(post.file, line, "redirect", f"{path} is the old address of {other.file}, too")
        elif path not in self._known:
            self._make(path, post, line)
        elif self._known[path] != post.url and not self._same_post(self._known[path], post_id):
            self._report.problem(post.file, line, "redirect", f"{path} leads to {self._known[path]} already")

    def _make(self, path: str, post: SourcePost, line: int) -> None:
        try:
            if not self._pretend:
                self._client.make("/redirects", {"from_path": path, "to_path": post.url})
        except Refused as refusal:
            if refusal.status in STOPPING:
                raise
            self._report.problem(post.file, line, "redirect", f"{path}: {refusal}")
        else:
            self._known[path] = post.url
            self._report.count("redirects")

    def _same_post(self, to_path: str, post_id: str | None) -> bool:
        """Tell whether a redirect leads to the post under a slug it had before."""
        kind, _, slug = to_path.strip("/").partition("/")
        if post_id is None or kind not in {"posts", "pages"}:
            return False
        found = self._client.find(f"/posts/slug/{segment(slug)}", fields="id")
        return found is not None and found["id"] == post_id
