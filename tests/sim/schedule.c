#include "schedule.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "base/attr.h"
#include "base/uuid7.h"
#include "world.h"

#define DOSSIERS_MAX 10
#define FIRST_SCAN_MS 500
#define REQUEST_SCANS_MAX 8

static unsigned below(unsigned limit)
{
	return world_below(CHANCE_SCHEDULE, limit);
}

static bool one_in(unsigned n)
{
	return world_one_in(CHANCE_SCHEDULE, n);
}

static struct entry *add(struct schedule *schedule, enum entry_kind kind)
{
	static struct entry nowhere;
	struct entry *entry =
		schedule->count < ENTRIES_MAX ? &schedule->entries[schedule->count++] : &nowhere;

	*entry = (struct entry){
		.kind = kind, .at_ms = below(SCHEDULE_MS), .who = below(schedule->daemons)};
	return entry;
}

/* ── scans ──────────────────────────────────────────────────────────────────────────────────────── */

/* What usually happens to an item, one after the other. */
static const struct {
	enum event_kind kind;
	enum role role;
} life[] = {
	{EVENT_ACCEPTED, ROLE_CLERK},
	{EVENT_DISPATCHED, ROLE_CLERK},
	{EVENT_ARRIVED, ROLE_CLERK},
	{EVENT_OUT_FOR_DELIVERY, ROLE_COURIER},
	{EVENT_DELIVERED, ROLE_COURIER},
	{EVENT_BOUND, ROLE_AGENCY},
};

static void choose_event(struct entry *entry, unsigned *step)
{
	entry->event = life[*step].kind;
	entry->role = life[*step].role;
	if (one_in(4)) {
		entry->event = (enum event_kind)below(EVENT_SCAN_COUNT);
		entry->role = one_in(2) ? ROLE_SUPERVISOR : ROLE_CLERK;
	} else {
		*step = (*step + 1) % ARRAY_SIZE(life);
	}
	if (one_in(15)) {
		entry->role = (enum role)below(ROLE_COUNT);
	}
}

/* The same scan once more, perhaps to another daemon, perhaps with other content. */
static void repeat(struct schedule *schedule, const struct entry *original)
{
	struct entry *again = add(schedule, ENTRY_SCAN);
	unsigned who = again->who;

	*again = *original;
	again->who = who;
	again->at_ms =
		MIN(original->at_ms + (one_in(2) ? below(20) : below(8000)), SCHEDULE_MS - 1);
	again->variant = one_in(4);
}

/* What several scans of one request have in common, and how many are still to come. */
struct request {
	unsigned number, left, first_item, who;
	int64_t at_ms;
};

/* Two or three items, and what happens to them in turn, is what a counter sends when its server is back. */
static void join(struct request *request, struct entry *entry, unsigned items)
{
	if (request->left == 0 && one_in(5)) {
		request->number++;
		request->left = 2 + below(REQUEST_SCANS_MAX - 1);
		request->first_item = entry->item;
		request->who = entry->who;
		request->at_ms = entry->at_ms;
	}
	if (request->left == 0) {
		return;
	}
	request->left--;
	entry->group = request->number;
	entry->item = (request->first_item + below(3)) % items;
	entry->code = one_in(3) ? 1 + below(items / 2) : 0;
	entry->who = request->who;
	entry->at_ms = request->at_ms;
}

static void fill_scan(struct entry *entry, unsigned number, unsigned items)
{
	entry->number = number;
	entry->item = below(items);
	entry->target = 1 + below(number);
	entry->code = one_in(8) ? 1 + below(items / 2) : 0;
	entry->poisoned = one_in(30);
}

