/* SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"
#include "programs/gabion-oci/settings_making.h"

/* blkio has had two schedulers with weights: BFQ, and CFQ until Linux 5.0; io has BFQ and io.cost,
 * which counts from 1 to 10000. */
static const struct place any_weight = {CGROUP_IO, "blockIO.weight", "blkio.bfq.weight",
				  "io.bfq.weight", 0, "blkio.weight", "io.weight"},
			  device_weight = {CGROUP_IO, "blockIO.weightDevice",
				  "blkio.bfq.weight_device", "io.bfq.weight", 0,
				  "blkio.weight_device", "io.weight"},
			  leaf_weight = {CGROUP_IO, "blockIO.leafWeight", "blkio.leaf_weight", NULL,
				  0, NULL, NULL},
			  device_leaf_weight = {CGROUP_IO, "blockIO.weightDevice",
				  "blkio.leaf_weight_device", NULL, 0, NULL, NULL};

static int put_weight(struct making *making, const struct spec_natural *number)
{
	if (!number->set || number->value == 0)
		return 0;
	struct setting *setting = settings_put(
		making, &any_weight, number->origin, settings_natural(making, number->value));
	if (setting && settings_is_second(making, CGROUP_IO))
		setting->other_text = str_format(making->arena, "default %llu",
			(unsigned long long)settings_io_weight(number->value));
	return setting ? 0 : -1;
}

static struct str device_text(
	const struct making *making, int64_t major, int64_t minor, const char *key, uint64_t number)
{
	return str_format(making->arena, "%lld:%lld %s%llu", (long long)major, (long long)minor,
		key, (unsigned long long)number);
}

static int put_device_weight(struct making *making, const struct spec_weight_device *device)
{
	uint64_t number = device->weight.value;
	if (device->weight.set && number > 0) {
		struct setting *setting = settings_put(making, &device_weight, device->origin,
			device_text(making, device->major, device->minor, "", number));
		if (!setting)
			return -1;
		if (settings_is_second(making, CGROUP_IO))
			setting->other_text = device_text(making, device->major, device->minor, "",
				settings_io_weight(number));
	}
	number = device->leaf_weight.value;
	if (!device->leaf_weight.set || number == 0)
		return 0;
	return settings_put(making, &device_leaf_weight, device->origin,
		       device_text(making, device->major, device->minor, "", number))
		       ? 0
		       : -1;
}

/* A rate of 0 is no limit. */
static int put_throttles(struct making *making, const struct place *place, const char *key,
	const struct spec_throttles *throttles)
{
	bool second = settings_is_second(making, CGROUP_IO);
	for (size_t i = 0; i < throttles->count; i++) {
		const struct spec_throttle_device *item = &throttles->items[i];
		struct str text = device_text(
			making, item->major, item->minor, second ? key : "", item->rate);
		if (second && item->rate == 0)
			text = str_format(making->arena, "%lld:%lld %smax", (long long)item->major,
				(long long)item->minor, key);
		if (!settings_put(making, place, item->origin, text))
			return -1;
	}
	return 0;
}

static int make_block_io(struct making *making, const struct spec_block_io *block_io)
{
	static const struct {
		struct place place;
		const char *key;
		size_t offset;
	} throttles[] = {
		{{CGROUP_IO, "blockIO.throttleReadBpsDevice", "blkio.throttle.read_bps_device",
			 "io.max", 0, NULL, NULL},
			"rbps=", offsetof(struct spec_block_io, read_bps)},
		{{CGROUP_IO, "blockIO.throttleWriteBpsDevice", "blkio.throttle.write_bps_device",
			 "io.max", 0, NULL, NULL},
			"wbps=", offsetof(struct spec_block_io, write_bps)},
		{{CGROUP_IO, "blockIO.throttleReadIOPSDevice", "blkio.throttle.read_iops_device",
			 "io.max", 0, NULL, NULL},
			"riops=", offsetof(struct spec_block_io, read_iops)},
		{{CGROUP_IO, "blockIO.throttleWriteIOPSDevice", "blkio.throttle.write_iops_device",
			 "io.max", 0, NULL, NULL},
			"wiops=", offsetof(struct spec_block_io, write_iops)},
	};
	if (put_weight(making, &block_io->weight) < 0)
		return -1;
	if (block_io->leaf_weight.value > 0 &&
		settings_put_natural(making, &leaf_weight, &block_io->leaf_weight) < 0)
		return -1;
	for (size_t i = 0; i < block_io->weight_devices.count; i++)
		if (put_device_weight(making, &block_io->weight_devices.items[i]) < 0)
			return -1;
	for (size_t i = 0; i < sizeof(throttles) / sizeof(throttles[0]); i++) {
		const void *list = (const char *)block_io + throttles[i].offset;
		if (put_throttles(making, &throttles[i].place, throttles[i].key, list) < 0)
			return -1;
	}
	return 0;
}

/* "2MB", "1GB", "64KB": part of a file's name. */
static bool is_page_size(const char *text)
{
	size_t digits = strspn(text, "0123456789");
	return digits > 0 && digits < 8 && text[digits] && strchr("KMG", text[digits]) &&
	       text[digits + 1] == 'B' && text[digits + 2] == '\0';
}

