#include "undo.h"

#include "scan_template.h"

#define REASON "did_not_occur"

void undo_init(struct undo *undo)
{
	*undo = (struct undo){.past = g_array_new(FALSE, FALSE, sizeof(struct past_scan))};
}

void undo_done(struct undo *undo)
{
	g_clear_pointer(&undo->past, g_array_unref);
}

void undo_add(struct undo *undo, const char *event_id, const struct item_code *code, int64_t at_ms)
{
	struct past_scan past = {.code = *code, .at_ms = at_ms};

	g_strlcpy(past.event_id, event_id, sizeof past.event_id);
	if (undo->past->len == UNDO_MAX) {
		g_array_remove_index(undo->past, 0);
	}
	g_array_append_val(undo->past, past);
	undo->asked = false;
}

const struct past_scan *undo_last(const struct undo *undo)
{
	guint count = undo->past->len;

	return count > 0 ? &g_array_index(undo->past, struct past_scan, count - 1) : NULL;
}

void undo_drop(struct undo *undo)
{
	g_array_set_size(undo->past, undo->past->len - 1);
	undo->asked = false;
}

char *undo_scan_text(const struct past_scan *past, const struct uuid *event_id, int64_t now_ms)
{
	struct scan_template scan_template;
	char *text;

	scan_template_init(&scan_template);
	scan_template.kind = EVENT_VOID;
	json_object_set_new(scan_template.data, "target", json_string(past->event_id));
	json_object_set_new(scan_template.data, "void_reason", json_string(REASON));
	text = scan_template_fill(&scan_template, event_id, &past->code, NULL, now_ms);
	scan_template_done(&scan_template);
	return text;
}
