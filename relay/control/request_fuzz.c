/* Any line is a request or an error with a message; no memory leaks. */
#include "lib/base/check.h"
#include "lib/testing/fuzz.h"
#include "relay/control/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct control_request request;
    struct err err = {0};
    if (control_request_parse(slice_make(data, size), &request, &err) == ERR_OK) {
        rl_assert(request.verb != CONTROL_CHANGE || request.all || request.id != NULL || request.sender != NULL ||
                  request.recipient != NULL);
        control_request_fini(&request);
    } else {
        rl_assert(err.code == ERR_INVALID && err.text[0] != '\0');
    }
    return 0;
}
