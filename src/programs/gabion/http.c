/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/gabion/http.h"

#include <curl/curl.h>
#include <dlfcn.h>

/* What is used of libcurl.so.4, whose names and numbers have been stable since 2006. */
struct curl_library {
	void *handle;
	CURL *(*easy_init)(void);
	CURLcode (*easy_setopt)(CURL *curl, CURLoption option, ...);
	CURLcode (*easy_perform)(CURL *curl);
	CURLcode (*easy_getinfo)(CURL *curl, CURLINFO info, ...);
	const char *(*easy_strerror)(CURLcode code);
	void (*easy_cleanup)(CURL *curl);
	struct curl_slist *(*slist_append)(struct curl_slist *list, const char *text);
	void (*slist_free_all)(struct curl_slist *list);
};

struct transfer {
	struct buf body;
	char memory[HTTP_ANSWER_BYTES];
};

static int load(struct curl_library *curl, struct error *err)
{
	const struct {
		const char *name;
		void *place;
	} symbols[] = {
		{"curl_easy_init", &curl->easy_init},
		{"curl_easy_setopt", &curl->easy_setopt},
		{"curl_easy_perform", &curl->easy_perform},
		{"curl_easy_getinfo", &curl->easy_getinfo},
		{"curl_easy_strerror", &curl->easy_strerror},
		{"curl_easy_cleanup", &curl->easy_cleanup},
		{"curl_slist_append", &curl->slist_append},
		{"curl_slist_free_all", &curl->slist_free_all},
	};
	curl->handle = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
	bool whole = curl->handle;
	for (size_t i = 0; whole && i < sizeof(symbols) / sizeof(symbols[0]); i++) {
		void *symbol = dlsym(curl->handle, symbols[i].name);
		memcpy(symbols[i].place, &symbol, sizeof(symbol));
		whole = symbol;
	}
	if (whole)
		return 0;
	ERROR_SET(err, ERROR_SYSTEM, NO_ORIGIN, "the library libcurl.so.4 cannot be loaded");
	error_set_remedy(err, "install Debian's package libcurl4");
	return -1;
}

/* Taking less than offered ends the transfer. */
static size_t receive(char *data, size_t size, size_t count, void *context)
{
	struct transfer *transfer = context;
	if (size * count > sizeof(transfer->memory) - transfer->body.len)
		return 0;
	buf_put(&transfer->body, (struct str){data, size * count});
	return size * count;
}

static void set_up(const struct curl_library *curl, CURL *easy, const char *url, struct str body,
	struct transfer *transfer)
{
	buf_init_fixed(&transfer->body, transfer->memory, sizeof(transfer->memory));
	curl->easy_setopt(easy, CURLOPT_URL, url);
	curl->easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl->easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl->easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl->easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)HTTP_CONNECT_MS);
	curl->easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)HTTP_TOTAL_MS);
	curl->easy_setopt(easy, CURLOPT_MAXFILESIZE, (long)HTTP_ANSWER_BYTES);
	curl->easy_setopt(easy, CURLOPT_USERAGENT, "gabion");
	curl->easy_setopt(easy, CURLOPT_POST, 1L);
	curl->easy_setopt(easy, CURLOPT_POSTFIELDS, body.data);
	curl->easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)body.len);
	curl->easy_setopt(easy, CURLOPT_WRITEFUNCTION, receive);
	curl->easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
}

static int perform(const struct curl_library *curl, CURL *easy, const char *url, struct error *err)
{
	CURLcode code = curl->easy_perform(easy);
	if (code == CURLE_OK)
		return 0;
	if (code == CURLE_WRITE_ERROR || code == CURLE_FILESIZE_EXCEEDED)
		return ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN, "'%s' answers with over %d bytes",
			url, HTTP_ANSWER_BYTES);
	return ERROR_SET(err, ERROR_SYSTEM, NO_ORIGIN, "'%s' cannot be asked: %s", url,
		curl->easy_strerror(code));
}

/* Everything that the library made is given back before the arena, which may jump, is used. */
static int post(const struct curl_library *curl, const char *url, struct str body,
	struct transfer *transfer, char type[128], long *ret_status, struct error *err)
{
	CURL *easy = curl->easy_init();
	struct curl_slist *headers = curl->slist_append(NULL, "Content-Type: text/plain");
	char *text = NULL;
	int result = -1;
	if (easy && headers) {
		set_up(curl, easy, url, body, transfer);
		curl->easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
		result = perform(curl, easy, url, err);
	} else {
		ERROR_SET(err, ERROR_LIMIT, NO_ORIGIN, "no memory to ask '%s'", url);
	}
	if (result == 0) {
		struct buf out;
		buf_init_fixed(&out, type, 127);
		curl->easy_getinfo(easy, CURLINFO_RESPONSE_CODE, ret_status);
		curl->easy_getinfo(easy, CURLINFO_CONTENT_TYPE, &text);
		buf_put(&out, str_from(text ? text : ""));
		type[out.len] = '\0';
	}
	curl->slist_free_all(headers);
	if (easy)
		curl->easy_cleanup(easy);
	return result;
}

int http_post(struct arena *arena, const char *url, struct str body, struct http_answer *ret_answer,
	struct error *err)
{
	struct curl_library curl = {0};
	struct transfer *transfer = ARENA_NEW(arena, struct transfer);
	char type[128] = "";
	long status = 0;
	if (load(&curl, err) < 0 || post(&curl, url, body, transfer, type, &status, err) < 0)
		return -1;
	*ret_answer = (struct http_answer){.status = status,
		.content_type = str_copy(arena, str_from(type)),
		.body = buf_str(&transfer->body)};
	return 0;
}
