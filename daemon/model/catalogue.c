#include "model/catalogue.h"

#include <stdlib.h>
#include <string.h>

#include <hoso/limits.h>

#include "base/text.h"

#define NAME_BYTES (WORD_MAX * 4) /* as an actor's office_name */
#define CODE_CHARACTERS 40        /* as in the schema */
#define WORD_BYTES 60
#define DAYS_MAX 999
#define GRAMS_MAX 1000000
#define EPOCH_JULIAN 719163 /* 1970-01-01, as GDate counts */
#define YEAR_MIN 1990
#define YEAR_MAX 2200

/* clang-format off */
#define FROM {"valid_from", CELL_DAY, CELL_OPTIONAL, 0, 0, "", NULL}
#define TO   {"valid_to", CELL_DAY, CELL_OPTIONAL, 0, 0, "", NULL}
#define RELATION_CHOICES "district province cities inter special"

static const struct catalogue_column offices[] = {
	{"code", CELL_CODE, CELL_KEY, 0, CODE_CHARACTERS, "", NULL},
	{"name", CELL_TEXT, CELL_REQUIRED, 0, NAME_BYTES, "", NULL},
	{"parent", CELL_CODE, CELL_OPTIONAL, 0, CODE_CHARACTERS, "", NULL},
	{"area", CELL_CODE, CELL_OPTIONAL, 0, CODE_CHARACTERS, "", NULL},
	{"merged_into", CELL_CODE, CELL_OPTIONAL, 0, CODE_CHARACTERS, "", NULL},
	{"address", CELL_TEXT, CELL_OPTIONAL, 0, PARTY_ADDRESS_MAX, "", NULL},
	{"phone", CELL_TEXT, CELL_OPTIONAL, 0, WORD_MAX, "", NULL},
	{"hours", CELL_TEXT, CELL_OPTIONAL, 0, NAME_BYTES, "", NULL},
	FROM, TO,
};
static const struct catalogue_column agencies[] = {
	{"code", CELL_WORD, CELL_KEY, 0, WORD_BYTES, "", NULL},
	{"name", CELL_TEXT, CELL_REQUIRED, 0, NAME_BYTES, "", NULL},
	{"area", CELL_CODE, CELL_OPTIONAL, 0, CODE_CHARACTERS, "", NULL},
	{"merged_into", CELL_WORD, CELL_OPTIONAL, 0, WORD_BYTES, "", NULL},
	{"address", CELL_TEXT, CELL_OPTIONAL, 0, PARTY_ADDRESS_MAX, "", NULL},
	FROM, TO,
};
static const struct catalogue_column procedures[] = {
	{"code", CELL_WORD, CELL_KEY, 0, WORD_BYTES, "", NULL},
	{"name", CELL_TEXT, CELL_REQUIRED, 0, NAME_BYTES, "", NULL},
	{"field_code", CELL_WORD, CELL_OPTIONAL, 0, WORD_BYTES, "", NULL},
	{"field_name", CELL_TEXT, CELL_OPTIONAL, 0, NAME_BYTES, "", NULL},
	{"level", CELL_CHOICE, CELL_OPTIONAL, 0, 0, "", "full partial information"},
	{"send_by_post", CELL_FLAG, CELL_OPTIONAL, 0, 0, "true", NULL},
	{"return_by_post", CELL_FLAG, CELL_OPTIONAL, 0, 0, "true", NULL},
	{"days", CELL_NUMBER, CELL_OPTIONAL, 0, DAYS_MAX, "", NULL},
	{"fee", CELL_NUMBER, CELL_OPTIONAL, 0, MONEY_MAX_VND, "0", NULL},
	{"note", CELL_NOTE, CELL_OPTIONAL, 0, NOTE_MAX, "", NULL},
	FROM, TO,
	{"papers", CELL_LIST, CELL_OPTIONAL, 0, 0, "", NULL},
	{"fees", CELL_LIST, CELL_OPTIONAL, 0, 0, "", NULL},
};
static const struct catalogue_column papers[] = {
	{"procedure", CELL_WORD, CELL_KEY, 0, WORD_BYTES, "", NULL},
	{"no", CELL_NUMBER, CELL_KEY, 1, SCAN_PAPERS_MAX, "", NULL},
	{"name", CELL_TEXT, CELL_REQUIRED, 0, NOTE_MAX, "", NULL},
	{"original", CELL_NUMBER, CELL_OPTIONAL, 0, 99, "0", NULL},
	{"certified", CELL_NUMBER, CELL_OPTIONAL, 0, 99, "0", NULL},
	{"copy", CELL_NUMBER, CELL_OPTIONAL, 0, 99, "0", NULL},
	{"required", CELL_FLAG, CELL_OPTIONAL, 0, 0, "true", NULL},
	{"guidance", CELL_NOTE, CELL_OPTIONAL, 0, NOTE_MAX, "", NULL},
	FROM,
};
static const struct catalogue_column fees[] = {
	{"procedure", CELL_WORD, CELL_KEY, 0, WORD_BYTES, "", NULL},
	{"no", CELL_NUMBER, CELL_KEY, 1, SCAN_PAPERS_MAX, "", NULL},
	{"kind", CELL_CHOICE, CELL_REQUIRED, 0, 0, "", "phi le_phi"},
	{"name", CELL_TEXT, CELL_REQUIRED, 0, NAME_BYTES, "", NULL},
	{"amount", CELL_NUMBER, CELL_REQUIRED, 0, MONEY_MAX_VND, "", NULL},
	FROM,
};
static const struct catalogue_column postage[] = {
	{"relation", CELL_CHOICE, CELL_KEY, 0, 0, "", RELATION_CHOICES},
	{"grams_max", CELL_NUMBER, CELL_KEY, 1, GRAMS_MAX, "", NULL},
	{"amount", CELL_NUMBER, CELL_REQUIRED, 0, MONEY_MAX_VND, "", NULL},
	FROM, TO,
};
static const struct catalogue_column concessions[] = {
	{"code", CELL_CODE, CELL_KEY, 0, CODE_CHARACTERS, "", NULL},
	{"name", CELL_TEXT, CELL_REQUIRED, 0, NAME_BYTES, "", NULL},
	{"percent", CELL_NUMBER, CELL_REQUIRED, 0, 100, "", NULL},
	FROM, TO,
};
static const struct catalogue_column calendar[] = {
	{"day", CELL_DAY, CELL_KEY, 0, 0, "", NULL},
	{"is_workday", CELL_FLAG, CELL_REQUIRED, 0, 0, "", NULL},
	{"name", CELL_TEXT, CELL_REQUIRED, 0, NAME_BYTES, "", NULL},
};
static const struct catalogue_column areas[] = {
	{"code", CELL_CODE, CELL_KEY, 0, CODE_CHARACTERS, "", NULL},
	{"name", CELL_TEXT, CELL_REQUIRED, 0, NAME_BYTES, "", NULL},
};
static const struct catalogue_column relations[] = {
	{"area", CELL_CODE, CELL_KEY, 0, CODE_CHARACTERS, "", NULL},
	{"other", CELL_CODE, CELL_KEY, 0, CODE_CHARACTERS, "", NULL},
	{"relation", CELL_CHOICE, CELL_REQUIRED, 0, 0, "", RELATION_CHOICES},
};
static const struct catalogue_column terms[] = {
	{"code", CELL_CHOICE, CELL_KEY, 0, 0, "", RELATION_CHOICES},
	{"name", CELL_TEXT, CELL_REQUIRED, 0, NAME_BYTES, "", NULL},
	{"send_days", CELL_NUMBER, CELL_REQUIRED, 0, DAYS_MAX, "", NULL},
	{"slip_days", CELL_NUMBER, CELL_REQUIRED, 0, DAYS_MAX, "", NULL},
};

