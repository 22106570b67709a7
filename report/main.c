/*
 * ipsec-audit: what IPsec would break, degrade, protect and cost on a network.
 *
 * main() only picks a command. What an audit does is in audit.c, what it
 * concludes in report.c, how it looks in the emitters.
 */
#include <stdio.h>
#include <string.h>

#include "report/command.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
	{ "merge", command_merge },
	{ "render", command_render },
	{ "explain", command_explain },
	{ "check", command_check },
};

int complain(int status, const char *sentence)
{
	fflush(stdout);
	fprintf(stderr, "ipsec-audit: %s\n", sentence);
	return status;
}

int complain_usage(const char *sentence)
{
	complain(STATUS_USAGE, sentence);
	fprintf(stderr, "ipsec-audit -h shows how it is used\n");
	return STATUS_USAGE;
}

int main(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (argc > 1 && strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	return command_audit(argc, argv);
}
