/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scripts know nothing: with every key they ask `gabion complete`, which answers from the
 * command table and the catalogue, so values are always live. A last line ":files" asks the shell
 * for file names.
 */
#include "programs/gabion/command.h"
#include "programs/gabion/commands.h"
#include "programs/gabion/console.h"
#include "programs/gabion/invocation.h"

static const char bash_script[] =
	"_gabion() {\n"
	"\tlocal line files=\n"
	"\tCOMPREPLY=()\n"
	"\twhile IFS= read -r line; do\n"
	"\t\tcase $line in\n"
	"\t\t:files) files=1 ;;\n"
	"\t\t*) COMPREPLY+=(\"${line%%$'\\t'*}\") ;;\n"
	"\t\tesac\n"
	"\tdone < <(gabion complete bash -- \"${COMP_WORDS[@]:1:COMP_CWORD}\" 2>/dev/null)\n"
	"\t[ -z \"$files\" ] || compopt -o default\n"
	"\tcase ${COMPREPLY[0]-} in *=) compopt -o nospace ;; esac\n"
	"}\n"
	"complete -F _gabion gabion\n";

static const char zsh_script[] =
	"#compdef gabion\n"
	"_gabion() {\n"
	"\tlocal line files=\n"
	"\tlocal -a found\n"
	"\twhile IFS= read -r line; do\n"
	"\t\tcase $line in\n"
	"\t\t:files) files=1 ;;\n"
	"\t\t*) line=${line//:/\\\\:}; found+=(\"${line/$'\\t'/:}\") ;;\n"
	"\t\tesac\n"
	"\tdone < <(gabion complete zsh -- \"${(@)words[2,CURRENT]}\" 2>/dev/null)\n"
	"\t(( ${#found} )) && _describe gabion found\n"
	"\t[ -z \"$files\" ] || _files\n"
	"}\n"
	"if [ \"$funcstack[1]\" = _gabion ]; then _gabion \"$@\"; else compdef _gabion gabion; "
	"fi\n";

static const char fish_script[] =
	"function __gabion_complete\n"
	"\tset -l words (commandline -opc) (commandline -ct)\n"
	"\tset -l files\n"
	"\tfor line in (gabion complete fish -- $words[2..-1] 2>/dev/null)\n"
	"\t\tif test \"$line\" = :files\n"
	"\t\t\tset files 1\n"
	"\t\telse\n"
	"\t\t\techo $line\n"
	"\t\tend\n"
	"\tend\n"
	"\tif set -q files[1]\n"
	"\t\t__fish_complete_path (commandline -ct)\n"
	"\tend\n"
	"end\n"
	"complete -c gabion -f -a '(__gabion_complete)'\n";

int command_completion(struct invocation *invocation)
{
	static const struct {
		const char *shell, *script;
	} scripts[] = {{"bash", bash_script}, {"zsh", zsh_script}, {"fish", fish_script}};
	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++)
		if (str_equal(invocation->arguments[0], str_from(scripts[i].shell)))
			buf_put(&invocation->console->out.buf, str_from(scripts[i].script));
	return EXIT_ALLOWED;
}
