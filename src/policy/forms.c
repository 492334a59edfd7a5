/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/form.h"

/* The words of policy.h's enums, in their order. */
const char *const form_owners[] = {"provider", "customer", "shared", NULL};
const char *const form_risks[] = {"low", "medium", "high", "critical", NULL};
const char *const form_phases[] = {"audit", "warn", "enforce", NULL};

static const char *const versions[] = {"gabion.dev/v1", NULL};
static const char *const layers[] = {
	"image", "cluster", "context", "runtime", "network", "host", NULL};
static const char *const languages[] = {"native", "kubernetes", NULL};
static const char *const excerpts[] = {"shown", "hidden", NULL};
static const char *const operations[] = {"add", "replace", "remove", NULL};
static const char *const verdicts[] = {"allow", "warn", "deny", NULL};

#define WORD(list_of_words) .type = FORM_WORD, .words = (list_of_words)
#define OBJECT(table)       .type = FORM_OBJECT, .fields = (table)
#define MAP(row)            .type = FORM_MAP, .fields = (row)
#define REQUIRED            .required = true
#define LIST                .list = true
#define VERSION \
	{ \
		"apiVersion", WORD(versions), REQUIRED, .meaning = "The version of this language." \
	}
#define KIND(list_of_words) \
	{ \
		"kind", WORD(list_of_words), REQUIRED, .meaning = "The kind of the document." \
	}

/* clang-format off */
static const struct form_field binding_fields[] = {
	{"name", FORM_NAME, REQUIRED, .meaning = "What expressions call it."},
	{"expression", FORM_EXPRESSION, REQUIRED, .meaning = "Its value."},
	{0},
};

static const struct form_field patch_fields[] = {
	{"op", WORD(operations), REQUIRED, .meaning = "The operation of JSON Patch (RFC 6902)."},
	{"value", FORM_ANY, .meaning = "The value that `add` and `replace` write. They have either this or `valueExpression`."},
	{"valueExpression", FORM_EXPRESSION, .meaning = "The same, computed where the policy is violated, from the names its condition has. Without a value there is no patch."},
	{0},
};

static const struct form_field remediation_fields[] = {
	{"text", FORM_TEXT, REQUIRED, .meaning = "What a person does about it, as one sentence."},
	{"patch", OBJECT(patch_fields), .meaning = "What a machine does, at the place where the reason points."},
	{0},
};

static const struct form_field parameter_row[] = {
	{FORM_KEY_NAME, FORM_ANY, .meaning = "The value; a default's type is the parameter's type."},
	{0},
};

static const struct form_field mapping_row[] = {
	{FORM_KEY_ID, FORM_TEXT, LIST, .meaning = "The controls of that standard, as it numbers them."},
	{0},
};

static const char *const policy_kinds[] = {"Policy", NULL};
static const struct form_field policy_fields[] = {
	VERSION,
	KIND(policy_kinds),
	{"id", FORM_ID, REQUIRED, .meaning = "The name by which profiles, waivers and reports know it; one policy has it."},
	{"title", FORM_TEXT, REQUIRED, .meaning = "What must hold, as one sentence."},
	{"description", FORM_TEXT, .meaning = "Why, for `gabion explain`."},
	{"layer", WORD(layers), REQUIRED, .meaning = "Which facts it judges."},
	{"subject", FORM_TEXT, REQUIRED, .meaning = "Which kind of subject of the layer, as its facts name it."},
	{"owner", WORD(form_owners), REQUIRED, .meaning = "Whose it is to mend: the platform's provider, its customer, or both."},
	{"risk", WORD(form_risks), REQUIRED, .meaning = "What a violation may cost."},
	{"language", WORD(languages), .meaning = "`native` (the default) is the whole language; `kubernetes` is exactly what an API server of the chosen version offers."},
	{"match", FORM_EXPRESSION, .meaning = "A bool: false for the subjects that it does not judge."},
	{"parameters", MAP(parameter_row), .meaning = "Names and defaults of what a profile may set; `params.<name>` in expressions."},
	{"variables", OBJECT(binding_fields), LIST, .meaning = "Named values, computed at most once for a subject and only when needed; `variables.<name>` in expressions. One may use those above it."},
	{"each", OBJECT(binding_fields), LIST, .meaning = "Nested loops: each expression is a list, its name stands for one item of it, and every item is judged. One may use the names above it."},
	{"require", FORM_EXPRESSION, .meaning = "A bool that must be true. A policy has either this or `forbid`."},
	{"forbid", FORM_EXPRESSION, .meaning = "A bool that must be false."},
	{"at", FORM_TEXT, .meaning = "Where the reason points: a path that begins with a name of `each` or a root of the subject. It may lead to what is missing. The default is the innermost item, or the subject."},
	{"excerpt", WORD(excerpts), .meaning = "`hidden` when the reason points at a secret: reports say where it is written, not what. The default is `shown`."},
	{"message", FORM_TEXT, .meaning = "What is wrong, as one phrase. A policy has this, or `messageExpression`, or both."},
	{"messageExpression", FORM_EXPRESSION, .meaning = "A string, used in place of `message` unless it fails."},
	{"remediation", OBJECT(remediation_fields), .meaning = "How to mend it."},
	{"mappings", MAP(mapping_row), .meaning = "The standards it serves: `pss`, `cis`, `nsa-cisa`, `nist-800-190`, `attack` and others."},
	{0},
};

