#include "world.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/uuid7.h"

/* One waiting call. A cancelled one stays in the queue without its task until its time comes. */
struct due {
	struct loop *loop;
	struct loop_task *task;
	int64_t due_ms;
	uint32_t rank; /* chance: the order among those due at once */
	uint64_t number;
};

struct loop {
	int64_t wall_ahead_ms;
	bool paused;
	GPtrArray *held; /* what came due while paused */
	int64_t last_id_ms;
	unsigned id_count;
};

static struct {
	GPtrArray *queue; /* a binary heap */
	int64_t now_ms;
	int64_t database_ahead_ms;
	bool database_clock_was_turned;
	uint64_t steps;
	uint64_t numbers;
	uint64_t chance[CHANCE_COUNT];
	struct loop own;
	struct loop *current;
	GString *told;
	char *violation;
	bool blurred;
	bool telling;
	bool verbose;
} world;

static bool is_before(const struct due *a, const struct due *b)
{
	if (a->due_ms != b->due_ms) {
		return a->due_ms < b->due_ms;
	}
	return a->rank != b->rank ? a->rank < b->rank : a->number < b->number;
}

static void swap(guint a, guint b)
{
	gpointer kept = world.queue->pdata[a];

	world.queue->pdata[a] = world.queue->pdata[b];
	world.queue->pdata[b] = kept;
}

static void queue_push(struct due *due)
{
	guint at = world.queue->len;

	g_ptr_array_add(world.queue, due);
	while (at > 0 && is_before(world.queue->pdata[at], world.queue->pdata[(at - 1) / 2])) {
		swap(at, (at - 1) / 2);
		at = (at - 1) / 2;
	}
}

static struct due *queue_pop(void)
{
	struct due *first = world.queue->pdata[0];
	guint at = 0;

	swap(0, world.queue->len - 1);
	g_ptr_array_set_size(world.queue, (gint)world.queue->len - 1);
	for (;;) {
		guint child = 2 * at + 1;
		if (child + 1 < world.queue->len &&
			is_before(world.queue->pdata[child + 1], world.queue->pdata[child])) {
			child++;
		}
		if (child >= world.queue->len ||
			!is_before(world.queue->pdata[child], world.queue->pdata[at])) {
			return first;
		}
		swap(at, child);
		at = child;
	}
}

void world_begin(uint64_t seed)
{
	bool verbose = world.verbose;

	memset(&world, 0, sizeof world);
	world.verbose = verbose;
	world.queue = g_ptr_array_new();
	world.told = g_string_new(NULL);
	world.own.held = g_ptr_array_new();
	world.current = &world.own;
	for (int i = 0; i < CHANCE_COUNT; i++) {
		world.chance[i] = seed * CHANCE_COUNT + (uint64_t)i;
		world_random((enum chance)i);
	}
}

void world_end(void)
{
	g_ptr_array_foreach(world.queue, (GFunc)(void (*)(void))g_free, NULL);
	g_ptr_array_unref(world.queue);
	g_ptr_array_unref(world.own.held);
	g_string_free(world.told, TRUE);
	g_free(world.violation);
	world.queue = NULL;
	world.told = NULL;
	world.violation = NULL;
}

bool world_step(int64_t until_ms)
{
	while (world.queue->len > 0) {
		struct due *due = world.queue->pdata[0];
		struct loop_task *task = due->task;

		if (task && due->due_ms > until_ms) {
			break;
		}
		queue_pop();
		if (task && due->loop->paused) {
			g_ptr_array_add(due->loop->held, due);
			continue;
		}
		if (task) {
			world.now_ms = MAX(world.now_ms, due->due_ms);
			world.current = due->loop;
			world.steps++;
			task->waits = false;
			g_free(due);
			task->run(task);
			world.current = &world.own;
			return true;
		}
		g_free(due);
	}
	world.now_ms = MAX(world.now_ms, until_ms);
	return false;
}

int64_t world_now_ms(void)
{
	return world.now_ms;
}

uint64_t world_steps(void)
{
	return world.steps;
}

struct loop *world_loop(void)
{
	return &world.own;
}

int64_t world_database_now_ms(void)
{
	return WORLD_BEGAN_MS + world.now_ms + world.database_ahead_ms;
}

void world_turn_database_clock(int64_t by_ms)
{
	world.database_ahead_ms += by_ms;
	world.database_clock_was_turned = true;
}

bool world_database_clock_is_steady(void)
{
	return !world.database_clock_was_turned;
}

void world_turn_clock(struct loop *loop, int64_t by_ms)
{
	loop->wall_ahead_ms += by_ms;
}

void world_pause(struct loop *loop, bool paused)
{
	loop->paused = paused;
	for (guint i = 0; !paused && i < loop->held->len; i++) {
		struct due *due = loop->held->pdata[i];
		due->due_ms = MAX(due->due_ms, world.now_ms);
		due->rank = world_random(CHANCE_ORDER);
		queue_push(due);
	}
	if (!paused) {
		g_ptr_array_set_size(loop->held, 0);
	}
}

