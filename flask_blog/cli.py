"""The `flask-blog` command."""

import gc
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import cast

import click

from flask_blog.problem import Stop

DATA_DIR = click.option(
    "--data-dir", envvar="DATA_DIR", default="data", show_default=True, type=click.Path(path_type=Path),
    help="The folder of databases, media and secrets.",
)  # fmt: skip
HOST = click.option(
    "--host", envvar="HOST", default="127.0.0.1", show_default=True, help="The address to listen on."
)  # fmt: skip
PORT = click.option(
    "--port", envvar="PORT", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one."
)


class Commands(click.Group):
    """The commands, in the order in which people meet them; what stops one is a sentence, not a traceback."""

    def list_commands(self, _context: click.Context) -> list[str]:
        """Return the names in the order of their definition."""
        return list(self.commands)

    def invoke(self, context: click.Context) -> object:
        """Run the command that was asked for."""
        try:
            return super().invoke(context)
        except Stop as stop:
            raise click.ClickException(str(stop)) from stop


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Flask Blog: an API-first blog, in one process or in many."""


@main.command()
@DATA_DIR
@HOST
@PORT
@click.option("--public-url", envvar="PUBLIC_URL", help="The address readers use, such as https://blog.example.org.")
def run(data_dir: Path, host: str, port: int, public_url: str | None) -> None:
    """Start the blog in one process."""
    # a fifth of a start would be spent on looking for garbage among modules; `standalone` turns it on again
    gc.disable()
    with _hidden("rich"):
        from flask_blog import standalone  # noqa: PLC0415 - other commands should not wait for it

    standalone.run(data_dir, host=host, port=port, public_url=public_url)


@main.command()
@click.option("--alive", type=click.Path(path_type=Path), help="A file to touch every few seconds while it works.")
def worker(alive: Path | None) -> None:
    """Send mails and do jobs, where the services are processes of their own.

    Takes the settings of Users and Blog from the environment. `run` has its worker inside.
    """
    from flask_blog.worker import run as work  # noqa: PLC0415 - other commands should not wait for it

    work(alive)


@main.command()
@click.option(
    "--data-dir", envvar="DEMO_DATA_DIR", default="demo-data", show_default=True, type=click.Path(path_type=Path),
    help="The demonstration's own folder.",
)  # fmt: skip
@HOST
@PORT
def demo(data_dir: Path, host: str, port: int) -> None:
    """Start a blog that looks lived-in, in a folder of its own."""
    from flask_blog import standalone  # noqa: PLC0415 - other commands should not wait for it
    from flask_blog.demo import lived_in  # noqa: PLC0415

    _warn_only()
    password = lived_in.prepare(data_dir)
    sign_in = f"Sign in at {{url}}/sign-in as {lived_in.USERNAME} with the password {password}"
    standalone.run(data_dir, host=host, port=port, public_url=None, notice=sign_in)


@main.group("import", cls=Commands)
def import_() -> None:
    """Bring posts from elsewhere into the blog."""


@import_.command("markdown")
@click.argument("folder", type=click.Path(path_type=Path))
@DATA_DIR
@click.option("--to", help="The address of a blog on another machine.")
@click.option("--token", envvar="FLASK_BLOG_TOKEN", help="A personal access token for --to.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; send nothing.")
@click.option("--update", is_flag=True, help="Let files replace posts that differ from them.")
@click.option(
    "--permalinks", help="How old addresses were made, such as /:year/:month/:day/:title/; guessed from the files."
)
@click.option("--source", help="A name for this folder's posts, if another folder has files of the same names.")
@click.option("--report", "report_file", type=click.Path(path_type=Path), help="Write the whole report as JSON.")
def import_markdown(  # noqa: PLR0913 - one parameter each option
    *,
    folder: Path,
    data_dir: Path,
    to: str | None,
    token: str | None,
    permalinks: str | None,
    source: str | None,
    report_file: Path | None,
    dry_run: bool,
    update: bool,
) -> None:
    """Import a folder of Markdown posts: Zola, Hugo, Jekyll, Hexo or plain files.

    Safe to run again: what is there is compared, not doubled.
    """
    from flask_blog import import_command  # noqa: PLC0415 - other commands should not wait for it
    from flask_blog.importers.markdown import Wishes  # noqa: PLC0415

    _warn_only()
    wishes = Wishes(update=update, pretend=dry_run, permalinks=permalinks, source=source)
    report = import_command.import_markdown(folder, data_dir=data_dir, to=to, token=token, wishes=wishes)
    if report_file is not None:
        try:
            report.write(report_file)
        except OSError as error:
            raise Stop(f"The report cannot be written to {report_file}: {error.strerror}.") from error
        click.echo(f"The whole report is in {report_file}")


@main.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@DATA_DIR
def backup(file: Path | None, data_dir: Path) -> None:
    """Save databases and images as one set, restored once for proof.

    It is made in the data folder, or as one FILE. The blog may be running.
    """
    from flask_blog import backup_commands  # noqa: PLC0415 - other commands should not wait for it

    _warn_only()
    backup_commands.backup(data_dir, file)


@main.command()
@click.argument("backup_set", metavar="FILE", type=click.Path(path_type=Path))
@DATA_DIR
def restore(backup_set: Path, data_dir: Path) -> None:
    """Put a backup in the place of the blog's data, once all of it is found whole.

    FILE is a set's folder or the file that `backup FILE` made. The blog must not be running.
    """
    from flask_blog import backup_commands  # noqa: PLC0415 - other commands should not wait for it

    _warn_only()
    backup_commands.restore(data_dir, backup_set)


@main.group(cls=Commands)
def users() -> None:
    """Make accounts, give them roles, and help those who cannot get in."""


@users.command("create")
@click.argument("username")
@click.option("--email", required=True, help="Where mails to them go.")
@click.option("--name", help="The name that readers see; the username without it.")
@click.option(
    "--role", default="author", show_default=True, type=click.Choice(["reader", "author", "editor", "admin"]),
    help="What the account may do.",
)  # fmt: skip
@DATA_DIR
def create_user(username: str, email: str, name: str | None, role: str, data_dir: Path) -> None:
    """Make an account; shows the link with which its holder chooses a password."""
    _users_command().create(data_dir, username=username, name=name or username, email=email, role=role)


@users.command("list")
@DATA_DIR
def list_users(data_dir: Path) -> None:
    """Show all accounts."""
    _users_command().listed(data_dir)


@users.command("role")
@click.argument("user")
@click.argument("role", type=click.Choice(["reader", "author", "editor", "admin"]))
@DATA_DIR
def give_role(user: str, role: str, data_dir: Path) -> None:
    """Give USER, by username or e-mail address, another role."""
    _users_command().give_role(data_dir, user, role)


@users.command("reset-password")
@click.argument("user")
@DATA_DIR
def reset_password(user: str, data_dir: Path) -> None:
    """Show a link with which USER chooses a new password."""
    _users_command().reset_password(data_dir, user)


@users.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--role", default="reader", show_default=True, type=click.Choice(["reader", "author", "editor", "admin"]),
    help="What those may do whose line says nothing of it.",
)  # fmt: skip
@DATA_DIR
def import_users(file: Path, role: str, data_dir: Path) -> None:
    """Import accounts of another program from a CSV FILE.

    Columns: username, email, name, role, password_hash (Argon2, bcrypt, Werkzeug, phpass, WordPress), bio, website,
    avatar_url. Whoever is there already is left alone.
    """
    sys.exit(0 if _users_command().import_file(data_dir, file, role=role) else 1)


@users.command("revoke")
@click.argument("user")
@DATA_DIR
def revoke_user(user: str, data_dir: Path) -> None:
    """Sign USER out everywhere, and revoke the personal access tokens."""
    _users_command().revoke(data_dir, user)


def _users_command() -> ModuleType:
    from flask_blog import users_command  # noqa: PLC0415 - other commands should not wait for it

    _warn_only()
    return users_command


@main.command("rotate-key")
@DATA_DIR
@click.option(
    "--file", type=click.Path(path_type=Path),
    help="The file of the key where the services are processes of their own, such as secrets/users/signing.jwk.",
)  # fmt: skip
@click.option(
    "--in", "lead", default=120, show_default=True, type=click.IntRange(6, 86_400), metavar="SECONDS",
    help="How long the new key is published before it signs.",
)  # fmt: skip
def rotate_key(data_dir: Path, file: Path | None, lead: int) -> None:
    """Change the key that signs access tokens.

    The blog may be running: no request fails and nobody is signed out. The last key is dropped when its last token has
    expired, eleven minutes later.
    """
    from api.shared.clock import SystemClock  # noqa: PLC0415 - other commands should not wait for it
    from flask_blog import signing_key  # noqa: PLC0415

    _warn_only()
    if file is not None:
        signing_key.announce(signing_key.rotate(file, SystemClock(), lead=lead), lead=lead)
        return
    signing_key.announce(signing_key.rotate_in(data_dir, SystemClock(), lead=lead), lead=lead)


@main.command()
@DATA_DIR
def doctor(data_dir: Path) -> None:
    """Look for what is wrong and say what to do."""
    from flask_blog.doctor import examine  # noqa: PLC0415 - other commands should not wait for it

    _warn_only()
    findings = examine(data_dir)
    for finding in findings:
        mark = click.style("ok   ", fg="green") if finding.well else click.style("WRONG", fg="red")
        click.echo(f"{mark}  {finding.thing}: {finding.detail}")
    sys.exit(0 if all(finding.well for finding in findings) else 1)


def _warn_only() -> None:
    """Keep the log of services composed for one command down to what went wrong."""
    from api.shared import logs  # noqa: PLC0415 - `run` imports it without rich

    logs.configure(json_lines=not sys.stderr.isatty(), level=logging.WARNING)


@contextmanager
def _hidden(package: str) -> Iterator[None]:
    """Let a package seem not to be installed: structlog takes rich along if it can, 10 MB that a server never uses."""
    sys.modules[package] = cast("ModuleType", None)
    try:
        yield
    finally:
        del sys.modules[package]


if __name__ == "__main__":
    sys.exit(main())
