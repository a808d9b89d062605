#include "api/api_board.h"

#include <string.h>

#include <glib.h>

#include <hoso/limits.h>

#include "api/api.h"
#include "api/api_guard.h"
#include "api/api_json.h"
#include "api/board_json.h"
#include "base/attr.h"
#include "base/clock.h"
#include "io/loop.h"
#include "io/pg_pool.h"
#include "store/session.h"

#define LOOK_MS 5000 /* who is due for a heartbeat, or an end; whose session is over */
#define AGAIN_MS                                                                                   \
	3000 /* what a reader waits for before it opens another one; spread by their own begins */

/*
 * struct stream - one who looks on.
 * @once:   wants one answer (GET /v1/board), not a stream
 * @shown:  the first picture has been sent; @away: and that the database is away
 * @after:  the last hand-over that it has
 * @resumes: it had been here before, and said how far
 * @counts: as they were sent last
 */
struct stream {
	GList place;
	struct board_streams *streams;
	struct exchange *exchange;
	struct digest token_hash;
	int64_t account;
	int32_t office;
	bool once;
	bool shown;
	bool resumes;
	bool away;
	struct feed_place after;
	struct board_counts counts;
	int64_t began_ms;
	int64_t sent_ms;
};

/* @trip: asks whose sessions are over; @freed: and was asked still when all this went away. */
struct board_streams {
	struct loop *loop;
	struct board *board;
	struct pg_pool *pool;
	struct pg_trip trip;
	bool in_air;
	bool freed;
	struct loop_task look;
	GQueue all;
	bool stopping;
};

/* Beginning and end. */

/* The exchange goes, too, unless it was replied to. */
static void stream_end(struct stream *stream)
{
	board_unwatch(stream->streams->board, stream->office);
	g_queue_unlink(&stream->streams->all, &stream->place);
	if (!stream->once) {
		exchange_stream_end(stream->exchange);
	}
	g_free(stream);
}

static void reader_gone(void *arg)
{
	stream_end(arg);
}

/* False: it is not there any more. */
static bool stream_say(struct stream *stream, const char *text, size_t length)
{
	stream->sent_ms = clock_monotonic_ms();
	if (exchange_stream_send(stream->exchange, text, length)) {
		return true;
	}
	stream_end(stream);
	return false;
}

/* One event: a line of a name, of an id where there is one, and of JSON, which has no line ends. */
static bool stream_send(struct stream *stream, const char *event, const char *id, json_t *json)
{
	g_autofree char *data = json_dumps(json, JSON_COMPACT);
	g_autofree char *text = g_strdup_printf("%s%s%sevent: %s\ndata: %s\n\n", id ? "id: " : "",
		id ? id : "", id ? "\n" : "", event, data);

	json_decref(json);
	return stream_say(stream, text, strlen(text));
}

/* What there is. */

static void answer_once(struct stream *stream)
{
	const struct board *board = stream->streams->board;
	struct board_handover last[BOARD_LAST_MAX];
	enum hoso_error error = board_error(board);

	if (error) {
		api_problem(stream->exchange, error == HOSO_CANCELED ? HOSO_STOPPING : error, NULL);
	} else {
		struct board_counts counts = board_counts(board, stream->office);
		unsigned count = board_handovers(board, stream->office, &stream->after, last);
		api_reply(stream->exchange, 200, board_json_board(&counts, last, count));
	}
	stream_end(stream);
}

/* The whole picture: to who is new, or was away for so long that something may be missing between. */
static bool show_all(struct stream *stream, const struct board_handover *last, unsigned count)
{
	char id[BOARD_PLACE_SIZE];

	if (count > 0) {
		stream->after = last[count - 1].place;
	}
	board_json_place(&stream->after, id);
	return stream_send(stream, "board", id, board_json_board(&stream->counts, last, count));
}

