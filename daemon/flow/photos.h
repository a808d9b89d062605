#ifndef HOSO_FLOW_PHOTOS_H
#define HOSO_FLOW_PHOTOS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hoso/error.h>
#include <hoso/limits.h>

#include "base/attr.h"
#include "decode/barcode.h"
#include "io/helper.h"
#include "io/loop.h"

/*
 * Pictures in, codes out, nothing kept. Each is read by a child (`hosod --helper photo`) that can do nothing
 * else; at most PHOTOS_CHILDREN_MAX at a time, PHOTOS_WAITING_MAX wait, and of one account there are
 * PHOTOS_PER_ACCOUNT_MAX among both. Beyond: busy.
 */

struct photos;

/**
 * struct photos_req - one picture. Caller-owned, zero-initialised, lives until the callback.
 * @account:    whose it is
 * @picture:    @picture_bytes, borrowed until the callback
 * @all:        look for every code, not only until an item or dossier code is found
 * @list:       in the callback, on success: borrowed until it returns
 */
struct photos_req {
	int64_t account;
	const void *picture;
	size_t picture_bytes;
	bool all;
	const struct barcode_list *list;
	/* the flow's own */
	struct photos *photos;
	struct helper_req helper;
	bool is_being_read;
	void (*done)(struct photos_req *req, enum hoso_error error);
};

struct photos *photos_new(struct loop *loop);

/** photos_free() - those in hand are answered HOSO_CANCELED. */
void photos_free(struct photos *photos);

/**
 * photos_read() - the codes of @req->picture.
 *
 * Errors: HOSO_BUSY: nothing was begun and @done will not run.
 * @done: once, never inside this call: HOSO_OK; HOSO_NO_CODE; HOSO_BAD_PICTURE, also when the child died of it or
 *        took over LOOK_TIME_MS; HOSO_BUSY when no child could be started; HOSO_CANCELED.
 */
_must_check_ enum hoso_error photos_read(struct photos *photos, struct photos_req *req,
	void (*done)(struct photos_req *, enum hoso_error));

#endif
