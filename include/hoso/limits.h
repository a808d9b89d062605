#ifndef HOSO_LIMITS_H
#define HOSO_LIMITS_H

/* Every bound, with its unit and its reason. */
/* clang-format off */

/* one scan */
#define ITEM_CODE_MAX 40         /* characters; S10 has 13, customer-assigned numbers are longer */
#define DOSSIER_CODE_MAX 60      /* characters; the one-stop systems keep varchar(50), domain 2.1 */
#define SCAN_DATA_MAX 8192       /* bytes of canonical JSON; an intake with 40 papers has about 4 kB */
#define SCAN_PAPERS_MAX 60       /* lines; the longest published list seen has 31 */
#define SCAN_COPIES_MAX 999      /* of one paper */
#define SCAN_GRAMS_MAX 50000     /* of one item; the public service takes papers, and 50 kg is the post's own ceiling */
#define PARTY_NAME_MAX 480       /* bytes of UTF-8, 120 characters */
#define PARTY_ADDRESS_MAX 1200   /* bytes of UTF-8, 300 characters */
#define PHONE_MAX 15             /* digits and sign */
#define NOTE_MAX 2000            /* bytes of UTF-8, 500 characters */
#define WORD_MAX 200             /* bytes of UTF-8: numbers of minutes, receipts, seals, shelves */
#define MONEY_MAX_VND 10000000000LL /* one amount; ten billion, a hundred times the largest fee seen */
#define SCAN_AGE_MAX_MS (60LL * 86400 * 1000) /* partitions and patience: a courier's longest time offline */
#define SCAN_AHEAD_MAX_MS (5LL * 60 * 1000)   /* a device clock may run ahead by this much */
#define DEVICE_CLOCK_STEP_MS 60000 /* less is no news of a device's clock: a request may be on the road for 40 seconds */
#define DEVICE_CLOCK_OFF_MS (5LL * 60 * 1000) /* more is told beside the device's times */
#define DEVICE_CLOCK_KNOWN_MS 60000 /* so long it is not asked again what is recorded, though another daemon may have */
#define DEVICE_CLOCKS_MAX 4096   /* devices whose record is remembered */
#define DEVICE_CLOCKS_IN_AIR_MAX 16 /* being compared with the record: few, as who reads waits for the same sessions */
#define LEG_EVENTS_MAX 250       /* events folded into one leg; ten are usual */

#define DOSSIER_STEPS_MAX 60     /* of a dossier itself, and scans that tell its code and dates; five are usual */
#define NOTICE_BYTES_MAX 16384   /* one notice of the province's system */
#define NOTICE_ID_MAX 128        /* characters of its webhook-id */
#define NOTICE_SKEW_S 300        /* its clock and ours; Standard Webhooks */
#define NOTICE_SECRETS_MAX 4     /* the old one and the new one, and room */

/* delivery */
#define RECLAIM_PAPERS_MAX 10    /* papers that one agency wants back for one result; one is usual */
#define RECLAIM_MAX 2020         /* bytes: so many names of WORD_MAX, a line each */
#define POSITION_ACCURACY_MIN_M 100 /* what a thousandth of a degree says at best */
#define POSITION_ACCURACY_MAX_M 100000
#define PIN_DIGITS 6             /* a million: hopeless to guess in … */
#define PIN_TRIES_MAX 5          /* … so many wrong tries */
#define PROOF_BYTES_MAX (2 * 1024 * 1024) /* a photo of a signed slip that can be read has 300 kB; phones make them smaller first */
#define PROOF_PART_BYTES_MAX BODY_BYTES_MAX /* of one request */
#define PROOF_PART_BYTES_MIN 16384 /* but the last of a proof: no swarm of rows */
#define PROOF_DAY_BYTES_MAX (256LL * 1024 * 1024) /* of one account in 24 hours: a courier's 200 deliveries, twice */
#define PROOF_PART_HOURS 48      /* a proof that began to come: so long may the rest take */
#define PROOF_ORPHAN_DAYS 61     /* a day longer than its scan may be late */
#define CLOSE_AFTER_DAYS 7       /* as long as a scan may come late without a supervisor (domain 5.3 f): then it is over */
#define PROOF_KEPT_MONTHS 18     /* domain 7: a signature's own retention; the complaint's window is six months */
#define PROOF_MISSING_HOURS 24   /* a phone comes home in the evening */
/* one visit */
#define VISIT_ITEMS_MAX 20       /* items, and dossiers: a family, or a notary's day */
#define VISIT_PROCEDURES_MAX 10
#define VISIT_CHANGES_MAX 200    /* shown of its history; ten are usual */
#define VISIT_HOURS_MAX 100      /* rows of an office's hours; three a day are usual */
#define VISIT_SUGGESTIONS 5      /* free windows told when one is full */
#define VISIT_SUGGESTION_DAYS 14 /* … of so many days */

