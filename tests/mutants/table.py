"""The planted bugs: what becomes of which text, why that would be a disaster, and which tests must notice.

Each text stands exactly once in its file (the lint "mutants" watches that), so the sources know nothing of all
this. A test is the name of a meson test, or a pytest node; each one named must fail by an assertion. The cheapest
that the everyday run has is named, not all that would notice.
"""

from mutant import Mutant
from table_people import HANDOVER, PUBLIC

PORTAL_ROOM = "tests/system/test_portal_room.py::"
READS = "tests/system/test_reads.py::"
CLIENT = "tests/system/test_client.py::"
SOURCES = "tests/system/test_client_sources.py::"
COUNTER_TESTS = "tests/system/test_client_counter.py::"

INTAKE = (
    Mutant("acknowledge-before-commit", "daemon/flow/intake_batch.c",
           "\t\tbook_write(batch->book, &batch->trip);\n",
           "\t\tbook_write(batch->book, &batch->trip);\n"
           "\t\tfor (unsigned i = top_range(batch)->from; i < top_range(batch)->from + top_range(batch)->count; i++) {\n"
           "\t\t\tsettle(batch, i);\n"
           "\t\t}\n",
           "a crash loses scans that a person saw confirmed", ("flow_intake",)),
    Mutant("commit-without-its-tag", "daemon/io/pg_conn.c",
           'strcmp(PQcmdStatus(result), "COMMIT") == 0', "true",
           "the COMMIT of a failed transaction is a ROLLBACK, and says OK", ("flow_pg_conn",)),
    Mutant("warning-not-heard", "daemon/io/pg_conn.c",
           "conn->trip->warned = true;", "conn->trip->warned = false;",
           "a commit that only this server has is taken for one that the standby has", ("flow_pg_conn",)),
    Mutant("warned-commit-believed", "daemon/flow/intake_policy.c",
           "(outcome->committed && !outcome->warned)", "outcome->committed",
           "the same, one floor higher", ("intake_policy",)),
    Mutant("gate-takes-synchronous-commit-off", "daemon/store/gate.c",
           '(strcmp(commit, "on") != 0 && strcmp(commit, "remote_apply") != 0)', 'strcmp(commit, "") == 0',
           "a power cut loses the last moments of what was acknowledged", ("flow_pg_conn",)),
    Mutant("gate-takes-fsync-off", "daemon/store/gate.c",
           'strcmp(pg_text(answer, 0, G_FSYNC), "on") != 0 ||', "",
           "a power cut loses everything",
           ("tests/system/test_gate.py::test_a_server_that_does_not_write_through[fsync]",)),
    Mutant("known-ids-not-asked-for", "daemon/flow/judge.c",
           "known = book_known(book, &scan->event_id);", "known = NULL;",
           "a retry is not met with the stored verdict", ("flow_intake",)),
    Mutant("batch-forgets-its-own-ids", "daemon/flow/judge.c",
           "\tremember(&hearing, event);\n", "\t(void)remember;\n",
           "the same scan twice in a batch breaks the batch", ("flow_intake",)),
    Mutant("content-not-compared", "daemon/flow/judge.c",
           "memcmp(known->content.bytes, content->bytes, sizeof content->bytes) != 0", "false",
           "another scan under a used id gets a verdict that is not its own, and is lost", ("flow_intake",)),
    Mutant("no-lock", "daemon/store/book_read.c",
           " FOR UPDATE OF d SKIP LOCKED", "",
           "two daemons give the same place in a dossier's sequence", ("flow_intake_doubt",)),
    Mutant("read-before-the-lock", "daemon/store/book_read.c",
           "enum ask_step { ASK_BEGIN, ASK_LOCK, ASK_LEGS, ASK_KNOWN, ASK_OTHERS };\n"
           "\n"
           "void book_ask(const struct book *book, struct pg_trip *trip)\n"
           "{\n"
           "\tstruct pg_params *params;\n"
           "\n"
           "\tpg_trip_add(trip, &pg_begin);\n"
           "\tparams = pg_trip_add(trip, &lock_dossiers);\n"
           "\task_for(params, book->wanted_codes);\n"
           "\task_for(params, book->wanted_dossiers);\n"
           "\tparams = pg_trip_add(trip, &read_legs);\n",
           "enum ask_step { ASK_BEGIN, ASK_LEGS, ASK_LOCK, ASK_KNOWN, ASK_OTHERS };\n"
           "\n"
           "void book_ask(const struct book *book, struct pg_trip *trip)\n"
           "{\n"
           "\tstruct pg_params *params;\n"
           "\n"
           "\tpg_trip_add(trip, &pg_begin);\n"
           "\tparams = pg_trip_add(trip, &read_legs);\n"
           "\task_for(params, book->wanted_codes);\n"
           "\task_for(params, book->wanted_dossiers);\n"
           "\tparams = pg_trip_add(trip, &lock_dossiers);\n",
           "a leg's history is decided on, and written back, as it was before the other daemon's scan",
           ("flow_intake_doubt",)),
    Mutant("busy-dossier-judged-anyway", "daemon/flow/intake_batch.c",
           "return book_is_busy(batch->book, &req->scan) || (", "return (",
           "a scan of a dossier that somebody has in hand is put into quarantine", ("flow_intake_lanes",)),
    Mutant("sequence-stands-still", "daemon/flow/judge.c",
           ".dseq = ++dossier->dseq,", ".dseq = dossier->dseq + 1,",
           "the order of a dossier's steps is gone", ("flow_intake",)),
    Mutant("officer-acts-everywhere", "daemon/flow/judge.c",
           "return g_strcmp0(code, hearing->actor->office_code) == 0;", "return true;",
           "an officer signs for other agencies' dossiers", ("flow_intake",)),
    Mutant("one-line-a-batch", "daemon/store/book_write.c",
           "if (event->line) {", "if (event->line && lines->len == 0) {",
           "the portal never hears of steps that were recorded", ("flow_intake",)),
    Mutant("line-in-a-second-transaction", "daemon/store/book_write.c",
           "\tbook_rows_keep(trip, &insert_outbox, lines, outbox_columns",
           "\tpg_trip_add(trip, &pg_commit);\n"
           "\tpg_trip_add(trip, &pg_begin);\n"
           "\tbook_rows_keep(trip, &insert_outbox, lines, outbox_columns",
           "a crash between the two records a step that the portal never hears of", ("flow_intake_doubt",)),
    Mutant("poison-takes-its-neighbours", "daemon/flow/intake_policy.c",
           "outcome->scans > 1 ? INTAKE_STEP_SPLIT", "outcome->scans > 4 ? INTAKE_STEP_SPLIT",
           "good scans go down with a bad one", ("intake_policy",)),
    Mutant("quarantine-drops-the-bytes", "daemon/store/shelf.c",
           "pg_params_bytes(params, scan->data, scan->data_bytes);", 'pg_params_bytes(params, "", 0);',
           "what was scanned is thrown away", ("flow_intake",)),
    Mutant("answered-twice", "daemon/flow/intake_batch.c",
           "\t\t\treturn take_out(batch, i);\n",
           "\t\t\tstruct intake_req *req = take_out(batch, i);\n"
           "\t\t\tbatch->reqs[i] = req;\n"
           "\t\t\treq->deadline_ms = INT64_MAX;\n"
           "\t\t\treturn req;\n",
           "a reply is written into memory of somebody else", ("flow_intake_doubt",)),
    Mutant("unknown-told-as-not-done", "daemon/flow/intake.c",
           "return req->was_sent ? HOSO_OUTCOME_UNKNOWN : HOSO_DATABASE_DOWN;", "return HOSO_DATABASE_DOWN;",
           "who is told that nothing happened scans again, under another id", ("flow_intake_doubt",)),
    Mutant("what-is-built-on-goes-first", "daemon/flow/intake_batch.c",
           " || (req->group && req->group->postponed > 0);", ";",
           "a result is accepted for a code that the scan before it was about to bind", ("flow_intake_lanes",)),
    Mutant("request-overtakes-itself", "daemon/flow/intake_queue.c",
           "(group->in_the_air > 0 && group->batch != filling->batch)", "false",
           "two scans of one request are recorded the wrong way round", ("intake_queue",)),
    Mutant("backlog-has-no-share", "daemon/flow/intake_queue.c",
           "g_queue_is_empty(backlog) ? 0 : INTAKE_BACKLOG_SHARE;", "0;",
           "a busy day keeps the couriers' phones full for hours", ("flow_intake_lanes",)),
)

