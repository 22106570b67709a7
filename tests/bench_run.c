/*
 * Runs a command and prints on standard output its wall time, its processor
 * time (both in seconds) and its peak memory (in bytes); what the command
 * itself prints there is lost. Exits as the command did.
 *
 * It is small because a child is never seen with less memory than whoever
 * started it.
 *
 * usage: bench_run COMMAND [ARGUMENT...]
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double seconds_of(struct timeval time)
{
	return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static void become(char **command)
{
	int nowhere = open("/dev/null", O_WRONLY);

	if (nowhere >= 0 && dup2(nowhere, STDOUT_FILENO) >= 0)
		execvp(command[0], command);
	fprintf(stderr, "bench_run: %s: %s\n", command[0], strerror(errno));
	_exit(127);
}

int main(int argc, char **argv)
{
	double start = now();
	struct rusage usage = { 0 };
	int status = 0;

	if (argc < 2) {
		fprintf(stderr, "usage: bench_run COMMAND [ARGUMENT...]\n");
		return 2;
	}

	pid_t child = fork();

	if (child == 0)
		become(argv + 1);
	if (child < 0 || wait4(child, &status, 0, &usage) < 0) {
		fprintf(stderr, "bench_run: %s: %s\n", argv[1],
		        strerror(errno));
		return 1;
	}
	if (WIFSIGNALED(status)) {
		fprintf(stderr, "bench_run: %s: ended by signal %d\n", argv[1],
		        WTERMSIG(status));
		return 1;
	}
	printf("%.6f %.6f %ld\n", now() - start,
	       seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime),
	       usage.ru_maxrss * 1024);
	return WEXITSTATUS(status);
}
