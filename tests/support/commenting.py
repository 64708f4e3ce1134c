"""What the tests of comments have people do."""

from typing import Any


def say(person: Any, post: dict[str, Any], markdown: str = "Quite so.", **fields: Any) -> dict[str, Any]:
    """Comment as a member; returns the comment as it was answered."""
    response = person.post(f"/posts/{post['id']}/comments", {"markdown": markdown, **fields})
    assert response.status_code == 201, response.text
    return response.json


def moderate(person: Any, status: str, *comments: dict[str, Any]) -> Any:
    items = [{"id": each["id"], "version": each["version"]} for each in comments]
    return person.post("/comments/moderate", {"items": items, "status": status})
