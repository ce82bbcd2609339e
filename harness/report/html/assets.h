/* The files next to this header, as built into the program (the rule is in the Makefile). */
#ifndef RL_HARNESS_HTML_ASSETS_H
#define RL_HARNESS_HTML_ASSETS_H

#include "lib/base/slice.h"

struct slice assets_report_css(void); /* every page begins with it */
struct slice assets_report_js(void);
struct slice assets_schedules_css(void);
struct slice assets_schedules_js(void);
struct slice assets_matrix_css(void);
struct slice assets_matrix_js(void);

#endif