RULES = (
    Mutant("voided-still-counts", "daemon/model/leg.c",
           "bool counts = event->kind != EVENT_VOID && !is_voided(track, event);",
           "bool counts = event->kind != EVENT_VOID;",
           "a mistake cannot be taken back", ("leg_fold",)),
    Mutant("an-end-for-ever", "daemon/model/leg.c",
           "leg->ended_at_ms = ends ? event->occurred_at_ms : 0;",
           "leg->ended_at_ms = ends ? event->occurred_at_ms : leg->ended_at_ms;",
           "what was found again is not looked for any more", ("leg_facts",)),
    Mutant("weekends-are-promised", "daemon/model/deadline.c",
           "return workday_add(day, road->send_days, calendar);", "return day + (int32_t)road->send_days;",
           "a promise that nobody can keep", ("deadline",)),
    Mutant("a-results-clock-runs-on", "daemon/model/deadline.c",
           "if (!leg_kind_to_agency(leg->kind) && leg->attempted_at_ms) {", "if (false) {",
           "the post is late because the citizen was out", ("deadline",)),
    Mutant("holidays-bring-it-back", "daemon/flow/judge.c",
           "return early ? delivery_return_why(&before) : HOSO_OK;", "return early ? HOSO_OK : HOSO_OK;",
           "a result goes back to the agency over Tết", (
               "tests/system/test_deadlines.py::test_holidays_between_two_invitations_do_not_count",)),
    Mutant("the-desk-has-no-walls", "daemon/store/exception.c",
           'LIKELY("i.offices && " SCOPE_OFFICES)', '"true"',
           "every supervisor sees every office's trouble", (
               "tests/system/test_deadlines.py::test_a_supervisor_sees_what_was_in_their_offices_only",)),
    Mutant("late-moves-back", "daemon/model/leg.c",
           "qsort(order, count, sizeof *order, compare_events);", "(void)compare_events;",
           "a phone that comes home in the evening undoes the afternoon", ("leg_fold",)),
    Mutant("check-digit-not-looked-at", "daemon/model/item_code.c",
           "if (item_code_check_digit(code + 2) != code[10]) {", "if (false) {",
           "a misread digit is another citizen's dossier", ("item_code",)),
    Mutant("the-clients-clock-judges", "daemon/model/scan.c",
           "return error ? error : check_time(occurred_at_ms, now_ms);",
           "return error ? error : check_time(occurred_at_ms, uuid7_time_ms(event_id));",
           "a phone whose clock is wrong writes into last year", ("scan",)),
    Mutant("an-old-notice-is-believed", "daemon/base/webhook_key.c",
           "return good && is_near(timestamp, now_s, skew_s);", "return good;",
           "whoever recorded a notice once may send it for ever", ("webhook_key",)),
    Mutant("the-first-due-date-stays", "daemon/model/dossier_step.c",
           "facts->due_on = step->due_on ? step->due_on : facts->due_on;",
           "facts->due_on = facts->due_on ? facts->due_on : step->due_on;",
           "a due date that was put off is not seen", ("dossier_life",)),
    Mutant("a-void-does-not-count-for-the-dossier", "daemon/model/dossier_step.c",
           "if (step->kind != EVENT_VOID && !is_voided(dossier->steps, &step->id)) {",
           "if (step->kind != EVENT_VOID) {",
           "a step that was taken back goes on deciding the status", ("dossier_life",)),
    Mutant("any-already-there-is-a-proof", "daemon/portal/lgsp_message.c",
           "return service == LGSP_DOCUMENT || in_doubt ? DVCQG_SAID_YES : DVCQG_SAID_STRANGE;",
           "return DVCQG_SAID_YES;",
           "a line that the platform never had is taken for done", ("lgsp_message",)),
    Mutant("chain-without-the-device", "daemon/model/chain.c",
           "role_wire(event->role), event->office, event->device);", 'role_wire(event->role), event->office, "");',
           "history can be rewritten and still verifies", ("chain",)),
    Mutant("verify-believes-the-claim", "client/audit.c",
           "memcmp(digest->bytes, claimed_digest.bytes, sizeof digest->bytes) == 0", "sizeof claimed_digest > 0",
           "hoso verify finds nothing, whatever was done",
           ("tests/system/test_client_ask.py::test_verify_believes_a_whole_chain_only",)),
    Mutant("event-without-a-unique-id", "schema/0001_spine.sql",
           "\tid uuid PRIMARY KEY,\n\tdossier_id uuid NOT NULL,\n\tleg_id",
           "\tid uuid,\n\tdossier_id uuid NOT NULL,\n\tleg_id",
           "two daemons record the same scan twice", ("schema",)),
    Mutant("event-may-be-changed", "schema/0001_spine.sql",
           "CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON event",
           "CREATE TRIGGER event_append_only BEFORE DELETE ON event",
           "history is edited by a slip of the hand", ("schema",)),
    Mutant("daemon-may-change-events", "schema/0001_spine.sql",
           "GRANT SELECT, INSERT ON event, view_log", "GRANT SELECT, INSERT, UPDATE ON event, view_log",
           "whoever takes over the daemon edits history", ("schema",)),
)

