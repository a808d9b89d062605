#include "flow/manifest_scan.h"

#include <string.h>

#include <glib.h>

#include "base/attr.h"
#include "base/uuid7.h"
#include "model/manifest.h"

enum { ASK_LOCK, ASK_COUNT, ASK_KNOWN, ASK_FACTS };

static void ask(struct booking *booking, struct pg_trip *trip)
{
	struct manifest_scan *scan = container_of(booking, struct manifest_scan, booking);

	manifest_lock_ask(trip, &booking->actor, &scan->manifest_id);
	manifest_lines_ask(trip, &scan->manifest_id);
	manifest_line_known_ask(trip, &scan->manifest_id, scan->lines, scan->count);
	manifest_line_facts_ask(trip, &scan->manifest_id, scan->lines, scan->count);
}

/* Was that line taken off by an earlier one of this request? */
static bool is_undone_before(const struct manifest_scan *scan, unsigned n, const struct uuid *line)
{
	for (unsigned i = 0; i < n; i++) {
		if (uuid7_compare(&scan->lines[i].undoes, line) == 0) {
			return true;
		}
	}
	return false;
}

static bool stands_in(const struct manifest_scan *scan, unsigned n, const char *here)
{
	const char *kind = scan->lines[n].money_kind;
	g_auto(GStrv) lines = g_strsplit(here, "/", -1);

	for (char **line = lines; *line; line++) {
		const char *id_text = strchr(*line, ':');
		struct uuid id;
		if (id_text && strlen(kind) == (size_t)(id_text - *line) &&
			g_str_has_prefix(*line, kind) && uuid7_parse_any(id_text + 1, &id) &&
			!is_undone_before(scan, n, &id)) {
			return true;
		}
	}
	return false;
}

/* Does it stand here already, by an earlier request or by an earlier line of this one? */
static bool is_here(const struct manifest_scan *scan, unsigned n,
	const struct manifest_line_facts *facts, char *ret_name, size_t size)
{
	const struct manifest_line_new *line = &scan->lines[n];

	if (stands_in(scan, n, facts->here)) {
		g_strlcpy(ret_name, facts->here_name, size);
		return true;
	}
	for (unsigned i = 0; i < n; i++) {
		const struct manifest_line_new *other = &scan->lines[i];
		if (!other->was_known && other->counts && !other->is_undone &&
			uuid7_is_none(&other->undoes) &&
			strcmp(other->code.text, line->code.text) == 0 &&
			strcmp(other->money_kind, line->money_kind) == 0) {
			g_strlcpy(ret_name, scan->booking.actor.name, size);
			return true;
		}
	}
	return false;
}

static void judge_line(const struct manifest_scan *scan, const struct manifest_lock *lock,
	unsigned n, const PGresult *rows, struct leg_track *track)
{
	struct manifest_line_new *line = &scan->lines[n];
	struct manifest_line_facts facts = manifest_line_facts_at(rows, (int)n, track);
	struct manifest_item item = {.track = facts.has_track ? track : NULL,
		.agency = facts.agency,
		.is_elsewhere = facts.other_name[0] != '\0'};
	struct manifest_verdict verdict;

	line->other = (struct uuid){{0}};
	line->other_name[0] = '\0';
	item.is_here = is_here(scan, n, &facts, line->other_name, sizeof line->other_name);
	verdict = manifest_judge(
		lock->kind, lock->agency, &item, &scan->booking.actor, scan->booking.now_ms);
	line->verdict = verdict.verdict;
	line->why = verdict.why;
	line->counts = verdict.counts;
	if (!item.is_here && item.is_elsewhere) {
		line->other = facts.other;
		g_strlcpy(line->other_name, facts.other_name, sizeof line->other_name);
	}
}

static enum hoso_error check_manifest(
	const struct manifest_scan *scan, const struct manifest_lock *lock)
{
	if (!(manifest_kind_roles(lock->kind) & ROLE_BIT(scan->booking.actor.role))) {
		return manifest_kind_refusal(lock->kind);
	}
	return strcmp(lock->state, "open") == 0 ? HOSO_OK : HOSO_MANIFEST_CLOSED;
}