static int put_hugepages(struct making *making, const struct spec_hugepage_limit *limit)
{
	if (!is_page_size(limit->page_size.text)) {
		ERROR_SET(making->err, ERROR_INPUT, limit->page_size.origin,
			"linux.resources.hugepageLimits: '%s' is no size of a page",
			limit->page_size.text);
		error_set_remedy(making->err, "write it as in /sys/kernel/mm/hugepages: \"2MB\"");
		return -1;
	}
	/* Reservations are checked before pages are touched: an error there beats a SIGBUS later.
	 */
	for (int reserved = 0; reserved <= 1; reserved++) {
		bool second = settings_is_second(making, CGROUP_HUGETLB);
		struct str file =
			str_format(making->arena, "hugetlb.%s.%s%s", limit->page_size.text,
				reserved ? "rsvd." : "", second ? "max" : "limit_in_bytes");
		struct place place = {CGROUP_HUGETLB, "hugepageLimits", file.data, file.data,
			reserved ? SETTING_IF_THERE : 0, NULL, NULL};
		if (!settings_put(making, &place, limit->origin,
			    settings_natural(making, limit->limit_bytes)))
			return -1;
	}
	return 0;
}

static int make_network(struct making *making, const struct spec_resources *resources)
{
	static const struct place class_id = {CGROUP_NET_CLS, "network.classID", "net_cls.classid",
					  NULL, 0, NULL, NULL},
				  priority = {CGROUP_NET_PRIO, "network.priorities",
					  "net_prio.ifpriomap", NULL, 0, NULL, NULL};
	if (settings_put_natural(making, &class_id, &resources->network_class_id) < 0)
		return -1;
	for (size_t i = 0; i < resources->network_priorities.count; i++) {
		const struct spec_interface_priority *item =
			&resources->network_priorities.items[i];
		struct str text = str_format(making->arena, "%s %llu", item->name.text,
			(unsigned long long)item->priority);
		if (!settings_put(making, &priority, item->origin, text))
			return -1;
	}
	return 0;
}

static int put_rdma(struct making *making, const struct spec_rdma *rdma)
{
	static const struct place place = {
		CGROUP_RDMA, "rdma", "rdma.max", "rdma.max", 0, NULL, NULL};
	struct buf text;
	buf_init_arena(&text, making->arena, 64);
	buf_put(&text, str_from(rdma->device.text));
	if (rdma->hca_handles.set)
		buf_printf(&text, " hca_handle=%llu", (unsigned long long)rdma->hca_handles.value);
	if (rdma->hca_objects.set)
		buf_printf(&text, " hca_object=%llu", (unsigned long long)rdma->hca_objects.value);
	return settings_put(making, &place, rdma->device.origin, buf_str(&text)) ? 0 : -1;
}

/* The controller a file's name begins with; of cgroup.* only what bounds the container itself:
 * cgroup.procs would pull in processes of others. */
static bool unified_controller(const char *name, enum cgroup_controller *ret_controller)
{
	static const char *const own[] = {
		"cgroup.max.depth", "cgroup.max.descendants", "cgroup.pressure"};
	*ret_controller = CGROUP_CPUACCT; /* always there on version 2 */
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (strcmp(name, own[i]) == 0)
			return true;
	size_t stem = strcspn(name, ".");
	if (name[stem] != '.' ||
		strspn(name, "abcdefghijklmnopqrstuvwxyzKMGB0123456789_.") != strlen(name))
		return false;
	for (unsigned i = 0; i < CGROUP_CONTROLLERS; i++) {
		struct str known = str_from(cgroup_controller_name(i, true));
		*ret_controller = i;
		if (i != CGROUP_CPUACCT && i != CGROUP_DEVICES && i != CGROUP_FREEZER &&
			str_equal(known, (struct str){name, stem}))
			return true;
	}
	return false;
}

/* The one setting of version 2 that version 1 has by another measure. */
static bool is_weight_as_shares(
	const struct making *making, const struct spec_pair *pair, uint64_t *ret_weight)
{
	return strcmp(pair->key.text, "cpu.weight") == 0 &&
	       making->host->version[CGROUP_CPU] == 1 &&
	       number_parse_uint(str_from(pair->value.text), 10, ret_weight) && *ret_weight > 0;
}

static int put_unified(struct making *making, const struct spec_pair *pair)
{
	static const struct place shares = {
		CGROUP_CPU, "unified: cpu.weight", "cpu.shares", NULL, 0, NULL, NULL};
	struct place place = {.file2 = pair->key.text, .flags = SETTING_BY_LINE};
	uint64_t weight;
	if (is_weight_as_shares(making, pair, &weight))
		return settings_put(making, &shares, pair->value.origin,
			       settings_natural(making, settings_shares_of_weight(weight)))
			       ? 0
			       : -1;
	place.field = str_format(making->arena, "unified: %s", pair->key.text).data;
	if (!unified_controller(pair->key.text, &place.controller)) {
		ERROR_SET(making->err, ERROR_INPUT, pair->key.origin,
			"linux.resources.unified: '%s' is no setting of a container",
			pair->key.text);
		error_set_remedy(making->err, "use a file of a controller, such as memory.high");
		return -1;
	}
	return settings_put(making, &place, pair->key.origin, str_from(pair->value.text)) ? 0 : -1;
}

int settings_make_devices(struct making *making, const struct spec_resources *resources)
{
	if (resources->block_io && make_block_io(making, resources->block_io) < 0)
		return -1;
	for (size_t i = 0; i < resources->hugepage_limits.count; i++)
		if (put_hugepages(making, &resources->hugepage_limits.items[i]) < 0)
			return -1;
	if (make_network(making, resources) < 0)
		return -1;
	for (size_t i = 0; i < resources->rdma.count; i++)
		if (put_rdma(making, &resources->rdma.items[i]) < 0)
			return -1;
	for (size_t i = 0; i < resources->unified.count; i++)
		if (put_unified(making, &resources->unified.items[i]) < 0)
			return -1;
	return 0;
}
