"""Own and foreign objects: every operation on something that is somebody's, tried by its owner and by others."""

import io
import re
from dataclasses import replace

import pytest
from PIL import Image

from tests.api.access.test_matrix import name_of, row_of

BLOG = "/api/blog/v1"
# What stands in an address for something that belongs to somebody
OWNED = {
    "post_id", "number", "older", "newer", "other_id", "media_id", "preview_id", "comment_id", "session_id", "token_id",
}  # fmt: skip
# ... and for what belongs to nobody: whoever has the role may touch all of them
SHARED = {
    "slug", "username", "redirect_id", "account_id", "invitation_id", "job_id", "token", "ban_id", "webhook_id",
    "delivery_id",
}  # fmt: skip
# An address of somebody's that is made of a word which is otherwise shared
OWNED_BY_NAME = {"getPostBySlug"}
# What names a second thing in its body
NAMES_ANOTHER = {"linkTranslation"}
DENIED = {401, 403, 404}


def places(operation):
    return set(re.findall(r"{(\w+)}", operation.template))


def is_somebodys(each):
    _, operation = each
    return bool(places(operation) & OWNED) or name_of(operation) in OWNED_BY_NAME


class Things:
    """What Ada has, made anew for each attempt: an attempt may be a deletion."""

    def __init__(self, world):
        self.world = world
        self.ada = world.accounts["author"]
        self.made = 0
        self.token = world.session(self.ada)
        self.status = "draft"

    def call(self, method, path, **options):
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        answer = self.world.clients["blog"].open(f"{BLOG}{path}", method=method, headers=headers, **options)
        assert answer.status_code in {200, 201}, answer.text
        return answer.json

    def post(self, **fields):
        self.made += 1
        return self.call("POST", "/posts", json={"title": f"Post {self.made}", "status": self.status, **fields})

    def medium(self):
        file = io.BytesIO()
        self.made += 1
        Image.new("RGB", (3, 2), (self.made % 256, self.made // 256, 1)).save(file, "PNG")
        file.seek(0)
        return self.call("POST", "/media", data={"file": (file, "a.png")})

    def comment(self):
        """Return the id of what Ada said under a post of hers; readers see it if they see the post."""
        post = self.post(status="published")
        said = self.call("POST", f"/posts/{post['id']}/comments", json={"markdown": f"Remark {self.made}"})
        if self.status == "draft":
            self.call("POST", f"/posts/{post['id']}/unpublish", headers={"If-Match": f'"{post["version"]}"'})
        return said["id"]

    def address(self, operation):
        """Return an operation with the address of something that is Ada's."""
        wanted = places(operation)
        values = {}
        if wanted & {"post_id", "slug"}:
            german = self.post(language="de")
            values |= {"post_id": german["id"], "slug": german["slug"], "number": "1", "older": "1", "newer": "1"}
        if "/pending" in operation.template:
            german = self.post(status="published")
            values["post_id"] = german["id"]
            if name_of(operation) != "createPendingEdit":
                self.call("POST", f"/posts/{german['id']}/pending", json={"changes": {"title": "Later"}})
        if "preview_id" in wanted:
            values["preview_id"] = self.call("POST", f"/posts/{german['id']}/previews", json={})["id"]
        if "other_id" in wanted:
            values["other_id"] = self.post(language="en")["id"]
            self.call("POST", f"/posts/{german['id']}/translations", json={"post_id": values["other_id"]},
                      headers={"If-Match": f'"{german["version"]}"'})  # fmt: skip
        if "media_id" in wanted:
            values["media_id"] = self.medium()["id"]
        if "comment_id" in wanted:
            values["comment_id"] = self.comment()
        if "session_id" in wanted:
            self.world.session(self.ada)
            values["session_id"] = self.newest("sessions")
        if "token_id" in wanted:
            self.world.token(self.ada, "posts:read")
            values["token_id"] = self.newest("tokens")
        return replace(operation, path=re.sub(r"{(\w+)}", lambda found: values[found[1]], operation.template))

    def newest(self, collection):
        filters = {"account_id": self.ada["id"]}
        return self.world.stores["users"].find(collection, filters, sort="-created_at", limit=1).records[0]["id"]


@pytest.fixture(scope="module")
def things(world):
    return Things(world)


def test_of_every_address_it_is_known_whether_it_is_somebodys(world):
    known = OWNED | SHARED
    unknown = {str(operation): places(operation) - known for _, operation in world.operations}
    assert {operation: names for operation, names in unknown.items() if names} == {}


@pytest.mark.parametrize("status", ["draft", "published"])
def test_what_is_somebodys_is_closed_to_others(world, things, status):
    things.status = status
    bob = world.new_account(f"bob-{status}", "author")
    below = [None, world.session(world.accounts["reader"]), world.session(bob)]
    wrong = []
    for service, operation in filter(is_somebodys, world.operations):
        if status == "published" and row_of(operation).role == "anonymous":
            continue
        # the owner of the blog is a stranger to what is personal
        strangers = below if row_of(operation).foreign else [*below, world.session(world.accounts["owner"])]
        own = things.address(operation)
        world.settle()
        before = world.heads()
        answers = [world.try_out(service, own, token).status_code for token in strangers]
        if not set(answers) <= DENIED or world.heads() != before:
            wrong.append(f"{operation}: {answers}, {before} {world.heads()}")
    assert wrong == []


def test_what_is_somebodys_is_open_to_them_and_to_the_role_that_may_touch_it(world, things):
    wrong = []
    for service, operation in filter(is_somebodys, world.operations):
        foreign = row_of(operation).foreign
        for account in [things.ada, *([world.accounts[foreign]] if foreign else [])]:
            body = {"json": {"post_id": things.post()["id"]}} if name_of(operation) in NAMES_ANOTHER else {}
            answer = world.try_out(service, things.address(operation), world.session(account), **body)
            if answer.status_code in DENIED:
                wrong.append(f"{operation}: {account['username']}, {answer.status_code} {answer.text}")
    assert wrong == []
