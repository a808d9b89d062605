#ifndef HOSO_STORE_SETUP_H
#define HOSO_STORE_SETUP_H

#include <stdbool.h>
#include <stdio.h>

#include <hoso/error.h>

/*
 * What an operator runs once: these block, in a process of their own, and say on @out what they did.
 */

/**
 * setup_migrate() - apply the files of @folder (0001_name.sql, 0002_…) that the database lacks, in order, each in one
 * transaction, under an advisory lock, so that two migrations at a time do no harm.
 *
 * Errors, each explained on @problems: HOSO_DATABASE_DOWN; HOSO_FILE (a file is missing or misnamed);
 * HOSO_WRONG_SCHEMA (an applied file has changed since, the database is newer than the files, or a statement failed:
 * then that file is not applied at all).
 */
enum hoso_error setup_migrate(const char *conninfo, const char *folder, FILE *out, FILE *problems);

/**
 * setup_first_supervisor() - the first account, in a first office; refused while there is any account.
 * @password_hash: of the password that the caller shows
 *
 * Errors: HOSO_CONFLICT (there are accounts already), HOSO_DATABASE_DOWN.
 */
enum hoso_error setup_first_supervisor(
	const char *conninfo, const char *account, const char *password_hash, FILE *problems);

#endif
