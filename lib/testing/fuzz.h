/* A fuzz target takes any bytes and must not crash: libFuzzer drives it, and replay.c feeds it the corpus. */
#ifndef RL_TESTING_FUZZ_H
#define RL_TESTING_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
