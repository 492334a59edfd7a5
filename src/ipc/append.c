/* SPDX-License-Identifier: Apache-2.0 */
#include "ipc/append.h"

#include <endian.h>

bool append_begin(struct append_reader *reader, const struct notary_request *request,
	const unsigned char producer[NOTARY_PRODUCER_BYTES], struct str body)
{
	*reader = (struct append_reader){
		.rest = body, .sequence = request->sequence, .left = request->count};
	memcpy(reader->producer, producer, NOTARY_PRODUCER_BYTES);
	/* The number behind the last item is one too. */
	return request->count > 0 && request->sequence > 0 &&
	       request->sequence <= UINT64_MAX - request->count;
}

int append_next(struct append_reader *reader, struct str *ret_item)
{
	struct notary_item head;
	uint64_t number;
	if (reader->left == 0)
		return reader->rest.len == 0 ? 0 : -1;
	if (reader->rest.len < sizeof(head))
		return -1;
	memcpy(&head, reader->rest.data, sizeof(head));
	struct str rest = str_slice(reader->rest, sizeof(head), reader->rest.len);
	bool sized = head.bytes > APPEND_PREFIX_BYTES &&
		     head.bytes <= APPEND_PREFIX_BYTES + APPEND_RECORD_BYTES;
	if (!sized || head.bytes > rest.len || head.reserved != 0)
		return -1;
	memcpy(&number, rest.data + NOTARY_PRODUCER_BYTES, sizeof(number));
	if (memcmp(rest.data, reader->producer, NOTARY_PRODUCER_BYTES) != 0 ||
		le64toh(number) != reader->sequence)
		return -1;
	*ret_item = str_slice(rest, 0, head.bytes);
	reader->rest = str_slice(rest, head.bytes, rest.len);
	reader->sequence++;
	reader->left--;
	return 1;
}

size_t append_put(char *out, const unsigned char producer[NOTARY_PRODUCER_BYTES], uint64_t sequence,
	struct str record)
{
	struct notary_item head = {.bytes = (uint32_t)(APPEND_PREFIX_BYTES + record.len)};
	uint64_t number = htole64(sequence);
	memcpy(out, &head, sizeof(head));
	memcpy(out + sizeof(head), producer, NOTARY_PRODUCER_BYTES);
	memcpy(out + sizeof(head) + NOTARY_PRODUCER_BYTES, &number, sizeof(number));
	memcpy(out + APPEND_ITEM_BYTES, record.data, record.len);
	return APPEND_ITEM_BYTES + record.len;
}
