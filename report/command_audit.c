#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "classify/dpi.h"
#include "classify/geo.h"
#include "report/audit.h"
#include "report/command.h"
#include "report/knowledge.h"
#include "report/options.h"
#include "report/origin.h"
#include "report/output.h"
#include "report/policy_text.h"
#include "report/progress.h"

/* What signals are for: the sources to stop, and requests noticed between
 * frames. The only mutable globals of the program. */
static struct origin *volatile interrupted;
static volatile sig_atomic_t counters_wanted;

/* Everything that an audit borrows, opened in this order. */
struct session {
	const struct options *options;
	struct dpi_stock *dpis;
	struct signature_set *set;
	struct costing costing;
	struct segment_map *map;
	struct geo *geo;
	struct origin origin;
	struct flow_log *flow_log;
	struct audit *audit;
};

static void on_stop(int signal)
{
	(void)signal;
	if (interrupted)
		origin_stop(interrupted);
}

static void on_counters(int signal)
{
	(void)signal;
	counters_wanted = 1;
}

static void watch_signals(struct origin *origin)
{
	struct sigaction stop = { .sa_handler = on_stop };
	struct sigaction counters = { .sa_handler = on_counters,
		                      .sa_flags = SA_RESTART };
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	interrupted = origin;
	sigaction(SIGTERM, &stop, NULL);
	sigaction(SIGINT, &stop, NULL);
	sigaction(SIGUSR1, &counters, NULL);
	/* A closed pipe shows as a failed write, with a sentence. */
	sigaction(SIGPIPE, &ignore, NULL);
}

/* Become another user, supplementary groups included. */
static bool drop_privileges(const char *user, struct error *err)
{
	const struct passwd *entry;

	if (!user)
		return true;
	errno = 0;
	entry = getpwnam(user);
	if (!entry)
		return fail(err, "no user '%s'", user);
	if (initgroups(user, entry->pw_gid) || setgid(entry->pw_gid) ||
	    setuid(entry->pw_uid))
		return fail(err, "cannot become '%s': %s", user,
		            strerror(errno));
	return true;
}

static bool session_open(struct session *session, struct error *err)
{
	const struct options *options = session->options;

	session->dpis = dpi_stock_create(origin_workers(options));
	session->set =
		knowledge_read(options->signatures.text,
	                       options->signatures.count, session->dpis, err);
	if (!session->set ||
	    !costing_choose(&session->costing, options->mtu, options->suites,
	                    signature_suites(session->set), err))
		return false;
	if (options->segments) {
		session->map = segment_map_read(options->segments, err);
		if (!session->map)
			return false;
	}
	session->geo = geo_open(options->mmdbs.text, options->mmdbs.count, err);
	if (!session->geo || !output_check(options->output, err))
		return false;
	if (!origin_open(&session->origin, options, err))
		return false;
	if (options->flows) {
		session->flow_log = flow_log_open(options->flows, err);
		if (!session->flow_log)
			return false;
	}
	return drop_privileges(options->user, err);
}

static bool session_start(struct session *session, struct error *err)
{
	const struct audit_options options = {
		.sources = session->origin.source,
		.source_count = session->origin.count,
		.set = session->set,
		.dpis = session->dpis,
		.map = session->map,
		.geo = session->geo,
		.flow_log = session->flow_log,
		.workers = session->origin.workers,
		.memory = session->options->memory,
		.live = session->options->interface,
	};

	session->audit = audit_create(&options, err);
	return session->audit;
}

static void session_close(struct session *session)
{
	struct error ignored = { "" };

	audit_free(session->audit);
	dpi_stock_free(session->dpis);
	flow_log_close(session->flow_log, &ignored);
	interrupted = NULL;
	origin_close(&session->origin);
	geo_close(session->geo);
	segment_map_free(session->map);
	signature_set_free(session->set);
}

static struct report *report_of(const struct session *session,
                                const struct ledger *ledger, struct error *err)
{
	struct report *report =
		ledger ? report_create_costed(ledger, session->set,
	                                      &session->costing, err)
		       : NULL;

	if (report) {
		report->model_chosen = session->options->model_chosen;
		report->model = session->options->model;
	}
	return report;
}

/* A report of what was seen until now, in place of the one before. */
static bool write_interim(struct session *session, struct error *err)
{
	struct ledger *ledger = audit_interim(session->audit, err);
	struct report *report = report_of(session, ledger, err);
	const char *format = session->options->format;
	bool written =
		report &&
		output_write(report, emitter_find(format ? format : "json"),
	                     session->options->output, err);

	report_free(report);
	ledger_free(ledger);
	return written;
}

static bool has_file(const struct options *options)
{
	return options->output && strcmp(options->output, "-") != 0;
}

static time_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec;
}

static void print_source(const char *name, size_t ring,
                         const struct source_stats *stats)
{
	fputs(name, stderr);
	if (ring)
		fprintf(stderr, ", ring %zu", ring);
	fprintf(stderr,
	        ": %llu frames, %llu received, %llu dropped, %llu "
	        "dropped by the interface\n",
	        (unsigned long long)stats->frames,
	        (unsigned long long)stats->received,
	        (unsigned long long)stats->dropped,
	        (unsigned long long)stats->if_dropped);
}

static void print_counters(struct session *session)
{
	const struct origin *origin = &session->origin;
	const struct source_stats *stats;
	size_t count;

	counters_wanted = 0;
	audit_pause(session->audit);
	count = audit_sources(session->audit, &stats);
	for (size_t i = 0; i < count; i++)
		print_source(stats[i].name, 0, &stats[i]);
	for (size_t i = 0; origin->count > 1 && i < origin->count; i++) {
		source_stats(origin->source[i], &stats);
		print_source(stats->name, i + 1, stats);
	}
	fprintf(stderr, "%zu flows live\n", audit_live_flows(session->audit));
	audit_resume(session->audit);
}

