#include "model/chain.h"

#include <inttypes.h>
#include <string.h>

#include <glib.h>

#include "base/text.h"
#include "base/uuid7.h"

struct digest chain_hash(const struct digest *previous, const struct chain_event *event)
{
	g_autoptr(GString) canonical = g_string_new("hoso-event-1\n");
	char event_id[UUID_TEXT_SIZE];
	char dossier_id[UUID_TEXT_SIZE];

	uuid7_format(&event->event_id, event_id);
	uuid7_format(&event->dossier_id, dossier_id);
	g_string_append_printf(canonical, "%s\n%s\n%" PRIu32 "\n%s\n%s\n", event_id, dossier_id,
		event->dseq, event->item_code, event_wire(event->kind));
	g_string_append_printf(canonical,
		"%" PRIi64 "\n%" PRIi64 "\n%" PRIi64 "\n%s\n%" PRIi32 "\n%s\n",
		event->occurred_at_ms, event->recorded_at_ms, event->account,
		role_wire(event->role), event->office, event->device);
	g_string_append_printf(canonical, "%s\n%s\n%s\n%s\n", verdict_wire(event->verdict),
		error_wire(event->why),
		event->dossier_status ? event->dossier_status : leg_state_wire(event->leg_state),
		event->data);
	return text_digest(previous->bytes, sizeof previous->bytes, canonical->str, canonical->len);
}

struct digest chain_content(int64_t account, const char *office, const char *item_code,
	enum event_kind kind, int64_t occurred_at_ms, const char *data)
{
	g_autofree char *claim = g_strdup_printf("%" PRIi64 "\n%s\n%s\n%s\n%" PRIi64 "\n%s",
		account, office, item_code, event_wire(kind), occurred_at_ms, data);

	return text_digest("", 0, claim, strlen(claim));
}
