#include "unit.h"

#include <string.h>

#include <glib.h>

#include "base/attr.h"
#include "http/query.h"
#include "http/router.h"

static void handle(struct exchange *exchange, void *app)
{
	(void)exchange;
	(void)app;
}

/* clang-format off */
static const struct route routes[] = {
	ROUTE(HTTP_GET, "/v1/legs", 1, 0, handle),
	ROUTE(HTTP_POST, "/v1/legs", 1, 100, handle),
	ROUTE(HTTP_GET, "/v1/legs/late", 1, 0, handle),
	ROUTE(HTTP_GET, "/v1/legs/{code}", 1, 0, handle),
	ROUTE(HTTP_DELETE, "/v1/legs/{code}", 1, 0, handle),
	ROUTE(HTTP_GET, "/v1/legs/{code}/proofs/{id}", 1, 0, handle),
	ROUTE(HTTP_POST, "/v1/scans", 1, 100, handle),
};

static const struct {
	enum http_method method;
	const char *path;
	enum hoso_error error;
	int row;
	const char *params[2];
} requests[] = {
	{HTTP_GET, "/v1/legs", HOSO_OK, 0, {"", ""}},
	{HTTP_HEAD, "/v1/legs", HOSO_OK, 0, {"", ""}},
	{HTTP_POST, "/v1/legs", HOSO_OK, 1, {"", ""}},
	{HTTP_GET, "/v1/legs/late", HOSO_OK, 2, {"", ""}},
	{HTTP_DELETE, "/v1/legs/late", HOSO_OK, 4, {"late", ""}},
	{HTTP_GET, "/v1/legs/RN123456785VN", HOSO_OK, 3, {"RN123456785VN", ""}},
	{HTTP_GET, "/v1/legs/03706%2F2026%2f07906", HOSO_OK, 3, {"03706/2026/07906", ""}},
	{HTTP_GET, "/v1/legs/%C4%90+1", HOSO_OK, 3, {"Đ+1", ""}},
	{HTTP_GET, "/v1/legs/..", HOSO_OK, 3, {"..", ""}},
	{HTTP_GET, "/v1/legs/a/proofs/b", HOSO_OK, 5, {"a", "b"}},
	{HTTP_GET, "/v1/legs/a/b", HOSO_NO_ROUTE, 0, {NULL}},
	{HTTP_GET, "/v1/legs/", HOSO_NO_ROUTE, 0, {NULL}},
	{HTTP_GET, "/v1/legs/a/", HOSO_NO_ROUTE, 0, {NULL}},
	{HTTP_GET, "/v1/legs//proofs/b", HOSO_NO_ROUTE, 0, {NULL}},
	{HTTP_GET, "/v1", HOSO_NO_ROUTE, 0, {NULL}},
	{HTTP_GET, "/", HOSO_NO_ROUTE, 0, {NULL}},
	{HTTP_GET, "/V1/legs", HOSO_NO_ROUTE, 0, {NULL}},
	{HTTP_GET, "/v1/leg%73", HOSO_NO_ROUTE, 0, {NULL}},
	{HTTP_GET, "/v1/legs/%", HOSO_BAD_REQUEST, 0, {NULL}},
	{HTTP_GET, "/v1/legs/%4", HOSO_BAD_REQUEST, 0, {NULL}},
	{HTTP_GET, "/v1/legs/%zz", HOSO_BAD_REQUEST, 0, {NULL}},
	{HTTP_GET, "/v1/legs/a%00b", HOSO_BAD_REQUEST, 0, {NULL}},
	{HTTP_GET, "/v1/legs/a%0Ab", HOSO_BAD_REQUEST, 0, {NULL}},
	{HTTP_GET, "/v1/legs/a%C2%85", HOSO_BAD_REQUEST, 0, {NULL}},
	{HTTP_GET, "/v1/legs/%C0%AF", HOSO_BAD_UTF8, 0, {NULL}},
	{HTTP_GET, "/v1/legs/%ED%A0%80", HOSO_BAD_UTF8, 0, {NULL}},
};
/* clang-format on */

static void a_request_finds_its_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(requests); i++) {
		struct route_match match;
		char allow[64];
		enum hoso_error error = router_match(routes, ARRAY_SIZE(routes), requests[i].method,
			requests[i].path, &match, allow, sizeof allow);

		if (error != requests[i].error) {
			fail_msg("%s: %s", requests[i].path, error_wire(error));
		}
		if (!error) {
			assert_ptr_equal(match.route, &routes[requests[i].row]);
			assert_string_equal(match.params[0], requests[i].params[0]);
			assert_string_equal(match.params[1], requests[i].params[1]);
		}
	}
}

