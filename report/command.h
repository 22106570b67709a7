/*
 * The commands: each is a function over its arguments.
 */
#ifndef REPORT_COMMAND_H
#define REPORT_COMMAND_H

/* What the program exits with. */
enum exit_status {
	STATUS_DONE = 0,
	STATUS_FAILED = 1,
	STATUS_USAGE = 2,
	STATUS_REACHED = 3, /* --fail-on */
};

/* argv[0] is the command's own name. Complaints go to standard error. */
int command_audit(int argc, char **argv);
int command_merge(int argc, char **argv);
int command_render(int argc, char **argv);
int command_explain(int argc, char **argv);
int command_check(int argc, char **argv);

/* The sentence of an error on standard error; returns status. */
int complain(int status, const char *sentence);

/* A sentence about wrong usage, with where to find the right one. */
int complain_usage(const char *sentence);

#endif
