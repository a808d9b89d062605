#include "flow/board.h"

#include <string.h>

#include <glib.h>

#include "base/attr.h"
#include "base/clock.h"
#include "base/log.h"
#include "io/loop.h"
#include "io/pg_pool.h"
#include "store/board_read.h"

#define DAY_MS (24LL * 3600 * 1000)
#define LOCAL_OFFSET_MS                                                                            \
	(7LL * 3600 * 1000) /* as base/clock: a day that began has to be named in UTC */

/* struct office - one that something happened at today, or where something is open. @last: of struct board_handover. */
struct office {
	struct board_counts counts;
	GQueue last;
};

/* struct watched - an office that somebody looks on from, or did a moment ago. @left_ms: monotonic, the last of them. */
struct watched {
	unsigned count;
	int64_t left_ms;
};

/*
 * @offices, @scopes, @watchers: by the office's id; struct office · array of ids · struct watched
 * @from_txid: 0 until today was read from its beginning
 * @states_at_ms: monotonic, when what is open was counted last; 0: not yet
 */
struct board {
	struct loop *loop;
	struct pg_pool *pool;
	struct pg_trip trip;
	struct loop_task next;
	bool in_air;
	bool asked_states;
	bool asked_scopes;
	bool wants_scopes; /* somebody has come whose offices are not known */
	bool freed;
	enum hoso_error error;
	int32_t day;
	int64_t from_txid;
	int64_t states_at_ms;
	bool partial;
	bool changed;
	GHashTable *offices;
	GHashTable *scopes;
	GHashTable *watchers;
	void (*tell)(void *arg);
	void *tell_arg;
};

static void ask(struct loop_task *task);

static void office_free(void *data)
{
	struct office *office = data;

	g_queue_clear_full(&office->last, g_free);
	g_free(office);
}

static void array_free(void *data)
{
	g_array_free(data, TRUE);
}

struct board *board_new(struct loop *loop, struct pg_pool *pool)
{
	struct board *board = g_new0(struct board, 1);

	board->loop = loop;
	board->pool = pool;
	board->offices = g_hash_table_new_full(NULL, NULL, NULL, office_free);
	board->scopes = g_hash_table_new_full(NULL, NULL, NULL, array_free);
	board->watchers = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	return board;
}

void board_listen(struct board *board, void (*changed)(void *arg), void *arg)
{
	board->tell = changed;
	board->tell_arg = arg;
}

static void free_now(struct board *board)
{
	g_hash_table_destroy(board->offices);
	g_hash_table_destroy(board->scopes);
	g_hash_table_destroy(board->watchers);
	g_free(board);
}

void board_free(struct board *board)
{
	if (!board) {
		return;
	}
	loop_cancel(&board->next);
	board->freed = true;
	if (!board->in_air) {
		free_now(board);
	}
}

static void forget(struct board *board)
{
	g_hash_table_remove_all(board->offices);
	g_hash_table_remove_all(board->scopes);
	board->from_txid = 0;
	board->states_at_ms = 0;
	board->error = HOSO_OK;
}

/* Who looks on. */

void board_watch(struct board *board, int32_t office)
{
	gpointer key = GINT_TO_POINTER(office);
	struct watched *watched = g_hash_table_lookup(board->watchers, key);

	if (!watched) {
		watched = g_new0(struct watched, 1);
		g_hash_table_insert(board->watchers, key, watched);
		board->wants_scopes = true;
		if (!board->in_air) {
			loop_defer(board->loop, &board->next, ask);
		}
	}
	watched->count++;
}

void board_unwatch(struct board *board, int32_t office)
{
	struct watched *watched = g_hash_table_lookup(board->watchers, GINT_TO_POINTER(office));

	g_assert(watched && watched->count > 0);
	watched->count--;
	watched->left_ms = clock_monotonic_ms();
}

static gboolean is_forsaken(gpointer office, gpointer value, gpointer now_ms)
{
	const struct watched *watched = value;

	(void)office;
	return watched->count == 0 && *(int64_t *)now_ms - watched->left_ms > BOARD_LINGER_MS;
}

/* What comes. */

static struct office *office_of(struct board *board, int32_t id)
{
	struct office *office = g_hash_table_lookup(board->offices, GINT_TO_POINTER(id));

	if (!office) {
		office = g_new0(struct office, 1);
		g_hash_table_insert(board->offices, GINT_TO_POINTER(id), office);
	}
	return office;
}

