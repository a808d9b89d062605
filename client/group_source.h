#ifndef HOSO_CLIENT_GROUP_SOURCE_H
#define HOSO_CLIENT_GROUP_SOURCE_H

#include "source.h"

#define GROUP_SOURCES_MAX 8 /* scanners at one counter, and its terminal */

/**
 * group_source_new() - several sources as one: two scanners, or a scanner and the terminal's keys.
 * @members: at least one, at most GROUP_SOURCES_MAX; owned by the group from here on.
 *
 * Ends when the first of them ends or fails. Live when one of them is.
 */
struct source *group_source_new(struct source *const *members, size_t member_count);

#endif
