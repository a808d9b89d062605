#ifndef HOSO_LEG_H
#define HOSO_LEG_H

#include <stdbool.h>
#include <stdint.h>

#include <hoso/error.h>
#include <hoso/event.h>
#include <hoso/limits.h>
#include <hoso/reason.h>
#include <hoso/role.h>
#include <hoso/wire.h>

/*
 * One leg: one postal item of a dossier, one direction. Kind, wire token, goes to the agency (1) or
 * to the citizen (0), Vietnamese. Source: domain 5.1.
 */
/* clang-format off */
#define HOSO_LEG_KINDS(X) \
	X(LEG_SUBMIT, "submit", 1, "Gửi hồ sơ") \
	X(LEG_SLIP, "slip", 0, "Giấy hẹn") \
	X(LEG_SUPPLEMENT_OUT, "supplement_out", 0, "Yêu cầu bổ sung") \
	X(LEG_SUPPLEMENT_IN, "supplement_in", 1, "Hồ sơ bổ sung") \
	X(LEG_RESULT, "result", 0, "Trả kết quả") \
	X(LEG_REFUSED, "refused", 0, "Trả hồ sơ bị từ chối") \
	X(LEG_RECLAIM, "reclaim", 1, "Giấy tờ thu hồi") \
	X(LEG_INTER, "inter", 1, "Liên thông")

/* Name, wire token, terminal, Vietnamese. Source: domain 5.2. */
#define HOSO_LEG_STATES(X) \
	X(LEG_NEW, "new", 0, "Chưa chấp nhận") \
	X(LEG_REQUESTED, "requested", 0, "Đã hẹn giờ") \
	X(LEG_ASSIGNED, "assigned", 0, "Đã phân công") \
	X(LEG_PICKUP_FAILED, "pickup_failed", 0, "Gom không thành công") \
	X(LEG_ACCEPTED, "accepted", 0, "Đã chấp nhận") \
	X(LEG_IN_TRANSIT, "in_transit", 0, "Đang vận chuyển") \
	X(LEG_ARRIVED, "arrived", 0, "Đã đến bưu cục") \
	X(LEG_OUT_FOR_DELIVERY, "out_for_delivery", 0, "Đang đi phát") \
	X(LEG_ATTEMPT_FAILED, "attempt_failed", 0, "Phát chưa thành công") \
	X(LEG_HELD, "held", 0, "Đang lưu giữ") \
	X(LEG_DELIVERED, "delivered", 1, "Đã phát") \
	X(LEG_RETURNING, "returning", 0, "Đang chuyển hoàn") \
	X(LEG_RETURNED, "returned", 1, "Đã hoàn trả") \
	X(LEG_CANCELLED, "cancelled", 1, "Đã hủy") \
	X(LEG_LOST, "lost", 1, "Thất lạc")
/* clang-format on */

enum leg_kind {
#define X(name, wire, to_agency, vi) name,
	HOSO_LEG_KINDS(X)
#undef X
		LEG_KIND_COUNT
};

enum leg_state {
#define X(name, wire, terminal, vi) name,
	HOSO_LEG_STATES(X)
#undef X
		LEG_STATE_COUNT
};

const char *leg_kind_wire(enum leg_kind kind);
const char *leg_kind_label(enum leg_kind kind);
bool leg_kind_to_agency(enum leg_kind kind);
enum leg_kind leg_kind_from_wire(const char *wire); /* LEG_KIND_COUNT when it is none */

const char *leg_state_wire(enum leg_state state);
const char *leg_state_label(enum leg_state state);
bool leg_state_is_terminal(enum leg_state state);
enum leg_state leg_state_from_wire(const char *wire); /* LEG_STATE_COUNT when it is none */

/**
 * struct leg_event - what the rules need to know of one event; a leg's track is an array of these.
 * @id:             also the order among events of one instant
 * @occurred_at_ms: Unix time by the scanner's clock
 * @target:         EVENT_VOID only: the event that is voided
 * @account:        who recorded it: the author may void its own within VOID_GRACE_MS
 * @office:         where it was recorded
 * @enough:         LEG_TO_AGENCY_DATA, LEG_TO_CITIZEN_DATA: what a delivery's data proves
 */
