/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/uuid.h"
#include "unit.h"

/* Expected: Python's uuid.uuid5(uuid.uuid5(uuid.NAMESPACE_DNS, 'gabion.dev'), name). */
START_TEST(names_have_the_version_5_uuids_that_others_compute)
{
	static const struct {
		struct str name;
		const char *uuid;
	} cases[] = {
		{STR_INIT(""), "66505e87-16a9-5c01-911c-f45847c82994"},
		{STR_INIT("a"), "4919dd49-dd62-5b86-b738-411578cb114d"},
		{STR_INIT("component"), "8dbd309f-1055-5d5c-a938-553894a946ed"},
		{STR_INIT("na/5.2.2/pss.\xC3\xB6"), "a1d0a6e8-64b1-5f58-9065-6c24b0c33a3e"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char uuid[UUID_BYTES];
		uuid_of_name(cases[i].name, uuid);
		ck_assert_str_eq(uuid, cases[i].uuid);
	}
}
END_TEST

UNIT_TESTS("uuid", names_have_the_version_5_uuids_that_others_compute)
