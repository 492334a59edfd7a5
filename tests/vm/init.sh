#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The first process of a test machine: runs the commands in /vm/commands one after the other and
# reports each on the second serial port. What they print is encoded, and a report starts with a
# number that no command is told, so nothing a command prints can pass for a report.
export PATH=/bin:/sbin:/usr/bin:/usr/sbin HOME=/root LC_ALL=C.UTF-8 TERM=dumb
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs tmpfs /dev/shm
mount -t tmpfs tmpfs /tmp
mount -t tmpfs tmpfs /run
mount -t securityfs securityfs /sys/kernel/security
mount -t tracefs tracefs /sys/kernel/tracing
mount -t bpf bpf /sys/fs/bpf
mount -t cgroup2 cgroup2 /sys/fs/cgroup
echo '+cpu +memory +pids +io' >/sys/fs/cgroup/cgroup.subtree_control
ip link set lo up
for module in /vm/modules/*; do
	[ -e "$module" ] && insmod "$module"
done
read -r secret limit_s limit_bytes </vm/settings
rm /vm/settings
for command in /vm/commands/*; do
	timeout -s KILL "$limit_s" sh "$command" </dev/null >/vm/out 2>/vm/err
	code=$?
	out=$(head -c "$limit_bytes" /vm/out | base64 -w 0)
	err=$(head -c "$limit_bytes" /vm/err | base64 -w 0)
	printf '\n%s %s %s %s. %s.\n' "$secret" "${command##*/}" "$code" "$out" "$err" >/dev/ttyS1
done
printf '\n%s end\n' "$secret" >/dev/ttyS1
poweroff -f