static void say_start(const struct session *session)
{
	origin_say(&session->origin, session->options->interface);
	fprintf(stderr, "%zu signatures, %u workers, nDPI %s\n",
	        signature_count(session->set), session->origin.workers,
	        dpi_version());
}

/* Read until the source ends; looks up from it now and then. */
static void run(struct session *session)
{
	const struct options *options = session->options;
	bool rewrites = options->interface && has_file(options);
	struct progress progress =
		progress_start(session->origin.source[0], !options->quiet);
	time_t due = now() + (time_t)options->interval;
	/* A slow interface need not fall silent for long enough to be idle. */
	unsigned look_up = options->interface ? 16 : 4096;
	unsigned frames = 0;
	enum source_event event;

	while ((event = audit_step(session->audit)) != SOURCE_END) {
		if (event == SOURCE_FRAME && ++frames % look_up)
			continue;
		progress_show(&progress);
		if (counters_wanted)
			print_counters(session);
		if (rewrites && now() >= due) {
			struct error err = { "" };

			if (!write_interim(session, &err))
				complain(STATUS_FAILED, err.text);
			due = now() + (time_t)options->interval;
		}
	}
	progress_end(&progress);
}

/* Sources that ended early, each with its sentence. */
static bool tell_failures(const struct ledger *ledger)
{
	bool failed = false;

	for (size_t i = 0; i < ledger->source_count; i++) {
		if (!*ledger->sources[i].failure)
			continue;
		complain(STATUS_FAILED, ledger->sources[i].failure);
		failed = true;
	}
	return failed;
}

static bool reached(const struct options *options, const struct report *report)
{
	return options->fail_on &&
	       (options->fail_any_model
	                ? report_worst(report)
	                : report_worst_of(report, options->fail_model)) >=
	               options->fail_verdict;
}

/* JSON, unless another format was asked for or a person is looking. */
static const struct emitter *choose_emitter(const struct options *options)
{
	if (options->format)
		return emitter_find(options->format);
	return emitter_find(
		!options->output && isatty(STDOUT_FILENO) ? "summary" : "json");
}

static int conclude(const struct session *session, const struct ledger *ledger,
                    const struct report *report)
{
	const struct options *options = session->options;
	struct error err = { "" };

	if (!output_write(report, choose_emitter(options), options->output,
	                  &err))
		return complain(STATUS_FAILED, err.text);
	policy_tell(report, choose_emitter(options)->platform, stderr);
	if (has_file(options) && !options->quiet && isatty(STDOUT_FILENO))
		emit_summary(report, stdout);
	if (tell_failures(ledger))
		return STATUS_FAILED;
	return reached(options, report) ? STATUS_REACHED : STATUS_DONE;
}

static int finish(struct session *session)
{
	struct error err = { "" };
	struct ledger *ledger = audit_finish(session->audit, &err);
	struct report *report = report_of(session, ledger, &err);
	int status = report ? conclude(session, ledger, report)
	                    : complain(STATUS_FAILED, err.text);
	struct flow_log *log = session->flow_log;

	session->flow_log = NULL;
	if (!flow_log_close(log, &err))
		status = complain(STATUS_FAILED, err.text);
	report_free(report);
	ledger_free(ledger);
	return status;
}

static int run_session(const struct options *options)
{
	struct session session = { .options = options };
	struct error err = { "" };
	int status;

	if (session_open(&session, &err) && session_start(&session, &err)) {
		watch_signals(&session.origin);
		if (options->verbose)
			say_start(&session);
		run(&session);
		status = finish(&session);
	} else {
		status = complain(STATUS_FAILED, err.text);
	}
	session_close(&session);
	return status;
}

static int print_help(void)
{
	printf("ipsec-audit %s: what IPsec would break, exempt, protect and "
	       "cost on a network\n\n"
	       "  ipsec-audit [options] -r FILE|DIR|- ...  [BPF expression]\n"
	       "  ipsec-audit [options] -i INTERFACE       [BPF expression]\n"
	       "  ipsec-audit merge [-o FILE] REPORT...    reports of "
	       "different "
	       "traffic into one\n"
	       "  ipsec-audit render FORMAT REPORT         a report in another "
	       "format\n"
	       "  ipsec-audit explain [SIGNATURE]          what is known of a "
	       "kind of traffic\n"
	       "  ipsec-audit check FILE|DIR...            signatures, segment "
	       "maps, reports\n\n",
	       VERSION);
	options_print(stdout);
	printf("\nmerge and render take -o, --mtu, --suites and --model as "
	       "well.\n"
	       "Formats:");
	for (size_t i = 0; emitter_at(i); i++)
		printf("%s %s (%s)", i ? "," : "", emitter_at(i)->name,
		       emitter_at(i)->what);
	printf(".\nExit status: 0 done, 1 failed, 2 wrong usage, 3 --fail-on "
	       "was reached.\n");
	return STATUS_DONE;
}

int command_audit(int argc, char **argv)
{
	struct options options;
	struct error err = { "" };
	int status;

	if (!options_read(&options, argc, argv, &err)) {
		status = complain_usage(err.text);
	} else if (options.help) {
		status = print_help();
	} else if (options.version) {
		printf("ipsec-audit %s, nDPI %s\n", VERSION, dpi_version());
		status = STATUS_DONE;
	} else {
		status = run_session(&options);
	}
	options_release(&options);
	return status;
}
