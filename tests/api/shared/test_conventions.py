"""What each operation gets by being declared."""

import orjson
import pytest

from tests.api.shared.conftest import ROOT, THING


def refused(response, status, code):
    assert response.status_code == status, response.data
    assert response.mimetype == "application/problem+json"
    body = response.get_json()
    assert body["code"] == code
    assert body["status"] == status
    assert body["type"] == f"http://blog.example.org/docs/errors/{code}"
    assert body["request_id"] == response.headers["X-Request-ID"]
    return body


def test_an_unknown_address_is_a_problem(client):
    refused(client.get("/nowhere"), 404, "not_found")


def test_a_wrong_method_is_a_problem_that_says_what_is_allowed(client):
    response = client.put(f"{ROOT}/things")
    refused(response, 405, "method_not_allowed")
    assert {"GET", "POST"} <= set(response.headers["Allow"].split(", "))


def test_an_unexpected_error_is_a_problem_without_its_details(client, app):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    response = client.delete(f"{ROOT}/things/{THING}")
    refused(response, 500, "internal")
    assert b"secret-detail" not in response.data


def test_a_client_that_takes_no_json_is_told_so(client):
    refused(client.get(f"{ROOT}/things", headers={"Accept": "text/html"}), 406, "not_acceptable")


def test_an_unknown_parameter_is_refused_by_name(client):
    body = refused(client.get(f"{ROOT}/things?colour=red"), 422, "invalid")
    detail = "There is no such parameter. There are: count, cursor, fields, limit."
    assert body["errors"] == [{"parameter": "colour", "code": "unknown", "detail": detail}]


def test_unknown_fields_are_refused_with_those_that_there_are(client):
    body = refused(
        client.post(f"{ROOT}/things", json={"name": "A", "size": 1, "part": {"size": "1", "x": 1}}), 422, "invalid"
    )
    assert {fault["pointer"]: fault["detail"] for fault in body["errors"]} == {
        "/size": "There is no such field. There are: made_at, name, part.", "/part/x": "Unknown field.",
    }  # fmt: skip


def test_a_parameter_given_twice_is_refused(client):
    body = refused(client.get(f"{ROOT}/things?limit=1&limit=2"), 422, "invalid")
    assert body["errors"][0]["parameter"] == "limit"


@pytest.mark.parametrize("limit", ["0", "101", "many", "", "1_0", "+5", " 5", "5 ", "5.0", "\uff11", "1" * 5000])
def test_a_limit_out_of_bounds_is_refused(client, limit):
    refused(client.get(f"{ROOT}/things", query_string={"limit": limit}), 422, "invalid")


def test_another_content_type_is_refused(client):
    for kind, told in (("text/plain", ", not as text/plain."), (None, "application/json.")):
        answer = refused(client.post(f"{ROOT}/things", data="name=x", content_type=kind), 415, "unsupported_media_type")
        assert answer["detail"].endswith(told)
    packed = client.post(f"{ROOT}/things", json={"name": "A"}, headers={"Content-Encoding": "gzip"})
    assert "Content-Encoding" in refused(packed, 415, "unsupported_media_type")["detail"]


@pytest.mark.parametrize("text", ["{", "", '{"name": NaN}', '"\\ud800"', "[" * 3000])
def test_bad_json_is_refused(client, text):
    assert client.post(f"{ROOT}/things", data=text, content_type="application/json").status_code in {400, 413}


def test_a_body_over_the_limit_is_refused(client):
    refused(client.post(f"{ROOT}/things", json={"name": "x" * 3000}), 413, "too_large")


def test_a_body_of_unknown_length_is_refused(client):
    response = client.post(f"{ROOT}/things", headers={"Transfer-Encoding": "chunked"}, content_type="application/json")
    refused(response, 411, "length_required")


def test_nested_faults_are_named_by_json_pointer(client):
    body = refused(client.post(f"{ROOT}/things", json={"name": "x", "part": {"size": "XXXL", "no": 1}}), 422, "invalid")
    assert {fault["pointer"] for fault in body["errors"]} == {"/part/size", "/part/no"}


@pytest.mark.parametrize("name", ["a\u0000b", "a\nb", "a\n", "", "x" * 21, 3, None, ["x"]])
def test_text_that_cannot_be_kept_is_refused(client, name):
    body = refused(client.post(f"{ROOT}/things", json={"name": name}), 422, "invalid")
    assert {fault["pointer"] for fault in body["errors"]} == {"/name"}


@pytest.mark.parametrize("moment", ["2026-11-23", "2026-11-23T09:00:00", "2026-13-01T00:00:00Z", "now", 0])
def test_a_time_without_an_offset_or_sense_is_refused(client, moment):
    refused(client.post(f"{ROOT}/things", json={"name": "x", "made_at": moment}), 422, "invalid")


