/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

struct invocation;

/*
 * One function per row of the command table: do it, print through the invocation's console, return
 * an exit code.
 */
int command_check(struct invocation *invocation);
int command_context_check(struct invocation *invocation);
int command_context_diff(struct invocation *invocation);
int command_context_harden(struct invocation *invocation);
int command_context_list(struct invocation *invocation);
int command_context_grants(struct invocation *invocation);
int command_context_show(struct invocation *invocation);
int command_doctor(struct invocation *invocation);
int command_drill_context(struct invocation *invocation);
int command_learn(struct invocation *invocation);
int command_run(struct invocation *invocation);
int command_demo(struct invocation *invocation);
int command_eval(struct invocation *invocation);
int command_explain(struct invocation *invocation);
int command_policy_export(struct invocation *invocation);
int command_policy_list(struct invocation *invocation);
int command_policy_show(struct invocation *invocation);
int command_policy_lint(struct invocation *invocation);
int command_policy_test(struct invocation *invocation);
int command_ledger_append(struct invocation *invocation);
int command_ledger_archive(struct invocation *invocation);
int command_ledger_export(struct invocation *invocation);
int command_ledger_init(struct invocation *invocation);
int command_ledger_prove(struct invocation *invocation);
int command_ledger_search(struct invocation *invocation);
int command_ledger_show(struct invocation *invocation);
int command_ledger_tail(struct invocation *invocation);
int command_ledger_verify(struct invocation *invocation);
int command_ledger_witness(struct invocation *invocation);
int command_metrics(struct invocation *invocation);
int command_completion(struct invocation *invocation);
int command_complete(struct invocation *invocation);
int command_help(struct invocation *invocation);
int command_version(struct invocation *invocation);
