/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "programs/gabion-oci/invocation.h"

/** The functions of the commands: each gives the exit status of the program, or -1 with err. */
int command_create(struct invocation *invocation, struct error *err);
int command_run(struct invocation *invocation, struct error *err);
int command_start(struct invocation *invocation, struct error *err);
int command_exec(struct invocation *invocation, struct error *err);
int command_state(struct invocation *invocation, struct error *err);
int command_list(struct invocation *invocation, struct error *err);
int command_kill(struct invocation *invocation, struct error *err);
int command_delete(struct invocation *invocation, struct error *err);
int command_ps(struct invocation *invocation, struct error *err);
int command_pause(struct invocation *invocation, struct error *err);
int command_resume(struct invocation *invocation, struct error *err);
int command_update(struct invocation *invocation, struct error *err);
int command_events(struct invocation *invocation, struct error *err);
int command_spec(struct invocation *invocation, struct error *err);
int command_features(struct invocation *invocation, struct error *err);
