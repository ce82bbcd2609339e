#include "relay/config/presets.h"

#include <string.h>

#include "lib/base/nearest.h"

#define M(n)       ((n)*60)
#define H(n)       ((n)*3600)
#define D(n)       ((n)*86400)
#define WAITS(...) (const int32_t[]){__VA_ARGS__}, sizeof((const int32_t[]){__VA_ARGS__}) / sizeof(int32_t)

static const struct preset presets[] = {
    /* as old as the message is, at least 300 s, at most 4000 s */
    {"postfix", WAITS(300, 300, 600, 1200, 2400), 4000, D(5), D(5), 0},
    /* every 15 minutes for 2 hours, then 1.5 times as long each time up to 16 hours, then every 6 hours */
    {"exim", WAITS(M(15), M(15), M(15), M(15), M(15), M(15), M(15), M(15), M(60), M(90), M(135), 12150, 18225, 27337),
     H(6), D(4), D(2), D(1)},
    /* 400 n² s after the submission, 30 attempts */
    {"opensmtpd",
     WAITS(400, 1200, 2000, 2800, 3600, 4400, 5200, 6000, 6800, 7600, 8400, 9200, 10000, 10800, 11600, 12400, 13200,
           14000, 14800, 15600, 16400, 17200, 18000, 18800, 19600, 20400, 21200, 22000, 22800),
     23600, D(4), D(4), H(4)},
    /* doubles without end */
    {"kumomta", WAITS(M(20), M(40), M(80), M(160), M(320), M(640), M(1280), M(2560)), M(5120), D(7), D(7), 0},
    /* 2^(n+5) s; gives up at the 13th failure */
    {"haraka", WAITS(64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072), 131072, 262080, 262080,
     0},
    /* 1.3^n times 5 minutes, 18 attempts */
    {"postal",
     WAITS(390, 507, 659, 857, 1114, 1448, 1882, 2447, 3181, 4136, 5376, 6989, 9086, 11812, 15356, 19962, 25951), 33736,
     111153, 111153, 0},
    {"zonemta", WAITS(M(5), M(7), M(8), M(25), M(75), M(120)), M(240), D(2), D(2), 0},
    {"stalwart", WAITS(M(2), M(5), M(10), M(15), M(30), H(1), H(2)), H(24), D(3), D(3), D(1)},
    /* doubles; 8 attempts */
    {"mox", WAITS(450, 900, 1800, 3600, 7200, 14400, 28800), 28800, 57150, 57150, 6750},
    /* a step by age */
    {"chasquid", WAITS(60, 300, 600), 1200, H(20), H(20), 0},
    /* 15 minutes times a factor whose fraction its code drops; 20 attempts */
    {"maddy",
     WAITS(M(15), M(15), M(15), M(15), M(30), M(45), M(45), M(60), M(75), M(105), M(135), M(165), M(210), M(270),
           M(330), M(420), M(525), M(660), M(825)),
     M(825), H(66), H(66), 0},
};

static const struct preset *preset_find(const char *name)
{
    for (size_t i = 0; i < sizeof presets / sizeof presets[0]; i++)
        if (strcmp(presets[i].name, name) == 0)
            return &presets[i];
    return NULL;
}

bool preset_decode(struct yaml_ctx *ctx, const struct yaml_node *node, void *out)
{
    const char *name = node->kind == YAML_NODE_SCALAR ? node->text : "";
    const struct preset *found = preset_find(name);
    struct nearest near;
    if (found != NULL) {
        *(const struct preset **)out = found;
        return true;
    }
    nearest_init(&near, name);
    for (size_t i = 0; i < sizeof presets / sizeof presets[0]; i++)
        nearest_offer(&near, presets[i].name);
    yaml_error(ctx->doc, node->at, ctx->path,
               "unknown preset `%.60s`; expected one of postfix, exim, opensmtpd and others%s", name,
               nearest_hint(&near));
    return false;
}