static void keep(struct office *office, const struct board_news *news)
{
	struct board_handover *handover = g_new0(struct board_handover, 1);

	handover->place = news->place;
	handover->office = news->office;
	handover->kind = news->kind;
	handover->occurred_at_ms = news->occurred_at_ms;
	g_strlcpy(handover->item_code, news->item_code, sizeof handover->item_code);
	handover->office_code = g_intern_string(news->office_code);
	handover->office_name = g_intern_string(news->office_name);
	g_queue_push_tail(&office->last, handover);
	if (office->last.length > BOARD_LAST_MAX) {
		g_free(g_queue_pop_head(&office->last));
	}
}

static void learn_news(struct board *board, const struct pg_trip *trip)
{
	for (int row = 0; row < board_read_news_count(trip); row++) {
		struct board_news news = board_read_news(trip, row);
		if (news.row == BOARD_ROW_END) {
			board->from_txid = news.place.txid;
		} else if (news.row == BOARD_ROW_HANDOVER) {
			keep(office_of(board, news.office), &news);
			board->changed = true;
		} else {
			struct board_counts *counts = &office_of(board, news.office)->counts;
			counts->taken_in += news.kind == EVENT_ACCEPTED ? news.count : 0;
			counts->handed_over += news.kind == EVENT_DELIVERED ? news.count : 0;
		}
	}
}

/* Of two times that may both be 0 for none. */
static int64_t earlier(int64_t one_ms, int64_t other_ms)
{
	return one_ms == 0 || (other_ms > 0 && other_ms < one_ms) ? other_ms : one_ms;
}

static void learn_state(const struct board_state *state, void *arg)
{
	struct board_counts *counts = &office_of(arg, state->office)->counts;

	counts->waiting += state->waiting;
	counts->late += state->late;
	counts->portal_waiting += state->lines;
	counts->portal_oldest_ms = earlier(counts->portal_oldest_ms, state->oldest_ms);
}

static void learn_scope(int32_t ancestor, int32_t descendant, void *arg)
{
	struct board *board = arg;
	gpointer key = GINT_TO_POINTER(ancestor);
	GArray *scope = g_hash_table_lookup(board->scopes, key);

	if (!scope) {
		scope = g_array_new(FALSE, FALSE, sizeof descendant);
		g_hash_table_insert(board->scopes, key, scope);
	}
	if (descendant) {
		g_array_append_val(scope, descendant);
	}
}

static void learn_states(struct board *board, const struct pg_trip *trip)
{
	GHashTableIter each;
	gpointer office;

	g_hash_table_iter_init(&each, board->offices);
	while (g_hash_table_iter_next(&each, NULL, &office)) {
		struct board_counts *counts = &((struct office *)office)->counts;
		counts->waiting = counts->late = 0;
		counts->portal_waiting = counts->portal_oldest_ms = 0;
	}
	board->partial = !board_read_each_state(trip, learn_state, board);
	board->states_at_ms = clock_monotonic_ms();
	board->changed = true;
}

static void tell(struct board *board, enum hoso_error error)
{
	board->changed |= board->error != error;
	if (board->error != error) {
		log_notice("board=%s: the board %s", error ? error_wire(error) : "up",
			error ? "stands still" : "goes on");
	}
	board->error = error;
	if (board->changed && board->tell) {
		board->changed = false;
		board->tell(board->tell_arg);
	}
}

static void news_came(struct pg_trip *trip, enum hoso_error error)
{
	struct board *board = container_of(trip, struct board, trip);

	board->in_air = false;
	if (board->freed) {
		pg_trip_clear(trip);
		free_now(board);
		return;
	}
	board->wants_scopes |= error && board->asked_scopes;
	if (!error) {
		learn_news(board, trip);
		if (board->asked_states) {
			learn_states(board, trip);
		}
		if (board->asked_scopes) {
			g_hash_table_remove_all(board->scopes);
			board_read_each_scope(trip, learn_scope, board);
			board->changed = true;
		}
	}
	pg_trip_clear(trip);
	loop_after(
		board->loop, &board->next, board->wants_scopes && !error ? 0 : BOARD_NEWS_MS, ask);
	tell(board, error);
}

/* Asking. */

static struct board_question question_of(struct board *board, GArray *scopes)
{
	GHashTableIter each;
	gpointer key;

