/* A sentence as a name: "It arrives once" is it-arrives-once. Lower-case ASCII letters, digits and single hyphens. */
#ifndef RL_HARNESS_SLUG_H
#define RL_HARNESS_SLUG_H

#define SLUG_MAX 96 /* with the NUL; what is longer is cut at a word */

void slug_write(char out[SLUG_MAX], const char *sentence);

#endif
