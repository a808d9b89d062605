#ifndef HOSO_BASE_LOG_H
#define HOSO_BASE_LOG_H

#include "base/attr.h"

/*
 * One line per event on stderr. err: a person must act. warning: we coped. notice: start, stop,
 * reload. info: one per request. Under systemd each line carries its <N> priority.
 * key=value first, then a sentence. Ids and codes yes; names, phones, tokens never.
 * Control characters are escaped here, so no value can forge a line.
 */

enum log_level { LOG_ERR, LOG_WARNING, LOG_NOTICE, LOG_INFO, LOG_DEBUG, LOG_LEVEL_COUNT };

/** log_init() - @level: what is below it is not written. May be called again (reload). */
void log_init(enum log_level level);

/** log_level_from_word() - "err", "warning", "notice", "info", "debug"; LOG_LEVEL_COUNT for others. */
enum log_level log_level_from_word(const char *word);

_printf_(2, 3) void log_write(enum log_level level, const char *format, ...);

#define log_err(...) log_write(LOG_ERR, __VA_ARGS__)
#define log_warn(...) log_write(LOG_WARNING, __VA_ARGS__)
#define log_notice(...) log_write(LOG_NOTICE, __VA_ARGS__)
#define log_info(...) log_write(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_write(LOG_DEBUG, __VA_ARGS__)

#endif
