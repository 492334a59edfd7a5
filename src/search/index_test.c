/* SPDX-License-Identifier: Apache-2.0 */
#include "search/index.h"

#include "folder.h"
#include "logstore/writer.h"
#include "unit.h"

#include <sqlite3.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/var/tmp/index_test.XXXXXX";
static char ledger_path[64], index_path[64];
static struct arena arena, work;
static struct note_signer signer;

static void make_ledger(const char *origin)
{
	struct error err = {0};
	ck_assert_int_eq(note_signer_new(&arena, str_from(origin), NOTE_ED25519,
				 STR("0123456789abcdef0123456789abcdef"), &signer, &err),
		0);
	ck_assert_msg(log_create(ledger_path, &signer, &arena, &err) == 0, "%s", err.message);
}

static void setup(void)
{
	arena_init(&arena, 64 << 20);
	arena_init(&work, 64 << 20);
	ck_assert_ptr_nonnull(mkdtemp(folder));
	(void)snprintf(ledger_path, sizeof(ledger_path), "%s/ledger", folder);
	(void)snprintf(index_path, sizeof(index_path), "%s/index", folder);
	make_ledger("gabion.test/log");
}

static void teardown(void)
{
	ck_assert_int_eq(folder_remove(folder), 0);
	arena_release(&work);
	arena_release(&arena);
}

static void remove_ledger(void)
{
	ck_assert_int_eq(folder_remove(ledger_path), 0);
}

/* Record i: verdict deny for each third one, name n<i>, made i seconds after 1970. */
static struct str record(char memory[256], uint64_t i)
{
	int len = snprintf(memory, 256,
		"{\"subject\":{\"name\":\"n%llu\"},\"time\":\"1970-01-01T%02llu:%02llu:%02lluZ\","
		"\"type\":\"decision\",\"verdict\":\"%s\"}",
		(unsigned long long)i, (unsigned long long)(i / 3600),
		(unsigned long long)(i / 60 % 60), (unsigned long long)(i % 60),
		i % 3 == 0 ? "deny" : "allow");
	return (struct str){memory, (size_t)len};
}

static void append(uint64_t first, uint64_t end)
{
	struct log_writer writer;
	struct log_state state;
	struct error err = {0};
	ck_assert_msg(log_writer_open(&writer, ledger_path, &signer, &arena, &err) == 0, "%s",
		err.message);
	for (uint64_t i = first; i < end; i++) {
		char memory[256 + PRODUCER_PREFIX_BYTES];
		struct producer producer = {.id = "the only one  .", .sequence = i + 1};
		producer_put(&producer, memory);
		struct str text = record(memory + PRODUCER_PREFIX_BYTES, i);
		struct str item = {memory, PRODUCER_PREFIX_BYTES + text.len};
		ck_assert_int_eq(log_append(&writer, &item, 1, &err), 0);
	}
	ck_assert_int_eq(log_write_edge(&writer, &state, &err), 0);
	ck_assert_int_eq(log_publish(&writer, &state, &arena, &err), 0);
	log_writer_close(&writer);
}

struct opened {
	struct log_reader reader;
	struct log_proven log;
	struct search_index index;
};

static int open_index(struct opened *opened, bool is_ours, struct error *err)
{
	struct log_fault fault;
	*opened = (struct opened){0};
	ck_assert_int_eq(log_reader_open(&opened->reader, &arena, ledger_path, STR(""), err), 0);
	log_proven_init(&opened->log, &opened->reader);
	struct search_index_request request = {index_path, is_ours, &opened->log, &work};
	return search_index_open(&opened->index, &request, &fault, err);
}

static void close_index(struct opened *opened)
{
	search_index_close(&opened->index);
	log_reader_close(&opened->reader);
	arena_reset(&work);
}

