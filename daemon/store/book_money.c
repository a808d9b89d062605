#include "store/book_money.h"

#include <inttypes.h>

#include "base/uuid7.h"
#include "model/money.h"
#include "store/book_private.h"

/* What a void takes back; what was taken back once is not again. */
static const struct pg_statement read_moved = {"book_money_moved",
	"SELECT m.id, m.event_id, m.dossier_id, m.leg_id, m.item_code, m.kind, m.direction = 'out', m.amount_vnd,"
	"  m.payment, m.held_by, m.receipt, m.office_id, m.account_id, m.agency_id"
	" FROM money_entry m WHERE m.event_id = ANY($1::uuid[]) AND m.reverses IS NULL"
	"  AND NOT EXISTS (SELECT FROM money_entry r WHERE r.reverses = m.id)"};

static const struct pg_statement read_receipts = {"book_money_receipts",
	"SELECT office_id, year, number, item_code, actor, ms(at) FROM money_receipt"
	" WHERE number = ANY($1::text[])"};

/* clang-format off */
static const struct pg_statement insert_entries = {"book_money_insert",
	"INSERT INTO money_entry (event_id, dossier_id, leg_id, item_code, kind, direction, amount_vnd, payment, held_by,"
	"  receipt, manifest_id, office_id, account_id, agency_id, occurred_at, recorded_at, reverses)"
	" SELECT event, dossier, leg, code, kind, CASE WHEN out THEN 'out' ELSE 'in' END, amount, payment, held_by,"
	"  receipt, manifest, office, account, agency, occurred, recorded, nullif(reverses, 0)"
	" FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::bool[], $7::bigint[], $8::text[],"
	"  $9::text[], $10::text[], $11::uuid[], $12::int[], $13::bigint[], $14::int[], $15::timestamptz[],"
	"  $16::timestamptz[], $17::bigint[])"
	"  AS n(event, dossier, leg, code, kind, out, amount, payment, held_by, receipt, manifest, office, account,"
	"   agency, occurred, recorded, reverses)"};

static const struct pg_statement insert_receipts = {"book_money_insert_receipts",
	"INSERT INTO money_receipt (office_id, year, number, item_code, event_id, actor, at)"
	" SELECT * FROM unnest($1::int[], $2::int[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::timestamptz[])"};
/* clang-format on */

/* A movement with what else its row holds. */
struct entry {
	struct book_money money;
	int64_t recorded_at_ms;
};

struct given {
	int32_t office;
	int year;
	const char *number;
	const struct book_event *event;
};

void book_money_init(struct book *book)
{
	book->wanted_receipts = g_hash_table_new(g_str_hash, g_str_equal);
	book->wanted_targets = g_array_new(FALSE, FALSE, sizeof(struct uuid));
	book->receipts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	book->moved = g_ptr_array_new_with_free_func(g_free);
	book->money = g_ptr_array_new_with_free_func(g_free);
	book->given = g_ptr_array_new_with_free_func(g_free);
}

void book_money_done(struct book *book)
{
	g_hash_table_unref(book->wanted_receipts);
	g_array_unref(book->wanted_targets);
	g_hash_table_unref(book->receipts);
	g_ptr_array_unref(book->moved);
	g_ptr_array_unref(book->money);
	g_ptr_array_unref(book->given);
}

void book_money_want(struct book *book, const struct scan *scan)
{
	if (money_has_receipt(scan)) {
		g_hash_table_add(book->wanted_receipts, (gpointer)book_text(book, scan->receipt));
	}
	if (scan->kind == EVENT_VOID) {
		g_array_append_val(book->wanted_targets, scan->target);
	}
}

void book_money_ask(const struct book *book, struct pg_trip *trip)
{
	struct pg_array array;
	GHashTableIter at;
	gpointer number;

	if (book->wanted_targets->len > 0) {
		pg_array_init(&array, PG_UUID);
		for (guint i = 0; i < book->wanted_targets->len; i++) {
			pg_array_uuid(&array, &g_array_index(book->wanted_targets, struct uuid, i));
		}
		pg_params_array(pg_trip_add(trip, &read_moved), &array);
	}
	if (g_hash_table_size(book->wanted_receipts) > 0) {
		pg_array_init(&array, PG_TEXT);
		g_hash_table_iter_init(&at, book->wanted_receipts);
		while (g_hash_table_iter_next(&at, &number, NULL)) {
			pg_array_text(&array, number);
		}
		pg_params_array(pg_trip_add(trip, &read_receipts), &array);
	}
}