/* one request */
#define SCANS_PER_REQUEST_MAX 200
#define BODY_BYTES_MAX (1024 * 1024)          /* 200 scans of 4 kB and room */
#define HEAD_BYTES_MAX 8192
#define HEAD_LINES_MAX 64
#define JSON_DEPTH_MAX 8
#define PAGE_ROWS_MAX 200
#define PAGE_ROWS_DEFAULT 50
#define CURSOR_MAX 120           /* characters of an opaque cursor */
#define QUERY_TEXT_MAX 200       /* bytes of a search text */

/* the calendar, as it is read with what needs it */
#define CALENDAR_DAYS_MAX 250    /* special days; 500 days with every weekend spelled out have 170 */
#define CALENDAR_BACK_DAYS 400   /* an invitation is that old at most: after six months the item is nobody's */
#define CALENDAR_AHEAD_DAYS 100  /* 12 working days over the longest Tết are 30 */

/* intake */
#define INTAKE_BATCH_MAX 128     /* scans in one transaction; beyond, a larger one costs less no more, and others wait for it */
#define INTAKE_BATCHES 2         /* in the air at a time, on a session each: one is judged while the other is written */
#define INTAKE_SECOND_MIN 16     /* waiting scans that are worth a second batch while another is in the air */
#define INTAKE_BATCH_BYTES_MAX (1024 * 1024)
#define INTAKE_LIVE_SCANS_MAX 10 /* a request with more is a backlog that somebody catches up with */
#define INTAKE_LIVE_WAITING_MAX 1024    /* scans waiting for the next batches, 14 kB each; beyond: busy */
#define INTAKE_BACKLOG_WAITING_MAX 4096 /* the same for backlogs */
#define INTAKE_LIVE_AGE_MAX_MS 3000     /* nor when the oldest has waited for so long: what waits longer … */
#define INTAKE_BACKLOG_AGE_MAX_MS 1000  /* … is better off on its device, and backlogs give way first */
#define INTAKE_BACKLOG_SHARE 64  /* scans of a batch that are kept for backlogs, so that they get on too */
#define INTAKE_POSTPONED_MS 20   /* until a dossier that somebody else has in hand is tried again for its own sake */
#define INTAKE_DEADLINE_MS 10000 /* a scan whose outcome is not known by then is answered outcome_unknown */
#define MANIFEST_LINES_MAX 500   /* items handed over at once; the largest seen has some 300 */
#define MANIFEST_SCANS_MAX 1500  /* lines of one, with those undone or scanned twice */
#define BOOKINGS_WAITING_MAX 256 /* hand-overs, visits … waiting for the one before; beyond: busy */
#define INTAKE_RETRIES_MAX 3     /* serialization failure, deadlock, lost race: the same batch again */

/* the catalogue */
#define CATALOGUE_BYTES_MAX BODY_BYTES_MAX /* one table as CSV: some 6,000 lines; what is longer comes in parts */
#define CSV_LINES_MAX 20000      /* rows; the papers of 2,000 procedures are some 16,000, in parts */
#define CSV_CELLS_MAX 32         /* in a line; the widest table has 12 */
#define CSV_CELL_MAX 4000        /* bytes of one cell */
#define CATALOGUE_DAYS_AHEAD 1830 /* a change may be announced so long before, five years; beyond it is a slip of the pen */
#define CATALOGUE_TRIES_MAX 3    /* somebody else changed the catalogue meanwhile: planned anew */
#define PUBLIC_AGE_MAX_MS 2000   /* what anybody may read is asked of the database at most so often */
#define PUBLIC_PER_S 100         /* answers to anybody in a second, in all … */
#define PUBLIC_BURST 300         /* … and at once */

