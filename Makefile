# One makefile for everything. `make help` lists the targets.
#
# A new source file needs no line here: every COMPONENT/**/*.c is compiled, *_main.c holds a program's main(),
# *_test.c becomes a suite of that component's test runner.

MODE ?= debug
B := build/$(MODE)

CC ?= gcc
PKGS := libevent openssl yaml-0.1 libcares ldns sqlite3 jansson libidn2
CSTD := -std=gnu17 -D_GNU_SOURCE
WARN := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 \
        -Wpointer-arith -Wwrite-strings
WARN += $(if $(filter clang libfuzzer,$(MODE)),,-Wno-format-truncation)
HARDEN := -fstack-protector-strong -fno-strict-aliasing -fno-common

FLAGS_debug   := -O1 -g
FLAGS_release := -O2 -g -D_FORTIFY_SOURCE=3 -fstack-clash-protection -fcf-protection
FLAGS_clang   := -O1 -g
FLAGS_asan    := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
FLAGS_libfuzzer := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
ifeq ($(FLAGS_$(MODE)),)
$(error MODE=$(MODE) is not one of debug, release, asan, clang, libfuzzer)
endif
ifneq ($(filter clang libfuzzer,$(MODE)),)
CC := clang
endif

CFLAGS_ALL := $(CSTD) $(WARN) $(HARDEN) $(FLAGS_$(MODE)) $(CFLAGS)
CPPFLAGS_ALL := -I. $(CPPFLAGS)
LDFLAGS_ALL := $(FLAGS_$(MODE)) -pie -Wl,--as-needed -Wl,-z,relro -Wl,-z,now $(LDFLAGS)
LIBS = $(shell pkg-config --libs libevent_core openssl yaml-0.1 libcares ldns sqlite3 jansson libidn2) -lcrypt -lm
CHECK_LIBS = $(shell pkg-config --libs check)

COMPONENTS := lib relay sim warp harness
PROGRAMS := relaylab relaylab-relay relaylab-queue relaylab-account relaylab-apikey relaylab-ban relaylab-dkim relaylab-domain relaylab-sim relaylab-warp

# $(call sources,DIR): the C files of a component that are neither a main, a test nor the preload half.
sources = $(sort $(shell find $(1) -name '*.c' ! -name '*_main.c' ! -name '*_test.c' ! -name '*_fuzz.c' \
            ! -path 'warp/preload/*' ! -path '*/testprogs/*' ! -path 'lib/testing/*' 2>/dev/null))
tests = $(sort $(shell find $(1) -name '*_test.c' 2>/dev/null))
objects = $(patsubst %.c,$(B)/obj/%.o,$(1))

# Archives, so that a program links, and at its start loads, only what it uses.
ARCHIVES :=
define ARCHIVE
$(B)/$(1).a: $(call objects,$(2))
	@rm -f $$@ && $(AR) rcs $$@ $$^
ARCHIVES += $(B)/$(1).a
endef
$(foreach c,$(COMPONENTS),$(eval $(call ARCHIVE,$(c),$(call sources,$(c)))))
# What the harness may use of the sim: the scenario model and the trace reader, nothing that opens a socket.
$(eval $(call ARCHIVE,model,$(call sources,sim/scenario) $(call sources,sim/effects) $(call sources,sim/trace)))

# Styles and scripts of the pages, as C arrays: what follows each name is the files that it consists of.
ASSETS := report_css report_js schedules_css schedules_js matrix_css matrix_js
ASSETS_report_css := report.css
ASSETS_report_js := search.js timeline.js report.js
ASSETS_schedules_css := schedules.css
ASSETS_schedules_js := schedules.js
ASSETS_matrix_css := matrix.css
ASSETS_matrix_js := matrix.js
asset_files = $(addprefix harness/report/html/,$(ASSETS_$(1)))
$(B)/gen/assets.c: $(foreach a,$(ASSETS),$(call asset_files,$(a))) Makefile
	@mkdir -p $(@D)
	@{ echo '#include "harness/report/html/assets.h"'; \
	   $(foreach a,$(ASSETS),echo "static const unsigned char $(a)[] = {"; \
	       cat $(call asset_files,$(a)) | od -An -v -tx1 | sed 's/ \([0-9a-f][0-9a-f]\)/0x\1,/g'; \
	       echo "}; struct slice assets_$(a)(void) { return slice_make($(a), sizeof $(a)); }";) } > $@
