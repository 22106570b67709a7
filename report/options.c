#include "report/options.h"

#include <ctype.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "capture/shards.h"

bool size_parse(uint64_t *bytes, const char *text)
{
	static const char units[] = "KMG";
	char *end;
	const char *unit;

	if (!isdigit((unsigned char)*text))
		return false;
	*bytes = strtoull(text, &end, 10);
	if (!*end)
		return *bytes < UINT64_MAX >> 1;
	unit = strchr(units, toupper((unsigned char)*end));
	if (end[1] || !unit || *bytes > UINT64_C(1) << 30)
		return false;
	*bytes <<= 10 * (unit - units + 1);
	return true;
}

static bool take_number(uint64_t *number, const char *text, uint64_t low,
                        uint64_t high)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	*number = strtoull(text, &end, 10);
	return !*end && *number >= low && *number <= high;
}

static bool take_text(struct text_args *args, const char *text)
{
	const char **larger =
		realloc(args->text, (args->count + 1) * sizeof(const char *));

	if (!larger)
		return false;
	args->text = larger;
	larger[args->count++] = text;
	return true;
}

static bool set_read(struct options *options, const char *text)
{
	return take_text(&options->reads, text);
}

static bool set_signatures(struct options *options, const char *text)
{
	return take_text(&options->signatures, text);
}

static bool set_mmdb(struct options *options, const char *text)
{
	return take_text(&options->mmdbs, text);
}

static bool set_interface(struct options *options, const char *text)
{
	options->interface = text;
	return true;
}

static bool set_segments(struct options *options, const char *text)
{
	options->segments = text;
	return true;
}

static bool set_output(struct options *options, const char *text)
{
	options->output = text;
	return true;
}

static bool set_format(struct options *options, const char *text)
{
	options->format = text;
	return emitter_find(text);
}

static bool set_flows(struct options *options, const char *text)
{
	options->flows = text;
	return true;
}

static bool set_user(struct options *options, const char *text)
{
	options->user = text;
	return true;
}

static bool set_workers(struct options *options, const char *text)
{
	return take_number(&options->workers, text, 1, SHARDS_MAX);
}

static bool set_memory(struct options *options, const char *text)
{
	return size_parse(&options->memory, text) &&
	       options->memory >= 32 << 20;
}

static bool set_interval(struct options *options, const char *text)
{
	return take_number(&options->interval, text, 1, 86400);
}

static bool set_snap_len(struct options *options, const char *text)
{
	return take_number(&options->snap_len, text, 64, 262144);
}

bool mtu_parse(uint64_t *mtu, const char *text)
{
	return take_number(mtu, text, 576, 65535);
}

static bool set_mtu(struct options *options, const char *text)
{
	return mtu_parse(&options->mtu, text);
}

static bool set_suites(struct options *options, const char *text)
{
	options->suites = text;
	return *text;
}

/* "not-ready", or "host-subnet:not-ready" for one model */
static bool set_fail_on(struct options *options, const char *text)
{
	const char *colon = strchr(text, ':');

	options->fail_on = true;
	options->fail_any_model = !colon;
	if (colon) {
		size_t len = (size_t)(colon - text);
		char model[32];

		if (len >= sizeof(model))
			return false;
		memcpy(model, text, len);
		model[len] = '\0';
		if (!model_from_name(&options->fail_model, model))
			return false;
		text = colon + 1;
	}
	return verdict_from_name(&options->fail_verdict, text);
}

static bool set_model(struct options *options, const char *text)
{
	return options->model_chosen = model_from_name(&options->model, text);
}

static bool set_quiet(struct options *options, const char *text)
{
	(void)text;
	return options->quiet = true;
}

static bool set_verbose(struct options *options, const char *text)
{
	(void)text;
	options->verbose++;
	return true;
}

static bool set_version(struct options *options, const char *text)
{
	(void)text;
	return options->version = true;
}

static bool set_help(struct options *options, const char *text)
{
	(void)text;
	return options->help = true;
}

/* letter 0: only the long name. argument NULL: it takes none. */
static const struct row {
	char letter;
	const char *name;
	const char *argument;
	bool (*set)(struct options *options, const char *text);
	const char *help;
} rows[] = {
	{ 'r', "read", "FILE|DIR|-", set_read,
	  "audit capture files; may be repeated or take several" },
	{ 'i', "interface", "INTERFACE", set_interface, "audit live traffic" },
	{ 's', "segments", "FILE", set_segments,
	  "map of the network's segments; else they are discovered" },
	{ 'o', "output", "FILE", set_output,
	  "write the report there; - is standard output" },
	{ 'f', "format", "NAME", set_format,
	  "how to write it: json (the default), summary, openmetrics" },
	{ 0, "flows", "FILE", set_flows,
	  "also write one line of JSON for each flow" },
	{ 'j', "workers", "N", set_workers,
	  "how many share the work; else one for each processor" },
	{ 0, "memory", "SIZE", set_memory,
	  "budget, as 512M (the default); at least 32M" },
	{ 0, "mmdb", "FILE", set_mmdb,
	  "MaxMind database to name the outside by; may be repeated" },
	{ 0, "signatures", "DIR", set_signatures,
	  "more signatures; the same id replaces ours; may be repeated" },
	{ 0, "interval", "SECONDS", set_interval,
	  "live: between reports, else 60" },
	{ 0, "snapshot-length", "BYTES", set_snap_len,
	  "live: how much of each packet to take, else all" },
	{ 0, "mtu", "BYTES", set_mtu, "MTU of the links, else 1500" },
	{ 0, "suites", "all|NAME,...", set_suites,
	  "cipher suites to work the cost out for, else a few" },
	{ 0, "fail-on", "[MODEL:]VERDICT", set_fail_on,
	  "exit with 3 if some verdict is this bad" },
	{ 0, "model", "MODEL", set_model,
	  "whose exemptions to write, else what suits the platform" },
	{ 'Z', "relinquish-privileges", "USER", set_user,
	  "become USER once everything is open" },
	{ 'q', "quiet", NULL, set_quiet, "no progress and no summary" },
	{ 'v', "verbose", NULL, set_verbose, "say what is being done" },
	{ 'V', "version", NULL, set_version, "version of this and of nDPI" },
	{ 'h', "help", NULL, set_help, "this" },
};