/* splitmix64 */
uint32_t world_random(enum chance chance)
{
	uint64_t word = world.chance[chance] += UINT64_C(0x9E3779B97F4A7C15);

	word = (word ^ word >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	word = (word ^ word >> 27) * UINT64_C(0x94D049BB133111EB);
	return (uint32_t)((word ^ word >> 31) >> 16);
}

unsigned world_below(enum chance chance, unsigned limit)
{
	return world_random(chance) % limit;
}

bool world_one_in(enum chance chance, unsigned n)
{
	return world_below(chance, n) == 0;
}

void world_violation(const char *format, ...)
{
	va_list arguments;
	char *words;

	va_start(arguments, format);
	words = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	if (world.verbose) {
		printf("%8" PRIi64 " VIOLATION %s\n", world.now_ms, words);
	}
	if (world.violation) {
		g_free(words);
	} else {
		world.violation = words;
	}
}

const char *world_violated(void)
{
	return world.violation;
}

void world_blur(void)
{
	world.blurred = true;
}

bool world_is_blurred(void)
{
	return world.blurred;
}

void world_tell(const char *format, ...)
{
	gsize begin = world.told->len;
	va_list arguments;

	if (!world.telling && !world.verbose) {
		return;
	}
	g_string_append_printf(world.told, "%8" PRIi64 " ", world.now_ms);
	va_start(arguments, format);
	g_string_append_vprintf(world.told, format, arguments);
	va_end(arguments);
	g_string_append_c(world.told, '\n');
	if (world.verbose) {
		fputs(world.told->str + begin, stdout);
	}
}

void world_set_telling(bool telling)
{
	world.telling = telling;
}

const GString *world_told(void)
{
	return world.told;
}

void world_set_verbose(bool verbose)
{
	world.verbose = verbose;
}

/* ── what stands in for io/loop ─────────────────────────────────────────────────────────────────── */

struct loop *loop_new(void)
{
	struct loop *loop = g_new0(struct loop, 1);

	loop->held = g_ptr_array_new();
	return loop;
}

static void forget_dues(GPtrArray *dues, const struct loop *loop)
{
	for (guint i = 0; i < dues->len; i++) {
		struct due *due = dues->pdata[i];
		if (due->task && due->loop == loop) {
			loop_cancel(due->task);
		}
	}
}

/* A process that was killed leaves things undone; nobody comes back to them. */
void loop_free(struct loop *loop)
{
	if (!loop) {
		return;
	}
	forget_dues(world.queue, loop);
	forget_dues(loop->held, loop);
	g_ptr_array_foreach(loop->held, (GFunc)(void (*)(void))g_free, NULL);
	g_ptr_array_unref(loop->held);
	g_free(loop);
}

void loop_after(struct loop *loop, struct loop_task *task, int64_t delay_ms,
	void (*run)(struct loop_task *))
{
	struct due *due = g_new(struct due, 1);

	loop_cancel(task);
	*due = (struct due){loop, task, world.now_ms + MAX(delay_ms, 0), world_random(CHANCE_ORDER),
		world.numbers++};
	task->event.ev_evcallback.evcb_arg = due;
	task->waits = true;
	task->run = run;
	queue_push(due);
}

void loop_defer(struct loop *loop, struct loop_task *task, void (*run)(struct loop_task *))
{
	loop_after(loop, task, 0, run);
}

/* The event in a task is not libevent's here: its argument leads to what is due. */
void loop_cancel(struct loop_task *task)
{
	if (task->waits) {
		((struct due *)task->event.ev_evcallback.evcb_arg)->task = NULL;
		task->waits = false;
	}
}

/* ── what stands in for clocks and chance; the linker's --wrap leads the daemon's calls here ──────── */

int64_t __wrap_clock_now_ms(void);
int64_t __wrap_clock_monotonic_ms(void);
guint32 __wrap_g_random_int(void);
void __wrap_randombytes_buf(void *bytes, size_t length);
struct uuid __wrap_uuid7_make(int64_t now_ms);
_printf_(2, 3) void __wrap_log_write(enum log_level level, const char *format, ...);

int64_t __wrap_clock_now_ms(void)
{
	return WORLD_BEGAN_MS + world.now_ms + world.current->wall_ahead_ms;
}

int64_t __wrap_clock_monotonic_ms(void)
{
	return world.now_ms;
}

guint32 __wrap_g_random_int(void)
{
	return world_random(CHANCE_FLOW);
}

void __wrap_randombytes_buf(void *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		((uint8_t *)bytes)[i] = (uint8_t)world_random(CHANCE_FLOW);
	}
}

/* Each process counts for itself, as the real one does; only the randomness is ours. */
struct uuid __wrap_uuid7_make(int64_t now_ms)
{
	struct loop *process = world.current;
	struct uuid uuid;

	for (size_t i = 0; i < sizeof uuid.bytes; i++) {
		uuid.bytes[i] = (uint8_t)world_random(CHANCE_IDS);
	}
	if (now_ms > process->last_id_ms) {
		process->last_id_ms = now_ms;
		process->id_count = 0;
	} else {
		process->id_count++;
	}
	for (int i = 0; i < 6; i++) {
		uuid.bytes[i] = (uint8_t)(process->last_id_ms >> (40 - 8 * i));
	}
	uuid.bytes[6] = (uint8_t)(0x70 | (process->id_count >> 8 & 0xF));
	uuid.bytes[7] = (uint8_t)process->id_count;
	uuid.bytes[8] = (uint8_t)(0x80 | (uuid.bytes[8] & 0x3F));
	return uuid;
}

/* What the daemon logs belongs to the run that somebody watches. */
void __wrap_log_write(enum log_level level, const char *format, ...)
{
	va_list arguments;

	(void)level;
	if (!world.verbose) {
		return;
	}
	printf("%8" PRIi64 "   log ", world.now_ms);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
}
