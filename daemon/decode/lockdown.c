#include "decode/lockdown.h"

#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

/*
 * What computing, answering and leaving need. Everything else fails with EPERM rather than killing:
 * the C library asks for this and that, and copes.
 */
static const int allowed_calls[] = {
	SCMP_SYS(read),
	SCMP_SYS(write),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(madvise),
	SCMP_SYS(brk),
	SCMP_SYS(futex),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(getpid),
	SCMP_SYS(getrandom),
	SCMP_SYS(gettid),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
};

static uint64_t own_address_space(void)
{
	unsigned long pages = 0;
	FILE *file = fopen("/proc/self/statm", "re");

	if (file) {
		if (fscanf(file, "%lu", &pages) != 1) {
			pages = 0;
		}
		fclose(file);
	}
	return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static int limit(int resource, uint64_t value)
{
	struct rlimit rlimit = {.rlim_cur = value, .rlim_max = value};

	return setrlimit((__rlimit_resource_t)resource, &rlimit);
}

static int allow_only_computing(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int failed = filter ? 0 : -1;

	for (size_t i = 0; i < ARRAY_SIZE(allowed_calls) && !failed; i++) {
		failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed_calls[i], 0);
	}
	if (!failed) {
		/* Memory yes, code no. */
		failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
			SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	}
	if (!failed) {
		failed = seccomp_load(filter);
	}
	seccomp_release(filter);
	return failed;
}

int lockdown_enter(uint64_t memory_bytes, int64_t cpu_ms)
{
	if (HOSO_ADDRESS_SANITIZER) {
		return 0;
	}
	if (limit(RLIMIT_AS, own_address_space() + memory_bytes) ||
		limit(RLIMIT_CPU, (uint64_t)cpu_ms / 1000 + 1) || limit(RLIMIT_CORE, 0) ||
		limit(RLIMIT_FSIZE, 0)) {
		return -1;
	}
	return allow_only_computing();
}