/* connections */
#define CONNECTIONS_MAX 8192
#define CONNECTIONS_PER_ADDRESS_MAX 64 /* an office behind one NAT has some 20 seats */
#define CONNECTION_REQUESTS_MAX 10000  /* then the connection is closed politely */
#define HANDSHAKE_DEADLINE_MS 10000
#define HEAD_DEADLINE_MS 10000
#define BODY_DEADLINE_MS 30000
#define IDLE_DEADLINE_MS 60000
#define REPLY_DEADLINE_MS 30000        /* for a client to take a reply, and … */
#define REPLY_BYTES_PER_S_MIN 8192     /* … this rate for a long one: a phone at the edge of its network */
#define LONG_BODIES_MAX 8              /* over BODY_BYTES_MAX, so pictures: in memory at a time, 20 MiB each */
#define LONG_BODIES_PER_ADDRESS_MAX 4
#define LONG_BODY_BYTES_PER_S_MIN (128 * 1024) /* beside BODY_DEADLINE_MS: a phone's picture has some 5 MB */
#define LINGER_DEADLINE_MS 2000        /* a refused client may go on sending while it reads why, … */
#define LINGER_BYTES_MAX (4 * 1024 * 1024) /* … but not for ever */

/* database */
#define PG_STATEMENT_TIMEOUT_MS 5000
#define PG_LOCK_TIMEOUT_MS 2000
#define PG_ROWS_MAX 20000        /* rows of one answer; everything is paged */
#define PG_POOL_WAITING_MAX 1024 /* reads waiting for a connection, such as all sessions after a restart; beyond: busy */

/* outbox */
#define OUTBOX_IN_AIR_MAX 256    /* pushes at a time, one per dossier; after a crash each of them is in doubt */
#define OUTBOX_IN_AIR_MIN 16
#define OUTBOX_IN_AIR_PER_CONNECTION 4 /* to begin with: being sent, being written down, waiting for the connection */
#define PORTAL_CONNECTIONS_MAX 64
#define OUTBOX_LEASE_MS 15000    /* renewed while the push is in the air; after a crash, so long until somebody else asks */
#define OUTBOX_RENEW_MS 5000
#define OUTBOX_POLL_MIN_MS 50
#define OUTBOX_POLL_MAX_MS 2000
#define OUTBOX_AGE_MAX_MS (7LL * 86400 * 1000) /* then a dead letter; never deleted */
#define OUTBOX_COUNT_MAX 2000    /* lines that wait, and dead ones, that a supervisor's counts look at */
#define ROAD_LOOK_MS 1000        /* whether the road is open is told when it changes, … */
#define ROAD_TELL_MS 10000       /* … and again after this long; … */
#define ROAD_SILENT_MS 30000     /* … a daemon that was not heard of for so long says nothing */
#define PORTAL_ANSWER_MAX 65536  /* bytes read of the portal's answer */
#define PORTAL_ANSWER_KEPT 2000  /* bytes of it shown to the supervisor */
#define PORTAL_ACTOR_MAX 50      /* characters of NguoiXuLy, domain 3.2 */
#define RETRY_AFTER_MAX_MS (3600LL * 1000) /* a portal that asks for longer is not believed */

/* accounts */
#define PASSWORD_MIN 15          /* characters, NIST 800-63B-4 for a single factor */
#define PASSWORD_MAX 256         /* bytes */
#define ACCOUNT_MAX 64           /* characters of an account's name */
#define SESSION_IDLE_MS (8 * 3600 * 1000)      /* a working day at the counter */
#define SESSION_ABSOLUTE_MS (12 * 3600 * 1000)
#define LOGIN_FAILURES_MAX 5     /* per account and window; then 429 */
#define LOGIN_ADDRESS_FAILURES_MAX 50 /* per address and window: an office may share one */
#define LOGIN_WINDOW_MS (15 * 60 * 1000)
#define LOGIN_HELPERS_MAX 2      /* password hashes at a time, 64 MiB each */
#define LOGIN_WAITING_MAX 8

/* the public look-up */
#define LOOKUP_WINDOW_MS (10LL * 60 * 1000)
#define LOOKUP_NETWORK_MAX 60    /* per network and window: a carrier's NAT has many citizens, a guesser wants thousands */
#define LOOKUP_ALL_MAX 12000     /* per window, 20 a second: ten times what a large province's citizens ask */
#define LOOKUP_NETWORKS_REMEMBERED_MAX 10000 /* closed ones, so that a flood costs the database nothing */
#define LOOKUP_WRONG_MAX 5       /* then the phone's digits open this code no more, … */
#define LOOKUP_CLOSED_MS (15LL * 60 * 1000)        /* … for this long, and twice as long each time … */
#define LOOKUP_CLOSED_MAX_MS (24LL * 3600 * 1000)  /* … up to this: five guesses of ten thousand a day */
#define LOOKUP_SECRET_EVERY_MS (60LL * 1000)       /* another one is given out after this long */

