#include "capture/source.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include "tests/read_source.h"

TestSuite(source_live, .init = enter_new_folder, .fini = leave_folder,
          .timeout = 60);

Test(source_live, an_interface_that_is_not_there_is_a_complaint)
{
	cr_expect_null(source_open_live("no-such0", &options, &err));
	cr_expect_str_eq(err.text, "no-such0: no such interface");
}

Test(source_live, capturing_without_permission_says_what_it_takes)
{
	if (geteuid() == 0 && (setegid(65534) != 0 || seteuid(65534) != 0))
		cr_skip_test("cannot become somebody without permission");
	cr_expect_null(source_open_live("lo", &options, &err));
	cr_expect_str_eq(err.text, "lo: no permission to capture; it takes "
	                           "root or CAP_NET_RAW");
	if (getuid() == 0)
		cr_assert_eq(seteuid(0), 0);
}

/* Skips the test where capturing is not permitted. */
static struct source *open_loopback(const char *filter)
{
	struct source *source;

	options.filter = filter;
	source = source_open_live("lo", &options, &err);
	if (!source)
		cr_skip_test("needs to capture on lo: %s", err.text);
	return source;
}

/* Tests run at the same time: each has a port of its own. */
static void send_datagrams(uint16_t port, int count)
{
	int sock = socket(AF_INET, SOCK_DGRAM, 0);
	struct sockaddr_in to = { .sin_family = AF_INET,
		                  .sin_port = htons(port),
		                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	for (int i = 0; i < count; i++)
		sendto(sock, "hello", 5, 0, (const struct sockaddr *)&to,
		       sizeof(to));
	close(sock);
}

Test(source_live, an_interface_yields_frames_and_then_silence)
{
	struct source *source = open_loopback("udp dst port 39999");
	const struct source_stats *stats;
	enum source_event event;
	struct frame frame;
	int idle = 0;

	send_datagrams(39999, 3);
	while ((event = source_next(source, &frame)) != SOURCE_END) {
		idle += event == SOURCE_IDLE;
		if (event == SOURCE_FRAME)
			cr_expect_gt(frame.time_ns, SECOND * ns);
		if (idle == 5)
			source_stop(source);
	}
	cr_assert_eq(source_stats(source, &stats), 1);
	cr_expect_str_eq(stats->name, "lo");
	cr_expect_str_eq(stats->link_type, "EN10MB");
	cr_expect(stats->live);
	cr_expect_eq(stats->frames, 3);
	cr_expect_geq(stats->received, 3); /* lo sees each twice */
	cr_expect_eq(stats->dropped, 0);
	cr_expect_str_empty(stats->failure);
	source_close(source);
}

Test(source_live, a_signal_ends_the_wait_for_a_silent_interface)
{
	struct source *source = open_loopback("ether proto 0x1234");
	struct frame frame;

	stop_soon(source);
	while (source_next(source, &frame) != SOURCE_END)
		;
	source_close(source);
}

/* Until both have been silent for a while. */
static void read_rings(struct source **rings)
{
	struct frame frame;

	for (int i = 0; i < 2; i++)
		for (int idle = 0; idle < 3;) {
			enum source_event event = source_next(rings[i], &frame);

			cr_assert_neq(event, SOURCE_END);
			idle += event == SOURCE_IDLE;
		}
}

Test(source_live, rings_of_an_interface_share_its_frames)
{
	const struct source_stats *stats;
	struct source *rings[2];
	uint64_t frames = 0;

	source_close(open_loopback(NULL));
	options.filter = "udp and src host 127.0.0.1 and dst port 39998";
	cr_assert_eq(source_open_rings("lo", 2, &options, rings, &err), 2, "%s",
	             err.text);
	/* Each from a port of its own, so that their hashes differ. */
	for (int i = 0; i < 64; i++)
		send_datagrams(39998, 1);
	read_rings(rings);
	for (int i = 0; i < 2; i++) {
		source_stats(rings[i], &stats);
		cr_expect_gt(stats->frames, 0, "none came by ring %d", i);
		frames += stats->frames;
		source_close(rings[i]);
	}
	cr_expect_eq(frames, 64);
}

Test(source_live, a_ring_that_waits_can_be_woken)
{
	struct source *rings[2];
	struct frame frame;

	source_close(open_loopback(NULL));
	options.filter = "ether proto 0x1234";
	cr_assert_eq(source_open_rings("lo", 2, &options, rings, &err), 2, "%s",
	             err.text);
	source_wake(rings[1]);
	cr_expect_eq(source_next(rings[0], &frame), SOURCE_IDLE);
	cr_expect_eq(source_next(rings[1], &frame), SOURCE_WOKEN);
	cr_expect_eq(source_next(rings[1], &frame), SOURCE_IDLE);
	for (int i = 0; i < 2; i++)
		source_close(rings[i]);
}

Test(source_live, rings_of_no_interface_are_one_complaint)
{
	struct source *rings[2];

	cr_expect_eq(source_open_rings("no-such0", 2, &options, rings, &err),
	             0);
	cr_expect_str_eq(err.text, "no-such0: no such interface");
	cr_expect_eq(source_open_rings("no-such0", 1, &options, rings, &err),
	             0);
	cr_expect_str_eq(err.text, "no-such0: no such interface");
}

Test(source_live, a_bad_filter_for_an_interface_is_a_complaint)
{
	source_close(open_loopback(NULL));
	options.filter = "and";
	cr_expect_null(source_open_live("lo", &options, &err));
	cr_expect_eq(strncmp(err.text, "bad filter 'and': ", 18), 0, "%s",
	             err.text);
}

static bool have_pair(void)
{
	return geteuid() == 0 &&
	       system("ip link add srctest0 type veth peer name srctest1 "
	              "2>/dev/null && ip link set srctest0 up && "
	              "ip link set srctest1 up") == 0;
}

Test(source_live, an_interface_that_disappears_ends_the_capture_and_says_so)
{
	const struct source_stats *stats;
	struct source *source;
	struct frame frame;

	if (!have_pair())
		cr_skip_test("needs root and ip(8) for a pair of interfaces");
	options.filter = "ether proto 0x1234";
	source = source_open_live("srctest0", &options, &err);
	cr_assert_eq(system("ip link del srctest0"), 0);
	cr_assert_not_null(source, "%s", err.text);
	while (source_next(source, &frame) != SOURCE_END)
		;
	source_stats(source, &stats);
	cr_expect_str_eq(stats->failure, "srctest0: the interface disappeared "
	                                 "before the first packet");
	source_close(source);
}
