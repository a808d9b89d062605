#include "flow/reports.h"

#include <hoso/limits.h>

#include "base/attr.h"
#include "base/log.h"

/* @in_hand: struct reports_press, the first one in the child's hands. */
struct reports {
	struct loop *loop;
	unsigned asking;
	GQueue in_hand;
};

struct reports *reports_new(struct loop *loop)
{
	struct reports *reports = g_new0(struct reports, 1);

	reports->loop = loop;
	g_queue_init(&reports->in_hand);
	return reports;
}

void reports_free(struct reports *reports)
{
	struct reports_press *press;

	if (!reports) {
		return;
	}
	while ((press = g_queue_pop_head(&reports->in_hand))) {
		helper_cancel(&press->helper);
		press->done(press, HOSO_CANCELED);
	}
	g_free(reports);
}

enum hoso_error reports_begin(struct reports *reports)
{
	if (reports->asking == REPORTS_AT_A_TIME_MAX) {
		return HOSO_BUSY;
	}
	reports->asking++;
	return HOSO_OK;
}

void reports_end(struct reports *reports)
{
	reports->asking--;
}

static void press_next(struct reports *reports);

static void pressed(struct helper_req *helper, enum hoso_error error)
{
	struct reports_press *press = container_of(helper, struct reports_press, helper);
	struct reports *reports = press->reports;

	g_queue_remove(&reports->in_hand, press);
	if (error == HOSO_INTERNAL) {
		log_err("helper=%s: a report could not be made", press->verb);
	}
	press->bytes = error ? NULL : helper->answer;
	press->done(press, error);
	press_next(reports);
}

static void press_next(struct reports *reports)
{
	struct reports_press *press = g_queue_peek_head(&reports->in_hand);

	if (press && !press->is_running) {
		press->is_running = true;
		helper_ask(reports->loop, &press->helper, REPORT_PRESS_TIME_MS, pressed);
	}
}

enum hoso_error reports_press(struct reports *reports, struct reports_press *press,
	void (*done)(struct reports_press *, enum hoso_error))
{
	if (reports->in_hand.length == REPORTS_WAITING_MAX) {
		return HOSO_BUSY;
	}
	press->reports = reports;
	press->done = done;
	press->is_running = false;
	press->helper = (struct helper_req){
		.verb = press->verb,
		.question = press->table->str,
		.question_bytes = press->table->len,
		.answer_max = REPORT_FILE_BYTES_MAX,
	};
	g_queue_push_tail(&reports->in_hand, press);
	press_next(reports);
	return HOSO_OK;
}