/* How many records there are, after all of them were compared with the answer. */
static uint64_t check_hits(struct opened *opened, const struct search_query *query)
{
	struct search_hits hits;
	struct error err = {0};
	uint64_t found = 0;
	ck_assert_msg(search_index_find(&opened->index, query, &work, &hits, &err) == 0, "%s",
		err.message);
	ck_assert_uint_eq(hits.size, opened->index.size);
	for (uint64_t i = 0; i < hits.size; i++) {
		struct arena own;
		struct value room;
		char memory[256];
		struct str entry = record(memory, i);
		arena_init(&own, 1 << 20);
		bool expected = search_match_entry(query, i, entry) &&
				search_match(query, search_read(&own, entry, &room));
		arena_release(&own);
		bool named = (hits.bits[i / 8] >> i % 8 & 1) != 0;
		if (named != expected)
			ck_abort_msg("record %llu", (unsigned long long)i);
		found += named;
	}
	return found;
}

static uint64_t count_by(struct opened *opened, enum search_field field, const char *pattern)
{
	struct search_query query = search_everything();
	struct str text = str_from(pattern);
	query.fields[field] = (struct search_patterns){&text, 1};
	return check_hits(opened, &query);
}

START_TEST(an_index_names_exactly_what_matches)
{
	struct opened opened;
	struct error err = {0};
	setup();
	append(0, 700);
	ck_assert_msg(open_index(&opened, false, &err) == 0, "%s", err.message);
	ck_assert_uint_eq(opened.index.added, 700);
	ck_assert_uint_eq(count_by(&opened, SEARCH_VERDICT, "deny"), 234);
	ck_assert_uint_eq(count_by(&opened, SEARCH_NAME, "n699"), 1);
	ck_assert_uint_eq(count_by(&opened, SEARCH_NAME, "n69?"), 10);
	ck_assert_uint_eq(count_by(&opened, SEARCH_NAME, "%"), 0);
	ck_assert_uint_eq(count_by(&opened, SEARCH_LAYER, "*"), 0);
	struct search_query query = search_everything();
	query.since_s = 100;
	query.until_s = 300;
	query.last = 198;
	struct str deny = STR("deny");
	query.fields[SEARCH_VERDICT] = (struct search_patterns){&deny, 1};
	ck_assert_uint_eq(check_hits(&opened, &query), 33);
	close_index(&opened);
	teardown();
}
END_TEST

START_TEST(what_is_new_is_added_and_nothing_else_is_read_again)
{
	struct opened opened;
	struct error err = {0};
	setup();
	for (uint64_t size = 0; size < 900; size += 130) {
		append(size == 0 ? 0 : size - 130, size);
		ck_assert_msg(open_index(&opened, false, &err) == 0, "%s", err.message);
		ck_assert_ptr_null(opened.index.replaced);
		ck_assert_uint_eq(opened.index.added, size == 0 ? 0 : 130);
		ck_assert_uint_eq(count_by(&opened, SEARCH_VERDICT, "deny"), (size + 2) / 3);
		close_index(&opened);
	}
	teardown();
}
END_TEST

/* Make an index, do something to it, and see that it is made anew, saying why. */
static void check_replaced(const char *sql, const char *why)
{
	struct opened opened;
	struct error err = {0};
	ck_assert_msg(open_index(&opened, false, &err) == 0, "%s", err.message);
	if (sql)
		ck_assert_msg(sqlite3_exec(opened.index.db, sql, NULL, NULL, NULL) == SQLITE_OK,
			"%s", sqlite3_errmsg(opened.index.db));
	close_index(&opened);
	ck_assert_msg(open_index(&opened, false, &err) == 0, "%s: %s", sql, err.message);
	ck_assert_msg(opened.index.replaced, "%s", sql);
	ck_assert_str_eq(opened.index.replaced, why);
	ck_assert_uint_gt(count_by(&opened, SEARCH_VERDICT, "deny"), 0);
	close_index(&opened);
}

START_TEST(an_index_that_is_not_certainly_right_is_made_anew)
{
	static const struct {
		const char *sql, *why;
	} rows[] = {
		{"UPDATE covers SET origin = x'61'", "it is of another ledger"},
		{"UPDATE covers SET size = 701", "it covers more records than the ledger has"},
		{"UPDATE covers SET size = 699", "the ledger is no extension of the one it is of"},
		{"UPDATE covers SET root = zeroblob(32)",
			"the ledger is no extension of the one it is of"},
		{"UPDATE covers SET root = x'00'", "it is damaged"},
		{"UPDATE covers SET size = -1", "it is damaged"},
		{"DELETE FROM covers", "it is damaged"},
		{"INSERT INTO covers SELECT * FROM covers", "it is damaged"},
		{"DROP TABLE postings", "it is damaged"},
		{"CREATE TRIGGER t AFTER INSERT ON covers BEGIN DELETE FROM postings; END",
			"it is damaged"},
		{"CREATE VIEW a AS SELECT 1", "it is damaged"},
		{"PRAGMA user_version = 1",
			"another version of this program made it, or it is damaged"},
	};
	setup();
	append(0, 700);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_replaced(rows[i].sql, rows[i].why);
	teardown();
}
END_TEST

