"""Jobs as the API takes and shows them."""

from flask_smorest.fields import Upload
from marshmallow import Schema, fields, validate

from api.blog.described import A_MOMENT, AN_ID, Body, says
from api.shared.fields import Choice, Line, Moment
from api.shared.paging import PageQuery, absent, list_of

KINDS = ("variants", "rerender", "export", "import")
STATES = ("pending", "done", "failed", "cancelled")


class Job(Schema):
    """Work that outlives the request that started it."""

    id = fields.String(**says("Identifies the job", AN_ID))
    kind = Choice(*KINDS, **says("What is done", "export"))
    state = Choice(*STATES, **says("`pending` until it has ended; with `attempts` above 0 it is being done", "done"))
    account_id = fields.String(**says("The account that started it", AN_ID))
    done = fields.Integer(**says("How many steps are done", 120))
    total = fields.Integer(allow_none=True, **says("How many steps there are; null until that is known", 120))
    attempts = fields.Integer(**says("How often it was taken up", 1))
    problem = fields.String(allow_none=True, **says("Why it failed, or had to be tried again", None))
    has_report = fields.Boolean(**says("Whether there is a report to read", True))
    file_url = fields.String(
        allow_none=True,
        **says("Where the file that came of it is, with the same authorization", f"/api/blog/v1/jobs/{AN_ID}/file"),
    )
    created_at = Moment(**says("When it was started", A_MOMENT))
    ended_at = Moment(allow_none=True, **says("When it ended", A_MOMENT))
    kept_until = Moment(allow_none=True, **says("When the job and its file go; null until it has ended", A_MOMENT))
    version = fields.Integer(**says("Grows with every change; the ETag is made of it", 4))


class JobIn(Body):
    """A job to start."""

    kind = Choice(
        "export", "rerender",
        required=True,
        **says(
            "`export`: the whole blog as one archive of Markdown, images and JSON. `rerender`: the HTML of every post "
            "anew, from its Markdown; what comes out as it is stays untouched",
            "export",
        ),
    )  # fmt: skip


class ImportIn(Body):
    """A blog to import, as multipart/form-data."""

    file = Upload(
        required=True,
        metadata={
            "description": "A zip archive, of 100 MB and 20,000 files at most: Markdown with front matter as Jekyll, "
            "Hugo, Zola, Hexo and an export of this blog have it, and the images it shows"
        },
    )
    update = fields.Boolean(
        load_default=False, **says("Whether files replace posts of an earlier import that differ from them", False)
    )
    permalinks = Line(
        least=1,
        most=200,
        load_default=None,
        **says("How old addresses were made; guessed from the files when it is not given", "/:year/:month/:title/"),
    )
    source = Line(
        least=1,
        most=100,
        load_default=None,
        **says("A name for these posts, where another import had files of the same names", "old-blog"),
    )


class JobProblem(Schema):
    """One thing that could not be done as it should."""

    file = fields.String(**says("Which file or address it is about", "posts/hello.md"))
    line = fields.Integer(**says("The line in it, counted from 1", 3))
    code = fields.String(**says("Stable code of the kind of problem", "image"))
    message = fields.String(**says("What happened", "figure.png is not in the folder"))


class JobReport(Schema):
    """What a job did."""

    counts = fields.Dict(
        keys=fields.String(), values=fields.Integer(), **says("How many of what", {"posts": 12, "images": 30})
    )
    problems = fields.List(fields.Nested(JobProblem), metadata={"description": "Every problem, 1,000 at most"})
    problems_left_out = fields.Integer(**says("How many more problems there were", 0))


class JobsQuery(PageQuery):
    """Filters of the list of jobs, newest first."""

    kind = Choice(*KINDS, load_default=absent, **says("Only jobs of this kind", "export"))
    state = fields.String(
        load_default=absent, validate=validate.OneOf(STATES), **says("Only jobs that are in this state", "pending")
    )


JobList = list_of(Job)
