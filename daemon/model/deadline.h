#ifndef HOSO_MODEL_DEADLINE_H
#define HOSO_MODEL_DEADLINE_H

#include <stdbool.h>
#include <stdint.h>

#include <hoso/leg.h>

#include "model/workday.h"

/*
 * What is due when. Pure: no clock and no I/O; days are local ones as clock_local_day() counts them, and
 * 0 is no day: nothing is promised, asked for or known. Everything counts in working days.
 *
 * J is the day of acceptance that the sending slip shows (TT 17/2017 Điều 3), whatever the hour and whether it is
 * a working day or not; J + n is the n-th working day after it. So what is accepted on a Sunday evening is
 * promised as from that Sunday, and n begins with the Monday.
 */

/* Name, wire token, days, Vietnamese. Source: domain 1.6-1.8, 5.7. */
/* clang-format off */
#define HOSO_DEADLINE_RULES(X) \
	X(DEADLINE_HAND_OVER, "hand_over", "Phát đến cơ quan: J + n ngày làm việc kể từ ngày chấp nhận (TT 17/2017 Điều 7)") \
	X(DEADLINE_SLIP_BACK, "slip_back", "Giấy hẹn đến người nộp: gấp đôi thời gian gửi, kể từ ngày chấp nhận hồ sơ (TT 17/2017 Điều 7)") \
	X(DEADLINE_FIRST_ATTEMPT, "first_attempt", "Phát lần đầu hoặc báo mời nhận: J + n ngày làm việc (TT 17/2017 Điều 3.5, 7.2.c)") \
	X(DEADLINE_INTER_AGENCY, "inter_agency", "Chuyển liên thông trong ngày làm việc; nhận sau 15 giờ thì ngày làm việc tiếp theo (NĐ 61/2018 Điều 18)") \
	X(DEADLINE_SECOND_INVITATION, "second_invitation", "Mời lần hai: cách lần đầu ít nhất 2 ngày làm việc (TT 17/2017 Điều 5.2.h)") \
	X(DEADLINE_RETURN, "return", "Đã mời đủ 2 lần mà không đến nhận: hoàn trả cơ quan (TT 17/2017 Điều 5.2.h)") \
	X(DEADLINE_AGENCY_WORD, "agency_word", "Cơ quan tiếp nhận hoặc yêu cầu bổ sung trong 3 ngày làm việc (NĐ 61/2018 Điều 19.4)") \
	X(DEADLINE_AGENCY_RESULT, "agency_result", "Cơ quan trả kết quả theo ngày hẹn (QĐ 45/2016 Điều 8)") \
	X(DEADLINE_COLLECT_RESULT, "collect_result", "Bưu điện nhận kết quả từ cơ quan trong 1 ngày làm việc kể từ khi có kết quả (QĐ 45/2016 Điều 16.3)") \
	X(DEADLINE_PICKUP, "pickup", "Đến trong khung giờ đã hẹn (TT 17/2017 Điều 10.1)") \
	X(DEADLINE_REMIT, "remit", "Nộp phí, lệ phí đã thu trong ngày (QĐ 45/2016 Điều 15.2)")
/* clang-format on */

enum deadline_rule {
#define X(name, wire, vi) name,
	HOSO_DEADLINE_RULES(X)
#undef X
		DEADLINE_RULE_COUNT
};

/* Name, wire token, Vietnamese. */
/* clang-format off */
#define HOSO_DEADLINE_STATES(X) \
	X(DEADLINE_UNKNOWN, "unknown", "Chưa biết thời hạn") \
	X(DEADLINE_OPEN, "open", "Còn hạn") \
	X(DEADLINE_TODAY, "today", "Đến hạn hôm nay") \
	X(DEADLINE_LATE, "late", "Quá hạn") \
	X(DEADLINE_KEPT, "kept", "Đúng hạn") \
	X(DEADLINE_MISSED, "missed", "Đã trễ hạn")
/* clang-format on */

enum deadline_state {
#define X(name, wire, vi) name,
	HOSO_DEADLINE_STATES(X)
#undef X
		DEADLINE_STATE_COUNT
};

const char *deadline_state_wire(enum deadline_state state);
const char *deadline_state_label(enum deadline_state state);
const char *deadline_wire(enum deadline_rule rule);
const char *deadline_label(enum deadline_rule rule);

