#include "province.h"

#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "base/attr.h"
#include "base/uuid7.h"
#include "checks.h"
#include "portal/portal.h"
#include "world.h"

#define NETWORK_MS 30
#define GIVE_UP_MS 10000 /* portal.timeout */
#define SLOW_MS 18000    /* longer than a lease */

struct portal {
	struct loop *loop;
	unsigned who;
	GQueue calls; /* struct call, whose sender still waits */
};

/* One message on its way there, and its answer on the way back. */
struct call {
	struct portal *portal; /* NULL once the sender has gone */
	struct portal_push_req *req;
	struct uuid key;
	uint32_t dseq;
	bool in_doubt;
	char item_code[ITEM_CODE_MAX + 1];
	enum province_mode mode;
	enum hoso_error answer;
	struct loop_task arrival;
	struct loop_task home;
	GList link;
};

static struct {
	GHashTable *taken; /* keys, as text */
	GPtrArray *calls;  /* all that are on their way */
	enum province_mode mode;
	int64_t until_ms;
	unsigned item;
	uint64_t redelivered;
} province;

const char *province_word(enum province_mode mode)
{
	static const char *const words[] = {
#define X(name, word) [name] = word,
		PROVINCE_MODES(X)
#undef X
	};

	return words[mode];
}

static void free_call(gpointer data)
{
	struct call *call = data;

	loop_cancel(&call->arrival);
	loop_cancel(&call->home);
	g_free(call);
}

void province_begin(void)
{
	memset(&province, 0, sizeof province);
	province.taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	province.calls = g_ptr_array_new_with_free_func(free_call);
}

void province_end(void)
{
	g_ptr_array_unref(province.calls);
	g_hash_table_unref(province.taken);
}

struct portal *province_road(struct loop *loop, unsigned who)
{
	struct portal *portal = g_new0(struct portal, 1);

	portal->loop = loop;
	portal->who = who;
	g_queue_init(&portal->calls);
	return portal;
}

void province_set(enum province_mode mode, int64_t for_ms, unsigned item)
{
	province.mode = mode;
	province.until_ms = world_now_ms() + for_ms;
	province.item = item;
}

void province_mend(void)
{
	province.until_ms = 0;
}

uint64_t province_redelivered(void)
{
	return province.redelivered;
}

static enum province_mode mode_for(const char *item_code)
{
	const char *number = strrchr(item_code, '-');
	bool meant = province.item == 0 ||
		     (number && strtoul(number + 1, NULL, 10) == province.item - 1);

	return world_now_ms() < province.until_ms && meant ? province.mode : PROVINCE_OK;
}

/* The answer is with the sender, or nobody waits for it any more. */
static void answer_came(struct loop_task *task)
{
	struct call *call = container_of(task, struct call, home);
	struct portal_push_req *req = call->req;
	enum hoso_error answer = call->answer;

	if (call->portal) {
		g_queue_unlink(&call->portal->calls, &call->link);
		call->portal = NULL;
	}
	/* A message that was given up may still be on its way. */
	if (!call->arrival.waits) {
		g_ptr_array_remove_fast(province.calls, call);
	}
	req->done(req, answer);
}

static void send_home(struct call *call, enum hoso_error answer, int64_t delay_ms)
{
	call->answer = answer;
	if (call->portal) {
		loop_after(call->portal->loop, &call->home, delay_ms, answer_came);
	} else {
		g_ptr_array_remove_fast(province.calls, call);
	}
}

static void take_line(const struct call *call)
{
	char key[UUID_TEXT_SIZE];

	uuid7_format(&call->key, key);
	if (g_hash_table_contains(province.taken, key)) {
		province.redelivered++;
		return;
	}
	g_hash_table_add(province.taken, g_strdup(key));
	world_tell("the portal takes %s dseq %u", key, call->dseq);
	checks_applied(key, call->dseq);
}