START_TEST(an_index_of_a_ledger_with_the_same_name_and_other_records_is_made_anew)
{
	struct opened opened;
	struct error err = {0};
	setup();
	append(0, 300);
	ck_assert_int_eq(open_index(&opened, false, &err), 0);
	close_index(&opened);
	remove_ledger();
	make_ledger("gabion.test/log");
	append(1, 400); /* 399 records, all of them one further on */
	ck_assert_msg(open_index(&opened, false, &err) == 0, "%s", err.message);
	ck_assert_str_eq(opened.index.replaced, "the ledger is no extension of the one it is of");
	close_index(&opened);
	teardown();
}
END_TEST

static void write_index(const char *bytes, size_t len, mode_t mode)
{
	(void)unlink(index_path);
	FILE *file = fopen(index_path, "w");
	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(bytes, 1, len, file), len);
	ck_assert_int_eq(fclose(file), 0);
	ck_assert_int_eq(chmod(index_path, mode), 0);
}

START_TEST(a_file_of_somebody_else_is_left_as_it_is)
{
	struct opened opened;
	struct error err = {0};
	struct stat status;
	setup();
	append(0, 3);
	write_index("all my letters", 14, 0600);
	ck_assert_int_eq(open_index(&opened, false, &err), -1);
	ck_assert_ptr_nonnull(strstr(err.message, "left as it is"));
	close_index(&opened);
	ck_assert_int_eq(stat(index_path, &status), 0);
	ck_assert_int_eq(status.st_size, 14);
	err = (struct error){0};
	ck_assert_msg(open_index(&opened, true, &err) == 0, "%s", err.message);
	close_index(&opened);
	ck_assert_int_eq(chmod(index_path, 0666), 0);
	ck_assert_int_eq(open_index(&opened, true, &err), -1);
	ck_assert_ptr_nonnull(strstr(err.message, "only you can write"));
	close_index(&opened);
	teardown();
}
END_TEST

START_TEST(damage_anywhere_in_the_file_is_noticed_or_does_no_harm)
{
	static char good[1 << 20], bad[1 << 20];
	struct opened opened;
	struct error err = {0};
	setup();
	append(0, 700);
	ck_assert_int_eq(open_index(&opened, false, &err), 0);
	close_index(&opened);
	FILE *file = fopen(index_path, "r");
	size_t len = fread(good, 1, sizeof(good), file);
	(void)fclose(file);
	for (size_t at = 100; at < len; at += len / 41) {
		memcpy(bad, good, len);
		memset(bad + at, 0xA5, len - at < 64 ? len - at : 64);
		write_index(bad, len, 0600);
		err = (struct error){0};
		if (open_index(&opened, false, &err) == 0) {
			struct search_query query = search_everything();
			struct search_hits hits;
			(void)search_index_find(&opened.index, &query, &work, &hits, &err);
		}
		close_index(&opened);
	}
	write_index(good, len / 2, 0600);
	err = (struct error){0};
	ck_assert_msg(open_index(&opened, false, &err) == 0, "%s", err.message);
	ck_assert_ptr_nonnull(opened.index.replaced);
	ck_assert_uint_eq(count_by(&opened, SEARCH_VERDICT, "deny"), 234);
	close_index(&opened);
	teardown();
}
END_TEST

UNIT_TESTS("index", an_index_names_exactly_what_matches,
	what_is_new_is_added_and_nothing_else_is_read_again,
	an_index_that_is_not_certainly_right_is_made_anew,
	an_index_of_a_ledger_with_the_same_name_and_other_records_is_made_anew,
	a_file_of_somebody_else_is_left_as_it_is,
	damage_anywhere_in_the_file_is_noticed_or_does_no_harm)