static void a_wrong_method_is_told_the_right_ones(void **state)
{
	struct route_match match;
	char allow[64];

	(void)state;
	assert_int_equal(router_match(routes, ARRAY_SIZE(routes), HTTP_PUT, "/v1/legs", &match,
				 allow, sizeof allow),
		HOSO_BAD_METHOD);
	assert_string_equal(allow, "GET, HEAD, POST");
	assert_int_equal(router_match(routes, ARRAY_SIZE(routes), HTTP_METHOD_COUNT, "/v1/legs/x",
				 &match, allow, sizeof allow),
		HOSO_BAD_METHOD);
	assert_string_equal(allow, "GET, HEAD, DELETE");
	assert_int_equal(router_match(routes, ARRAY_SIZE(routes), HTTP_HEAD, "/v1/scans", &match,
				 allow, sizeof allow),
		HOSO_BAD_METHOD);
	assert_string_equal(allow, "POST");
}

static void a_parameter_has_a_bound(void **state)
{
	g_autofree char *fits = g_strdup_printf("/v1/legs/%0*d", ROUTE_PARAM_MAX, 0);
	g_autofree char *long_one = g_strdup_printf("%s0", fits);
	struct route_match match;
	char allow[64];

	(void)state;
	assert_int_equal(router_match(routes, ARRAY_SIZE(routes), HTTP_GET, fits, &match, allow,
				 sizeof allow),
		HOSO_OK);
	assert_int_equal(strlen(match.params[0]), ROUTE_PARAM_MAX);
	assert_int_equal(router_match(routes, ARRAY_SIZE(routes), HTTP_GET, long_one, &match, allow,
				 sizeof allow),
		HOSO_BAD_REQUEST);
}

static void a_query_is_decoded_strictly(void **state)
{
	struct query query;

	(void)state;
	assert_int_equal(
		query_parse("q=Nguy%E1%BB%85n+V%C4%83n&flag&a%3Db=c%26d&q=2", &query), HOSO_OK);
	assert_string_equal(query_find(&query, "q"), "Nguyễn Văn");
	assert_string_equal(query_find(&query, "flag"), "");
	assert_string_equal(query_find(&query, "a=b"), "c&d");
	assert_null(query_find(&query, "a"));
	assert_int_equal(query.count, 4);
	query_done(&query);

	assert_int_equal(query_parse(NULL, &query), HOSO_OK);
	assert_int_equal(query.count, 0);
	assert_int_equal(query_parse("ok=1&q=%0A", &query), HOSO_BAD_REQUEST);
	assert_int_equal(query.count, 0);
	assert_int_equal(query_parse("q=%00", &query), HOSO_BAD_REQUEST);
	assert_int_equal(query_parse("q=%e", &query), HOSO_BAD_REQUEST);
	assert_int_equal(query_parse("%g1=1", &query), HOSO_BAD_REQUEST);
	assert_int_equal(query_parse("=1", &query), HOSO_BAD_REQUEST);
	assert_int_equal(query_parse("a=1&&b=1", &query), HOSO_BAD_REQUEST);
	assert_int_equal(query_parse("q=%ff", &query), HOSO_BAD_UTF8);
}

static void a_query_has_a_bound(void **state)
{
	g_autoptr(GString) text = g_string_new("a=1");
	struct query query;

	(void)state;
	for (int i = 1; i < QUERY_MEMBERS_MAX; i++) {
		g_string_append(text, "&a=1");
	}
	assert_int_equal(query_parse(text->str, &query), HOSO_OK);
	query_done(&query);
	g_string_append(text, "&a=1");
	assert_int_equal(query_parse(text->str, &query), HOSO_BAD_REQUEST);
}

static void a_route_names_the_bodies_that_it_takes(void **state)
{
	static const struct route json = ROUTE(HTTP_POST, "/a", 1, 100, handle);
	static const struct route pictures =
		ROUTE_OF(HTTP_POST, "/b", 1, 100, "image/png image/x-portable-graymap", handle);

	(void)state;
	assert_true(route_takes(&json, "application/json"));
	assert_true(route_takes(&json, "Application/JSON; charset=utf-8"));
	assert_false(route_takes(&json, "application/jsonp"));
	assert_false(route_takes(&json, "image/png"));
	assert_true(route_takes(&pictures, "image/png"));
	assert_true(route_takes(&pictures, "image/x-portable-graymap;x=y"));
	assert_false(route_takes(&pictures, "image/pn"));
	assert_false(route_takes(&pictures, "image"));
	assert_false(route_takes(&pictures, "application/json"));
	assert_false(route_takes(&pictures, ""));
	assert_false(route_takes(&pictures, ";"));
	assert_false(route_takes(&pictures, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_finds_its_row),
		cmocka_unit_test(a_wrong_method_is_told_the_right_ones),
		cmocka_unit_test(a_parameter_has_a_bound),
		cmocka_unit_test(a_query_is_decoded_strictly),
		cmocka_unit_test(a_query_has_a_bound),
		cmocka_unit_test(a_route_names_the_bodies_that_it_takes),
	};

	return cmocka_run_group_tests_name("router", tests, NULL, NULL);
}