OUTBOX = (
    Mutant("settled-without-the-fence", "daemon/store/outbox.c",
           "WHERE u.id = n.id AND u.attempt = n.attempt AND u.state", "WHERE u.id = n.id AND u.state",
           "a sender that slept overwrites what the next one knows better", ("flow_outbox",)),
    Mutant("lease-not-looked-at", "daemon/store/outbox.c",
           " AND (o.lease_until IS NULL OR o.lease_until < now())", "",
           "two daemons send the same line at the same time", ("flow_outbox",)),
    Mutant("anybody-renews", "daemon/store/outbox.c",
           "AND lease_owner = $2 AND state", "AND $2::text IS NOT NULL AND state",
           "a sender that was overtaken keeps the next one from its line", ("flow_outbox",)),
    Mutant("no-head-of-the-line", "daemon/store/outbox.c",
           "e.dseq < o.dseq", "e.dseq < 0",
           "the portal hears that it was delivered before it was taken in", ("flow_outbox",)),
    Mutant("dead-letter-stops-nothing", "daemon/store/outbox.c",
           "('waiting_code', 'ready', 'dead')", "('waiting_code', 'ready')",
           "a step is skipped, and nobody decided it", ("flow_outbox",)),
    Mutant("claim-leaves-no-doubt", "daemon/store/outbox.c",
           "attempt = u.attempt + 1, in_doubt = true,", "attempt = u.attempt + 1,",
           "what a dead sender may have sent goes again without a question", ("flow_outbox",)),
    Mutant("doubt-forgotten", "daemon/flow/outbox_policy.c",
           "bool in_doubt = unknown || ", "bool in_doubt = unknown && ",
           "a line that may have arrived is sent again without a question", ("outbox_policy",)),
    Mutant("feed-by-id", "daemon/store/feed.c",
           "WHERE (txid, id) > ($3::bigint, coalesce($4::uuid, uuid7_floor('epoch')))",
           "WHERE $3::bigint IS NOT NULL AND id > coalesce($4::uuid, uuid7_floor('epoch'))",
           "what was made earlier and committed later is never read",
           (READS + "test_the_feed_has_what_was_scanned_long_before_it_was_sent",)),
    Mutant("feed-overtakes-open-transactions", "daemon/store/feed.c",
           "   AND txid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint", "",
           "the reader is past a transaction when it commits, and never sees it",
           (READS + "test_the_feed_waits_for_an_open_transaction_and_then_misses_nothing",)),
    Mutant("breaker-never-opens", "daemon/flow/breaker.c",
           "\tbreaker->opened_by = why;\n", "\tbreaker->opened_by = why;\n\tforget_failures(breaker);\n\treturn;\n",
           "a portal that is down is hammered, and all its lines become dead letters", ("breaker",)),
    Mutant("backoff-without-a-ceiling", "daemon/base/backoff.c",
           "return delay_ms < backoff->ceiling_ms ? delay_ms : backoff->ceiling_ms;", "return delay_ms;",
           "after a night without the database nobody comes back before noon", ("backoff",)),
)