static const struct form_field phase_fields[] = {
	{"policies", FORM_GLOB, LIST, .meaning = "Ids of policies. An entry has either this or `risks`."},
	{"risks", WORD(form_risks), LIST, .meaning = "All policies of these risks that no entry names by id."},
	{"phase", WORD(form_phases), REQUIRED, .meaning = "Their phase."},
	{0},
};

static const struct form_field profile_parameter_row[] = {
	{FORM_KEY_ID, MAP(parameter_row), .meaning = "The parameters of that policy."},
	{0},
};

static const char *const profile_kinds[] = {"Profile", NULL};
static const struct form_field profile_fields[] = {
	VERSION,
	KIND(profile_kinds),
	{"id", FORM_ID, REQUIRED, .meaning = "The name that `--profile` takes."},
	{"title", FORM_TEXT, REQUIRED, .meaning = "What it is for, as one sentence."},
	{"description", FORM_TEXT, .meaning = "More about it."},
	{"policies", FORM_GLOB, REQUIRED, LIST, .meaning = "Ids of the policies that are in force."},
	{"exclude", FORM_GLOB, LIST, .meaning = "Ids of those that are not, although `policies` names them."},
	{"phase", WORD(form_phases), .meaning = "The phase of all of them; `enforce` is the default."},
	{"phases", OBJECT(phase_fields), LIST, .meaning = "Phases of some of them. An id is more specific than a pattern, a longer pattern than a shorter, any of them than a risk."},
	{"parameters", MAP(profile_parameter_row), .meaning = "Values of parameters, by policy."},
	{0},
};

static const struct form_field scope_fields[] = {
	{"namespaces", FORM_GLOB, LIST, .meaning = "Namespaces of subjects."},
	{"kinds", FORM_GLOB, LIST, .meaning = "Kinds of subjects, such as `Deployment`."},
	{"names", FORM_GLOB, LIST, .meaning = "Names of subjects."},
	{0},
};

static const char *const rollout_kinds[] = {"Rollout", NULL};
static const struct form_field rollout_fields[] = {
	VERSION,
	KIND(rollout_kinds),
	{"id", FORM_ID, .meaning = "Its name in messages."},
	{"policies", FORM_GLOB, REQUIRED, LIST, .meaning = "Ids of policies."},
	{"scope", OBJECT(scope_fields), REQUIRED, .meaning = "For which subjects."},
	{"phase", WORD(form_phases), REQUIRED, .meaning = "The phase of these policies for these subjects."},
	{"reason", FORM_TEXT, REQUIRED, .meaning = "Why."},
	{"approvedBy", FORM_TEXT, REQUIRED, .meaning = "Who agreed."},
	{0},
};