enum { ROW_COUNT = sizeof(rows) / sizeof(rows[0]), LONG_ONLY = 256 };

void options_print(FILE *out)
{
	for (size_t i = 0; i < ROW_COUNT; i++) {
		char left[64];

		snprintf(left, sizeof(left), "--%s%s%s", rows[i].name,
		         rows[i].argument ? " " : "",
		         rows[i].argument ? rows[i].argument : "");
		fprintf(out, "  %c%c  %-36s %s\n", rows[i].letter ? '-' : ' ',
		        rows[i].letter ? rows[i].letter : ' ', left,
		        rows[i].help);
	}
}

static const struct row *row_of(int code)
{
	if (code >= LONG_ONLY)
		return &rows[code - LONG_ONLY];
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (rows[i].letter == code)
			return &rows[i];
	return NULL;
}

static void fill_getopt(struct option longs[static ROW_COUNT + 1],
                        char shorts[static 2 * ROW_COUNT + 2])
{
	/* The colon tells a missing argument from an unknown option. Options
	 * may follow files, as after -r *.pcap. */
	char *into = shorts;

	*into++ = ':';
	for (size_t i = 0; i < ROW_COUNT; i++) {
		longs[i] = (struct option){
			.name = rows[i].name,
			.has_arg = rows[i].argument ? required_argument
			                            : no_argument,
			.val = LONG_ONLY + (int)i,
		};
		if (!rows[i].letter)
			continue;
		*into++ = rows[i].letter;
		if (rows[i].argument)
			*into++ = ':';
	}
	*into = '\0';
	longs[ROW_COUNT] = (struct option){ 0 };
}

static bool is_path(const char *text)
{
	struct stat status;

	return strcmp(text, "-") == 0 || stat(text, &status) == 0;
}

/* The shell turns -r *.pcap into one -r and many words: leading words that
 * name files belong to it. The rest is a BPF expression. */
static bool take_words(struct options *options, int count, char **words,
                       struct error *err)
{
	size_t len = 1;

	for (; count && options->reads.count && is_path(*words);
	     count--, words++)
		if (!take_text(&options->reads, *words))
			return fail(err, "out of memory");
	if (!count)
		return true;
	for (int i = 0; i < count; i++)
		len += strlen(words[i]) + 1;
	options->filter = calloc(1, len);
	if (!options->filter)
		return fail(err, "out of memory");
	for (int i = 0; i < count; i++) {
		if (i)
			strcat(options->filter, " ");
		strcat(options->filter, words[i]);
	}
	return true;
}

static bool check_input(const struct options *options, struct error *err)
{
	if (options->version || options->help)
		return true;
	if (options->interface && options->reads.count)
		return fail(err, "-r and -i exclude each other");
	if (!options->interface && !options->reads.count)
		return fail(err, "nothing to audit: give capture files with -r "
		                 "or an interface with -i");
	return true;
}

/* getopt() says of a letter which one it was, but not of a name. */
static bool complain_option(int code, const char *word, struct error *err)
{
	const char letter[] = { '-', (char)optopt, '\0' };

	if (optopt > 0 && optopt < LONG_ONLY)
		word = letter;
	return fail(err,
	            code == ':' ? "option '%s' needs an argument"
	                        : "no option '%s'",
	            word);
}

bool options_read(struct options *options, int argc, char **argv,
                  struct error *err)
{
	struct option longs[ROW_COUNT + 1];
	char shorts[2 * ROW_COUNT + 2];
	int code;

	*options = (struct options){
		.memory = (uint64_t)MEMORY_DEFAULT_MIB << 20,
		.interval = 60,
		.mtu = 1500,
	};
	fill_getopt(longs, shorts);
	opterr = 0;
	optind = 0; /* from the start, whatever was read before */
	while ((code = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		const struct row *row;

		if (code == ':' || code == '?')
			return complain_option(code, argv[optind - 1], err);
		row = row_of(code);
		if (!row->set(options, optarg))
			return fail(err, "'%s' is no value for --%s",
			            optarg ? optarg : "", row->name);
	}
	return take_words(options, argc - optind, argv + optind, err) &&
	       check_input(options, err);
}

void options_release(struct options *options)
{
	free(options->reads.text);
	free(options->signatures.text);
	free(options->mmdbs.text);
	free(options->filter);
	*options = (struct options){ 0 };
}