/* Before it is judged: what it says, and whether there is a number left for it. */
static enum hoso_error check_line(
	const struct manifest_lock *lock, const struct manifest_line_new *line)
{
	bool has_money = line->money_kind[0] && line->amount_vnd > 0;

	if (lock->kind == MANIFEST_REMITTANCE ? !has_money : line->money_kind[0] != '\0') {
		return HOSO_MISSING_DATA;
	}
	return lock->last_no < MANIFEST_SCANS_MAX ? HOSO_OK : HOSO_MANIFEST_FULL;
}

/* One that is not taken leaves the others of its request alone: a device sends many at a time. */
static void take_on(struct manifest_scan *scan, unsigned n, struct manifest_lock *lock,
	const PGresult *facts, struct leg_track *track)
{
	struct manifest_line_new *line = &scan->lines[n];

	line->error = check_line(lock, line);
	if (!line->error) {
		judge_line(scan, lock, n, facts, track);
		if (line->counts && lock->counting >= MANIFEST_LINES_MAX) {
			line->error = HOSO_MANIFEST_FULL;
		}
	}
	if (line->error) {
		line->counts = false;
		return;
	}
	line->is_same = true;
	line->no = ++lock->last_no;
	lock->counting += line->counts;
}

/* A line of an earlier request is undone in its row, one of this request before it is written. */
static void take_off(struct manifest_scan *scan, unsigned n, struct manifest_lock *lock)
{
	struct manifest_line_new *undo = &scan->lines[n];

	lock->counting -= undo->has_target && undo->target_counts &&
			  !is_undone_before(scan, n, &undo->undoes);
	for (unsigned i = 0; i < n; i++) {
		struct manifest_line_new *line = &scan->lines[i];
		if (!line->was_known && uuid7_compare(&line->id, &undo->undoes) == 0) {
			lock->counting -= line->counts && !line->is_undone;
			line->is_undone = true;
			undo->has_target = true;
		}
	}
	undo->counts = false;
	undo->is_same = true;
	undo->verdict = undo->has_target ? VERDICT_RECORDED : VERDICT_REFUSED;
	undo->why = undo->has_target ? HOSO_OK : HOSO_NOT_FOUND;
}

/* False: there is nothing to keep. */
static bool take_all(struct manifest_scan *scan, struct manifest_lock *lock, const PGresult *facts)
{
	g_autofree struct leg_track *track = g_new0(struct leg_track, 1);
	bool changes = false;

	for (unsigned i = 0; i < scan->count; i++) {
		if (scan->lines[i].was_known) {
			continue;
		}
		if (uuid7_is_none(&scan->lines[i].undoes)) {
			take_on(scan, i, lock, facts, track);
		} else {
			take_off(scan, i, lock);
		}
		changes = changes || !scan->lines[i].error;
	}
	return changes;
}

static enum hoso_error learn(struct booking *booking, const struct pg_trip *trip, unsigned first)
{
	struct manifest_scan *scan = container_of(booking, struct manifest_scan, booking);
	struct manifest_lock lock;
	unsigned fresh = 0;
	enum hoso_error error;

	if (!manifest_lock_at(trip->results[first + ASK_LOCK], &lock)) {
		return HOSO_NOT_FOUND;
	}
	manifest_lines_at(trip->results[first + ASK_COUNT], &lock);
	manifest_line_known_learn(trip->results[first + ASK_KNOWN], scan->lines, scan->count);
	for (unsigned i = 0; i < scan->count; i++) {
		fresh += !scan->lines[i].was_known;
	}
	error = fresh == 0 ? HOSO_OK : check_manifest(scan, &lock);
	if (!error) {
		scan->revision = lock.revision + 1;
		booking->is_settled = !take_all(scan, &lock, trip->results[first + ASK_FACTS]);
	}
	return error;
}

static void keep(struct booking *booking, struct pg_trip *trip)
{
	struct manifest_scan *scan = container_of(booking, struct manifest_scan, booking);

	manifest_line_keep(trip, &booking->actor, &scan->manifest_id, scan->revision, scan->lines,
		scan->count, booking->now_ms);
}

static const struct booking_affair affair = {.ask = ask, .learn = learn, .keep = keep};

enum hoso_error manifest_scan_submit(
	struct bookings *bookings, struct manifest_scan *scan, booking_cb done)
{
	scan->booking.affair = &affair;
	return bookings_submit(bookings, &scan->booking, done);
}
