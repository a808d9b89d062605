#ifndef HOSO_APP_H
#define HOSO_APP_H

#include "config.h"

/**
 * app_serve() - wire everything, serve until SIGTERM or SIGINT, stop in order.
 * @config: taken over for the run; SIGHUP loads @sources again and takes what may change.
 * Returns the exit status: 0 after a clean stop, 78 when the configuration cannot work, 71 when a socket cannot be had.
 */
int app_serve(struct config *config, const struct config_sources *sources);

#endif
