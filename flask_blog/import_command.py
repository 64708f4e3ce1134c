"""What `flask-blog import` shows: progress while it runs, and the report at its end."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from api.shared.transport import HttpTransport
from flask_blog import local
from flask_blog.client import Client, Refused, Unreachable
from flask_blog.importers import markdown
from flask_blog.importers.markdown import Step, Wishes
from flask_blog.importers.report import Report
from flask_blog.problem import Stop

GO_ON = "Run the same command again: it goes on where it stopped, and doubles nothing."


def import_markdown(source: Path, *, data_dir: Path, to: str | None, token: str | None, wishes: Wishes) -> Report:
    """Import a folder into the blog of a data folder or of another machine, and show the report. Raises Stop."""
    console = Console(highlight=False)
    if not source.is_dir():
        raise Stop(f"{source} is no folder: name the folder that holds the Markdown files.")
    reached = nullcontext(_remote(to, token)) if to else local.blog_api(data_dir)
    try:
        with reached as client, _progress(console) as step:
            report = markdown.run(source, client, wishes, step)
    except Unreachable as error:
        raise Stop(f"{error} {GO_ON}") from error
    except Refused as refusal:
        raise Stop(f"The blog refused: {refusal} An import needs the token of an editor, with all scopes.") from refusal
    except KeyboardInterrupt as interrupt:
        raise Stop(f"Stopped. {GO_ON}") from interrupt
    show(report, console, pretend=wishes.pretend)
    return report


def show(report: Report, console: Console, *, pretend: bool) -> None:
    """Print the report: figures first, then every problem by file and line."""
    problems = report.serious()
    if problems:
        console.print(f"\n[bold]{len(problems)} problems[/]")
    for one in problems:
        console.print(f"{escape(one.file)}:{one.line}: {escape(one.message)} [dim]({one.code})[/]", soft_wrap=True)
    left_out = report.left_out()
    if left_out:
        counted = ", ".join(f"{name} ({number})" for name, number in left_out.items())
        console.print(f"\n[bold]Settings without a place in a post[/] (in files): {escape(counted)}", soft_wrap=True)
        console.print("[dim]--report FILE lists each by file and line.[/]")
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(justify="right", style="bold")
    table.add_column()
    for outcome, number in report.outcomes().items():
        table.add_row(str(number), f"posts {outcome}" if outcome != "skipped" else "files skipped")
    for thing, number in sorted(report.made.items()):
        table.add_row(str(number), thing)
    console.print()
    console.print(table)
    if pretend:
        console.print("\nNothing was sent: this was a dry run.")


def _remote(to: str, token: str | None) -> Client:
    if not token:
        raise Stop("--to needs --token, a personal access token made in that blog's studio (or FLASK_BLOG_TOKEN).")
    if not to.startswith(("http://", "https://")):
        raise Stop(f"--to has to be an address such as https://blog.example.org; it is {to}")
    return Client(HttpTransport(to, timeout=local.TIMEOUT_SECONDS), local.BLOG_API, token=token)


@contextmanager
def _progress(console: Console) -> Iterator[Step]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("Importing", total=None)

        def step(done: int, of: int) -> None:
            progress.update(task, completed=done, total=of)

        yield step