static const char *const waiver_kinds[] = {"Waiver", NULL};
static const struct form_field waiver_fields[] = {
	VERSION,
	KIND(waiver_kinds),
	{"id", FORM_ID, .meaning = "Its name in reports."},
	{"policies", FORM_GLOB, REQUIRED, LIST, .meaning = "Ids of the policies whose reasons do not count."},
	{"scope", OBJECT(scope_fields), REQUIRED, .meaning = "For which subjects."},
	{"owner", FORM_TEXT, REQUIRED, .meaning = "Who answers for it."},
	{"reason", FORM_TEXT, REQUIRED, .meaning = "Why it is needed."},
	{"ticket", FORM_TEXT, .meaning = "Where it is being mended."},
	{"expires", FORM_DATE, REQUIRED, .meaning = "The last day (in UTC) on which it holds, or the second from which it is void."},
	{0},
};

static const struct form_field opt_in_fields[] = {
	{"allow", FORM_ID, REQUIRED, .meaning = "What is allowed: one of the opt-ins of the layer."},
	{"value", FORM_TEXT, .meaning = "Which one, where there are several: a capability, a device, a group of system calls."},
	{"reason", FORM_TEXT, REQUIRED, .meaning = "Why the workload cannot do without."},
	{"owner", FORM_TEXT, REQUIRED, .meaning = "Who answers for it."},
	{"expires", FORM_DATE, REQUIRED, .meaning = "The last day (in UTC) on which it holds, or the second from which it is void."},
	{0},
};

static const struct form_field context_user_fields[] = {
	{"uid", FORM_NUMBER, REQUIRED, .meaning = "User id inside the context."},
	{"gid", FORM_NUMBER, REQUIRED, .meaning = "Group id inside the context."},
	{0},
};

static const struct form_field context_io_fields[] = {
	{"device", FORM_TEXT, REQUIRED, .meaning = "The block device, as `lsblk` numbers it: `8:0`."},
	{"readBytes", FORM_TEXT, .meaning = "The most bytes read in a second, as in `10Mi`."},
	{"writeBytes", FORM_TEXT, .meaning = "The most bytes written in a second."},
	{"readOperations", FORM_TEXT, .meaning = "The most reads in a second, as in `500`."},
	{"writeOperations", FORM_TEXT, .meaning = "The most writes in a second."},
	{0},
};

static const char *const qos_classes[] = {"guaranteed", "burstable", "best-effort", NULL};
static const struct form_field context_resource_fields[] = {
	{"class", WORD(qos_classes), .meaning = "Who yields first when the machine is short of something; `burstable` is the default."},
	{"memory", FORM_TEXT, .meaning = "The most memory, as in `256Mi`; the default is 512Mi."},
	{"cpu", FORM_TEXT, .meaning = "The most processor time, in processors, as in `1.5` or `250m`."},
	{"processes", FORM_NUMBER, .meaning = "The most processes and threads; the default is 256."},
	{"files", FORM_NUMBER, .meaning = "The most open files of a process; the default is 1024."},
	{"ioWeight", FORM_NUMBER, .meaning = "Its share of input and output against other contexts, 10 to 1000; where the host weighs them, a class has its own."},
	{"ioLimits", OBJECT(context_io_fields), LIST, .meaning = "How fast it may use block devices."},
	{0},
};

static const struct form_field context_file_fields[] = {
	{"read", FORM_TEXT, LIST, .meaning = "Folders and files that may be read."},
	{"write", FORM_TEXT, LIST, .meaning = "Those that may be written as well."},
	{"execute", FORM_TEXT, LIST, .meaning = "Those that may be executed as well as read."},
	{0},
};

static const struct form_field context_port_fields[] = {
	{"listen", FORM_NUMBER, LIST, .meaning = "Those it may listen on; without the list, all."},
	{"ephemeral", FORM_FLAG, .meaning = "Whether it may also listen on one that the kernel chooses."},
	{"connect", FORM_NUMBER, LIST, .meaning = "Those it may connect to; without the list, all."},
	{0},
};

static const struct form_field context_learned_fields[] = {
	{"image", FORM_TEXT, .meaning = "The digest of the image that was observed; for another one it must be learned again."},
	{"architecture", FORM_TEXT, .meaning = "The machine it was learned on, such as `x86_64`."},
	{"kernel", FORM_TEXT, .meaning = "The kernel it was learned on."},
	{"runs", FORM_NUMBER, .meaning = "How often the workload was run."},
	{"saturation", FORM_TEXT, .meaning = "What each run added to the one before: system calls, run by run."},
	{0},
};

