/*
 * The floor of every measurement: libpcap hands over each frame, and one byte
 * of it is looked at. Prints how many frames there were and their bytes.
 *
 * usage: bench_read CAPTURE
 *        bench_read -V          the version of libpcap
 */
#include <pcap.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
	char why[PCAP_ERRBUF_SIZE] = "";
	struct pcap_pkthdr *head;
	const u_char *bytes;
	uint64_t frames = 0, total = 0;
	unsigned touched = 0;

	if (argc != 2) {
		fprintf(stderr, "usage: bench_read CAPTURE|-V\n");
		return 2;
	}
	if (strcmp(argv[1], "-V") == 0) {
		puts(pcap_lib_version());
		return 0;
	}

	pcap_t *in = pcap_open_offline(argv[1], why);

	if (!in) {
		fprintf(stderr, "bench_read: %s: %s\n", argv[1], why);
		return 1;
	}
	while (pcap_next_ex(in, &head, &bytes) == 1) {
		frames++;
		total += head->len;
		touched ^= head->caplen ? bytes[0] : 0;
	}
	pcap_close(in);
	/* Printed, so that no compiler leaves the look out. */
	printf("%llu %llu %u\n", (unsigned long long)frames,
	       (unsigned long long)total, touched);
	return 0;
}
