#include "store/book_rows.h"

static const enum pg_type array_types[COLUMN_TYPE_COUNT] = {
	[COLUMN_TEXT] = PG_TEXT,
	[COLUMN_INT32] = PG_INT4,
	[COLUMN_INT64] = PG_INT8,
	[COLUMN_BOOL] = PG_BOOL,
	[COLUMN_UUID] = PG_UUID,
	[COLUMN_DIGEST] = PG_BYTEA,
	[COLUMN_BYTES] = PG_BYTEA,
	[COLUMN_TIME] = PG_TIMESTAMPTZ,
	[COLUMN_MOMENT] = PG_TIMESTAMPTZ,
	[COLUMN_REFERENCE] = PG_INT4,
	[COLUMN_ACCOUNT] = PG_INT8,
};

static void add_or_null(
	struct pg_array *array, int64_t value, void (*add)(struct pg_array *array, int64_t value))
{
	if (value) {
		add(array, value);
	} else {
		pg_array_null(array);
	}
}

static void add_value(struct pg_array *array, enum column_type type, const void *at)
{
	const struct book_bytes *bytes = at;

	switch (type) {
	case COLUMN_TEXT:
		pg_array_text(array, *(const char *const *)at);
		break;
	case COLUMN_INT32:
		pg_array_int(array, *(const int32_t *)at);
		break;
	case COLUMN_INT64:
		pg_array_int(array, *(const int64_t *)at);
		break;
	case COLUMN_BOOL:
		pg_array_bool(array, *(const bool *)at);
		break;
	case COLUMN_UUID:
		pg_array_uuid(array, at);
		break;
	case COLUMN_DIGEST:
		pg_array_bytes(array, at, sizeof(struct digest));
		break;
	case COLUMN_BYTES:
		pg_array_bytes(array, bytes->at, bytes->length);
		break;
	case COLUMN_TIME:
		pg_array_time(array, *(const int64_t *)at);
		break;
	case COLUMN_MOMENT:
		add_or_null(array, *(const int64_t *)at, pg_array_time);
		break;
	case COLUMN_REFERENCE:
		add_or_null(array, *(const int32_t *)at, pg_array_int);
		break;
	case COLUMN_ACCOUNT:
		add_or_null(array, *(const int64_t *)at, pg_array_int);
		break;
	case COLUMN_TYPE_COUNT:
		g_assert_not_reached();
	}
}

static void add_columns(struct pg_params *params, const GPtrArray *rows,
	const struct book_column *columns, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct pg_array array;
		pg_array_init(&array, array_types[columns[i].type]);
		for (guint row = 0; row < rows->len; row++) {
			add_value(&array, columns[i].type,
				(const char *)g_ptr_array_index(rows, row) + columns[i].offset);
		}
		pg_params_array(params, &array);
	}
}

void book_rows_keep(struct pg_trip *trip, const struct pg_statement *statement,
	const GPtrArray *rows, const struct book_column *columns, size_t count)
{
	if (rows->len > 0) {
		add_columns(pg_trip_add(trip, statement), rows, columns, count);
	}
}
