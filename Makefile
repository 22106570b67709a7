# make            build/ipsec-audit, from what is installed
# make demo       install what is missing, build, audit the sample office
# make test       install what is missing, build, run every test
# make check      test, lint and what else a change must pass
# make fuzz       each fuzz target for FUZZ_SECONDS
# make curves   cost of a packet over segments, signatures and live flows
# make format     rewrite the sources in the house style
# make install    into DESTDIR and PREFIX; make uninstall takes it out again

CFLAGS       ?= -O2 -g
PREFIX       ?= /usr/local
FUZZ_SECONDS ?= 10
VERSION      := 0.1.0
WARNINGS     := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wcast-qual \
                -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings \
                -Wpointer-arith -Wformat=2 -Wundef -Wvla

# Debian's names of what building and testing need.
BUILD_NEEDS := gcc libc6-dev pkg-config libpcap-dev libndpi-dev \
               libmaxminddb-dev libcjson-dev libgcrypt20-dev zlib1g-dev \
               libzstd-dev
TEST_NEEDS  := $(BUILD_NEEDS) libcriterion-dev clang libclang-rt-14-dev \
               clang-format cppcheck python3-jsonschema iproute2 tcpreplay \
               prometheus curl tcpdump zstd procps bsdutils
# Programs whose traffic and whose parsers the exemptions are proved with.
TEST_NEEDS  += dnsmasq-base bind9-dnsutils busybox chrony snmp snmpd samba \
               samba-common-bin keepalived openssh-server openssh-client \
               socat iputils-ping charon-systemd strongswan-swanctl \
               libstrongswan-standard-plugins libunbound8 libldns3 libnss3 \
               libcurl3-nss libevent-core-2.1-7 libevent-pthreads-2.1-7
# What speed is compared with, and what measures it.
BENCH_NEEDS := $(BUILD_NEEDS) libndpi-bin python3
TEST_NEEDS  += $(BENCH_NEEDS)

# Other people's headers are -isystem: their warnings are not ours to read.
PACKAGES := libpcap libndpi libmaxminddb libcjson libgcrypt zlib libzstd
FLAGS    := $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
CPPFLAGS += -I. -D_GNU_SOURCE -DVERSION='"$(VERSION)"' \
            $(subst -I,-isystem ,$(FLAGS))
LDLIBS   += $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lpthread -lm

# SAN=address,undefined picks the sanitizers and a build directory for them.
comma    := ,
SAN      ?=
B        := build/$(if $(SAN),$(subst $(comma),-,$(SAN)),release)
SANFLAGS := $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all \
              -fno-omit-frame-pointer)

# Debian's own, which leaves no compiled scripts among the tests.
PYTHON := /usr/bin/python3 -B

# Packets go through a dozen files: gcc is let look across them, but for builds
# that are not for speed. Objects stay complete, whatever ar and linker can do.
LTOFLAGS := $(if $(SAN),,$(if $(shell $(CC) -dM -E - </dev/null 2>/dev/null | \
              grep __clang__),,-flto=auto -ffat-lto-objects))

# A cache line can be asked for in order to be written: every x86-64 processor
# knows or ignores the instruction, but compilers wait to be told.
ARCHFLAGS := $(if $(filter x86_64%,$(shell $(CC) -dumpmachine 2>/dev/null)), \
               -mprfchw)

# V=1 shows whole commands.
SAY = $(if $(V),,@echo '  $@'; )

