#ifndef HOSO_CLIENT_ISSUE_H
#define HOSO_CLIENT_ISSUE_H

#include <glib.h>

#include "client.h"
#include "paper.h"

/**
 * struct issue - a paper that is wanted, as the command line said it.
 * @paper:     NULL is labels.
 * @codes:     item codes as given.
 * @common:    what --data said: of every item.
 * @data_file: NULL for none; "-" is standard input.
 * @known:     NULL, or what is known of all of them already, as one of a data file.
 * @offline:   do not ask the server.
 */
struct issue {
	struct client *client;
	const struct paper *paper;
	GPtrArray *codes;
	struct facts *common;
	const char *data_file;
	const json_t *known;
	const char *output;
	double width_mm, height_mm;
	unsigned dpi;
	bool offline;
};

/**
 * issue_run() - find out about the items, draw the paper, read every barcode back from every page, and only then
 * write the file. Complains itself; the exit status.
 */
int issue_run(const struct issue *issue);

#endif
