#include "group_source.h"

#include <assert.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <glib.h>

#include "base/attr.h"

struct group_source {
	struct source source;
	struct source_ops ops;
	int wait;
	size_t member_count;
	struct source *members[GROUP_SOURCES_MAX];
	size_t restless_count; /* members that can be read at any time: files, also as standard input */
	struct source *restless[GROUP_SOURCES_MAX];
};

static int group_poll_fd(const struct source *source)
{
	const struct group_source *group = container_of(source, const struct group_source, source);

	return group->restless_count > 0 ? -1 : group->wait;
}

static enum source_state group_read(struct source *source, source_looked looked, void *context)
{
	struct group_source *group = container_of(source, struct group_source, source);
	struct epoll_event ready[GROUP_SOURCES_MAX];
	int count = epoll_wait(group->wait, ready, GROUP_SOURCES_MAX, 0);

	for (int i = 0; i < count; i++) {
		struct source *member = ready[i].data.ptr;
		enum source_state state = member->ops->read(member, looked, context);
		if (state != SOURCE_OPEN) {
			return state;
		}
	}
	for (size_t i = 0; i < group->restless_count; i++) {
		struct source *member = group->restless[i];
		enum source_state state = member->ops->read(member, looked, context);
		if (state != SOURCE_OPEN) {
			return state;
		}
	}
	return SOURCE_OPEN;
}

static void group_free(struct source *source)
{
	struct group_source *group = container_of(source, struct group_source, source);

	for (size_t i = 0; i < group->member_count; i++) {
		group->members[i]->ops->free(group->members[i]);
	}
	close(group->wait);
	g_free(group);
}

static void add(struct group_source *group, struct source *member)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = member};
	int fd = member->ops->poll_fd(member);

	group->members[group->member_count++] = member;
	group->ops.live |= member->ops->live;
	if (fd < 0 || epoll_ctl(group->wait, EPOLL_CTL_ADD, fd, &event) < 0) {
		group->restless[group->restless_count++] = member;
	}
}

struct source *group_source_new(struct source *const *members, size_t member_count)
{
	struct group_source *group = g_new0(struct group_source, 1);

	assert(member_count > 0 && member_count <= GROUP_SOURCES_MAX);
	group->ops = (struct source_ops){
		.poll_fd = group_poll_fd, .read = group_read, .free = group_free};
	group->source.ops = &group->ops;
	group->wait = epoll_create1(EPOLL_CLOEXEC);
	for (size_t i = 0; i < member_count; i++) {
		add(group, members[i]);
	}
	return &group->source;
}