static void learn_moved(struct book *book, const PGresult *rows, int row)
{
	struct book_money *money = g_new0(struct book_money, 1);

	*money = (struct book_money){
		.reverses = pg_int(rows, row, 0),
		.event_id = pg_uuid(rows, row, 1),
		.dossier_id = pg_uuid(rows, row, 2),
		.leg_id = pg_uuid(rows, row, 3),
		.item_code = book_text(book, pg_text(rows, row, 4)),
		.kind = book_text(book, pg_text(rows, row, 5)),
		.is_out = pg_bool(rows, row, 6),
		.amount_vnd = pg_int(rows, row, 7),
		.payment = book_text(book, pg_text(rows, row, 8)),
		.held_by = book_text(book, pg_text(rows, row, 9)),
		.receipt = book_text(book, pg_text(rows, row, 10)),
		.office = (int32_t)pg_int(rows, row, 11),
		.account = pg_int(rows, row, 12),
		.agency = (int32_t)pg_int(rows, row, 13),
	};
	g_ptr_array_add(book->moved, money);
}

static char *receipt_key(int32_t office, int year, const char *number)
{
	return g_strdup_printf("%" PRIi32 "/%d/%s", office, year, number);
}

static void learn_receipt(struct book *book, const PGresult *rows, int row)
{
	struct book_receipt *receipt = g_new0(struct book_receipt, 1);

	receipt->item_code = book_text(book, pg_text(rows, row, 3));
	receipt->actor = book_text(book, pg_text(rows, row, 4));
	receipt->at_ms = pg_int(rows, row, 5);
	g_hash_table_replace(book->receipts,
		receipt_key((int32_t)pg_int(rows, row, 0), (int)pg_int(rows, row, 1),
			pg_text(rows, row, 2)),
		receipt);
}

void book_money_learn(struct book *book, const struct pg_trip *trip)
{
	for (unsigned step = 0; step < trip->count; step++) {
		const PGresult *rows = trip->results[step];
		for (int row = 0; trip->statements[step] == &read_moved && row < pg_rows(rows);
			row++) {
			learn_moved(book, rows, row);
		}
		for (int row = 0; trip->statements[step] == &read_receipts && row < pg_rows(rows);
			row++) {
			learn_receipt(book, rows, row);
		}
	}
}

const struct book_receipt *book_receipt(
	const struct book *book, int32_t office, int year, const char *number)
{
	g_autofree char *key = receipt_key(office, year, number);

	return g_hash_table_lookup(book->receipts, key);
}

void book_add_receipt(struct book *book, int32_t office, int year, const char *number,
	const struct book_event *event)
{
	struct book_receipt *receipt;
	struct given *given;

	if (book_receipt(book, office, year, number)) {
		return; /* the same item's: it was voided, and is recorded anew with the same paper */
	}
	receipt = g_new0(struct book_receipt, 1);
	receipt->item_code = event->item_code;
	receipt->actor = event->actor;
	receipt->at_ms = event->recorded_at_ms;
	g_hash_table_insert(book->receipts, receipt_key(office, year, number), receipt);
	given = g_new0(struct given, 1);
	*given = (struct given){office, year, book_text(book, number), event};
	g_ptr_array_add(book->given, given);
}

static void add_entry(struct book *book, const struct book_money *money, int64_t recorded_at_ms)
{
	struct entry *entry = g_new0(struct entry, 1);

	entry->money = *money;
	entry->recorded_at_ms = recorded_at_ms;
	g_ptr_array_add(book->money, entry);
}

void book_add_money(struct book *book, const struct book_money *money)
{
	const struct book_event *event = g_ptr_array_index(book->events, book->events->len - 1);

	add_entry(book, money, event->recorded_at_ms);
}

/* It goes back to whom it came from: a difference in somebody's hands shows where the mistake was. */
static void reverse(struct book *book, const struct book_money *moved, const struct book_event *by)
{
	struct book_money money = *moved;

	money.event_id = by->id;
	money.is_out = !moved->is_out;
	money.occurred_at_ms = by->occurred_at_ms;
	add_entry(book, &money, by->recorded_at_ms);
}

/* The target may have been recorded in this very batch: then its rows have no number yet, and are taken out again. */
void book_reverse_money(struct book *book, const struct uuid *target, const struct book_event *by)
{
	for (guint i = 0; i < book->moved->len; i++) {
		const struct book_money *moved = g_ptr_array_index(book->moved, i);
		if (uuid7_compare(&moved->event_id, target) == 0) {
			reverse(book, moved, by);
		}
	}
	for (guint i = book->money->len; i > 0; i--) {
		const struct entry *entry = g_ptr_array_index(book->money, i - 1);
		if (uuid7_compare(&entry->money.event_id, target) == 0) {
			g_ptr_array_remove_index(book->money, i - 1);
		}
	}
}

