#ifndef HOSO_CLIENT_INTERRUPT_H
#define HOSO_CLIENT_INTERRUPT_H

#include <stdbool.h>

/**
 * interrupt_init() - SIGINT, SIGTERM and SIGHUP ask the program to end instead of ending it, so
 * that the terminal is set back and what is unsent is said. SIGPIPE is ignored.
 */
void interrupt_init(void);

/** interrupt_asked() - was the program asked to end? */
bool interrupt_asked(void);

#endif