static void add_scans(struct schedule *schedule, bool crowded)
{
	unsigned items = 2 * (crowded ? DOSSIERS_MAX : 1 + below(DOSSIERS_MAX));
	unsigned scans = crowded ? 80 : 10 + below(60);
	unsigned steps[2 * DOSSIERS_MAX] = {0};
	unsigned apart_ms = one_in(4) ? 40 : 2 * (SCHEDULE_MS - FIRST_SCAN_MS) / scans;
	struct request request = {0};
	int64_t at_ms = FIRST_SCAN_MS;

	for (unsigned number = 1; number <= scans; number++) {
		struct entry *entry = add(schedule, ENTRY_SCAN);

		at_ms += one_in(3) ? 0 : below(apart_ms);
		entry->at_ms = MIN(at_ms, SCHEDULE_MS - 1);
		fill_scan(entry, number, items);
		join(&request, entry, items);
		entry->occurred_ms = one_in(8) ? -(int64_t)below(3600000) : entry->at_ms;
		choose_event(entry, &steps[entry->item]);
		/* A scan that others carry, too, has no place in a request's order. */
		if (entry->group == 0 && one_in(6)) {
			repeat(schedule, entry);
		}
	}
}

static uint64_t mixed(uint64_t a, uint64_t b)
{
	uint64_t word = a * UINT64_C(0x9E3779B97F4A7C15) + b;

	word = (word ^ word >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	word = (word ^ word >> 27) * UINT64_C(0x94D049BB133111EB);
	return word ^ word >> 31;
}

static struct uuid id_of(const struct schedule *schedule, unsigned number)
{
	uint64_t words[2] = {mixed(schedule->seed, number), mixed(number, schedule->seed)};
	int64_t ms = WORLD_BEGAN_MS + number;
	struct uuid id;

	memcpy(id.bytes, words, sizeof id.bytes);
	for (int i = 0; i < 6; i++) {
		id.bytes[i] = (uint8_t)(ms >> (40 - 8 * i));
	}
	id.bytes[6] = (uint8_t)(0x70 | (id.bytes[6] & 0xF));
	id.bytes[8] = (uint8_t)(0x80 | (id.bytes[8] & 0x3F));
	return id;
}

static void fill_acceptance(struct scan *scan, bool further_leg, bool knows_code)
{
	if (further_leg) {
		scan->present |= FIELD_BIT(FIELD_LEG_KIND) | FIELD_BIT(FIELD_DOSSIER_CODE);
		scan->leg_kind = LEG_RESULT;
		return;
	}
	scan->present |= FIELD_BIT(FIELD_SENDER) | FIELD_BIT(FIELD_RECEIVER) |
			 FIELD_BIT(FIELD_AGENCY) | FIELD_BIT(FIELD_PROCEDURE) |
			 FIELD_BIT(FIELD_SERVICE);
	scan->service = 1;
	/* Most citizens know their code already. */
	scan->present |= knows_code ? FIELD_BIT(FIELD_DOSSIER_CODE) : 0;
	g_strlcpy(scan->agency, "H06", sizeof scan->agency);
	g_strlcpy(scan->procedure, "1.001", sizeof scan->procedure);
	g_strlcpy(scan->sender.name, "Nguyễn Thị Ân", sizeof scan->sender.name);
	g_strlcpy(scan->sender.phone, "0900000000", sizeof scan->sender.phone);
	g_strlcpy(scan->receiver.name, "Một cửa \"Vũng Tàu\"", sizeof scan->receiver.name);
}

static void fill_fields(
	const struct schedule *schedule, const struct entry *entry, struct scan *scan)
{
	bool to_citizen = entry->item % 2;

	switch ((int)entry->event) {
	case EVENT_ACCEPTED:
		fill_acceptance(scan, to_citizen && entry->number % 3, entry->item / 2 % 4 != 0);
		break;
	case EVENT_DELIVERED:
		scan->present |= to_citizen
					 ? FIELD_BIT(FIELD_RECIPIENT) | FIELD_BIT(FIELD_RELATION) |
						   FIELD_BIT(FIELD_ID_KIND)
					 : FIELD_BIT(FIELD_OFFICER) | FIELD_BIT(FIELD_MINUTES);
		scan->present |= entry->number % 2 ? FIELD_BIT(FIELD_DOSSIER_CODE) : 0;
		break;
	case EVENT_BOUND:
		scan->present |= FIELD_BIT(FIELD_DOSSIER_CODE) | FIELD_BIT(FIELD_DUE_ON);
		g_strlcpy(scan->due_on, "2024-04-01", sizeof scan->due_on);
		break;
	case EVENT_DISPATCHED:
		scan->present |= FIELD_BIT(FIELD_NEXT_OFFICE);
		g_strlcpy(scan->next_office, "VT-03", sizeof scan->next_office);
		break;
	case EVENT_VOID:
		scan->present |= FIELD_BIT(FIELD_TARGET);
		scan->target = id_of(schedule, entry->target);
		break;
	case EVENT_RETURNING:
	case EVENT_DELIVERY_FAILED:
		scan->present |= FIELD_BIT(FIELD_REASON);
		scan->reason = entry->number % 2 ? REASON_A5 : REASON_B1;
		break;
	default:
		break;
	}
}

static void append_word(GString *json, const char *name, const char *value)
{
	g_string_append_printf(json, "%s\"%s\":\"%s\"", json->len > 1 ? "," : "", name, value);
}

/* Enough of the data for the checks to work the legs out anew. */
static void write_data(const struct entry *entry, struct scan *scan)
{
	g_autoptr(GString) json = g_string_new("{");
	char target[UUID_TEXT_SIZE];

	uuid7_format(&scan->target, target);
	if (scan->present & FIELD_BIT(FIELD_DOSSIER_CODE)) {
		append_word(json, "dossier_code", scan->dossier_code.text);
	}
	if (scan->present & FIELD_BIT(FIELD_LEG_KIND)) {
		append_word(json, "leg_kind", leg_kind_wire(scan->leg_kind));
	}
	append_word(json, "note", entry->variant ? "khác" : "\\\"như cũ\\\" \\\\");
	if (scan->present & FIELD_BIT(FIELD_OFFICER)) {
		append_word(json, "officer", "Trần B");
	}
	if (scan->reason) {
		append_word(json, "reason", reason_wire(scan->reason));
	}
	if (scan->present & FIELD_BIT(FIELD_RECIPIENT)) {
		append_word(json, "recipient", "Phạm C");
	}
	if (entry->event == EVENT_VOID) {
		append_word(json, "target", target);
	}
	g_string_append_c(json, '}');
	scan->data_bytes = (uint32_t)g_strlcpy(scan->data, json->str, sizeof scan->data);
}

static void choose_actor(const struct entry *entry, struct actor *ret_actor)
{
	int32_t office = 1 + (int32_t)(entry->item % TOWN_OFFICES);

	*ret_actor = (struct actor){.account = 1 + entry->role, .role = entry->role};
	g_strlcpy(ret_actor->device, "sim", sizeof ret_actor->device);
	g_snprintf(ret_actor->name, sizeof ret_actor->name, "Người %d", (int)entry->role);
	if (entry->role == ROLE_AGENCY) {
		ret_actor->agency = entry->number % 8 ? 1 : 2;
		g_strlcpy(ret_actor->office_code, ret_actor->agency == 1 ? "H06" : "H07",
			sizeof ret_actor->office_code);
	} else {
		ret_actor->office = office;
		g_snprintf(
			ret_actor->office_code, sizeof ret_actor->office_code, "VT-%02d", office);
	}
	g_strlcpy(ret_actor->office_name, "Bưu cục", sizeof ret_actor->office_name);
}

void schedule_scan(const struct schedule *schedule, const struct entry *entry,
	struct scan *ret_scan, struct actor *ret_actor)
{
	unsigned dossier = entry->code ? entry->code - 1 : entry->item / 2;

	memset(ret_scan, 0, sizeof *ret_scan);
	ret_scan->event_id = id_of(schedule, entry->number);
	ret_scan->occurred_at_ms = WORLD_BEGAN_MS + entry->occurred_ms;
	ret_scan->kind = entry->event;
	ret_scan->present = FIELD_BIT(FIELD_NOTE);
	g_snprintf(ret_scan->code.text, sizeof ret_scan->code.text, "%s-%06u",
		entry->poisoned ? TOWN_POISON : "ITEM", entry->item);
	fill_fields(schedule, entry, ret_scan);
	if (ret_scan->present & FIELD_BIT(FIELD_DOSSIER_CODE)) {
		g_snprintf(ret_scan->dossier_code.text, sizeof ret_scan->dossier_code.text,
			"H06-240315-%04u", dossier);
	}
	write_data(entry, ret_scan);
	choose_actor(entry, ret_actor);
}

/* ── what goes wrong ────────────────────────────────────────────────────────────────────────────── */

/* The last ones blame the rows, which only a statement that writes some can do. */
static const char *const sqlstates[] = {
	"40001", "40P01", "55P03", "57014", "53100", "XX000", "42501", "22003", "23514", "P0001"};
#define BLAMING 3

static void add_mishap(struct schedule *schedule)
{
	struct entry *entry = add(schedule, ENTRY_MISHAP);

	entry->class = (enum trip_class)below(TRIP_CLASS_COUNT);
	if (one_in(2)) {
		entry->class = TRIP_KEEP;
	}
	entry->mishap = (enum mishap)(1 + below(MISHAP_COUNT - 1));
	if (entry->mishap == MISHAP_ERROR) {
		unsigned choice = ARRAY_SIZE(sqlstates) - (entry->class == TRIP_KEEP ? 0 : BLAMING);
		g_strlcpy(entry->sqlstate, sqlstates[below(choice)], sizeof entry->sqlstate);
	}
}

static void add_portal(struct schedule *schedule)
{
	struct entry *entry = add(schedule, ENTRY_PORTAL);

	entry->portal = (enum province_mode)below(PROVINCE_MODE_COUNT);
	entry->for_ms = 200 + below(one_in(3) ? 15000 : 3000);
	entry->item = one_in(2) ? 0 : 1 + below(2 * DOSSIERS_MAX); /* 0: everybody's */
}

static void add_trouble(struct schedule *schedule, enum entry_kind kind, unsigned for_ms)
{
	add(schedule, kind)->for_ms = 1 + below(for_ms);
}

static void add_clock(struct schedule *schedule, enum entry_kind kind)
{
	add(schedule, kind)->for_ms = (int64_t)below(120000) - 60000;
}

/* The portal is slow, and whoever waits for it is stopped until its lease is over. */
static void add_stale_claim(struct schedule *schedule)
{
	struct entry *entry = add(schedule, ENTRY_PORTAL);
	struct entry *pause = add(schedule, ENTRY_PAUSE);

	entry->at_ms = below(SCHEDULE_MS / 2);
	entry->for_ms = 4000 + below(8000);
	entry->portal = one_in(2) ? PROVINCE_SLOW_ARRIVAL : PROVINCE_SLOW_ANSWER;
	pause->at_ms = entry->at_ms + 1000 + below(6000);
	pause->for_ms = 14000 + below(12000);
}

/*
 * Whoever is about to blame the road dies over that, while what it was refused cannot be written down: the
 * database is away, or takes its time.
 */
static void add_crash_over_refusals(struct schedule *schedule, int64_t since_ms)
{
	struct entry *crash = add(schedule, ENTRY_CRASH);
	struct entry *away = add(schedule, one_in(3) ? ENTRY_MISHAP : ENTRY_DATABASE_CRASH);

	crash->at_ms = since_ms + below(8000);
	crash->for_ms = 1 + below(4000);
	away->at_ms = MAX(crash->at_ms - 1 - below(1000), 0);
	away->for_ms = 3000;
	away->class = TRIP_POOL;
	away->mishap = MISHAP_STALL;
}

/* The portal refuses everybody: the road is to blame, not the lines. */
static void add_refusals(struct schedule *schedule)
{
	struct entry *entry = add(schedule, ENTRY_PORTAL);

	entry->at_ms = below(8000);
	entry->for_ms = 10000 + below(15000);
	entry->portal = PROVINCE_NEVER;
	for (unsigned left = below(4); left > 0; left--) {
		add_crash_over_refusals(schedule, entry->at_ms);
	}
}

/* How much of each kind of trouble there may be: some runs are calm, some have one kind, some have all. */
static const struct weather {
	unsigned mishaps, portals, crashes, clocks, stale_claims, refusals;
} weathers[] = {
	{0, 0, 0, 0, 0, 0},
	{14, 0, 0, 0, 0, 0},
	{0, 6, 0, 0, 0, 0},
	{0, 0, 4, 0, 0, 0},
	{0, 0, 0, 4, 0, 0},
	{0, 1, 0, 1, 3, 0},
	{4, 1, 0, 1, 0, 1},
	{14, 6, 0, 0, 0, 0},
	{14, 6, 4, 4, 1, 0},
	{20, 8, 6, 4, 2, 0},
};

static unsigned some(unsigned most)
{
	return most > 0 ? 1 + below(most) : 0;
}

static void add_faults(struct schedule *schedule, struct weather weather)
{
	for (unsigned left = some(weather.mishaps); left > 0; left--) {
		add_mishap(schedule);
	}
	for (unsigned left = some(weather.portals); left > 0; left--) {
		add_portal(schedule);
		add(schedule, one_in(4) ? ENTRY_SKIP : ENTRY_RETRY);
	}
	for (unsigned left = some(weather.crashes); left > 0; left--) {
		add_trouble(schedule, ENTRY_CRASH, 4000);
		add_trouble(schedule, ENTRY_PAUSE, one_in(2) ? 400 : 20000);
		add_trouble(schedule, one_in(2) ? ENTRY_DATABASE_CRASH : ENTRY_READ_ONLY, 4000);
		add(schedule, ENTRY_CUT);
		add_trouble(schedule, ENTRY_DEAF, 2000);
	}
	for (unsigned left = some(weather.clocks); left > 0; left--) {
		add_clock(schedule, one_in(2) ? ENTRY_CLOCK : ENTRY_DATABASE_CLOCK);
	}
	for (unsigned left = some(weather.stale_claims); left > 0; left--) {
		add_stale_claim(schedule);
	}
	for (unsigned left = weather.refusals; left > 0; left--) {
		add_refusals(schedule);
	}
}

static int compare_entries(const void *a, const void *b)
{
	const struct entry *first = a;
	const struct entry *second = b;

	return first->at_ms < second->at_ms ? -1 : first->at_ms > second->at_ms;
}

void schedule_make(struct schedule *schedule, uint64_t seed)
{
	struct weather weather = weathers[below(ARRAY_SIZE(weathers))];

	memset(schedule, 0, sizeof *schedule);
	schedule->seed = seed;
	/* One daemon must be refused for many dossiers before it blames the road. */
	schedule->daemons = weather.refusals ? 1 : 1 + below(DAEMONS_MAX);
	schedule->optional_steps = !one_in(3);
	add_scans(schedule, weather.refusals > 0);
	add_faults(schedule, weather);
	qsort(schedule->entries, schedule->count, sizeof *schedule->entries, compare_entries);
}

/* ── in words ───────────────────────────────────────────────────────────────────────────────────── */

static void print_entry(const struct entry *entry)
{
	static const char *const words[] = {"scan", "mishap", "cut", "database-crash", "read-only",
		"crash", "pause", "clock", "database-clock", "portal", "retry", "skip", "deaf"};

	printf("%8" PRIi64 " %-14s daemon %u", entry->at_ms, words[entry->kind], entry->who);
	if (entry->kind == ENTRY_SCAN) {
		printf(" number %u request %u %s item %u by %s at %" PRIi64 "%s%s", entry->number,
			entry->group, event_wire(entry->event), entry->item, role_wire(entry->role),
			entry->occurred_ms, entry->variant ? " other content" : "",
			entry->poisoned ? " poisoned" : "");
	} else if (entry->kind == ENTRY_MISHAP) {
		printf(" %s %s on trip of class %d", mishap_word(entry->mishap), entry->sqlstate,
			(int)entry->class);
	} else if (entry->kind == ENTRY_PORTAL) {
		printf(" %s for %" PRIi64 " ms, item %u", province_word(entry->portal),
			entry->for_ms, entry->item);
	} else if (entry->for_ms) {
		printf(" %" PRIi64 " ms", entry->for_ms);
	}
	putchar('\n');
}

void schedule_print(const struct schedule *schedule)
{
	printf("seed %" PRIu64 ", %u daemons, optional steps %d, %u entries\n", schedule->seed,
		schedule->daemons, schedule->optional_steps, schedule->count);
	for (unsigned i = 0; i < schedule->count; i++) {
		print_entry(&schedule->entries[i]);
	}
}
