/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/uuid.h"
#include "programs/gabion/commands.h"
#include "programs/gabion/console.h"
#include "programs/gabion/load.h"
#include "report/oscal.h"

int command_policy_export(struct invocation *invocation)
{
	static const struct oscal_context context = {
		.version = GABION_VERSION, .last_modified = GABION_INSTANT, .uuid = uuid_of_name};
	struct loaded loaded;
	int code = load_catalogue(invocation, &loaded);
	if (code == EXIT_ALLOWED)
		oscal_put_component(loaded.catalogue, &context, invocation->arena,
			&invocation->console->out.buf);
	return code;
}
