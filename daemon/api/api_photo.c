#include "api/api_photo.h"

#include <glib.h>
#include <jansson.h>

#include "api/api.h"
#include "api/api_guard.h"
#include "api/api_json.h"
#include "api/api_query.h"
#include "base/attr.h"
#include "decode/barcode_json.h"
#include "flow/photos.h"

struct photo {
	struct photos_req req;
	struct exchange *exchange;
};

/* No code is no error: the phone says what to do better, and the next picture is on its way. */
static json_t *answer(
	const struct exchange *exchange, enum hoso_error error, const struct barcode_list *list)
{
	if (error) {
		return json_pack("{s:[], s:s}", "codes", "hint",
			error_text(error, exchange_language(exchange)));
	}
	return json_pack("{s:o, s:n}", "codes", barcode_json(list), "hint");
}

static void photo_read(struct photos_req *req, enum hoso_error error)
{
	struct photo *photo = container_of(req, struct photo, req);

	if (!error || error == HOSO_NO_CODE) {
		api_reply(photo->exchange, 200, answer(photo->exchange, error, req->list));
	} else {
		api_problem(photo->exchange, error == HOSO_CANCELED ? HOSO_STOPPING : error, NULL);
	}
	g_free(photo);
}

void api_photo_post(struct exchange *exchange, void *arg)
{
	static const char *const known[] = {"all", NULL};
	struct api *api = arg;
	struct api_query query = api_query_begin(exchange, known);
	struct photo *photo = g_new0(struct photo, 1);
	enum hoso_error error;

	photo->exchange = exchange;
	photo->req.account = api_actor(exchange)->account;
	photo->req.picture = exchange_body(exchange, &photo->req.picture_bytes);
	api_query_flag(&query, "all", &photo->req.all);
	error = query.error;
	if (!error && photo->req.picture_bytes == 0) {
		error = HOSO_BAD_PICTURE;
	}
	if (!error) {
		error = photos_read(api->photos, &photo->req, photo_read);
	}
	if (error) {
		api_problem(exchange, error, query.member);
		g_free(photo);
	}
}
