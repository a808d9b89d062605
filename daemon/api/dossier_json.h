#ifndef HOSO_API_DOSSIER_JSON_H
#define HOSO_API_DOSSIER_JSON_H

#include <jansson.h>

#include "store/dossier.h"

/*
 * Dossiers, legs and events as the API says them. Telephone numbers are whole only where somebody
 * must call: for the post, in the view of one dossier.
 */
enum phones { PHONES_MASKED, PHONES_WHOLE };

json_t *dossier_json_place(const struct dossier_place *place); /* {code, name}, or null */
/** dossier_json_phone() - whole, or its last four digits; null when there is none. */
json_t *dossier_json_phone(const char *phone, enum phones phones);

/** dossier_json_new() - the dossier without legs and events. */
json_t *dossier_json_new(const struct dossier *dossier, enum phones phones);

/** dossier_json_short() - as it stands in a list: no addresses, and telephone numbers masked. */
json_t *dossier_json_short(const struct dossier *dossier);

json_t *dossier_json_leg(const struct dossier_leg *leg);
json_t *dossier_json_leg_short(const struct dossier_leg *leg);

/** dossier_json_event() - without its data: nothing of the citizen's is in it. */
json_t *dossier_json_event(const struct dossier_event *event);

/** dossier_json_data() - the event's data; with masked telephone numbers its hash cannot be
 * computed anew. */
json_t *dossier_json_data(const struct dossier_event *event, enum phones phones);

/** dossier_json_add_clock() - "device_clock", when the device's was off by so much that its times mislead. */
void dossier_json_add_clock(json_t *json, const struct dossier_event *event);

/** dossier_json_add_care() - "redirected_to", "reclaim", "pin" of a leg. */
void dossier_json_add_care(json_t *leg, const struct dossier_care *care, enum phones phones);

json_t *dossier_json_names(const char *lines);         /* a line each, as an array */
json_t *dossier_json_pin(bool has_pin, int64_t wrong); /* none, needed, locked */

#endif
