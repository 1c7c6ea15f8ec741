# luamigrate: `make help` lists the targets.
BUILD ?= build
PREFIX ?= /usr/local
CC ?= cc
# The folders and files of src/ that are built; less while a part is made.
ONLY ?= base model graph ddl db run script api cli core main.c module.c
# STATIC=1 links Lua, cjson and SQLite into the program.
STATIC ?=
WERROR ?= -Werror
FUZZ_SECONDS ?= 10

, := ,
LUA_CFLAGS := $(shell pkg-config --cflags lua5.4 2>/dev/null)
PQ_CFLAGS := -isystem $(shell pg_config --includedir 2>/dev/null || echo /usr/include/postgresql)
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
  -Wmissing-prototypes -Wpointer-arith -Wcast-qual -Wwrite-strings \
  -Wformat=2 -Wundef -Wvla $(WERROR)
HARDENING ?= -fstack-protector-strong -D_FORTIFY_SOURCE=2
OPTIMIZE ?= -O2 -g
CPPFLAGS += -Isrc -D_GNU_SOURCE
CFLAGS += -std=c11 $(OPTIMIZE) $(WARNINGS) $(HARDENING) -fPIC \
  -fvisibility=hidden $(LUA_CFLAGS) $(PQ_CFLAGS) $(SANITIZE)
LDFLAGS += $(SANITIZE) -Wl,-z,relro -Wl,-z,noexecstack -Wl,--as-needed
LIBS := -llua5.4-cjson -lsqlite3 -ldl -lm
PROGRAM_LIBS := $(if $(STATIC),-Wl$(,)-Bstatic) -llua5.4-cjson -llua5.4 \
  -lsqlite3 $(if $(STATIC),-Wl$(,)-Bdynamic) -ldl -lm

