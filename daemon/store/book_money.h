#ifndef HOSO_STORE_BOOK_MONEY_H
#define HOSO_STORE_BOOK_MONEY_H

#include "store/book.h"

/*
 * The money of a book: one row per amount and movement, written with the event that says so. A batch without amounts
 * asks and writes nothing of it.
 */

/**
 * struct book_money - one row of money_entry.
 * @payment, @held_by, @kind: words of the wire
 * @account: in whose hands, when @held_by is "person"
 * @agency:  0: the post's own
 * @reverses: the row that this one undoes; 0: none
 */
struct book_money {
	struct uuid event_id;
	struct uuid dossier_id;
	struct uuid leg_id;
	const char *item_code;
	const char *kind;
	bool is_out;
	int64_t amount_vnd;
	const char *payment;
	const char *held_by;
	const char *receipt;
	struct uuid manifest_id;
	int32_t office;
	int64_t account;
	int32_t agency;
	int64_t occurred_at_ms;
	int64_t reverses;
};

/** struct book_receipt - a number that is given out already. */
struct book_receipt {
	const char *item_code;
	const char *actor;
	int64_t at_ms;
};

/** book_receipt() - NULL when nobody has this number of the office and year. */
const struct book_receipt *book_receipt(
	const struct book *book, int32_t office, int year, const char *number);

/** book_add_receipt() - this event gives it out. */
void book_add_receipt(struct book *book, int32_t office, int year, const char *number,
	const struct book_event *event);

/** book_add_money() - a copy; texts are the book's or static. */
void book_add_money(struct book *book, const struct book_money *money);

/** book_reverse_money() - undo what the event @target moved; @by is the void event. */
void book_reverse_money(struct book *book, const struct uuid *target, const struct book_event *by);

/** book_stamp_money() - all movements of this book belong to this manifest. @is_the_offices: they leave the safe. */
void book_stamp_money(struct book *book, const struct uuid *manifest_id, bool is_the_offices);

/* SQLSTATE of a write that would take from somebody what they do not have (schema, count_money). */
#define BOOK_MONEY_SHORT "HO001"

/* Parts of book_want(), book_ask(), book_learn() and book_write(). */
void book_money_init(struct book *book);
void book_money_done(struct book *book);
void book_money_want(struct book *book, const struct scan *scan);
void book_money_ask(const struct book *book, struct pg_trip *trip);
void book_money_learn(struct book *book, const struct pg_trip *trip);
void book_money_write(const struct book *book, struct pg_trip *trip);

#endif