static bool show_news(struct stream *stream, const struct board_handover *last, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		char id[BOARD_PLACE_SIZE];
		board_json_place(&last[i].place, id);
		stream->after = last[i].place;
		if (!stream_send(stream, "handover", id, board_json_handover(&last[i]))) {
			return false;
		}
	}
	return true;
}

static void show(struct stream *stream)
{
	const struct board *board = stream->streams->board;
	struct board_handover last[BOARD_LAST_MAX];
	struct board_counts before = stream->counts;
	bool first = !stream->shown && !stream->resumes;
	unsigned count = board_handovers(board, stream->office, &stream->after, last);
	bool send_counts;

	stream->counts = board_counts(board, stream->office);
	send_counts = !stream->shown || stream->away ||
		      memcmp(&before, &stream->counts, sizeof before) != 0;
	stream->shown = true;
	stream->away = false;
	if (first || count == BOARD_LAST_MAX) {
		(void)show_all(stream, last, count);
	} else if (show_news(stream, last, count) && send_counts) {
		(void)stream_send(stream, "counts", NULL, board_json_counts(&stream->counts));
	}
}

static void show_away(struct stream *stream, enum hoso_error error)
{
	if (!stream->away) {
		stream->away = true;
		(void)stream_send(
			stream, "away", NULL, json_pack("{s:s}", "error", error_wire(error)));
	}
}

static void refresh(struct stream *stream)
{
	const struct board *board = stream->streams->board;
	enum hoso_error error = board_error(board);

	if (!error && !board_is_known(board, stream->office)) {
		return;
	}
	if (stream->once) {
		answer_once(stream);
	} else if (error) {
		show_away(stream, error);
	} else {
		show(stream);
	}
}

/* Each may end, and be gone from the queue. */
static void for_each(struct board_streams *streams, void (*run)(struct stream *stream))
{
	GList *next;

	for (GList *link = streams->all.head; link; link = next) {
		next = link->next;
		run(link->data);
	}
}

static void board_changed(void *arg)
{
	for_each(arg, refresh);
}

/* A silent one is closed by what stands between; one whose session cannot be asked for must not go on for ever. */
static void look_at(struct stream *stream)
{
	static const char heartbeat[] = ": still here\n\n";
	int64_t now_ms = clock_monotonic_ms();

	if (stream->once) {
		return;
	}
	if (now_ms - stream->began_ms >= BOARD_STREAM_MS) {
		stream_end(stream);
	} else if (now_ms - stream->sent_ms >= BOARD_HEARTBEAT_MS - LOOK_MS) {
		(void)stream_say(stream, heartbeat, sizeof heartbeat - 1);
	}
}

static void end_those_of(struct board_streams *streams, const struct digest *token_hash)
{
	GList *next;

	for (GList *link = streams->all.head; link; link = next) {
		struct stream *stream = link->data;
		next = link->next;
		if (!stream->once &&
			memcmp(&stream->token_hash, token_hash, sizeof *token_hash) == 0) {
			stream_end(stream);
		}
	}
}

static void sessions_came(struct pg_trip *trip, enum hoso_error error)
{
	struct board_streams *streams = container_of(trip, struct board_streams, trip);

	streams->in_air = false;
	for (unsigned row = 0; !error && row < session_over_count(trip); row++) {
		struct digest token_hash = session_over_at(trip, row);
		end_those_of(streams, &token_hash);
	}
	pg_trip_clear(trip);
	if (streams->freed) {
		g_free(streams);
	}
}

/* Signed out, idle for too long, or the account is disabled: here or at another daemon. */
static void ask_for_sessions(struct board_streams *streams)
{
	struct digest token_hashes[BOARD_STREAMS_MAX];
	unsigned count = 0;

	for (const GList *link = streams->all.head; link && count < BOARD_STREAMS_MAX;
		link = link->next) {
		token_hashes[count++] = ((const struct stream *)link->data)->token_hash;
	}
	if (count == 0 || streams->in_air) {
		return;
	}
	session_over_ask(&streams->trip, token_hashes, count);
	streams->in_air = pg_pool_run(streams->pool, &streams->trip, sessions_came) == HOSO_OK;
	if (!streams->in_air) {
		pg_trip_clear(&streams->trip);
	}
}

