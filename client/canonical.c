#include "canonical.h"

void canonical_text(GString *canonical, const char *text)
{
	g_string_append_printf(canonical, "%s\n", text ? text : "");
}

void canonical_member(GString *canonical, const json_t *object, const char *name)
{
	canonical_text(canonical, json_string_value(json_object_get(object, name)));
}
