#ifndef HOSO_STORE_IN_FORCE_H
#define HOSO_STORE_IN_FORCE_H

/*
 * Which version of an effective-dated row holds, as text inside the statements of this room. valid_to is the first
 * day on which it does not.
 */

/* clang-format off */
/* The day on the wall, where the offices are. */
#define TODAY "(now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date"

#define NOT_OVER(row) "(" row ".valid_to IS NULL OR " row ".valid_to > " TODAY ")"
#define IN_FORCE(row) row ".valid_from <= " TODAY " AND " NOT_OVER(row)

/* A day as a whole number, as clock_local_day() counts. */
#define DAYS(day) "((" day ") - date '1970-01-01')"
/* clang-format on */

#endif