static void look(struct loop_task *task)
{
	struct board_streams *streams = container_of(task, struct board_streams, look);

	for_each(streams, look_at);
	ask_for_sessions(streams);
	loop_after(streams->loop, &streams->look, LOOK_MS, look);
}

/* Who comes. */

static bool has_room(const struct board_streams *streams, int64_t account)
{
	unsigned own = 0;

	for (const GList *link = streams->all.head; link; link = link->next) {
		own += ((const struct stream *)link->data)->account == account;
	}
	return streams->all.length < BOARD_STREAMS_MAX && own < BOARD_STREAMS_PER_ACCOUNT_MAX;
}

static struct stream *stream_new(
	struct board_streams *streams, struct exchange *exchange, bool once)
{
	struct stream *stream = g_new0(struct stream, 1);
	const struct actor *actor = api_actor(exchange);

	stream->place.data = stream;
	stream->streams = streams;
	stream->exchange = exchange;
	(void)api_token_hash(exchange, &stream->token_hash);
	stream->account = actor->account;
	stream->office = actor->office;
	stream->once = once;
	stream->began_ms = stream->sent_ms = clock_monotonic_ms();
	g_queue_push_tail_link(&streams->all, &stream->place);
	board_watch(streams->board, stream->office);
	return stream;
}

void api_board_get(struct exchange *exchange, void *arg)
{
	struct api *api = arg;

	if (api->board_streams->stopping || !has_room(api->board_streams, 0)) {
		api_problem(exchange, api->stopping ? HOSO_STOPPING : HOSO_BUSY, NULL);
	} else {
		refresh(stream_new(api->board_streams, exchange, true));
	}
}

static void begin(struct stream *stream)
{
	const char *last = exchange_header(stream->exchange, "Last-Event-ID");
	g_autofree char *retry = g_strdup_printf("retry: %d\n\n", AGAIN_MS);

	stream->resumes = last && board_json_read_place(last, &stream->after);
	if (!exchange_stream_begin(
		    stream->exchange, "text/event-stream; charset=utf-8", reader_gone, stream)) {
		stream_end(stream);
	} else if (stream_say(stream, retry, strlen(retry))) {
		refresh(stream);
	}
}

void api_board_stream(struct exchange *exchange, void *arg)
{
	struct api *api = arg;
	struct board_streams *streams = api->board_streams;

	if (exchange_method(exchange) == HTTP_HEAD) {
		exchange_reply(exchange, 200, "text/event-stream; charset=utf-8", NULL);
	} else if (streams->stopping) {
		api_problem(exchange, HOSO_STOPPING, NULL);
	} else if (!has_room(streams, api_actor(exchange)->account)) {
		api_problem(exchange, HOSO_BUSY, NULL);
	} else {
		begin(stream_new(streams, exchange, false));
	}
}

/* All of them. */

struct board_streams *board_streams_new(
	struct loop *loop, struct board *board, struct pg_pool *pool)
{
	struct board_streams *streams = g_new0(struct board_streams, 1);

	streams->loop = loop;
	streams->board = board;
	streams->pool = pool;
	g_queue_init(&streams->all);
	board_listen(board, board_changed, streams);
	loop_after(loop, &streams->look, LOOK_MS, look);
	return streams;
}

static void stop(struct stream *stream)
{
	if (stream->once) {
		api_problem(stream->exchange, HOSO_STOPPING, NULL);
	}
	stream_end(stream);
}

void board_streams_stop(struct board_streams *streams)
{
	streams->stopping = true;
	for_each(streams, stop);
}

void board_streams_free(struct board_streams *streams)
{
	if (streams) {
		board_streams_stop(streams);
		loop_cancel(&streams->look);
		board_listen(streams->board, NULL, NULL);
		streams->freed = true;
		if (!streams->in_air) {
			g_free(streams);
		}
	}
}