static const char *const stages[] = {"complain", "enforce", NULL};
static const char *const context_kinds[] = {"Context", NULL};
static const struct form_field context_fields[] = {
	VERSION,
	KIND(context_kinds),
	{"id", FORM_ID, REQUIRED, .meaning = "The name that `--context` takes."},
	{"title", FORM_TEXT, REQUIRED, .meaning = "What it is for, as one sentence."},
	{"description", FORM_TEXT, .meaning = "More about it."},
	{"optIns", OBJECT(opt_in_fields), LIST, .meaning = "What it may do beyond the default, each with its reason."},
	{"user", OBJECT(context_user_fields), .meaning = "Who its processes are; the default is 65532."},
	{"scratch", FORM_TEXT, LIST, .meaning = "Folders that are writable, empty at the start and gone at the end; the default is `/tmp`."},
	{"resources", OBJECT(context_resource_fields), .meaning = "What it may use of the machine."},
	{"stage", WORD(stages), .meaning = "`complain` denies nothing that only the learned lists below deny, and records it; `enforce` is the default."},
	{"systemCalls", FORM_TEXT, LIST, .meaning = "The only system calls it may use, as `gabion learn` writes them; never more than the default and the opt-ins allow."},
	{"files", OBJECT(context_file_fields), .meaning = "The only files it may use."},
	{"ports", OBJECT(context_port_fields), .meaning = "The only TCP ports it may use, where it is granted a network."},
	{"learned", OBJECT(context_learned_fields), .meaning = "From what the lists were learned."},
	{0},
};

static const struct form_field test_reason_fields[] = {
	{"path", FORM_TEXT, .meaning = "Its path, exactly."},
	{"line", FORM_NUMBER, .meaning = "Its line; the first line of the subject is 1."},
	{"column", FORM_NUMBER, .meaning = "Its column in the file, from 1."},
	{"message", FORM_TEXT, .meaning = "A part of its message."},
	{0},
};

static const struct form_field case_fields[] = {
	{"name", FORM_TEXT, REQUIRED, .meaning = "What is tested, as a sentence."},
	{"subject", FORM_ANY, .meaning = "The document to be judged. A case has either this or `file`."},
	{"file", FORM_TEXT, .meaning = "A file with the documents to be judged, beside this one."},
	{"kubernetes", FORM_TEXT, .meaning = "The version to judge for, such as `\"1.29\"`."},
	{"parameters", MAP(parameter_row), .meaning = "Values of the policy's parameters."},
	{"phase", WORD(form_phases), .meaning = "The policy's phase; `enforce` is the default."},
	{"expect", WORD(verdicts), REQUIRED, .meaning = "The verdict."},
	{"reasons", OBJECT(test_reason_fields), LIST, .meaning = "All reasons, in any order; when missing, they are not compared."},
	{0},
};

static const char *const test_kinds[] = {"PolicyTest", NULL};
static const struct form_field test_fields[] = {
	VERSION,
	KIND(test_kinds),
	{"policy", FORM_ID, REQUIRED, .meaning = "The id of the policy that is tested."},
	{"cases", OBJECT(case_fields), REQUIRED, LIST, .meaning = "Subjects, and what the policy must say about them."},
	{0},
};
/* clang-format on */

const struct form forms[KIND_COUNT] = {
	[KIND_POLICY] = {"Policy", "One rule of the catalogue.", policy_fields},
	[KIND_PROFILE] = {"Profile",
		"Which policies are in force, in which phase, with which parameters.",
		profile_fields},
	[KIND_ROLLOUT] = {"Rollout", "The phase of some policies for some subjects.",
		rollout_fields},
	[KIND_WAIVER] = {"Waiver", "A dated exception.", waiver_fields},
	[KIND_CONTEXT] = {"Context",
		"What a workload may do: the strict default, and dated opt-ins.", context_fields},
	[KIND_TEST] = {"PolicyTest", "Tests of a policy, beside it in `<policy>.test.yaml`.",
		test_fields},
};

const char *policy_owner_name(enum policy_owner owner)
{
	return form_owners[owner];
}

const char *policy_risk_name(enum policy_risk risk)
{
	return form_risks[risk];
}

const char *policy_phase_name(enum policy_phase phase)
{
	return form_phases[phase];
}