$(B)/obj/gen/assets.o: $(B)/gen/assets.c
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -c -o $@ $<
# The commit that the programs are of, for reports: "6416588", "6416588-dirty", or "" where there is no repository.
COMMIT ?= $(shell git describe --always --dirty --abbrev=7 --exclude='*' 2>/dev/null)
$(B)/gen/commit.c: FORCE
	@mkdir -p $(@D)
	@printf '#include "harness/suite/heading.h"\nconst char heading_commit[] = "%s";\n' '$(COMMIT)' > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@
$(B)/obj/gen/commit.o: $(B)/gen/commit.c
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -c -o $@ $<

$(B)/harness.a: $(B)/obj/gen/assets.o $(B)/obj/gen/commit.o

TEST_RUNNERS := $(foreach c,$(COMPONENTS),$(B)/tests/$(c)_test)
TESTPROGS := $(patsubst warp/testprogs/%.c,$(B)/testprogs/%,$(wildcard warp/testprogs/*.c)) \
             $(patsubst harness/testprogs/%.c,$(B)/testprogs/%,$(wildcard harness/testprogs/*.c))

.PHONY: all programs man completions install deb help deps demo test check sanitized lint warp-mutants check-html pictures bench docs conformance findings schedules matrix format clean
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:

all: programs ## build everything (MODE=debug|release|asan|clang, default debug)

programs: $(addprefix $(B)/,$(PROGRAMS)) $(B)/libwarp.so

# Both are printed from the tables of options, lib/cli.
man: $(foreach p,$(PROGRAMS),$(B)/man/$(p).1) ## write the manual pages into build/MODE/man
completions: $(foreach p,$(PROGRAMS),$(B)/completions/$(p).bash $(B)/completions/_$(p) $(B)/completions/$(p).fish) ## write the completion scripts into build/MODE/completions

$(B)/man/%.1: $(B)/%
	@mkdir -p $(@D)
	@$< --man > $@
$(B)/completions/%.bash: $(B)/%
	@mkdir -p $(@D)
	@$< --completion bash > $@
$(B)/completions/_%: $(B)/%
	@mkdir -p $(@D)
	@$< --completion zsh > $@
$(B)/completions/%.fish: $(B)/%
	@mkdir -p $(@D)
	@$< --completion fish > $@

PREFIX ?= /usr/local
DATA = $(DESTDIR)$(PREFIX)/share
LIBDIR = $(DESTDIR)$(PREFIX)/lib/relaylab
SHARE = $(DATA)/relaylab
COMPLETIONS = $(DATA)/bash-completion/completions $(DATA)/zsh/site-functions $(DATA)/fish/vendor_completions.d

# MODE=… on the command line chooses another build than the release.
INSTALL_MODE = $(if $(filter file,$(origin MODE)),release,$(MODE))

install: ## install the release build, manual pages, completions, scenarios and adapters under PREFIX (default /usr/local; DESTDIR for packages)
	@$(MAKE) --no-print-directory MODE=$(INSTALL_MODE) programs man completions
	install -d $(LIBDIR) $(SHARE)/fixtures $(DESTDIR)$(PREFIX)/bin $(DATA)/man/man1 $(COMPLETIONS)
	install -m 755 $(addprefix build/$(INSTALL_MODE)/,$(PROGRAMS)) $(LIBDIR)
	install -m 644 build/$(INSTALL_MODE)/libwarp.so $(LIBDIR)
	rm -rf $(SHARE)/scenarios $(SHARE)/fixtures/targets $(SHARE)/fixtures/messages
	cp -R scenarios $(SHARE)/
	cp -R fixtures/targets fixtures/messages $(SHARE)/fixtures/
	ln -sf $(addprefix ../lib/relaylab/,$(PROGRAMS)) $(DESTDIR)$(PREFIX)/bin/
	install -m 644 $(patsubst %,build/$(INSTALL_MODE)/man/%.1,$(PROGRAMS)) $(DATA)/man/man1
	for program in $(PROGRAMS); do \
	    install -m 644 build/$(INSTALL_MODE)/completions/$$program.bash $(word 1,$(COMPLETIONS))/$$program && \
	    install -m 644 build/$(INSTALL_MODE)/completions/_$$program $(word 2,$(COMPLETIONS)) && \
	    install -m 644 build/$(INSTALL_MODE)/completions/$$program.fish $(word 3,$(COMPLETIONS)) || exit 1; done

deb: ## build the Debian packages relaylab and relaylab-relay into build/deb; lintian checks them if it is installed
	@.ci/deps package
	@$(MAKE) --no-print-directory MODE=release programs man completions
	@packaging/deb

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' Makefile

deps: ## install the Debian packages that are missing, for building and for the tests
	@.ci/deps test

demo: ## build, run one scenario against the relay, say what to try next
	@.ci/deps
	@$(MAKE) --no-print-directory -j$$(nproc) MODE=release programs
	@build/release/relaylab run retry/greylist-basic
	@echo
	@echo "Next:"
	@echo "  open reports/out/latest/index.html                the same run as a page, with its dialogues"
	@echo "  build/release/relaylab list                       the other scenarios"
	@echo "  build/release/relaylab run                        all of them, against Relaylab's relay"
	@echo "  build/release/relaylab targets --fetch postfix    a relay to test; then run --target postfix, as root"

test: deps ## everything that CI runs: build, lint, unit tests, scenarios, end-to-end tests
	@$(MAKE) --no-print-directory -j$$(nproc) check

check: lint $(TEST_RUNNERS) $(TESTPROGS)
	@$(MAKE) --no-print-directory MODE=clang programs tests
	@$(MAKE) --no-print-directory MODE=asan sanitized
	@$(MAKE) --no-print-directory MODE=release programs
	@.ci/check-hardening build/release
	@.ci/check $(B)

sanitized: programs tests
	@.ci/check-sanitized $(B)

lint: programs ## floors of the tree, banned calls, lengths, format, unused functions, words, links and generated parts of docs/
	@.ci/lint && .ci/lint_test && .ci/docs $(B) --check && .ci/findings --check && .ci/conformance --check

warp-mutants: programs $(TESTPROGS) ## take each function of libwarp away, and want its test program to fail
	@.ci/warp-mutants $(B)

check-html: programs $(TESTPROGS) ## open an HTML report in headless Chromium and look at it (PICTURES=DIR keeps pictures)
	@.ci/check-html $(B) $(PICTURES)

pictures: ## draw the pictures of docs/img from real runs (the report: as root, with OpenSMTPD fetched, and chromium)
	@$(MAKE) --no-print-directory -j$$(nproc) MODE=release programs
	@.ci/pictures build/release

bench: ## how long whole runs take: medians, and ratios to the smallest run
	@$(MAKE) --no-print-directory -j$$(nproc) MODE=release programs
	@.ci/bench build/release

schedules: ## measure how the fetched targets retry, for docs/SCHEDULES.md and reports/schedules (as root; RECORDS=DIR: from DIR/NAME.json)
	@$(MAKE) --no-print-directory -j$$(nproc) MODE=release programs
	@.ci/schedules build/release docs/SCHEDULES.md $(RECORDS)

conformance: ## write docs/CONFORMANCE.md: which tests cover each line of docs/conformance.yaml, and each clause
	@.ci/conformance

findings: ## write reports/findings.md and reports/upstream from reports/findings/*.yaml (RECORDS=DIR: with what DIR/NAME.json shows)
	@.ci/findings $(RECORDS)

matrix: ## compare the fetched targets, and put it into reports/matrix (as root; RECORDS=DIR: from DIR/NAME.json, without playing)
	@$(MAKE) --no-print-directory -j$$(nproc) MODE=release programs
	@build/release/relaylab matrix --baselines reports/baseline $(if $(RECORDS),,--report records=reports/out/matrix-records.json) \
	    $(foreach r,html=index.html md=README.md json=matrix.json,--report $(subst =,=reports/matrix/,$(r))) $(foreach t,relay postfix exim opensmtpd haraka dma,$(if $(RECORDS),$(wildcard $(RECORDS)/$(t).json $(RECORDS)/$(t)-*.json)))

docs: programs ## write the parts of docs/ that the programs print
	@.ci/docs $(B)

format: ## rewrite all C files with clang-format
	clang-format -i $$(git ls-files '*.c' '*.h')

clean: ## delete build/
	rm -rf build

# ---- programs ----

$(B)/relaylab:       $(B)/obj/harness/harness_main.o $(B)/harness.a $(B)/model.a $(B)/lib.a
$(B)/relaylab-relay: $(B)/obj/relay/relay_main.o $(B)/relay.a $(B)/lib.a
$(B)/relaylab-queue: $(B)/obj/relay/queue_main.o $(B)/relay.a $(B)/lib.a
$(B)/relaylab-account: $(B)/obj/relay/account_main.o $(B)/relay.a $(B)/lib.a
$(B)/relaylab-apikey: $(B)/obj/relay/apikey_main.o $(B)/relay.a $(B)/lib.a
$(B)/relaylab-ban:   $(B)/obj/relay/ban_main.o $(B)/relay.a $(B)/lib.a
$(B)/relaylab-dkim:  $(B)/obj/relay/dkim_main.o $(B)/relay.a $(B)/lib.a
$(B)/relaylab-domain: $(B)/obj/relay/domain_main.o $(B)/relay.a $(B)/lib.a
$(B)/relaylab-sim:   $(B)/obj/sim/sim_main.o $(B)/sim.a $(B)/lib.a
$(B)/relaylab-warp:  $(B)/obj/warp/warp_main.o $(B)/warp.a $(B)/lib.a

$(addprefix $(B)/,$(PROGRAMS)):
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(LIBS)

PRELOAD_SRC := $(sort $(wildcard warp/preload/*.c)) warp/image.c
# The preload half is never sanitized: it must work before the sanitizer's own start-up.
$(B)/libwarp.so: $(patsubst %.c,$(B)/pic/%.o,$(PRELOAD_SRC))
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) -shared -Wl,-z,relro -Wl,-z,now -o $@ $^

$(B)/pic/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC    $@"
	@$(CC) $(CPPFLAGS_ALL) $(CSTD) $(WARN) -O2 -g -fPIC -fvisibility=hidden -fno-stack-protector -MMD -MP -c -o $@ $<

$(B)/obj/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC    $@"
	@$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

# ---- unit tests: one Check runner a component, its list of suites generated from the file names ----

.PHONY: FORCE
define TEST_RUNNER
# Always made, and left alone when it says the same: a test that is gone has no file that could be newer.
$(B)/gen/$(1)_suites.c: FORCE
	@mkdir -p $$(@D)
	@{ echo '#include <check.h>'; \
	   $(foreach t,$(call tests,$(1)),echo 'Suite *$(basename $(notdir $(t:_test.c=)))_suite(void);';) \
	   echo 'Suite *(*const suites[])(void) = {'; \
	   $(foreach t,$(call tests,$(1)),echo '    $(basename $(notdir $(t:_test.c=)))_suite,';) \
	   echo '    0};'; } > $$@.new
	@cmp -s $$@.new $$@ && rm $$@.new || mv $$@.new $$@
$(B)/obj/gen/$(1)_suites.o: $(B)/gen/$(1)_suites.c
	@mkdir -p $$(@D)
	@$(CC) $(CSTD) -c -o $$@ $$<
$(B)/tests/$(1)_test: $(B)/obj/gen/$(1)_suites.o $(B)/obj/lib/testing/runner.o \
    $(call objects,$(call tests,$(1))) $(B)/$(1).a $(if $(filter harness,$(1)),$(B)/model.a) $(B)/lib.a
	@mkdir -p $$(@D)
	@echo "  LINK  $$@"
	@$(CC) $(LDFLAGS_ALL) -o $$@ $$(filter %.o,$$^) $$(filter %.a,$$^) $$(LIBS) $$(CHECK_LIBS)
endef
$(foreach c,$(COMPONENTS),$(eval $(call TEST_RUNNER,$(c))))

# One of them has to be a program that virtual time refuses.
$(B)/testprogs/static: LINKING := -static
$(B)/testprogs/sanitized: LINKING := -fsanitize=address
$(B)/testprogs/%: warp/testprogs/%.c
	@mkdir -p $(@D)
	@$(CC) $(CSTD) $(WARN) -O1 -g -I. -MMD -MP -MF $@.d $(LINKING) -o $@ $< -pthread -lresolv

$(B)/testprogs/%: harness/testprogs/%.c
	@mkdir -p $(@D)
	@$(CC) $(CSTD) $(WARN) -O1 -g -I. -MMD -MP -MF $@.d -o $@ $<

# ---- fuzz targets: replayed over fixtures/fuzz in every test; driven by libFuzzer with `make fuzz` ----

FUZZ_SRC := $(sort $(shell find $(COMPONENTS) -name '*_fuzz.c'))
FUZZ_NAMES := $(basename $(notdir $(FUZZ_SRC:_fuzz.c=)))
FUZZ_TIME ?= 60

define FUZZ_TARGET
$(B)/fuzz/$(basename $(notdir $(1:_fuzz.c=))): $(call objects,$(1) lib/testing/replay_main.c) \
    $(B)/$(firstword $(subst /, ,$(1))).a $(if $(filter harness/%,$(1)),$(B)/model.a) $(B)/lib.a
	@mkdir -p $$(@D)
	@$(CC) $(LDFLAGS_ALL) -o $$@ $$(filter %.o,$$^) $$(filter %.a,$$^) $$(LIBS)
$(B)/driven/$(basename $(notdir $(1:_fuzz.c=))): $(call objects,$(1)) \
    $(B)/$(firstword $(subst /, ,$(1))).a $(if $(filter harness/%,$(1)),$(B)/model.a) $(B)/lib.a
	@mkdir -p $$(@D)
	@echo "  LINK  $$@"
	@$(CC) $(LDFLAGS_ALL) -fsanitize=fuzzer -o $$@ $$(filter %.o,$$^) $$(filter %.a,$$^) $$(LIBS)
endef
$(foreach f,$(FUZZ_SRC),$(eval $(call FUZZ_TARGET,$(f))))

FUZZERS := $(addprefix $(B)/fuzz/,$(FUZZ_NAMES))

DRIVEN := $(addprefix $(B)/driven/,$(FUZZ_NAMES))

driven: $(DRIVEN)

fuzz: ## drive every fuzz target for FUZZ_TIME seconds (clang; default 60; FUZZ_NAMES=… chooses)
	@$(MAKE) --no-print-directory -j$$(nproc) MODE=libfuzzer driven
	@for name in $(FUZZ_NAMES); do mkdir -p build/corpus/$$name && echo "== $$name" && \
	    build/libfuzzer/driven/$$name -max_total_time=$(FUZZ_TIME) -print_final_stats=1 -verbosity=0 \
	        build/corpus/$$name fixtures/fuzz/$$name || exit 1; done

tests: $(TEST_RUNNERS) $(TESTPROGS) $(FUZZERS)
.PHONY: tests fuzz driven

-include $(shell find build/$(MODE) -name '*.d' 2>/dev/null)
