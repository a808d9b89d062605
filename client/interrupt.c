#include "interrupt.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t asked;

static void ask(int number)
{
	(void)number;
	asked = 1;
}

void interrupt_init(void)
{
	/* No SA_RESTART: a wait has to end when we are asked to. */
	struct sigaction action = {.sa_handler = ask};

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
}

bool interrupt_asked(void)
{
	return asked;
}
