/* The main() of a fuzz target without libFuzzer: feeds it every file of the folders that are named. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/mem.h"
#include "lib/testing/fuzz.h"

#define INPUT_MAX (4 * 1024 * 1024)

static int replay(const char *path)
{
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        perror(path);
        return -1;
    }
    uint8_t *bytes = mem_alloc(INPUT_MAX);
    size_t size = fread(bytes, 1, INPUT_MAX, file);
    (void)fclose(file);
    uint8_t *exact = mem_alloc(size); /* so that a sanitizer sees reads past the end */
    for (size_t i = 0; i < size; i++)
        exact[i] = bytes[i];
    (void)LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    free(bytes);
    return 0;
}

int main(int argc, char **argv)
{
    unsigned count = 0;
    for (int i = 1; i < argc; i++) {
        struct dirent **entries;
        int n = scandir(argv[i], &entries, NULL, alphasort);
        if (n < 0) {
            perror(argv[i]);
            return EXIT_FAILURE;
        }
        for (int k = 0; k < n; k++) {
            char *path = mem_printf("%s/%s", argv[i], entries[k]->d_name);
            if (entries[k]->d_name[0] != '.' && replay(path) != 0)
                return EXIT_FAILURE;
            count += entries[k]->d_name[0] != '.';
            free(path);
            free(entries[k]);
        }
        free(entries);
    }
    printf("%u inputs\n", count);
    return count > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