PORTAL = (
    Mutant("redirect-is-success", "daemon/portal/classify.c",
           "if (status >= 200 && status <= 299) {", "if (status >= 200 && status <= 399) {",
           "a moved portal swallows lines", ("classify",)),
    Mutant("status-not-looked-at", "daemon/portal/classify.c",
           "int status = outcome->http_status;", "int status = outcome->curl_code == CURLE_OK ? 200 : 0;",
           "that the transfer went well is taken for the portal's yes", ("classify",)),
    Mutant("body-not-looked-at", "daemon/portal/classify.c",
           "return classify_success(outcome->body);", "return HOSO_OK;",
           "a page of the Wi-Fi's landlord is taken for the portal's yes", ("classify",)),
    Mutant("refused-for-ever-retried", "daemon/portal/classify.c",
           "return body == BODY_REFUSAL ? HOSO_PORTAL_NEVER : HOSO_PORTAL_LATER;", "return HOSO_PORTAL_LATER;",
           "a lane that stands still looks like one that moves", ("classify",)),
    Mutant("html-is-proof", "daemon/portal/profile_dvcqg.c",
           "return BODY_STRANGE;", "return BODY_PROOF;",
           "an answer that nobody understands counts as done",
           (PORTAL_ROOM + "test_what_may_have_arrived_is_unknown_and_arrives_once[html-dvcqg]",)),
    Mutant("in-doubt-without-asking", "daemon/portal/dvcqg_step.c",
           ".resume = in_doubt ? DVCQG_ASKING : DVCQG_TELLING,", ".resume = DVCQG_TELLING,",
           "the citizen's dossier shows the same step twice", ("dvcqg_step",)),
    Mutant("resent-by-libcurl", "daemon/portal/profile_dvcqg.c",
           "service != DVCQG_QUERY);", "false);",
           "one call of ours arrives twice, and nobody can see it",
           (PORTAL_ROOM + "test_dvcqg_is_never_resent_silently",)),
    Mutant("portal-not-verified", "daemon/io/curl_loop.c",
           "\tcurl_easy_setopt(easy, CURLOPT_SSLVERSION,",
           "\tcurl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);\n\tcurl_easy_setopt(easy, CURLOPT_SSLVERSION,",
           "whoever stands on the road takes citizens' steps and our password",
           (PORTAL_ROOM + "test_a_wrong_authority_pauses_and_nothing_is_sent[dvcqg]",)),
    Mutant("phone-in-the-line", "daemon/portal/line.c",
           "if (digits >= LONG_NUMBER_DIGITS) {", "if (digits >= 10 * LONG_NUMBER_DIGITS) {",
           "a citizen's telephone number is published, and cannot be taken back", ("line",)),
)

