/*
 * From a YAML file to a scenario: reads, replaces ${variables} of one case, decodes by the tables of schema.c,
 * drops what other cases own, adds what every world has (the MX hosts of sender domains), and lints.
 */
#ifndef RL_SIM_SCENARIO_LOADER_H
#define RL_SIM_SCENARIO_LOADER_H

#include "lib/base/buf.h"
#include "lib/base/err.h"
#include "lib/text/schema.h"
#include "sim/scenario/model.h"

/*
 * case_name NULL takes the first case, or none when there are none; the result has its name. Problems, also warnings,
 * are appended to *report as lines "file:line:column: error: …". ERR_INVALID when there is an error.
 */
int scenario_load(struct scenario **out, const char *path, const char *case_name, struct buf *report, struct err *err);
/*
 * The same with other settings of `given`, each "retry.first=10s" (settings.h). ERR_INVALID, with nothing in the
 * report, when a setting does not exist or has no such value.
 */
int scenario_load_with(struct scenario **out, const char *path, const char *case_name, char *const *settings,
                       size_t count, struct buf *report, struct err *err);
/* The same as scenario_load of a text; name is that of its file. */
int scenario_load_text(struct scenario **out, const char *name, struct slice text, const char *case_name,
                       struct buf *report, struct err *err);
void scenario_free(struct scenario *scenario);

extern const struct schema scenario_schema; /* the language, as lib/text/schema.h prints it */

/* For loader.c: decodes the document, and makes the model of it (build.c). */
bool scenario_build(struct scenario *scenario);

/* Adds the linter's problems to scenario->doc. */
void scenario_lint(struct scenario *scenario);
void scenario_lint_zones(struct scenario *scenario); /* its questions about zones (lint_zones.c) */
void scenario_lint_rules(struct scenario *scenario); /* its questions about rules (lint_rules.c) */
void scenario_lint_given(struct scenario *scenario); /* its questions about `given` (lint_given.c) */

/* For lint.c: the questions of lint_story.c. */
void lint_events(struct scenario *scenario);
void lint_submitted_while_down(struct scenario *scenario);
bool lint_has_dialog(const struct scenario *scenario);

#endif
