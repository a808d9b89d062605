#ifndef HOSO_BASE_CRASH_H
#define HOSO_BASE_CRASH_H

/*
 * Points at which a test lets the daemon die, as a power cut would: one at every step of both walks. Built with
 * -Dcrash_points=true, the process kills itself at the n-th passing of the point that HOSO_CRASH=name:n names.
 * In every other build CRASH_POINT() is nothing.
 */

/* clang-format off */
#define HOSO_CRASH_POINTS(X) \
	X(START_FLOWS, "start.flows") /* the loop and the portal are there, nothing else */ \
	X(START_SERVING, "start.serving") /* all is open, no event was handled yet */ \
	X(PG_UP, "pg.up") /* a session passed the gate */ \
	X(SWEEP_SENT, "sweep.sent") \
	X(SWEEP_DONE, "sweep.done") \
	X(HTTP_ACCEPTED, "http.accepted") \
	X(HTTP_READ, "http.read") /* head and body are in */ \
	X(API_GUARDED, "api.guarded") /* the session is good, the handler is next */ \
	X(SCAN_READ, "scan.read") /* every scan of the request was read and checked */ \
	X(SCAN_SUBMITTED, "scan.submitted") /* one scan of the request waits in the intake, others may not */ \
	X(INTAKE_FILLED, "intake.filled") \
	X(INTAKE_ASKED, "intake.asked") /* BEGIN, lock and questions are on their way */ \
	X(INTAKE_LEARNED, "intake.learned") /* the locks are ours, the answers are in */ \
	X(INTAKE_JUDGED, "intake.judged") \
	X(INTAKE_KEEP_MADE, "intake.keep_made") \
	X(INTAKE_KEEP_SENT, "intake.keep_sent") /* rows and COMMIT are on their way */ \
	X(PG_QUEUED, "pg.queued") /* libpq has the commands, the socket may not */ \
	X(PG_FLUSHED, "pg.flushed") \
	X(PG_COMMIT_SEEN, "pg.commit_seen") /* the answer to COMMIT is here, its tag was not looked at */ \
	X(PG_SYNCED, "pg.synced") /* the last answer of a trip is here, nobody was told */ \
	X(INTAKE_COMMITTED, "intake.committed") \
	X(INTAKE_SETTLED_ONE, "intake.settled_one") /* one scan of the batch is answered, others may not be */ \
	X(INTAKE_SETTLED, "intake.settled") \
	X(SCAN_ANSWERED, "scan.answered") /* all scans of a request have answers, the reply is not made */ \
	X(REPLY_MADE, "reply.made") \
	X(REPLY_QUEUED, "reply.queued") /* evhttp has the reply, the socket has not */ \
	X(REPLY_SENT, "reply.sent") /* the kernel has all of it */ \
	X(PG_ROLLING, "pg.rolling") \
	X(PG_LOST, "pg.lost") \
	X(INTAKE_AGAIN, "intake.again") \
	X(INTAKE_PARKED, "intake.parked") \
	X(INTAKE_SPLIT, "intake.split") \
	X(INTAKE_SHELF_SENT, "intake.shelf_sent") \
	X(INTAKE_SHELVED, "intake.shelved") /* committed to the quarantine, not answered */ \
	X(INTAKE_OVERDUE, "intake.overdue") \
	X(BOOKING_ASKED, "booking.asked") /* its locks and questions are on their way */ \
	X(BOOKING_LEARNED, "booking.learned") /* the locks are ours, the answers are in */ \
	X(BOOKING_JUDGED, "booking.judged") /* every scan has its answer, nothing is written */ \
	X(BOOKING_KEEP_SENT, "booking.keep_sent") /* rows and COMMIT are on their way */ \
	X(BOOKING_COMMITTED, "booking.committed") /* nobody was told */ \
	X(BOOKING_ANSWERED, "booking.answered") /* whose it was was told; the reply may not be made */ \
	X(BOOKING_UNDOING, "booking.undoing") /* it may not be, and is being rolled back */ \
	X(BOOKING_AGAIN, "booking.again") \
	X(OUTBOX_CLAIM_MADE, "outbox.claim_made") \
	X(OUTBOX_CLAIM_SENT, "outbox.claim_sent") \
	X(OUTBOX_CLAIMED, "outbox.claimed") /* the lease is ours, nothing was sent */ \
	X(OUTBOX_BEGUN, "outbox.begun") /* one row of the claim is on its way, others may not be */ \
	X(PORTAL_CALLING, "portal.calling") /* libcurl has a message for the portal */ \
	X(PORTAL_ANSWERED, "portal.answered") /* its answer is in, unread */ \
	X(DVCQG_SIGNING_IN, "dvcqg.signing_in") \
	X(DVCQG_SIGNED_IN, "dvcqg.signed_in") \
	X(DVCQG_ASKING, "dvcqg.asking") /* in doubt: the portal is asked first */ \
	X(DVCQG_TELLING, "dvcqg.telling") \
	X(DVCQG_SYNCING, "dvcqg.syncing") \
	X(DVCQG_READ, "dvcqg.read") /* the answer's words are understood, not acted upon */ \
	X(WEBHOOK_SENDING, "webhook.sending") \
	X(WEBHOOK_ANSWERED, "webhook.answered") \
	X(PUSH_SENT, "push.sent") /* the portal has answered, nothing is decided */ \
	X(PUSH_DECIDED, "push.decided") \
	X(PUSH_SETTLE_SENT, "push.settle_sent") \
	X(PUSH_SETTLED, "push.settled") \
	X(PUSH_SETTLE_AGAIN, "push.settle_again") \
	X(PUSH_DONE, "push.done") \
	X(OUTBOX_RENEW_SENT, "outbox.renew_sent") \
	X(OUTBOX_RENEWED, "outbox.renewed") \
	X(OUTBOX_REVIVE_SENT, "outbox.revive_sent") \
	X(OUTBOX_REVIVED, "outbox.revived") \
	X(RELOADED, "reloaded") \
	X(STOP_ASKED, "stop.asked") \
	X(STOP_ANSWERED, "stop.answered") /* nothing is in the air any more */ \
	X(STOP_CLOSING, "stop.closing") \
	X(STOP_INTAKE_GONE, "stop.intake_gone") /* half of the rooms are taken down */ \
	X(STOP_CLOSED, "stop.closed")

enum crash_point {
#define X(name, word) CRASH_##name,
	HOSO_CRASH_POINTS(X)
#undef X
	CRASH_POINT_COUNT
};
/* clang-format on */

#ifdef HOSO_WITH_CRASH_POINTS
#define CRASH_POINT(name) crash_pass(CRASH_##name)
#else
#define CRASH_POINT(name) ((void)CRASH_##name)
#endif

/** crash_pass() - SIGKILL to ourselves if this is the passing that HOSO_CRASH asks for; says so on stderr first. */
void crash_pass(enum crash_point point);

/** crash_print() - for a test: one line per point when they are built in; nothing when they are not. */
void crash_print(void);

#endif