void book_stamp_money(struct book *book, const struct uuid *manifest_id, bool is_the_offices)
{
	for (guint i = 0; i < book->money->len; i++) {
		struct entry *entry = g_ptr_array_index(book->money, i);
		entry->money.manifest_id = *manifest_id;
		if (is_the_offices) {
			entry->money.held_by = money_holder_wire(MONEY_WITH_OFFICE);
		}
	}
}

enum {
	E_EVENT,
	E_DOSSIER,
	E_LEG,
	E_CODE,
	E_KIND,
	E_OUT,
	E_AMOUNT,
	E_PAYMENT,
	E_HELD_BY,
	E_RECEIPT,
	E_MANIFEST,
	E_OFFICE,
	E_ACCOUNT,
	E_AGENCY,
	E_OCCURRED,
	E_RECORDED,
	E_REVERSES,
	E_COUNT
};

static const enum pg_type entry_types[E_COUNT] = {PG_UUID, PG_UUID, PG_UUID, PG_TEXT, PG_TEXT,
	PG_BOOL, PG_INT8, PG_TEXT, PG_TEXT, PG_TEXT, PG_UUID, PG_INT4, PG_INT8, PG_INT4,
	PG_TIMESTAMPTZ, PG_TIMESTAMPTZ, PG_INT8};

static void add_row(struct pg_array *columns, const struct entry *entry)
{
	const struct book_money *money = &entry->money;

	pg_array_uuid(&columns[E_EVENT], &money->event_id);
	pg_array_uuid(&columns[E_DOSSIER], &money->dossier_id);
	pg_array_uuid(&columns[E_LEG], &money->leg_id);
	pg_array_text(&columns[E_CODE], money->item_code);
	pg_array_text(&columns[E_KIND], money->kind);
	pg_array_bool(&columns[E_OUT], money->is_out);
	pg_array_int(&columns[E_AMOUNT], money->amount_vnd);
	pg_array_text(&columns[E_PAYMENT], money->payment);
	pg_array_text(&columns[E_HELD_BY], money->held_by);
	pg_array_text(&columns[E_RECEIPT], money->receipt);
	pg_array_uuid(&columns[E_MANIFEST], &money->manifest_id);
	pg_array_int(&columns[E_OFFICE], money->office);
	pg_array_int(&columns[E_ACCOUNT], money->account);
	pg_array_int(&columns[E_AGENCY], money->agency);
	pg_array_time(&columns[E_OCCURRED], money->occurred_at_ms);
	pg_array_time(&columns[E_RECORDED], entry->recorded_at_ms);
	pg_array_int(&columns[E_REVERSES], money->reverses);
}

static void write_entries(const struct book *book, struct pg_trip *trip)
{
	struct pg_params *params = pg_trip_add(trip, &insert_entries);
	struct pg_array columns[E_COUNT];

	for (int i = 0; i < E_COUNT; i++) {
		pg_array_init(&columns[i], entry_types[i]);
	}
	for (guint i = 0; i < book->money->len; i++) {
		add_row(columns, g_ptr_array_index(book->money, i));
	}
	for (int i = 0; i < E_COUNT; i++) {
		pg_params_array(params, &columns[i]);
	}
}

static void write_receipts(const struct book *book, struct pg_trip *trip)
{
	static const enum pg_type types[] = {
		PG_INT4, PG_INT4, PG_TEXT, PG_TEXT, PG_UUID, PG_TEXT, PG_TIMESTAMPTZ};
	struct pg_params *params = pg_trip_add(trip, &insert_receipts);
	struct pg_array columns[G_N_ELEMENTS(types)];

	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		pg_array_init(&columns[i], types[i]);
	}
	for (guint i = 0; i < book->given->len; i++) {
		const struct given *given = g_ptr_array_index(book->given, i);
		pg_array_int(&columns[0], given->office);
		pg_array_int(&columns[1], given->year);
		pg_array_text(&columns[2], given->number);
		pg_array_text(&columns[3], given->event->item_code);
		pg_array_uuid(&columns[4], &given->event->id);
		pg_array_text(&columns[5], given->event->actor);
		pg_array_time(&columns[6], given->event->recorded_at_ms);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		pg_params_array(params, &columns[i]);
	}
}

void book_money_write(const struct book *book, struct pg_trip *trip)
{
	if (book->money->len > 0) {
		write_entries(book, trip);
	}
	if (book->given->len > 0) {
		write_receipts(book, trip);
	}
}