SOURCES := $(sort $(foreach p,$(ONLY),$(if $(filter %.c,$(p)),src/$(p),$(wildcard src/$(p)/*.c))))
OBJECTS := $(SOURCES:src/%.c=$(BUILD)/%.o)
SHARED := $(filter-out $(BUILD)/main.o,$(OBJECTS)) $(BUILD)/embedded.o
PROGRAM := $(filter-out $(BUILD)/module.o $(BUILD)/core/%.o,$(OBJECTS)) $(BUILD)/embedded.o
LIBRARY := $(filter-out $(BUILD)/main.o,$(PROGRAM))
BAKED := $(sort $(wildcard lua/luamigrate/*.lua))
FUZZERS := $(patsubst fuzz/%.c,%,$(wildcard fuzz/*_fuzz.c))

# A second make, once packages may have come or with other flags; it takes
# the number of jobs given, else one for each core.
AGAIN = +$(MAKE) --no-print-directory $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc))
SANITIZERS := -fsanitize=address,undefined -fno-sanitize-recover=all
SANITIZED := OPTIMIZE='-O1 -g -fno-omit-frame-pointer' HARDENING= STATIC=

.PHONY: all core FORCE
all: $(BUILD)/bin/luamigrate $(BUILD)/luamigrate/core.so ## build the program and the library of the specs

core: $(BUILD)/luamigrate/core.so

ifeq ($(LUA_CFLAGS),)
$(OBJECTS): packages-are-missing
.PHONY: packages-are-missing
packages-are-missing:
	@echo 'Lua 5.4 is not found by pkg-config: run `make deps` first.' >&2
	@false
endif

$(BUILD)/bin/luamigrate: $(PROGRAM)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -pie -Wl,-z,now -o $@ $(filter %.o,$^) $(PROGRAM_LIBS)

$(BUILD)/luamigrate/core.so: $(SHARED)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -shared -Wl,-z,nodelete -o $@ $(filter %.o,$^) $(LIBS)

$(BUILD)/embedded.c: src/tools/embed.lua $(BAKED)
	@mkdir -p $(@D)
	lua5.4 src/tools/embed.lua $@ $(BAKED)

$(BUILD)/embedded.o: $(BUILD)/embedded.c $(BUILD)/flags
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/%.o: src/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# Changes when the flags do, so that no build mixes two kinds of objects.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo "$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS)" | cmp -s - $@ || \
	  echo "$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS)" >$@

-include $(OBJECTS:.o=.d)

.PHONY: deps demo test soak check asan valgrind coverage fuzz bench
deps: ## install the Debian packages that are missing (GROUP="build test check ...", NO_INSTALL=1)
	@tools/deps.sh $(or $(GROUP),build test)

demo: deps ## build, apply migrations/ to a SQLite database, show the result
	@$(AGAIN) all
	@BUILD='$(BUILD)' tools/demo.sh

test: deps ## build and run every spec (SPECS="spec/graph ..." for a part)
	@$(AGAIN) all $(BUILD)/pgproxy
	@BUILD='$(BUILD)' tools/specs.sh $(SPECS)

soak: deps ## the specs with their large counts; takes hours
	@$(AGAIN) all $(BUILD)/pgproxy
	@BUILD='$(BUILD)' SOAK=1 SPEC_LIMIT=86400 tools/specs.sh $(SPECS)

check: ## format, warnings of two compilers, clang-tidy, luacheck, headers, layers, docs
	@tools/deps.sh build check
	@$(AGAIN) all
	@BUILD='$(BUILD)' tools/check.sh

asan: ## the specs under the address, undefined and leak sanitizers
	@tools/deps.sh build test asan
	@$(AGAIN) BUILD='$(BUILD)/asan' $(SANITIZED) SANITIZE='$(SANITIZERS)' all $(addprefix $(BUILD)/asan/,spec-runner pgproxy)
	@ASAN_OPTIONS='exitcode=99:detect_stack_use_after_return=1:log_path=$(abspath $(BUILD))/asan/report' \
	  UBSAN_OPTIONS='print_stacktrace=1:log_path=$(abspath $(BUILD))/asan/report' \
	  BUILD='$(BUILD)/asan' RUNNER='$(abspath $(BUILD))/asan/spec-runner /usr/bin/busted' \
	  SPEC_LUA='$(abspath $(BUILD))/asan/spec-runner' \
	  SPEC_KIND=asan SPEC_LIMIT=900 REPORTS='$(abspath $(BUILD))/asan/report' \
	  tools/specs.sh $(SPECS)

VALGRIND := valgrind --quiet --error-exitcode=99 --leak-check=full \
  --errors-for-leak-kinds=definite --log-file=$(abspath $(BUILD))/valgrind/report.%p
valgrind: ## a share of the specs under valgrind (SPECS="spec/db ...")
	@tools/deps.sh build test valgrind
	@$(AGAIN) BUILD='$(BUILD)/valgrind' $(SANITIZED) all $(BUILD)/valgrind/pgproxy
	@BUILD='$(BUILD)/valgrind' RUNNER='$(VALGRIND) lua5.4 /usr/bin/busted' \
	  SPEC_KIND=valgrind SPEC_LIMIT=3600 REPORTS='$(abspath $(BUILD))/valgrind/report' \
	  tools/specs.sh $(or $(SPECS),$(wildcard $(addprefix spec/,base model graph ddl script)))

coverage: ## the specs, and which lines of src/ they ran
	@tools/deps.sh build test
	@$(AGAIN) BUILD='$(BUILD)/coverage' OPTIMIZE='-O0 -g' HARDENING= STATIC= \
	  SANITIZE='--coverage -fprofile-update=atomic' all $(BUILD)/coverage/pgproxy
	@find $(BUILD)/coverage -name '*.gcda' -delete
	@BUILD='$(BUILD)/coverage' SPEC_KIND=coverage tools/specs.sh $(SPECS)
	@tools/coverage.sh $(BUILD)/coverage

fuzz: ## every target of fuzz/ for FUZZ_SECONDS (10)
	@tools/deps.sh build fuzz
	@$(AGAIN) BUILD='$(BUILD)/fuzz' CC=clang WERROR= $(SANITIZED) \
	  SANITIZE='-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all' \
	  $(or $(FUZZERS:%=$(BUILD)/fuzz/%),$(BUILD)/fuzz/flags)
	@tools/fuzz.sh $(BUILD)/fuzz $(FUZZ_SECONDS) $(FUZZERS)

bench: ## compare with alembic, psql, the sqlite3 shell and small programs (RUNS=5)
	@tools/deps.sh build test bench
	@$(AGAIN) all $(BUILD)/pgproxy $(BUILD)/bench/plan $(patsubst bench/peers/%.c,$(BUILD)/bench/%,$(wildcard bench/peers/*.c))
	@BUILD='$(BUILD)' tools/server.sh lua5.4 bench/bench.lua $(CASES)

$(BUILD)/spec-runner: spec/support/runner.c $(BUILD)/flags
	$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -Wl,-E -o $@ $< -llua5.4 -lm

$(BUILD)/pgproxy: spec/support/pgproxy.c $(BUILD)/flags
	$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $<

$(BUILD)/libluamigrate.a: $(LIBRARY)
	rm -f $@
	ar rcs $@ $^

$(FUZZERS:%=$(BUILD)/%): $(BUILD)/%: fuzz/%.c $(BUILD)/libluamigrate.a
	$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -fsanitize=fuzzer -o $@ $< \
	  $(BUILD)/libluamigrate.a -llua5.4-cjson -llua5.4 -lsqlite3 -ldl -lm

$(BUILD)/bench/plan: bench/plan.c $(BUILD)/libluamigrate.a
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< $(BUILD)/libluamigrate.a \
	  -llua5.4-cjson -llua5.4 -lsqlite3 -ldl -lm

$(BUILD)/bench/%: bench/peers/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< -llua5.4 -lsqlite3 -lpq

.PHONY: install install-rock clean help
install: $(BUILD)/bin/luamigrate ## install the program (PREFIX, DESTDIR)
	install -D -m 755 $< '$(DESTDIR)$(PREFIX)/bin/luamigrate'

# What the rockspec calls, with the folders of the rock.
install-rock: $(BUILD)/luamigrate/core.so
	install -D -m 755 $< '$(INST_LIBDIR)/luamigrate/core.so'
	install -d '$(INST_LUADIR)/luamigrate'
	$(if $(BAKED),install -m 644 $(BAKED) '$(INST_LUADIR)/luamigrate')

clean: ## remove what was built
	rm -rf '$(BUILD)'

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile
