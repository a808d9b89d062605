#ifndef HOSO_IO_SERVICE_H
#define HOSO_IO_SERVICE_H

#include <stdbool.h>

#include "io/loop.h"

/*
 * What systemd wants to know: ready, reloading, stopping, alive; and the listening sockets it holds for us.
 * Without systemd all of it does nothing. Source: sd_notify(3), sd_listen_fds(3); systemd 252.
 */

void service_ready(void);
void service_reloading(void);
void service_stopping(void);

/**
 * service_watch() - keep the watchdog content while the loop turns (never on the database's health: a restart
 * would not heal it, and would lose whoever waits). Until service_unwatch().
 */
void service_watch(struct loop *loop);
void service_unwatch(void);

/** service_socket() - the n-th listening socket of the socket unit; -1 when there are fewer. */
int service_socket(unsigned n);

#endif