struct leg_event {
	struct uuid id;
	struct uuid target;
	int64_t occurred_at_ms;
	int64_t account;
	int32_t office;
	enum event_kind kind;
	enum role role;
	enum reason reason;
	enum leg_kind leg_kind; /* EVENT_ACCEPTED, EVENT_REQUESTED only */
	unsigned enough;
};

#define LEG_TO_AGENCY_DATA 1u
#define LEG_TO_CITIZEN_DATA 2u
#define VOID_GRACE_MS (15LL * 60 * 1000)

/** struct leg_track - all that ever happened to one leg, in any order. */
struct leg_track {
	unsigned count;
	struct leg_event events[LEG_EVENTS_MAX];
};

/**
 * struct leg - what the track amounts to.
 * @state_at_ms:  when it came into @state, by the scanner's clock
 * @state_office: where
 * @gaps:         hand-overs that must have happened and were not scanned
 * @conflicts:    events in the track that the state did not take
 * @attempts:     failed deliveries
 * @invitations:  counted once per local day
 *
 * The facts that lists, deadlines and reports ask for; 0 while there are none.
 * @accepted_at_ms: the acceptance, where and by whose account
 * @attempted_at_ms: the first of delivery, failed delivery and invitation: a result's clock stops here
 *                   (TT 17/2017 Điều 3.5, 7.2.c)
 * @ended_at_ms:  delivered, returned, cancelled or lost; nothing again when it is found, or that is voided
 */
struct leg {
	enum leg_state state;
	enum leg_kind kind;
	int64_t state_at_ms;
	int32_t state_office;
	unsigned gaps;
	unsigned conflicts;
	unsigned attempts;
	unsigned invitations;
	int64_t first_invited_at_ms;
	int64_t last_invited_at_ms;
	int64_t accepted_at_ms;
	int64_t accepted_account;
	int64_t attempted_at_ms;
	int64_t ended_at_ms;
	int64_t ended_account;
	int32_t accepted_office;
	int32_t ended_office;
};

/** struct leg_step - what one event did: its verdict, and why it did not move the leg. */
struct leg_step {
	enum verdict verdict;
	enum hoso_error why; /* HOSO_OK when it was taken */
	bool gap;
};

/**
 * leg_apply() - one event on one leg; the transition function of the whole product. Pure.
 * @leg: moved in place when the step is taken; unchanged otherwise (but @conflicts is counted).
 *
 * Never looks at a clock and never answers VERDICT_LATE: that is leg_append()'s word.
 * EVENT_VOID is not a step (leg_fold() leaves out what it voids); it is taken as recorded.
 * Source: domain 5.2, 5.3.
 */
struct leg_step leg_apply(struct leg *leg, const struct leg_event *event);

/**
 * leg_fold() - the leg that a track amounts to; the same for every order of the same events.
 * Voided events are left out; the rest are applied by (occurred_at_ms, id).
 */
struct leg leg_fold(const struct leg_track *track);

/** leg_before() - the fold of what stands before @event in the track's order; @event need not be in it. */
struct leg leg_before(const struct leg_track *track, const struct leg_event *event);

/** leg_facts_differ() - is one of the facts another in @b than in @a? */
bool leg_facts_differ(const struct leg *a, const struct leg *b);

/**
 * leg_append() - put one event into a track and say what the rules think of it.
 * @track:   gains the event unless the verdict is VERDICT_REFUSED, or the track is full
 *           (VERDICT_REFUSED, HOSO_LEG_FULL).
 * @ret_leg: the fold of the new track.
 *
 * VERDICT_LATE: taken, but something later was known already. A void's rules are checked here: the
 * target must be in the track; its author may void it within VOID_GRACE_MS, a supervisor always.
 */
struct leg_step leg_append(
	struct leg_track *track, const struct leg_event *event, struct leg *ret_leg);

#endif