SPOOL = (
    Mutant("spool-without-its-folder", "client/spool.c",
           "bool good = fsync(folder) == 0;", "bool good = folder >= 0;",
           "after a power cut the file is there, and its name is not", ("spool_sync",)),
    Mutant("spool-not-on-the-disk", "client/record_file.c",
           "if (sync && fdatasync(file->fd) < 0) {", "if (sync && false) {",
           "a power cut loses what the beep had confirmed", ("spool_sync",)),
    Mutant("spool-without-its-checksum", "client/record.c",
           "checksum(bytes + LENGTH_AT, bytes + RECORD_HEAD_SIZE, length) != expected", "expected == 0 && length == 0",
           "a damaged scan is sent as if it had been scanned", ("spool",)),
    Mutant("spool-tidied-too-early", "client/spool.c",
           "!error && mode == SPOOL_WRITE && spool->counts[SPOOL_UNSENT] == 0 &&", "!error && mode == SPOOL_WRITE &&",
           "scans that nobody has answered for are dropped", ("spool",)),
    Mutant("any-list-is-an-answer", "client/sender.c",
           "if (!fits_batch(sender->batch, results)) {",
           "if (!fits_batch(sender->batch, results) && !json_is_array(results)) {",
           "an answer to something else settles a scan",
           (CLIENT + "test_what_only_looks_like_an_answer_settles_nothing[strange2]",)),
    Mutant("busy-is-an-answer", "client/sender.c",
           "if (must_wait(result)) {", "if (must_wait(result) && false) {",
           "a scan that the server had no time for is dropped", (CLIENT + "test_a_busy_scan_is_sent_again",)),
    Mutant("retry-under-a-new-id", "client/sender.c",
           "\t\t\tjson_array_append_new(batch, scan);\n",
           "\t\t\tif (sender->attempt > 0) {\n"
           "\t\t\t\tg_autofree char *id = g_strdup(text_member(scan, \"event_id\"));\n"
           "\t\t\t\tid[35] = id[35] == '0' ? '1' : '0';\n"
           "\t\t\t\tjson_object_set_new(scan, \"event_id\", json_string(id));\n"
           "\t\t\t}\n"
           "\t\t\tjson_array_append_new(batch, scan);\n",
           "each lost answer is a second scan", (CLIENT + "test_a_lost_answer_makes_no_second_scan",)),
)