/* pictures */
#define PICTURE_SIDE_MAX 8192    /* pixels */
#ifdef HOSO_FUZZING
#define PICTURE_PIXELS_MAX (250 * 1000) /* many small ones: under the sanitizers a large one takes half a minute */
#else
#define PICTURE_PIXELS_MAX (25 * 1000 * 1000)
#endif
#define PICTURE_BYTES_MAX (20 * 1024 * 1024)
#define PICTURE_CODES_MAX 64
#define PICTURE_PAGES_MAX 16     /* of a document; the time is bounded for all of them together */
#define PICTURE_PAGE_DPI 300     /* a page is drawn as a good scanner would scan it: 4 pixels to the finest bar, … */
#define PICTURE_PAGE_PIXELS_MAX (9 * 1000 * 1000) /* … and a page larger than A4 at less */

/* pictures sent in */
#define PHOTOS_CHILDREN_MAX 2    /* decoded at a time, each one core and up to 512 MiB for up to 4 s */
#define PHOTOS_WAITING_MAX 6     /* beyond: busy */
#define PHOTOS_PER_ACCOUNT_MAX 2 /* of both together: nobody takes all of it */

/* reports */
#define REPORTS_AT_A_TIME_MAX 8  /* being asked of the database and waiting for it; beyond: busy */
#define REPORT_CONNECTIONS 2     /* of their own: look-ups do not wait behind a year */
#define REPORT_STATEMENT_TIMEOUT_MS 20000 /* a year of a million legs takes 2 s on an idle machine */
#define REPORT_TRIP_DEADLINE_MS 30000
#define REPORTS_WAITING_MAX 8    /* files being made and waiting for it, one child at a time; beyond: busy */
#define REPORT_PRESS_TIME_MS 60000 /* for a file of the most rows that there can be */
#define REPORT_PRESS_MEMORY_BYTES (768ULL * 1024 * 1024)
#define REPORT_FILE_BYTES_MAX (64 * 1024 * 1024)
#define REPORT_TABLE_BYTES_MAX (64 * 1024 * 1024)
#define TOTALS_LINES_MAX 5000    /* of one import; an agency with 300 procedures has 300 a period */

/* settings */
#define CONFIG_FILE_BYTES_MAX 65536 /* ten times a file that sets everything, with comments */
#define SECRET_BYTES_MAX 4096       /* a password or a signing secret */

/* the counter's spool */
#define SPOOL_RECORD_MAX (SCAN_DATA_MAX + 1024)
#define SPOOL_UNSENT_MAX 100000  /* scans; ten days of a busy counter */
#define DEBOUNCE_MS 2000         /* the same code from the same device is one scan */

/* the board */
#define BOARD_NEWS_MS 1000       /* one question for all who look on, whoever of the daemons recorded it */
#define BOARD_STATES_MS 10000    /* what is counted by walking through open items is not counted so often */
#define BOARD_LINGER_MS 60000    /* it goes on after the last one has left: who polls comes back sooner */
#define BOARD_LAST_MAX 20        /* hand-overs of one office that are kept, and of one scope that are shown */
#define BOARD_ROWS_MAX 2000      /* hand-overs of one answer; the others are counted only */
#define BOARD_OPEN_MAX 200000    /* open items that are counted; beyond, the counts say that they are partial */
#define BOARD_LINES_MAX 20000    /* the same for the portal's lines */
#define BOARD_STREAMS_MAX 256    /* a province's supervisors; who comes later polls */
#define BOARD_STREAMS_PER_ACCOUNT_MAX 8 /* browsers of one person: each shares one among its tabs */
#define BOARD_HEARTBEAT_MS 15000 /* edges close what is silent for a minute */
#define BOARD_STREAM_MS 60000    /* then it ends and is opened again, also when nobody can be asked whether its session goes on */
#define STREAM_BUFFER_MAX 65536  /* bytes that wait for one reader; beyond, it is let go */
/* clang-format on */

#endif