#define TABLE(kind, columns, lists, keys, is_dated, owner, list) \
	[kind] = {#columns, columns, G_N_ELEMENTS(columns), G_N_ELEMENTS(columns) - (lists), keys, is_dated, owner, list}
static const struct catalogue_table tables[CATALOGUE_COUNT] = {
	TABLE(CATALOGUE_OFFICES, offices, 0, 1, true, CATALOGUE_OFFICES, -1),
	TABLE(CATALOGUE_AGENCIES, agencies, 0, 1, true, CATALOGUE_AGENCIES, -1),
	TABLE(CATALOGUE_PROCEDURES, procedures, 2, 1, true, CATALOGUE_PROCEDURES, -1),
	TABLE(CATALOGUE_PAPERS, papers, 0, 2, false, CATALOGUE_PROCEDURES, PROCEDURE_PAPERS),
	TABLE(CATALOGUE_FEES, fees, 0, 2, false, CATALOGUE_PROCEDURES, PROCEDURE_FEES),
	TABLE(CATALOGUE_POSTAGE, postage, 0, 2, true, CATALOGUE_POSTAGE, -1),
	TABLE(CATALOGUE_CONCESSIONS, concessions, 0, 1, true, CATALOGUE_CONCESSIONS, -1),
	TABLE(CATALOGUE_CALENDAR, calendar, 0, 1, false, CATALOGUE_CALENDAR, -1),
	TABLE(CATALOGUE_AREAS, areas, 0, 1, false, CATALOGUE_AREAS, -1),
	TABLE(CATALOGUE_RELATIONS, relations, 0, 2, false, CATALOGUE_RELATIONS, -1),
	TABLE(CATALOGUE_TERMS, terms, 0, 1, false, CATALOGUE_TERMS, -1),
};
/* clang-format on */

const struct catalogue_table *catalogue_table(enum catalogue_kind kind)
{
	g_assert(kind < CATALOGUE_COUNT);
	return &tables[kind];
}

enum catalogue_kind catalogue_kind_from_name(const char *name)
{
	enum catalogue_kind kind = 0;

	while (kind < CATALOGUE_COUNT && strcmp(tables[kind].name, name) != 0) {
		kind++;
	}
	return kind;
}

int catalogue_column(const struct catalogue_table *table, const char *name)
{
	for (int i = 0; i < table->count; i++) {
		if (strcmp(table->columns[i].name, name) == 0) {
			return i;
		}
	}
	return -1;
}

int catalogue_from(const struct catalogue_table *table)
{
	return catalogue_column(table, "valid_from");
}

int catalogue_to(const struct catalogue_table *table)
{
	return catalogue_column(table, "valid_to");
}

static const struct {
	const char *wire;
	const char *text[2];
} reasons[] = {
#define X(name, wire, vi, en) {wire, {vi, en}},
	CATALOGUE_REASONS(X)
#undef X
};

const char *catalogue_reason_wire(enum catalogue_reason reason)
{
	return reasons[reason].wire;
}

const char *catalogue_reason_text(enum catalogue_reason reason, enum hoso_language language)
{
	return reasons[reason].text[language == HOSO_EN];
}

/* Digits from @text on, @count of them; -1 when there are others. */
static int digits(const char *text, int count)
{
	int number = 0;

	for (int i = 0; i < count; i++) {
		if (!g_ascii_isdigit(text[i])) {
			return -1;
		}
		number = number * 10 + (text[i] - '0');
	}
	return number;
}

bool catalogue_parse_day(const char *text, int32_t *ret_day)
{
	GDate date;
	int year, month, day;

	if (strlen(text) != strlen("2026-01-31") || text[4] != '-' || text[7] != '-') {
		return false;
	}
	year = digits(text, 4);
	month = digits(text + 5, 2);
	day = digits(text + 8, 2);
	if (year < YEAR_MIN || year > YEAR_MAX || month < 1 || day < 1 ||
		!g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year)) {
		return false;
	}
	g_date_clear(&date, 1);
	g_date_set_dmy(&date, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
	*ret_day = (int32_t)g_date_get_julian(&date) - EPOCH_JULIAN;
	return true;
}

void catalogue_format_day(int32_t day, char ret_text[11])
{
	GDate date;

	ret_text[0] = '\0';
	if (day != CATALOGUE_NEVER) {
		g_date_clear(&date, 1);
		g_date_set_julian(&date, (guint32)(day + EPOCH_JULIAN));
		g_snprintf(ret_text, 11, "%04d-%02d-%02d", g_date_get_year(&date),
			g_date_get_month(&date), g_date_get_day(&date));
	}
}

static enum catalogue_reason check_number(
	const struct catalogue_column *column, const char *text, char **ret_cell)
{
	gint64 number;

	if (!g_ascii_string_to_signed(text, 10, column->min, column->max, &number, NULL) ||
		strspn(text, G_CSET_DIGITS) != strlen(text)) {
		return CATALOGUE_BAD_NUMBER;
	}
	*ret_cell = g_strdup_printf("%" G_GINT64_FORMAT, number);
	return CATALOGUE_FINE;
}

/* What spreadsheets and people write; folded, so that CÓ and có and co are one. */
static enum catalogue_reason check_flag(const char *text, char **ret_cell)
{
	static const char *const yes[] = {"true", "1", "co", "x", "yes", "dung", NULL};
	static const char *const no[] = {"false", "0", "khong", "no", "sai", NULL};
	g_autofree char *folded = text_fold(text);

	if (g_strv_contains(yes, folded)) {
		*ret_cell = g_strdup("true");
	} else if (g_strv_contains(no, folded)) {
		*ret_cell = g_strdup("false");
	} else {
		return CATALOGUE_BAD_FLAG;
	}
	return CATALOGUE_FINE;
}

/* 31/1/2026, as a spreadsheet shows it here, as 2026-01-31; anything else as it is. */
static char *iso_day(const char *text)
{
	g_auto(GStrv) parts = g_strsplit(text, "/", -1);

	if (g_strv_length(parts) != 3 || strlen(parts[0]) > 2 || strlen(parts[1]) > 2 ||
		strlen(parts[2]) != 4) {
		return g_strdup(text);
	}
	return g_strdup_printf("%s-%s%s-%s%s", parts[2], strlen(parts[1]) < 2 ? "0" : "", parts[1],
		strlen(parts[0]) < 2 ? "0" : "", parts[0]);
}

static enum catalogue_reason check_day(const char *text, char **ret_cell)
{
	int32_t number;
	g_autofree char *iso = iso_day(text);

	if (!catalogue_parse_day(iso, &number)) {
		return CATALOGUE_BAD_DAY;
	}
	*ret_cell = g_steal_pointer(&iso);
	return CATALOGUE_FINE;
}

static enum catalogue_reason check_text(
	const struct catalogue_column *column, const char *text, char **ret_cell)
{
	const char *breaks = column->type == CELL_NOTE ? "\t" : "\t\n";

	if (strlen(text) > (size_t)column->max) {
		return CATALOGUE_TOO_LONG;
	}
	if (strpbrk(text, breaks)) {
		return CATALOGUE_BAD_TEXT;
	}
	if (column->type == CELL_CODE &&
		(!g_ascii_isalnum(text[0]) ||
			strspn(text, G_CSET_A_2_Z G_CSET_DIGITS "._-") != strlen(text))) {
		return CATALOGUE_BAD_CODE;
	}
	*ret_cell = g_strdup(text);
	return CATALOGUE_FINE;
}

static enum catalogue_reason check_choice(
	const struct catalogue_column *column, const char *text, char **ret_cell)
{
	g_auto(GStrv) choices = g_strsplit(column->choices, " ", -1);

	if (!g_strv_contains((const char *const *)choices, text)) {
		return CATALOGUE_BAD_CHOICE;
	}
	*ret_cell = g_strdup(text);
	return CATALOGUE_FINE;
}

static enum catalogue_reason check_cell(
	const struct catalogue_column *column, const char *text, char **ret_cell)
{
	switch (column->type) {
	case CELL_NUMBER:
		return check_number(column, text, ret_cell);
	case CELL_FLAG:
		return check_flag(text, ret_cell);
	case CELL_DAY:
		return check_day(text, ret_cell);
	case CELL_CHOICE:
		return check_choice(column, text, ret_cell);
	case CELL_CODE:
	case CELL_WORD:
	case CELL_TEXT:
	case CELL_NOTE:
		return check_text(column, text, ret_cell);
	case CELL_LIST:
	default:
		return CATALOGUE_UNKNOWN_COLUMN;
	}
}

enum catalogue_reason catalogue_cell(
	const struct catalogue_column *column, const char *text, char **ret_cell)
{
	size_t size = strlen(text) * 3 + 1; /* NFC is at most three times as long */
	g_autofree char *clean = g_malloc(size);

	if (text_clean(text, strlen(text), clean, size)) {
		return CATALOGUE_BAD_TEXT;
	}
	g_strstrip(clean);
	if (clean[0] == '\0') {
		if (column->need != CELL_OPTIONAL) {
			return CATALOGUE_MISSING;
		}
		/* A flag, and a number that is never unknown, are what they are when nothing is said. */
		*ret_cell = g_strdup(column->fallback);
		return CATALOGUE_FINE;
	}
	return check_cell(column, clean, ret_cell);
}
