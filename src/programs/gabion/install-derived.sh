#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Run by `meson install`: the manual pages and completion scripts, as the built program prints them.
set -eu
program=$MESON_BUILD_ROOT/bin/gabion
share=$MESON_INSTALL_DESTDIR_PREFIX/share
pages=$share/man/man1
mkdir -p "$pages" "$share/bash-completion/completions" "$share/zsh/site-functions" \
	"$share/fish/vendor_completions.d"
"$program" help --man >"$pages/gabion.1"
# The page of the whole names all others.
sed -n 's/^\.Xr gabion-\([a-z-]*\) 1.*/\1/p' "$pages/gabion.1" | while read -r name; do
	# shellcheck disable=SC2046 # the words of a command are separate arguments
	"$program" help --man $(printf '%s' "$name" | tr - ' ') >"$pages/gabion-$name.1"
done
"$program" completion bash >"$share/bash-completion/completions/gabion"
"$program" completion zsh >"$share/zsh/site-functions/_gabion"
"$program" completion fish >"$share/fish/vendor_completions.d/gabion.fish"
