/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion-oci/filter.h"

#include "programs/gabion-oci/channel.h"
#include "sys/fail.h"

#include <unistd.h>

/* The message: this, and the code behind it. */
struct filter {
	uint64_t flags;
	uint16_t len;
	struct sock_filter code[];
};

bool filter_is_early(const struct spec *spec)
{
	return (spec->seccomp && spec->seccomp->listener_path.text) ||
	       spec->hooks[SPEC_HOOK_PRESTART].count > 0 ||
	       spec->hooks[SPEC_HOOK_CREATE_RUNTIME].count > 0 ||
	       spec->hooks[SPEC_HOOK_CREATE_CONTAINER].count > 0;
}

int filter_give(struct container *container, struct error *err)
{
	const struct spec *spec = &container->spec;
	struct seccomp_program program;
	if (!spec->seccomp || filter_is_early(spec))
		return 0;
	container_step(container, "compiling the seccomp profile");
	if (seccomp_compile(container->arena, spec->seccomp, &program, NULL, err) < 0)
		return -1;
	size_t code_bytes = program.len * sizeof(*program.code);
	struct filter *filter = arena_alloc(container->arena, sizeof(*filter) + code_bytes);
	*filter = (struct filter){.flags = program.flags, .len = program.len};
	memcpy(filter->code, program.code, code_bytes);
	struct str message = {(const char *)filter, sizeof(*filter) + code_bytes};
	return channel_check_said(channel_send_fd(container->channel[0], message, -1), err);
}

int filter_take(struct container *container, struct error *err)
{
	const struct filter *filter;
	struct str message;
	if (!container->spec.seccomp || filter_is_early(&container->spec))
		return 0;
	int result = channel_take(container->channel[1], container->arena, &message);
	if (result < 0)
		return fail_system(err, -result, "cannot hear the parent");
	/* Whoever made us is gone. */
	if (message.len < sizeof(*filter))
		_exit(1);
	filter = (const struct filter *)(const void *)message.data;
	container->task.filtered = true;
	container->task.seccomp = (struct seccomp_program){
		.code = filter->code, .len = filter->len, .flags = filter->flags};
	return 0;
}
