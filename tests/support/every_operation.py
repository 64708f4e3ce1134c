"""Every row of the table of conventions, asked of every operation of a service.

A service's test module inherits it, and says by the fixtures `conventions` and `limited` whom it asks.
"""

import pytest

from tests.support.conventions import NEVER_GIVEN, lacking_headers

TOO_LONG = b"[" + b" " * 9_000_000 + b"]"
DEEP = "[" * 20_000
TWICE = '{"name": "first", "name": "second"}'
FOREIGN = "https://else.example.com"


class EveryOperation:
    """The rows. `conventions` sends as somebody who may do everything; of `limited` every request is one too many."""

    def test_another_method_is_refused_with_what_is_allowed(self, conventions):
        assert conventions.refused(405, conventions.other_methods()) == []

    def test_who_takes_no_json_is_told_so(self, conventions):
        assert conventions.refused(406, conventions.without_json()) == []

    def test_an_unknown_parameter_is_refused_everywhere(self, conventions):
        assert conventions.refused(422, conventions.unknown_parameters(), "unknown") == []

    def test_an_unknown_field_is_refused_at_every_depth(self, conventions):
        assert conventions.refused(422, conventions.unknown_fields(), "unknown") == []

    def test_what_is_no_text_is_refused_where_a_text_belongs(self, conventions):
        assert conventions.refused(422, conventions.no_texts(), "invalid") == []

    def test_another_content_type_is_refused_everywhere(self, conventions):
        wrong = conventions.with_bodies(data="<a/>", content_type="text/xml")
        assert conventions.refused(415, wrong) == []

    @pytest.mark.parametrize("text", ["{", "NaN", DEEP, TWICE], ids=["half", "no JSON", "a bomb", "twice"])
    def test_what_is_no_json_is_refused_everywhere(self, conventions, text):
        assert conventions.refused(400, conventions.with_bodies(data=text, content_type="application/json")) == []

    def test_a_body_over_the_limit_is_refused_everywhere(self, conventions):
        assert conventions.refused(413, conventions.with_bodies(data=TOO_LONG, content_type="application/json")) == []

    def test_a_body_of_unknown_length_is_refused_everywhere(self, conventions):
        chunked = {"Transfer-Encoding": "chunked"}
        assert conventions.refused(411, conventions.with_bodies(headers=chunked)) == []

    def test_a_change_without_a_version_is_refused_everywhere(self, conventions):
        assert conventions.refused(428, conventions.versioned(None)) == []
        assert conventions.refused(412, conventions.versioned({"If-Match": NEVER_GIVEN})) == []

    def test_a_key_that_is_none_is_refused_everywhere(self, conventions):
        assert conventions.refused(422, conventions.keyed("\N{LATIN SMALL LETTER E WITH ACUTE}")) == []

    def test_every_read_can_be_asked_again_and_says_who_may_keep_it(self, conventions):
        for operation, response in conventions.reads():
            assert lacking_headers(response) == set(), operation
            if response.status_code == 200:
                tag = response.headers["ETag"]
                again = conventions.send(operation, headers={"If-None-Match": tag})
                assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag), operation
                assert "Authorization" in response.headers["Vary"] or "no-store" in response.headers["Cache-Control"]

    def test_the_request_id_that_was_sent_comes_back_everywhere(self, conventions):
        for operation in conventions.operations:
            response = conventions.send(operation, "?nonsense=1", headers={"X-Request-ID": "mine-1"})
            assert response.headers["X-Request-ID"] == "mine-1", operation

    def test_scripts_of_any_origin_may_read_every_answer_to_a_token_and_none_to_a_cookie(self, conventions):
        for operation in conventions.operations:
            response = conventions.send(operation, "?nonsense=1", headers={"Origin": FOREIGN})
            allowed = "*" if conventions.is_open(operation) else None
            assert response.headers.get("Access-Control-Allow-Origin") == allowed, operation
            assert "Access-Control-Allow-Credentials" not in response.headers, operation

    def test_scripts_of_any_origin_may_ask_to_send_every_operation_that_takes_no_cookie(self, conventions):
        refused = {operation for operation, _fault in conventions.faults_of_preflights(FOREIGN)}
        assert [str(each) for each in conventions.operations if (each in refused) == conventions.is_open(each)] == []

    def test_every_operation_is_limited_before_anything_else_and_says_when_to_come_back(self, limited):
        assert [f"{operation}: {fault}" for operation, fault in limited.faults_of_limits()] == []

    def test_every_list_says_how_it_goes_on_and_takes_no_cursor_that_is_none(self, conventions):
        assert [f"{operation}: {fault}" for operation, fault in conventions.faults_of_lists()] == []

    def test_every_answer_can_be_had_with_one_field_alone(self, conventions):
        assert [f"{operation}: {fault}" for operation, fault in conventions.faults_of_sparse_answers()] == []

    def test_the_head_of_every_read_is_what_get_says(self, conventions):
        assert [f"{operation}: {fault}" for operation, fault in conventions.faults_of_heads()] == []
