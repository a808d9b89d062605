#include "store/lookup.h"

#include <string.h>

#include <glib.h>

#include <hoso/limits.h>

#include "base/text.h"

/* A lost count is a look-up too many: nobody waits for the disk. For this trip only. */
static const struct pg_statement no_wait = {
	"lookup_no_wait", "SELECT set_config('synchronous_commit', 'off', true)"};

/* clang-format off */
/* $1 network, $2 slot. The network's row first: two of one network wait for each other there, and in no ring. */
static const struct pg_statement count = {"lookup_count",
	"INSERT INTO lookup_budget AS b (network, slot, asked) VALUES ($1::text, $2::bigint, 1), ('', $2::bigint, 1)"
	" ON CONFLICT (network, slot) DO UPDATE SET asked = b.asked + 1 RETURNING network, asked"};

/*
 * $1 code, $2 its digest. The next code in order stands in for one that nobody has, the next person for one that
 * a stub does not have: the same indexes are walked down and as many rows are fetched, and only a flag says which.
 */
#define PERSON_AT(id) "(SELECT CASE WHEN p.id = " id " THEN p.phone_last4 ELSE '' END FROM person p" \
	" WHERE p.id >= coalesce(" id ", d.id) ORDER BY p.id LIMIT 1)"

static const struct pg_statement find = {"lookup_find",
	"WITH item AS (SELECT item_code = $1::text AS hit, dossier_id FROM leg WHERE item_code >= $1::text"
	"  ORDER BY item_code LIMIT 1),"
	" named AS (SELECT code = $1::text AS hit, id FROM dossier WHERE code >= $1::text ORDER BY code LIMIT 1),"
	" chosen AS (SELECT coalesce(named.hit, false) AS named_hit, coalesce(item.hit, false) AS item_hit,"
	"   CASE WHEN named.hit THEN named.id ELSE coalesce(item.dossier_id, named.id) END AS id"
	"  FROM (SELECT) AS one LEFT JOIN item ON true LEFT JOIN named ON true)"
	" SELECT (c.named_hit OR c.item_hit) AND NOT coalesce(d.stub, true), d.id, " PERSON_AT("d.sender_id") ", "
	"  " PERSON_AT("d.receiver_id") ","
	"  coalesce((SELECT closed_until > now() FROM lookup_try WHERE key = $2::bytea), false)"
	" FROM chosen c LEFT JOIN dossier d ON d.id = c.id"};

static const struct pg_statement secrets = {"lookup_secrets",
	"SELECT secret FROM lookup_secret WHERE retired_at IS NULL ORDER BY no DESC LIMIT 4", .is_binary = true};
_Static_assert(LOOKUP_SECRETS_MAX == 4, "as in lookup_secrets");

/* What is forgotten begins anew: a few slips of the finger sooner than a row of guesses. */
#define KEPT(wrong) "CASE WHEN " wrong " < 5 THEN interval '3 hours' ELSE interval '48 hours' END"
#define BEFORE "CASE WHEN t.last_at < now() - " KEPT("t.wrong") " THEN 0 ELSE t.wrong END"
_Static_assert(LOOKUP_WRONG_MAX == 5 && LOOKUP_CLOSED_MS == 15 * 60 * 1000 &&
	LOOKUP_CLOSED_MAX_MS == 24 * 3600 * 1000, "as in lookup_note and KEPT");

/* $1 digest. Each five wrong ones close it for twice as long as the five before. */
static const struct pg_statement note = {"lookup_note",
	"INSERT INTO lookup_try AS t (key, wrong, last_at) VALUES ($1::bytea, 1, now())"
	" ON CONFLICT (key) DO UPDATE SET last_at = now(),"
	"  wrong = CASE WHEN t.closed_until > now() THEN t.wrong ELSE " BEFORE " + 1 END,"
	"  closed_until = CASE WHEN t.closed_until > now() OR (" BEFORE " + 1) % 5 <> 0 THEN t.closed_until"
	"   ELSE now() + least(interval '15 minutes' * 2 ^ least((" BEFORE " + 1) / 5 - 1, 10), interval '24 hours') END"};

static const struct pg_statement progress = {"lookup_progress",
	"SELECT l.kind, l.state, ms(l.state_at), ms(l.accepted_at), ms(l.ended_at), o.name, o.address,"
	"  (SELECT e.data->>'due_on' FROM event e WHERE e.dossier_id = l.dossier_id AND e.leg_id = l.id"
	"    AND e.kind = 'invited' AND e.verdict IN ('recorded', 'late') ORDER BY e.dseq DESC LIMIT 1),"
	"  d.status = 'supplement', d.due_on::text, d.service"
	" FROM dossier d JOIN leg l ON l.dossier_id = d.id LEFT JOIN office o ON o.id = l.state_office_id"
	" WHERE d.id = $1::uuid ORDER BY l.no LIMIT 20"};
