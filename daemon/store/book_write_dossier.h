#ifndef HOSO_STORE_BOOK_WRITE_DOSSIER_H
#define HOSO_STORE_BOOK_WRITE_DOSSIER_H

#include "store/book.h"

/* The part of book_write() that writes the dossiers. */

/** book_write_dossier_rows() - those that are new, that changed, and that only moved on: at most three statements. */
void book_write_dossier_rows(const struct book *book, struct pg_trip *trip);

/**
 * book_write_dossier_lines() - what waited for the codes that were bound here may go to the portal: one statement.
 * After the batch's own lines are in: one of them may have waited for the code that came right behind it.
 */
void book_write_dossier_lines(const struct book *book, struct pg_trip *trip);

#endif