static void line_arrived(struct loop_task *task)
{
	struct call *call = container_of(task, struct call, arrival);
	int64_t back_ms = world_below(CHANCE_PORTAL, NETWORK_MS);

	switch (call->mode) {
	case PROVINCE_OK:
		take_line(call);
		send_home(call, HOSO_OK, back_ms);
		break;
	case PROVINCE_LATER:
		if (call->portal) {
			call->req->retry_after_ms = world_below(CHANCE_PORTAL, 2000);
			call->req->http_status = 503;
		}
		/* As the profile without keys has it: while in doubt nothing is "later". */
		send_home(call, call->in_doubt ? HOSO_PORTAL_UNKNOWN : HOSO_PORTAL_LATER, back_ms);
		break;
	case PROVINCE_NEVER:
		send_home(call, HOSO_PORTAL_NEVER, back_ms);
		break;
	case PROVINCE_UNKNOWN_TAKEN:
		take_line(call);
		send_home(call, HOSO_PORTAL_UNKNOWN, 10 * back_ms);
		break;
	case PROVINCE_UNKNOWN_LOST:
		send_home(call, HOSO_PORTAL_UNKNOWN, 10 * back_ms);
		break;
	case PROVINCE_PAUSED:
		send_home(call, HOSO_PORTAL_PAUSED, back_ms);
		break;
	case PROVINCE_SLOW_ANSWER:
		take_line(call);
		send_home(call, HOSO_OK, SLOW_MS);
		break;
	case PROVINCE_SLOW_ARRIVAL:
		/* Its sender was told "unknown" long ago, or is gone. */
		take_line(call);
		if (!call->home.waits) {
			g_ptr_array_remove_fast(province.calls, call);
		}
		break;
	case PROVINCE_MODE_COUNT:
		g_assert_not_reached();
	}
}

/* I7: what may be there already is asked for before it is sent again; not every portal knows a key. */
static void check_asked(const struct portal *portal, const struct portal_push_req *req)
{
	char key[UUID_TEXT_SIZE];

	uuid7_format(&req->line->key, key);
	checks_begun(portal->who, key);
	if (!req->in_doubt && g_hash_table_contains(province.taken, key)) {
		checks_sent_again(portal->who, key);
	}
}

bool portal_tells_dossier(const struct portal *portal)
{
	(void)portal;
	return true;
}

void portal_push(struct portal *portal, struct portal_push_req *req, portal_push_cb done)
{
	struct call *call = g_new0(struct call, 1);
	int64_t there_ms = world_below(CHANCE_PORTAL, NETWORK_MS);

	check_asked(portal, req);
	req->done = done;
	call->portal = portal;
	call->req = req;
	call->key = req->line->key;
	call->dseq = req->line->dseq;
	call->in_doubt = req->in_doubt;
	g_strlcpy(call->item_code, req->line->item_code, sizeof call->item_code);
	call->mode = mode_for(call->item_code);
	call->link.data = call;
	g_queue_push_tail_link(&portal->calls, &call->link);
	g_ptr_array_add(province.calls, call);
	if (call->mode == PROVINCE_SLOW_ARRIVAL) {
		there_ms = SLOW_MS + world_below(CHANCE_PORTAL, SLOW_MS);
		send_home(call, HOSO_PORTAL_UNKNOWN, GIVE_UP_MS);
	}
	loop_after(world_loop(), &call->arrival, there_ms, line_arrived);
}

void portal_free(struct portal *portal)
{
	GList *link;

	if (!portal) {
		return;
	}
	while ((link = g_queue_pop_head_link(&portal->calls)) != NULL) {
		struct call *call = link->data;
		struct portal_push_req *req = call->req;

		loop_cancel(&call->home);
		call->portal = NULL;
		call->req = NULL;
		if (!call->arrival.waits) {
			g_ptr_array_remove_fast(province.calls, call);
		}
		req->done(req, HOSO_CANCELED);
	}
	g_free(portal);
}
