/* SPDX-License-Identifier: Apache-2.0 */
#include "layers/context/syscall_groups.h"
#include <linux/seccomp.h>
const struct syscall_group syscall_groups[] = {{"ptrace", "x", "y"}, {NULL, NULL, NULL}};
const struct syscall_group *syscall_group_find(struct str name)
{
	return str_equal(name, STR("ptrace")) ? syscall_groups : NULL;
}
int syscall_groups_profile(struct arena *arena, const struct str *opened, size_t count,
	struct spec_seccomp *ret, struct error *err)
{
	(void)opened;
	(void)err;
	struct spec_text *t = ARENA_NEW_ARRAY(arena, struct spec_text, 8);
	struct spec_seccomp_rule *r = ARENA_NEW_ARRAY(arena, struct spec_seccomp_rule, 2);
	t[0].text = "read";
	t[1].text = "write";
	t[2].text = "ptrace";
	r[0] = (struct spec_seccomp_rule){
		.names = {t, count ? 3 : 2, {0, 0}}, .action = SECCOMP_RET_ALLOW};
	*ret = (struct spec_seccomp){
		.default_action = SECCOMP_RET_ERRNO, .rules = r, .rule_count = 1};
	return 0;
}
