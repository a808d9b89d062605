#include "unit.h"

#include <stdbool.h>

#include <glib.h>

#include "base/uuid7.h"
#include "io/loop.h"
#include "portal/portal.h"

#define NOBODY "https://127.0.0.1:1/" /* port 1 of the loopback answers nobody */
#define PUSHES 8
#define NOW_MS 1626770701000

struct witness {
	struct portal_push_req req;
	unsigned runs;
	enum hoso_error error;
	bool submitting;
	struct loop *loop;
	unsigned *left;
};

static const struct portal_config good = {
	.profile = "dvcqg",
	.url = NOBODY,
	.user = "hoso",
	.password = "hoso",
	.unit = "000.00.00.H06",
	.destination = "VN:GOV:dvc",
	.secret = "whsec_aG9zb2hvc29ob3NvaG9zb2hvc29ob3NvaG9zb2hvc28=",
	.timeout_ms = 2000,
	.connect_timeout_ms = 1000,
	.connections_max = 2,
};

static const char *const profiles[] = {"dvcqg", "webhook"};

static struct portal_line example(void)
{
	struct portal_line line = {.dseq = 1, .kind = EVENT_ARRIVED, .occurred_at_ms = NOW_MS};

	line.key = uuid7_make(NOW_MS);
	portal_line_compose_text(&line, "");
	return line;
}

static void pushed(struct portal_push_req *req, enum hoso_error error)
{
	struct witness *witness = container_of(req, struct witness, req);

	assert_false(witness->submitting);
	witness->runs++;
	witness->error = error;
	if (--*witness->left == 0) {
		loop_stop(witness->loop);
	}
}

static void push_all(struct portal *portal, struct loop *loop, const struct portal_line *line,
	struct witness *witnesses, unsigned *left)
{
	*left = PUSHES;
	for (int i = 0; i < PUSHES; i++) {
		struct witness *witness = &witnesses[i];

		*witness = (struct witness){.loop = loop, .left = left, .submitting = true};
		witness->req.line = line;
		witness->req.dossier_code = "H06-1";
		portal_push(portal, &witness->req, pushed);
		witness->submitting = false;
		assert_int_equal(witness->runs, 0);
	}
}

static void assert_all(const struct witness *witnesses, enum hoso_error error)
{
	for (int i = 0; i < PUSHES; i++) {
		assert_int_equal(witnesses[i].runs, 1);
		assert_int_equal(witnesses[i].error, error);
	}
}

static void nobody_there_is_later_for_each_and_once(void **state)
{
	struct portal_line line = example();

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct portal_config config = good;
		struct loop *loop = loop_new();
		struct witness witnesses[PUSHES];
		struct portal *portal;
		unsigned left;

		config.profile = profiles[i];
		portal = portal_new(loop, &config);
		push_all(portal, loop, &line, witnesses, &left);
		loop_run(loop);
		assert_all(witnesses, HOSO_PORTAL_LATER);
		portal_free(portal);
		loop_free(loop);
		assert_all(witnesses, HOSO_PORTAL_LATER);
	}
}

static void freeing_cancels_each_once(void **state)
{
	struct portal_line line = example();

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct portal_config config = good;
		struct loop *loop = loop_new();
		struct witness witnesses[PUSHES];
		struct portal *portal;
		unsigned left;

		config.profile = profiles[i];
		portal = portal_new(loop, &config);
		push_all(portal, loop, &line, witnesses, &left);
		portal_free(portal);
		assert_all(witnesses, HOSO_CANCELED);
		loop_free(loop);
	}
}

static void settings_that_cannot_work_are_refused(void **state)
{
	struct loop *loop = loop_new();

	(void)state;
#define REFUSED(change)                                                                            \
	do {                                                                                       \
		struct portal_config config = good;                                                \
		change;                                                                            \
		assert_null(portal_new(loop, &config));                                            \
	} while (0)
	REFUSED(config.profile = "soap");
	REFUSED(config.profile = NULL);
	REFUSED(config.url = "http://portal.example");
	REFUSED(config.url = "https://user:password@portal.example");
	REFUSED(config.url = NULL);
	REFUSED(config.destination = "VN\r\nX-Evil: 1");
	REFUSED(config.password = NULL);
	REFUSED(config.client_key = "key.pem");
	REFUSED(config.timeout_ms = 0);
	REFUSED(config.connections_max = 0);
	REFUSED((config.profile = "webhook", config.secret = "whsec_c2hvcnQ="));
	REFUSED((config.profile = "webhook", config.secret = NULL));
#undef REFUSED
	portal_free(NULL);
	loop_free(loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_there_is_later_for_each_and_once),
		cmocka_unit_test(freeing_cancels_each_once),
		cmocka_unit_test(settings_that_cannot_work_are_refused),
	};

	return cmocka_run_group_tests_name("portal", tests, NULL, NULL);
}
