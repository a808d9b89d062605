#include "flow/photos.h"

#include <glib.h>

#include "base/log.h"
#include "decode/look.h"

/* @in_hand: struct photos_req, in the order they came: those being read, and those that wait. */
struct photos {
	struct loop *loop;
	GQueue in_hand;
	unsigned being_read;
};

struct photos *photos_new(struct loop *loop)
{
	struct photos *photos = g_new0(struct photos, 1);

	photos->loop = loop;
	g_queue_init(&photos->in_hand);
	return photos;
}

void photos_free(struct photos *photos)
{
	struct photos_req *req;

	if (!photos) {
		return;
	}
	while ((req = g_queue_pop_head(&photos->in_hand))) {
		helper_cancel(&req->helper);
		req->done(req, HOSO_CANCELED);
	}
	g_free(photos);
}

static bool has_room(const struct photos *photos, int64_t account)
{
	unsigned of_account = 0;

	for (const GList *at = photos->in_hand.head; at; at = at->next) {
		const struct photos_req *req = at->data;
		of_account += req->account == account;
	}
	return photos->in_hand.length < PHOTOS_CHILDREN_MAX + PHOTOS_WAITING_MAX &&
	       of_account < PHOTOS_PER_ACCOUNT_MAX;
}

/*
 * The first byte is the error, and then come the codes. The child may have been taken over by the
 * picture, so only what a reader of pictures has to say is taken from it.
 */
static enum hoso_error take_answer(const GString *answer, struct barcode_list *ret_list)
{
	switch ((int)answer->str[0]) {
	case HOSO_OK:
		return look_unpack(answer->str + 1, answer->len - 1, ret_list);
	case HOSO_NO_CODE:
		return HOSO_NO_CODE;
	default:
		return HOSO_BAD_PICTURE;
	}
}

static void read_next(struct photos *photos);

static void photo_read(struct helper_req *helper, enum hoso_error error)
{
	struct photos_req *req = container_of(helper, struct photos_req, helper);
	struct photos *photos = req->photos;
	g_autofree struct barcode_list *list = g_new0(struct barcode_list, 1);

	photos->being_read--;
	g_queue_remove(&photos->in_hand, req);
	if (error == HOSO_INTERNAL) {
		log_warn("helper=photo: a picture has ended its reader");
		error = HOSO_BAD_PICTURE;
	} else if (!error) {
		error = take_answer(helper->answer, list);
	}
	req->list = error ? NULL : list;
	req->done(req, error);
	read_next(photos);
}

static void read_next(struct photos *photos)
{
	for (GList *at = photos->in_hand.head; at && photos->being_read < PHOTOS_CHILDREN_MAX;
		at = at->next) {
		struct photos_req *req = at->data;
		if (!req->is_being_read) {
			req->is_being_read = true;
			photos->being_read++;
			helper_ask(photos->loop, &req->helper, LOOK_TIME_MS, photo_read);
		}
	}
}

enum hoso_error photos_read(struct photos *photos, struct photos_req *req,
	void (*done)(struct photos_req *, enum hoso_error))
{
	if (!has_room(photos, req->account)) {
		return HOSO_BUSY;
	}
	req->photos = photos;
	req->done = done;
	req->helper.verb = req->all ? "photo-all" : "photo";
	req->helper.question = req->picture;
	req->helper.question_bytes = req->picture_bytes;
	req->helper.answer_max = 1 + LOOK_ANSWER_MAX;
	g_queue_push_tail(&photos->in_hand, req);
	read_next(photos);
	return HOSO_OK;
}
