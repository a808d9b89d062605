#ifndef HOSO_FLOW_REPORTS_H
#define HOSO_FLOW_REPORTS_H

#include <stdbool.h>

#include <glib.h>

#include <hoso/error.h>

#include "base/attr.h"
#include "io/helper.h"
#include "io/loop.h"

/*
 * How much reports may take: some connections to the database, so that scans and look-ups keep theirs, and one child
 * at a time (`hosod --helper report-pdf`) that makes pages and spreadsheets. Fonts are files, and setting ten thousand
 * lines takes seconds: nothing for the loop.
 */

struct reports;

/**
 * struct reports_press - one table to be made into a file. Caller-owned, zero-initialised, lives until the callback.
 * @verb:  "report-pdf", "report-xlsx"
 * @table: JSON, owned by the caller
 * @bytes: in the callback only, on success
 */
struct reports_press {
	const char *verb;
	const GString *table;
	const GString *bytes;
	/* the flow's own */
	struct reports *reports;
	struct helper_req helper;
	bool is_running;
	void (*done)(struct reports_press *press, enum hoso_error error);
};

struct reports *reports_new(struct loop *loop);

/** reports_free() - those in hand are answered HOSO_CANCELED. */
void reports_free(struct reports *reports);

/** reports_begin() - HOSO_BUSY when REPORTS_AT_A_TIME_MAX are being asked for; else reports_end() must follow. */
_must_check_ enum hoso_error reports_begin(struct reports *reports);
void reports_end(struct reports *reports);

/**
 * reports_press() - make the file.
 *
 * Errors: HOSO_BUSY: nothing was begun and @done will not run.
 * @done: once, never inside this call: HOSO_OK; HOSO_INTERNAL, the child failed or took over REPORT_PRESS_TIME_MS;
 *        HOSO_BUSY when no child could be started; HOSO_CANCELED.
 */
_must_check_ enum hoso_error reports_press(struct reports *reports, struct reports_press *press,
	void (*done)(struct reports_press *, enum hoso_error));

#endif