MAIN   := report/main.c
MODULE := $(filter-out $(MAIN),$(wildcard capture/*.c classify/*.c report/*.c))
TEST   := $(wildcard tests/test_*.c)
FUZZ   := $(wildcard tests/fuzz_*.c)
BENCH  := $(wildcard tests/bench_*.c)
SOURCE := $(MAIN) $(MODULE) $(TEST) $(FUZZ) $(BENCH)
HEADER := $(wildcard capture/*.h classify/*.h report/*.h tests/*.h)

all: build/ipsec-audit

build/ipsec-audit: build/release/ipsec-audit
	ln -sf release/ipsec-audit $@

$B/ipsec-audit: $(MAIN:%.c=$B/%.o) $B/libaudit.a
$B/unit: $(TEST:%.c=$B/%.o) $B/libaudit.a
$B/unit: LDLIBS += -lcriterion
$B/fuzz_%: $B/tests/fuzz_%.o $B/libaudit.a
	$(SAY)$(CC) $(SANFLAGS) -fsanitize=fuzzer $(LDFLAGS) -o $@ $^ $(LDLIBS)

$B/ipsec-audit $B/unit:
	$(SAY)$(CC) $(CFLAGS) $(LTOFLAGS) $(SANFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$B/bench_%: $B/tests/bench_%.o
	$(SAY)$(CC) $(CFLAGS) $(LTOFLAGS) $(SANFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$B/libaudit.a: $(MODULE:%.c=$B/%.o)
	@$(RM) $@
	$(SAY)$(AR) rcs $@ $^

$B/%.o: %.c | needs
	@mkdir -p $(@D)
	$(SAY)$(CC) -std=c11 $(CPPFLAGS) $(WARNINGS) $(ARCHFLAGS) $(CFLAGS) $(LTOFLAGS) $(SANFLAGS) \
		-MMD -MP -c -o $@ $<

needs:
	@pkg-config --exists $(PACKAGES) || { echo "Not all that building" \
		"needs is installed. 'make demo' does that, or install:" \
		$(BUILD_NEEDS) >&2; exit 1; }

demo:
	@tests/install.sh $(BUILD_NEEDS)
	@$(MAKE) --no-print-directory all
	@tests/demo.sh build/ipsec-audit

test:
	@tests/install.sh $(TEST_NEEDS)
	@$(MAKE) --no-print-directory tested

tested:
	tests/arrows.sh
	$(MAKE) all
	$(MAKE) SAN=address,undefined build/address-undefined/ipsec-audit \
		bench-tools
	$(MAKE) fuzz
	tests/scripts.sh build/address-undefined/ipsec-audit
	$(MAKE) SAN=address,undefined unit

# Criterion passes a leaking test unless the sanitizer aborts the process.
unit: $B/unit
	ASAN_OPTIONS=abort_on_error=1 $(abspath $<)

# Criterion cannot run under ThreadSanitizer, so races are hunted end to end.
race:
	$(MAKE) SAN=thread build/thread/ipsec-audit
	tests/golden.sh build/thread/ipsec-audit

fuzz:
	$(MAKE) CC=clang SAN=fuzzer-no-link,address,undefined \
		$(FUZZ:tests/%.c=run-%)

run-%: $B/%
	@mkdir -p build/corpus/$*
	$(abspath $<) -max_total_time=$(FUZZ_SECONDS) -verbosity=0 \
		-print_final_stats=1 build/corpus/$*

# Captures are made and read by programs of its own.
bench-tools: $(BENCH:tests/%.c=$B/%)

bench:
	@tests/install.sh $(BENCH_NEEDS)
	@$(MAKE) --no-print-directory all bench-tools
	@status=0; for part in speed $(if $(BENCH_INPUTS),,flood); do \
		$(PYTHON) tests/bench_$$part.py build/ipsec-audit || status=1; \
	done; exit $$status

curves:
	@tests/install.sh $(BENCH_NEEDS)
	@$(MAKE) --no-print-directory all bench-tools
	@$(PYTHON) tests/bench_curves.py build/ipsec-audit

lint:
	@echo '  clang-format'; \
		clang-format --dry-run --Werror $(SOURCE) $(HEADER)
	@echo '  cppcheck'; cppcheck --std=c11 --enable=warning,style,performance,portability \
		--inline-suppr --error-exitcode=1 --quiet -I. $(MODULE) $(MAIN) $(BENCH)
	$(MAKE) CC=clang B=build/clang CFLAGS='-O2 -Werror' build/clang/unit \
		bench-tools

format:
	@clang-format -i $(SOURCE) $(HEADER)

check: test lint race

install: all
	install -D -m 755 build/release/ipsec-audit \
		$(DESTDIR)$(PREFIX)/bin/ipsec-audit
	install -d $(DESTDIR)$(PREFIX)/share/ipsec-audit/signatures
	install -m 644 signatures/*.json \
		$(DESTDIR)$(PREFIX)/share/ipsec-audit/signatures
	install -m 644 report/report.schema.json report/flow.schema.json \
		$(DESTDIR)$(PREFIX)/share/ipsec-audit

uninstall:
	$(RM) $(DESTDIR)$(PREFIX)/bin/ipsec-audit
	$(RM) -r $(DESTDIR)$(PREFIX)/share/ipsec-audit

clean:
	$(RM) -r build

.PHONY: all needs demo test tested unit race fuzz bench curves bench-tools lint \
        format check install uninstall clean
.SECONDARY:
-include $(SOURCE:%.c=$B/%.d)