def test_a_time_is_kept_in_utc(client):
    made = client.post(f"{ROOT}/things", json={"name": "x", "made_at": "2026-11-23T10:00:00.123456789+01:00"})
    assert made.get_json()["made_at"] == "2026-11-23T09:00:00.123456Z"


@pytest.mark.parametrize("header", ["Basic YTpi", "Bearer", "Bearer x.y.z", "Bearer fb_short", "bearer ", "nonsense"])
def test_a_token_that_is_not_good_is_refused_even_where_none_is_needed(client, header):
    response = client.get(f"{ROOT}/things", headers={"Authorization": header})
    refused(response, 401, "unauthenticated")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_change_without_if_match_answers_428(client):
    refused(client.patch(f"{ROOT}/things/{THING}", json={"name": "x"}), 428, "precondition_required")


@pytest.mark.parametrize("tag", ["3", '"x"', '"3', 'W/"3"x', '"0"', '"99999999999999999999"'])
def test_an_if_match_that_was_never_given_out_answers_412(client, tag):
    response = client.patch(f"{ROOT}/things/{THING}", json={"name": "x"}, headers={"If-Match": tag})
    told = refused(response, 412, "version_mismatch")["detail"]
    assert ("quotes" in told) == (tag == "3")


@pytest.mark.parametrize("tag", ['"3"', 'W/"3"', '"3-0a1b"', "*"])
def test_a_known_tag_is_accepted_also_when_a_proxy_weakened_it(client, tag):
    response = client.patch(f"{ROOT}/things/{THING}", json={"name": "x"}, headers={"If-Match": tag})
    assert response.status_code == 200
    assert response.headers["ETag"] == '"4"'


@pytest.mark.parametrize("tag", ['"3"', 'W/"3"', '"1", "3"', "*"])
def test_what_the_client_holds_is_not_sent_again(client, tag):
    response = client.get(f"{ROOT}/things/{THING}", headers={"If-None-Match": tag})
    assert response.status_code == 304
    assert response.data == b""
    assert response.headers["ETag"] == '"3"'


def test_a_sparse_list_holds_only_what_was_asked_for_and_has_its_own_tag(client):
    whole, sparse = client.get(f"{ROOT}/things"), client.get(f"{ROOT}/things?fields=name")
    assert sparse.get_json()["items"] == [{"name": "box"}]
    assert whole.headers["ETag"] != sparse.headers["ETag"]


def test_a_made_thing_has_a_location(client):
    response = client.post(f"{ROOT}/things", json={"name": "x"})
    assert (response.status_code, response.headers["Location"]) == (201, f"{ROOT}/things/{THING}")


def test_a_public_answer_may_be_cached_and_says_what_it_varies_by(client):
    headers = client.get(f"{ROOT}/things").headers
    assert headers["Cache-Control"].startswith("public")
    assert "Authorization" in headers["Vary"]


def test_a_valid_request_id_is_kept_and_a_wild_one_replaced(client):
    assert client.get(f"{ROOT}/things", headers={"X-Request-ID": "abc-1"}).headers["X-Request-ID"] == "abc-1"
    assert client.get(f"{ROOT}/things", headers={"X-Request-ID": "a b"}).headers["X-Request-ID"] != "a b"


def test_any_origin_may_call_without_credentials(client):
    headers = client.get(f"{ROOT}/things", headers={"Origin": "https://elsewhere.example.com"}).headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in headers


def test_the_limit_is_told_and_then_enforced_with_retry_after(client):
    first = client.get(f"{ROOT}/things")
    assert first.headers["RateLimit-Policy"] == '"anonymous";q=40;w=60'
    answers = [client.get(f"{ROOT}/things") for _ in range(40)]
    body = answers[-1]
    refused(body, 429, "too_many_requests")
    assert 1 <= int(body.headers["Retry-After"]) <= 60


def test_health_answers_are_never_limited(client):
    assert {client.get("/healthz").status_code for _ in range(60)} == {200}


def test_methods_that_nobody_knows_are_counted_as_one(client):
    for number in range(20):
        assert client.open(f"{ROOT}/things", method=f"INVENTED{number}").status_code == 405
    told = client.get("/metrics").text
    assert "INVENTED" not in told
    assert 'method="other"' in told


def test_what_is_deprecated_says_since_when_until_when_and_what_to_use(client, app):
    headers = client.get(f"{ROOT}/objects").headers
    assert headers["Deprecation"] == "@1793491200"
    assert headers["Sunset"] == "Mon, 01 Nov 2027 00:00:00 GMT"
    assert headers["Link"] == f'</>; rel="next", <{ROOT}/things>; rel="successor-version"'
    described = orjson.loads(app.extensions["openapi"])["paths"][f"{ROOT}/objects"]["get"]
    assert described["deprecated"] is True
    assert described["responses"]["200"]["headers"]["Sunset"]["example"] == headers["Sunset"]
    assert "Deprecation" not in client.get(f"{ROOT}/things").headers