COUNTER = (
    Mutant("half-a-scan-heard", "client/key_line.c",
           ".deaf = true,", ".deaf = false,",
           "the second half of a scan is taken for a code", ("key_line",)),
    Mutant("dropped-events-not-noticed", "client/key_line.c",
           "event->type == EV_SYN && event->code == SYN_DROPPED", "event->type == EV_SYN && event->code == SYN_MAX",
           "two scans become one that nobody made", ("key_line",)),
    Mutant("shift-stays-held", "client/key_line.c",
           "bool held = value != VALUE_RELEASED;", "bool held = value != 7;",
           "digits come as other characters, all day", ("key_line",)),
    Mutant("unclear-code-guessed", "client/reading.c",
           "ret_reading->codes[ret_reading->count++] = scanned.codes[0];", "ret_reading->codes[0] = scanned.codes[0];",
           "another envelope's code is recorded", ("reading",)),
    Mutant("repaired-without-the-check-digit", "client/wedge.c",
           "item_code_parse(keys, length, &code) || !item_code_is_s10(&code)", "item_code_parse(keys, length, &code)",
           "what an input method made of a name becomes a code", ("wedge",)),
    Mutant("debounce-of-all-devices", "client/desk.c",
           'g_strdup_printf("%s %s", item->text, look->from)', 'g_strdup_printf("%s ", item->text)',
           "the other clerk's scan is dropped", (SOURCES + "test_two_scanners_at_one_counter",)),
    Mutant("undone-without-a-trace", "client/desk.c",
           "error = scan ? spool_append(desk->spool, id_text, scan) : HOSO_TOO_LARGE;\n\tif (error) {\n"
           "\t\tdesk->refused++;\n\t\ttell_refused(&desk->tell, past->code.text, error);",
           "error = scan ? HOSO_OK : HOSO_TOO_LARGE;\n\tif (error) {\n"
           "\t\tdesk->refused++;\n\t\ttell_refused(&desk->tell, past->code.text, error);",
           "the clerk sees an undoing that nobody else knows of",
           (COUNTER_TESTS + "test_the_last_scan_is_undone_by_an_event_that_says_so",)),
    Mutant("half-a-picture-read", "client/watch_source.c",
           "fcntl(fd, F_SETLEASE, F_RDLCK) < 0 && errno == EAGAIN", "fd < -1",
           "a label on the part that is not there yet is missed", (SOURCES + "test_half_a_picture_is_not_read",)),
    Mutant("picture-forgotten-when-not-stored", "client/watch_source.c",
           "if (looked(context, &look) && mark) {", "(void)looked(context, &look);\n\tif (mark) {",
           "a picture that the disk had no room for is never read again",
           (SOURCES + "test_a_picture_that_could_not_be_stored_is_read_again",)),
)