	board->asked_states = board->states_at_ms == 0 ||
			      clock_monotonic_ms() - board->states_at_ms >= BOARD_STATES_MS;
	board->asked_scopes = board->asked_states || board->wants_scopes;
	board->wants_scopes = false;
	g_hash_table_iter_init(&each, board->watchers);
	while (board->asked_scopes && g_hash_table_iter_next(&each, &key, NULL)) {
		int32_t office = GPOINTER_TO_INT(key);
		g_array_append_val(scopes, office);
	}
	return (struct board_question){
		.day_began_ms = board->day * DAY_MS - LOCAL_OFFSET_MS,
		.from_txid = board->from_txid,
		.with_states = board->asked_states,
		.scopes = (const int32_t *)(void *)scopes->data,
		.scopes_count = scopes->len,
	};
}

/* False: nobody looks on any more, and everything is forgotten. */
static bool prepare(struct board *board)
{
	int64_t now_ms = clock_monotonic_ms();
	int32_t day = clock_local_day(clock_now_ms());

	g_hash_table_foreach_remove(board->watchers, is_forsaken, &now_ms);
	if (g_hash_table_size(board->watchers) == 0 || board->day != day) {
		forget(board);
		board->day = day;
	}
	return g_hash_table_size(board->watchers) > 0;
}

static void ask(struct loop_task *task)
{
	struct board *board = container_of(task, struct board, next);
	g_autoptr(GArray) scopes = g_array_new(FALSE, FALSE, sizeof(int32_t));
	struct board_question question;
	enum hoso_error error;

	if (!prepare(board)) {
		return;
	}
	question = question_of(board, scopes);
	board_read_ask(&board->trip, &question);
	error = pg_pool_run(board->pool, &board->trip, news_came);
	board->in_air = error == HOSO_OK;
	if (error) {
		pg_trip_clear(&board->trip);
		loop_after(board->loop, &board->next, BOARD_NEWS_MS, ask);
		tell(board, error);
	}
}

/* What is shown. */

enum hoso_error board_error(const struct board *board)
{
	return board->error;
}

bool board_is_known(const struct board *board, int32_t office)
{
	return board->from_txid > 0 && board->states_at_ms > 0 &&
	       g_hash_table_contains(board->scopes, GINT_TO_POINTER(office));
}

static const struct office *office_at(const struct board *board, const GArray *scope, unsigned n)
{
	return g_hash_table_lookup(
		board->offices, GINT_TO_POINTER(g_array_index(scope, int32_t, n)));
}

struct board_counts board_counts(const struct board *board, int32_t office)
{
	const GArray *scope = g_hash_table_lookup(board->scopes, GINT_TO_POINTER(office));
	struct board_counts sum;

	memset(&sum, 0, sizeof sum); /* whole ones are compared */
	sum.partial = board->partial;
	for (unsigned i = 0; scope && i < scope->len; i++) {
		const struct office *at = office_at(board, scope, i);
		if (at) {
			sum.taken_in += at->counts.taken_in;
			sum.handed_over += at->counts.handed_over;
			sum.waiting += at->counts.waiting;
			sum.late += at->counts.late;
			sum.portal_waiting += at->counts.portal_waiting;
			sum.portal_oldest_ms =
				earlier(sum.portal_oldest_ms, at->counts.portal_oldest_ms);
		}
	}
	return sum;
}

int board_place_compare(const struct feed_place *one, const struct feed_place *other)
{
	if (one->txid != other->txid) {
		return one->txid < other->txid ? -1 : 1;
	}
	return memcmp(&one->id, &other->id, sizeof one->id);
}

static gint compare(gconstpointer one, gconstpointer other)
{
	const struct board_handover *const *a = one;
	const struct board_handover *const *b = other;

	return board_place_compare(&(*a)->place, &(*b)->place);
}

unsigned board_handovers(const struct board *board, int32_t office, const struct feed_place *after,
	struct board_handover *ret_handovers)
{
	const GArray *scope = g_hash_table_lookup(board->scopes, GINT_TO_POINTER(office));
	g_autoptr(GPtrArray) found = g_ptr_array_new();
	unsigned first;

	for (unsigned i = 0; scope && i < scope->len; i++) {
		const struct office *at = office_at(board, scope, i);
		for (const GList *link = at ? at->last.tail : NULL; link; link = link->prev) {
			const struct board_handover *handover = link->data;
			if (board_place_compare(&handover->place, after) <= 0) {
				break;
			}
			g_ptr_array_add(found, link->data);
		}
	}
	g_ptr_array_sort(found, compare);
	first = found->len > BOARD_LAST_MAX ? found->len - BOARD_LAST_MAX : 0;
	for (unsigned i = first; i < found->len; i++) {
		ret_handovers[i - first] = *(struct board_handover *)found->pdata[i];
	}
	return found->len - first;
}