#define DEADLINE_INVITATIONS_MIN 2 /* TT 17/2017 Điều 5.2.h */
#define DEADLINE_INVITATION_WORKDAYS 2
#define DEADLINE_AGENCY_WORD_WORKDAYS 3
#define DEADLINE_COLLECT_WORKDAYS 1
#define DEADLINE_HELD_WORKDAYS                                                                     \
	3 /* on a shelf without an invitation; our own patience, no rule names it */

/** struct deadline_road - what the catalogue promises between two areas. */
struct deadline_road {
	unsigned send_days;
	unsigned slip_days; /* there, and its slip back */
};

/** deadline_leg_rule() - the rule that a leg of this kind is promised under. */
enum deadline_rule deadline_leg_rule(enum leg_kind kind);

/**
 * deadline_promise() - the last day on which the promise is kept; 0 when nothing can be promised.
 * @road:             between the areas of the citizen's office and of the agency; NULL: not known, and no guess
 *                    is made. An inter-agency leg needs none.
 * @submitted_at_ms:  LEG_SLIP: the acceptance of the papers that the slip is for; 0 when it is not known, then
 *                    only the way back is counted, from the slip's own acceptance
 */
int32_t deadline_promise(enum leg_kind kind, int64_t accepted_at_ms, int64_t submitted_at_ms,
	const struct deadline_road *road, const struct calendar *calendar);

/**
 * deadline_stopped_at() - when the leg's clock stopped; 0 while it runs. To a citizen: at the first attempt or
 * notice, whatever became of it. To an agency: when it was handed over. An end stops every clock.
 */
int64_t deadline_stopped_at(const struct leg *leg);

/** deadline_was_kept() - @at_ms is not after @day; true when there is no day. */
bool deadline_was_kept(int32_t day, int64_t at_ms);

/** deadline_state() - @day 0: not known; @met_at_ms 0: not met yet. */
enum deadline_state deadline_state(int32_t day, int64_t met_at_ms, int64_t now_ms);

/** deadline_invited_apart() - two invitations or more, and far enough apart. */
bool deadline_invited_apart(const struct leg *leg, const struct calendar *calendar);

/** deadline_invitation_day() - from when on the next invitation counts; 0: none is to come, or the first has no date. */
int32_t deadline_invitation_day(const struct leg *leg, const struct calendar *calendar);

/**
 * deadline_return_day() - when what was invited for in vain goes back: the invited have as long for the last
 * invitation as lies between two. 0 while invitations are missing or too close. The rule lets it go on the day
 * of the last invitation already; deadline_may_return() says so.
 */
int32_t deadline_return_day(const struct leg *leg, const struct calendar *calendar);

/**
 * deadline_may_return() - may the leg, as it was just before, go back to where it came from for @reason?
 * The fold asks the same without a calendar, and so lets through what lies days apart, but not working days.
 */
bool deadline_may_return(
	const struct leg *leg, enum reason reason, const struct calendar *calendar);

/** deadline_agency_word_day() - the agency has said that it took the papers in, or what is missing. */
int32_t deadline_agency_word_day(int64_t submitted_at_ms, const struct calendar *calendar);

/** deadline_collect_day() - the post has collected a result that is ready. */
int32_t deadline_collect_day(int64_t ready_at_ms, const struct calendar *calendar);

/** deadline_remit_day() - money that was taken must be handed in on the same day. */
int32_t deadline_remit_day(int64_t taken_at_ms);

/** deadline_window_missed() - the appointment's window has passed; @window_to_ms 0: there is none. */
bool deadline_window_missed(int64_t window_to_ms, int64_t now_ms);

/** deadline_day_end_ms() - the first instant after @day. */
int64_t deadline_day_end_ms(int32_t day);

/**
 * deadline_overdue_before_ms() - what began before this instant and had @workdays for it is overdue now.
 * For lists: one comparison instead of a reckoning per row.
 */
int64_t deadline_overdue_before_ms(
	int64_t now_ms, unsigned workdays, const struct calendar *calendar);

/** deadline_due_before_ms() - the same for what is due today, or was before. */
int64_t deadline_due_before_ms(int64_t now_ms, unsigned workdays, const struct calendar *calendar);

#endif