DOOR = (
    Mutant("second-content-length", "daemon/http/framing.c",
           "if (framing->field >= 0 && framing->seen & (1u << framing->field)) {",
           "if (framing->field >= 0 && framing->field != WATCHED_LENGTH && framing->seen & (1u << framing->field)) {",
           "a proxy and we disagree on where a request ends: requests are smuggled", ("framing",)),
    Mutant("length-and-chunked", "daemon/http/framing.c",
           "if (framing->chunked && (framing->old || has_length)) {",
           "if (framing->chunked && framing->old) {\n\t\t(void)has_length;",
           "the same", ("framing",)),
    Mutant("deadline-of-each-read", "daemon/http/connection.c",
           "\tif (phase != connection->phase) {\n", "\tif (phase != connection->phase || phase == PHASE_HEAD) {\n",
           "a few slow clients hold all connections for as long as they like",
           ("tests/system/test_http_limits.py::test_slow_drip_is_cut_at_the_deadline[plain-head]",)),
    Mutant("dossiers-without-a-scope", "daemon/store/dossier_row.h",
           '" WHERE " SCOPE_SEES_DOSSIER " ORDER BY rank LIMIT 1)"',
           '" WHERE coalesce($1::int, $2::int) IS NOT NULL ORDER BY rank LIMIT 1)"',
           "every clerk reads every citizen's dossier", (READS + "test_out_of_scope_is_not_there[south-clerk-False]",)),
    Mutant("look-not-written-down", "daemon/store/dossier.c",
           "  SELECT $6, $7, id FROM found)", "  SELECT $6, $7, id FROM found WHERE false)",
           "when names get out, nobody can say who has looked at them",
           (READS + "test_every_look_is_written_down_and_nothing_that_was_not_seen",)),
    Mutant("anybody-skips", "daemon/api/routes.c",
           '"/v1/outbox/{id}/skip",            ACCESS_SUPERVISOR,', '"/v1/outbox/{id}/skip",            ACCESS_ALL,',
           "a clerk decides that the portal need not hear of a step",
           (READS + "test_what_is_a_supervisors_is_nobody_elses[POST-/v1/outbox/1/skip-north-clerk]",)),
    Mutant("disabled-and-still-in", "daemon/store/session.c",
           '"s.ended_at IS NULL AND a.disabled_at IS NULL"', '"s.ended_at IS NULL"',
           "who was dismissed works on until the evening",
           ("tests/system/test_login.py::test_a_disabled_account_is_out_within_five_seconds",)),
    Mutant("passwords-without-a-lock", "daemon/flow/login.c",
           "return facts->account_failures >= LOGIN_FAILURES_MAX ||\n\t       facts", "return facts",
           "a password is guessed in a night",
           ("tests/system/test_login.py::test_five_failures_close_one_account_and_no_other",)),
    Mutant("server-not-verified", "client/call.c",
           "\tcurl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);\n",
           "\tcurl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);\n"
           "\tcurl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);\n",
           "a stranger in the Wi-Fi is told the clerk's password, and confirms scans",
           ("tests/system/test_client_ask.py::test_an_unknown_certificate_is_not_trusted",)),
    Mutant("log-as-it-comes", "daemon/base/log.c",
           "safe = text_escape(text);", "safe = g_strdup(text);",
           "a stranger writes lines into our log", ("log",)),
    Mutant("terminal-as-it-comes", "client/print.c",
           'coloured ? tones[tone] : "", safe, coloured', 'coloured ? tones[tone] : "", text, coloured',
           "a citizen's name drives the clerk's terminal",
           ("tests/system/test_client_ask.py::test_list_follows_the_pages_only_when_asked",)),
)

