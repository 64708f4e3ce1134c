"""`flask-blog users`: accounts from the command line, of a blog that runs and of one that does not."""

import re
from threading import Event

import pytest

from flask_blog.data_folder import DataFolder
from tests.flask_blog.conftest import flask_blog

PASSWORD = "three green kites over delft"
LINK = re.compile(r"http\S+/reset-password#token=(\S+)")


@pytest.fixture(scope="module")
def blog(live_blog):
    return live_blog().set_up()


def done(*arguments) -> str:
    outcome = flask_blog("users", *arguments)
    assert outcome.code == 0, outcome
    return outcome.out


def refusal(*arguments) -> str:
    outcome = flask_blog("users", *arguments)
    assert (outcome.code, outcome.out) == (1, ""), outcome
    assert outcome.error.startswith("Error: ")
    assert outcome.error.count("\n") == 1, outcome.error
    return outcome.error


def test_what_cannot_be_done_is_said_in_a_sentence(data_dir, tmp_path):
    folder = ("--data-dir", data_dir)
    assert "There is no blog" in refusal("list", "--data-dir", tmp_path / "nothing")
    assert "No account has the name" in refusal("reset-password", "nobody", *folder)
    assert "below your own" in refusal("role", "ada", "reader", *folder)
    assert "cannot be a username" in refusal("create", "a b", "--email", "x@example.org", *folder)
    assert "Another account has this username" in refusal("create", "ada", "--email", "x@example.org", *folder)
    assert "cannot be an e-mail address" in refusal("create", "bob", "--email", "x", *folder)
    with DataFolder(data_dir).held():
        assert "Another command works on the data folder" in refusal("list", *folder)


def test_accounts_are_made_listed_and_given_roles_while_the_blog_does_not_run(data_dir):
    folder = ("--data-dir", data_dir)
    assert LINK.search(done("create", "grace", "--email", "grace@example.org", "--name", "Grace [bold]", *folder))
    assert "grace is editor now" in done("role", "grace@example.org", "editor", *folder)
    rows = [line.split() for line in done("list", *folder).splitlines()]
    assert rows[0] == ["username", "name", "email", "role", "state", "created_at"]
    assert [row[0] for row in rows[1:]] == ["ada", "grace"]
    assert rows[2][1:6] == ["Grace", "[bold]", "grace@example.org", "editor", "active"]


def eventually(call, status: int) -> None:
    """Wait until a call answers so: what another process changed holds in five seconds; a busy machine gets more."""
    answers = [call().status]
    while answers[-1] != status and len(answers) < 300:
        Event().wait(0.1)
        answers.append(call().status)
    assert answers[-1] == status, answers[-1]


def test_what_the_command_changes_holds_in_every_service_of_a_running_blog(blog):
    folder = ("--data-dir", blog.data_dir)
    made = LINK.search(done("create", "grace", "--email", "grace@example.org", "--role", "reader", *folder))
    again = LINK.search(done("reset-password", "grace", *folder))
    assert made[0].startswith(blog.url)
    for token, status in ((again[1], 204), (again[1], 404), (made[1], 404)):
        body = {"token": token, "password": PASSWORD}
        assert blog.call("POST", "/api/users/v1/password-resets/complete", json=body).status == status
    grant = blog.call("POST", "/api/users/v1/sessions", json={"identifier": "grace", "password": PASSWORD}).json()
    headers = {"Authorization": f"Bearer {grant['access_token']}"}
    program = {"name": "a", "scopes": ["posts:write", "profile:read"]}
    token = blog.call("POST", "/api/users/v1/tokens", json=program, headers=headers).json()["token"]

    def write(authorization):
        return blog.call("POST", "/api/blog/v1/posts", json={"title": "A"}, headers={"Authorization": authorization})

    both = (headers["Authorization"], f"Bearer {token}")
    for authorization in both:
        eventually(lambda authorization=authorization: write(authorization), 403)
    done("role", "grace", "author", *folder)
    for authorization in both:
        eventually(lambda authorization=authorization: write(authorization), 201)
    done("revoke", "grace", *folder)
    for authorization in both:
        own = {"Authorization": authorization}
        eventually(lambda authorization=authorization: write(authorization), 401)
        eventually(lambda own=own: blog.call("GET", "/api/users/v1/me", headers=own), 401)


def test_the_owner_is_told_how_all_services_of_a_running_blog_are(blog):
    told = blog.get("/api/users/v1/system")
    assert {each["name"]: each["state"] for each in told["services"]} == dict.fromkeys(
        ("blog", "database", "frontend", "users"), "ready"
    )


GWEN = "gwen,gwen@example.org,Gwen Stacy,$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0,author"
HEAD = "username,email,name,password_hash,role"


def test_a_file_that_is_no_list_of_accounts_is_refused(data_dir, tmp_path):
    file, folder = tmp_path / "people.csv", ("--data-dir", data_dir)
    assert "cannot be read" in refusal("import", tmp_path / "nothing.csv", *folder)
    for text, said in (
        ("", "has to name"),
        ("username,email,password", "password is unknown"),
        ("name", "has to name"),
    ):
        file.write_text(text)
        assert said in refusal("import", file, *folder)
    file.write_bytes(b"username,email\n\xff,x")
    assert "cannot be read" in refusal("import", file, *folder)


def test_accounts_are_imported_from_a_file_twice_with_the_same_outcome_and_sign_in_with_their_old_password(
    blog, tmp_path
):
    file = tmp_path / "people.csv"
    lines = [
        HEAD,
        GWEN,
        "hal,hal@example.org,,md5$x$y,",
        "a b,x@example.org,,,",
        "ida,no address,,,",
        "joe,j@example.org,,,,x",
    ]
    file.write_text("\n".join(lines), "utf-8-sig")
    for counted in ("2 imported, 0 there already, 3 refused.", "0 imported, 2 there already, 3 refused."):
        outcome = flask_blog("users", "import", file, "--data-dir", blog.data_dir)
        assert outcome.code == 1
        assert counted in outcome.out
        assert "line 4, a b: " in outcome.error
        assert "line 5, ida: " in outcome.error
        assert "line 6, joe: It has more values" in outcome.error
        # hal's hash is of a kind that nobody can verify here
        assert ("has to be chosen by mail: 1." in outcome.out) is counted.startswith("2")
    credentials = {"identifier": "gwen", "password": "test12345"}
    signed_in = blog.post("/api/users/v1/sessions", credentials)
    assert (signed_in["account"]["name"], signed_in["account"]["role"]) == ("Gwen Stacy", "author")