_Static_assert(PROGRESS_LEGS_MAX == 20, "as in lookup_progress");

static const struct pg_statement secret = {"lookup_secret",
	"SELECT secret FROM lookup_secret WHERE retired_at IS NULL ORDER BY no DESC LIMIT 1", .is_binary = true};
/* clang-format on */

static struct digest digest_of(const char *code)
{
	return text_digest(code, strlen(code), "", 0);
}

enum ask_step { ASK_NO_WAIT, ASK_COUNT, ASK_FIND, ASK_SECRETS };

void lookup_ask(struct pg_trip *trip, const struct lookup_question *question)
{
	struct digest key = digest_of(question->code);
	struct pg_params *params;

	pg_trip_add(trip, &no_wait);
	params = pg_trip_add(trip, &count);
	pg_params_text(params, question->network);
	pg_params_int(params, question->slot);
	params = pg_trip_add(trip, &find);
	pg_params_text(params, question->code);
	pg_params_bytes(params, key.bytes, sizeof key.bytes);
	pg_trip_add(trip, &secrets);
}

static void learn_counts(const PGresult *rows, struct lookup_found *found)
{
	for (int row = 0; row < pg_rows(rows); row++) {
		int64_t asked = pg_int(rows, row, 1);
		if (pg_text(rows, row, 0)[0] == '\0') {
			found->asked_by_all = asked;
		} else {
			found->asked_by_network = asked;
		}
	}
}

struct lookup_found lookup_learn(const struct pg_trip *trip)
{
	const PGresult *answer = trip->results[ASK_FIND];
	const PGresult *keys = trip->results[ASK_SECRETS];
	struct lookup_found found = {
		.is_there = pg_bool(answer, 0, 0),
		.is_closed = pg_bool(answer, 0, 4),
		.dossier_id = pg_uuid(answer, 0, 1),
		.phones = {pg_text(answer, 0, 2), pg_text(answer, 0, 3)},
		.secrets_count = (unsigned)MIN(pg_rows(keys), LOOKUP_SECRETS_MAX),
	};

	learn_counts(trip->results[ASK_COUNT], &found);
	for (unsigned i = 0; i < found.secrets_count; i++) {
		pg_bytes(keys, (int)i, 0, found.secrets[i].bytes, sizeof found.secrets[i].bytes);
	}
	return found;
}

void lookup_note_wrong(struct pg_trip *trip, const char *code)
{
	struct digest key = digest_of(code);

	pg_trip_add(trip, &no_wait);
	pg_params_bytes(pg_trip_add(trip, &note), key.bytes, sizeof key.bytes);
}

void lookup_ask_progress(struct pg_trip *trip, const struct uuid *dossier_id)
{
	pg_params_uuid(pg_trip_add(trip, &progress), dossier_id);
}

static struct progress_leg leg_at(const PGresult *rows, int row)
{
	return (struct progress_leg){
		.kind = leg_kind_from_wire(pg_text(rows, row, 0)),
		.state = leg_state_from_wire(pg_text(rows, row, 1)),
		.state_at_ms = pg_int(rows, row, 2),
		.accepted_at_ms = pg_int(rows, row, 3),
		.ended_at_ms = pg_int(rows, row, 4),
		.office = pg_text(rows, row, 5),
		.address = pg_text(rows, row, 6),
		.until = pg_text(rows, row, 7),
	};
}

struct progress lookup_learn_progress(const struct pg_trip *trip, enum hoso_language language)
{
	const PGresult *rows = trip->results[0];
	struct progress_leg legs[PROGRESS_LEGS_MAX];
	struct progress_dossier dossier = {.legs = legs,
		.count = (unsigned)MIN(pg_rows(rows), PROGRESS_LEGS_MAX),
		.due_on = "",
		.language = language};

	for (unsigned i = 0; i < dossier.count; i++) {
		legs[i] = leg_at(rows, (int)i);
	}
	if (dossier.count > 0) {
		dossier.wants_supplement = pg_bool(rows, 0, 8);
		dossier.due_on = pg_text(rows, 0, 9);
		dossier.service = (int)pg_int(rows, 0, 10);
	}
	return progress_of(&dossier);
}

void lookup_ask_secret(struct pg_trip *trip)
{
	pg_trip_add(trip, &secret);
}

bool lookup_learn_secret(const struct pg_trip *trip, struct digest *ret_secret)
{
	return pg_rows(trip->results[0]) > 0 &&
	       pg_bytes(trip->results[0], 0, 0, ret_secret->bytes, sizeof ret_secret->bytes);
}
