# make            build/ipsec-audit, from what is installed
# make demo       install what is missing, build, audit the sample office
# make test       install what is missing, build, run every test
# make check      test, and what else a change must pass
# make fuzz       every fuzz target for FUZZ_SECONDS
# make install    into DESTDIR and PREFIX; make uninstall takes it out again
# make format     rewrite the sources in the house style

CFLAGS       ?= -O2 -g
PREFIX       ?= /usr/local
FUZZ_SECONDS ?= 60
WARNINGS     := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wcast-qual \
                -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings \
                -Wpointer-arith -Wformat=2 -Wundef -Wvla

# Other people's headers are -isystem: their warnings are not ours to read.
PACKAGES := libpcap libndpi libmaxminddb libcjson zlib libzstd
CPPFLAGS += -I. -D_GNU_SOURCE -DVERSION='"$(VERSION)"' \
            $(subst -I,-isystem ,$(shell pkg-config --cflags $(PACKAGES)))
LDLIBS   += $(shell pkg-config --libs $(PACKAGES)) -lpthread
VERSION  := 0.1.0

# SAN=address,undefined picks the sanitizers and a build directory for them.
comma    := ,
SAN      ?=
B        := build/$(if $(SAN),$(subst $(comma),-,$(SAN)),release)
SANFLAGS := $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all \
              -fno-omit-frame-pointer)

MAIN   := report/main.c
MODULE := $(filter-out $(MAIN),$(wildcard capture/*.c classify/*.c report/*.c))
TEST   := $(wildcard tests/test_*.c)
FUZZ   := $(wildcard tests/fuzz_*.c)
SOURCE := $(MAIN) $(MODULE) $(TEST) $(FUZZ)
HEADER := $(wildcard capture/*.h classify/*.h report/*.h tests/*.h)

all: build/ipsec-audit

build/ipsec-audit: build/release/ipsec-audit
	ln -sf release/ipsec-audit $@

$B/ipsec-audit: $(MAIN:%.c=$B/%.o) $B/libaudit.a
$B/unit: $(TEST:%.c=$B/%.o) $B/libaudit.a
$B/unit: LDLIBS += -lcriterion
$B/fuzz_%: $B/tests/fuzz_%.o $B/libaudit.a
	$(CC) $(SANFLAGS) -fsanitize=fuzzer $(LDFLAGS) -o $@ $^ $(LDLIBS)

$B/ipsec-audit $B/unit:
	$(CC) $(SANFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$B/libaudit.a: $(MODULE:%.c=$B/%.o)
	$(RM) $@
	$(AR) rcs $@ $^

$B/%.o: %.c
	@mkdir -p $(@D)
	$(CC) -std=c11 $(CPPFLAGS) $(WARNINGS) $(CFLAGS) $(SANFLAGS) \
		-MMD -MP -c -o $@ $<

# Criterion passes a leaking test unless the sanitizer aborts the process.
unit: $B/unit
	ASAN_OPTIONS=abort_on_error=1 ./$<

arrows:
	tests/arrows.sh

clean:
	$(RM) -r build

.PHONY: all unit arrows clean
.SECONDARY:
-include $(SOURCE:%.c=$B/%.d)
