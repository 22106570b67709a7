#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "classify/json.h"
#include "report/command.h"
#include "report/knowledge.h"
#include "report/ledger_json.h"
#include "report/segment.h"
#include "report/stored.h"

static bool check_report(const char *path, struct error *err)
{
	struct ledger *ledger = stored_ledger(path, err);

	if (ledger)
		printf("%s: a report, %zu paths, %zu findings\n", path,
		       ledger->paths.count, ledger->findings.count);
	ledger_free(ledger);
	return ledger;
}

static bool check_segments(const char *path, struct error *err)
{
	struct segment_map *map = segment_map_read(path, err);

	if (map)
		printf("%s: a segment map, %zu segments\n", path,
		       segment_map_count(map));
	segment_map_free(map);
	return map;
}

/* Signatures name remedies and thresholds of other files: a whole folder is
 * checked by itself, or on top of ours if it does not stand alone. */
static bool check_folder(const char *path, struct error *err)
{
	struct error alone = { "" };
	struct signature_set *set = knowledge_read_only(&path, 1, NULL, &alone);

	if (!set)
		set = knowledge_read(&path, 1, NULL, err);
	if (set)
		printf("%s: signatures, %zu with those they build on\n", path,
		       signature_count(set));
	signature_set_free(set);
	return set;
}

/* A report says so by its schema; other files are segment maps, unless the
 * reader of maps says better what is wrong. */
static bool check_file(const char *path, struct error *err)
{
	struct json_document *document = json_read_file(path, err);
	bool is_report;

	if (!document)
		return false;
	is_report = json_is_object(json_root(document)) &&
	            json_member(json_root(document), "schema");
	json_free(document);
	return is_report ? check_report(path, err) : check_segments(path, err);
}

static bool is_folder(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

int command_check(int argc, char **argv)
{
	int status = STATUS_DONE;

	if (argc < 2)
		return complain_usage("check needs files or folders: "
		                      "ipsec-audit check FILE...");
	for (int i = 1; i < argc; i++) {
		struct error err = { "" };

		if (!(is_folder(argv[i]) ? check_folder(argv[i], &err)
		                         : check_file(argv[i], &err)))
			status = complain(STATUS_FAILED, err.text);
	}
	return status;
}