PICTURES = (
    Mutant("child-not-locked", "daemon/photo_child.c",
           "if (lockdown_enter(LOOK_MEMORY_BYTES, LOOK_CPU_MS)) {", "if (LOOK_CPU_MS == 0) {",
           "a hole in an image library is a hole in the post's server",
           ("tests/system/test_photos.py::test_the_reader_is_locked_down",)),
    Mutant("child-believed", "daemon/decode/look.c",
           "code->x <= PICTURE_SIDE_MAX && code->y <= PICTURE_SIDE_MAX &&", "",
           "a child that a picture has taken over says what it likes", ("look",)),
    Mutant("readers-without-number", "daemon/flow/photos.c",
           "at && photos->being_read < PHOTOS_CHILDREN_MAX;", "at;",
           "a handful of pictures takes all cores from the scans",
           ("tests/system/test_photos.py::test_twenty_at_once_are_bounded_and_disturb_nobody",)),
    Mutant("long-bodies-without-number", "daemon/http/seats.c",
           "seats->taken >= seats->max", "seats->taken >= 1000 * seats->max",
           "strangers' connections with 20 MiB each take all memory", ("phase",)),
    Mutant("long-bodies-everywhere", "daemon/http/framing.c",
           "if (target_is_long(framing)) {", "if (framing->long_target) {",
           "the same, by another address", ("framing",)),
    Mutant("two-texts-of-the-same-bars", "daemon/decode/finds.c",
           "if (is_lost(&own, &rival)) {", "if (is_lost(&own, &rival) && is_vetoed(finds, &at->place)) {",
           "a misread code is recorded beside the right one", ("finds",)),
    Mutant("itf-without-an-end", "daemon/decode/finds.c",
           "return is_enough && find->is_ended &&", "return is_enough &&",
           "a code whose end is covered is taken for a shorter one", ("finds",)),
    Mutant("foreign-letters-dropped", "daemon/decode/finds.c",
           "if (is_vetoed(finds, &at->place)) {", "if (is_vetoed(finds, &at->place) && finds->count == 0) {",
           "a code is recorded without the letters that the reader does not know", ("finds",)),
    Mutant("no-quiet-zone", "daemon/decode/quiet.c",
           "\t\tif (sum < 0) {\n\t\t\treturn false;", "\t\tif (sum < 0) {\n\t\t\treturn true;",
           "a piece of a code is taken for the whole", ("quiet",)),
    Mutant("neighbours-taken-for-one", "daemon/decode/place.c",
           "#define ALONG_SHARE 0.9", "#define ALONG_SHARE 1.5",
           "of two labels under each other one is not recorded", ("place", "finds")),
    Mutant("blur-not-taken-off", "daemon/decode/equalize.c",
           "values[y * side + x] = (float)sum;", "values[y * side + x] = at(even_values, side, (int)x, (int)y);",
           "a blurred QR code is not read, and the clerk types", ("modules",)),
)

PAPERS = (
    Mutant("papers-not-read-back", "client/issue.c",
           "error = readback(pressed, read_dpi[i], &fault);", "error = HOSO_OK;",
           "a label that no scanner reads goes out on an envelope",
           ("tests/system/test_papers.py::test_a_page_that_does_not_read_is_not_written",)),
    Mutant("papers-with-strangers", "client/readback.c",
           "for (unsigned found = 0; found < list->count; found++) {\n\t\tbool known = false;",
           "for (unsigned found = 0; found < 0 * list->count; found++) {\n\t\tbool known = false;",
           "a label says another item in its QR code than in its bars",
           ("tests/system/test_papers.py::test_a_page_that_does_not_read_is_not_written",)),
    Mutant("bars-off-the-dots", "daemon/sheet/sheet.c",
           "floor(widest_mm / sheet->dot_mm + HAIR_MM) * sheet->dot_mm;", "widest_mm;",
           "a thermal printer makes some bars thicker than others", ("sheet",)),
)

MUTANTS = INTAKE + RULES + OUTBOX + PORTAL + SPOOL + COUNTER + DOOR + PICTURES + PAPERS + HANDOVER + PUBLIC

FIRST_MS = "int64_t delay_ms = backoff->first_ms;"

# What must not count as caught, and what it must be called instead: the run begins with these.
CONTROLS = (
    ("survives", Mutant("control-harmless", "daemon/base/backoff.c", FIRST_MS, FIRST_MS + " /* */",
                        "none: no test may fail of it", ("backoff",))),
    ("no build", Mutant("control-nonsense", "daemon/base/backoff.c", FIRST_MS, "int64_t delay_ms = ;",
                        "none: what does not build says nothing about a test", ("backoff",))),
    ("broken", Mutant("control-crash", "daemon/base/backoff.c", FIRST_MS, FIRST_MS + "\n\t*(volatile int *)1 = 0;",
                      "none: a crash is noticed by whatever test comes along", ("backoff",))),
)
