/* Private keys for tests: those of RFC 8463 §A.1, which everybody knows, and some that do not suit. */
#ifndef RL_RELAY_DKIM_TESTING_H
#define RL_RELAY_DKIM_TESTING_H

static const char testing_ed25519[] __attribute__((unused)) =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
    "-----END PRIVATE KEY-----\n";

static const char testing_rsa[] __attribute__((unused)) =
    "-----BEGIN RSA PRIVATE KEY-----\n"
    "MIICXQIBAAKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQi\n"
    "Y/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqM\n"
    "KrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB\n"
    "AoGAH0cxOhFZDgzXWhDhnAJDw5s4roOXN4OhjiXa8W7Y3rhX3FJqmJSPuC8N9vQm\n"
    "6SVbaLAE4SG5mLMueHlh4KXffEpuLEiNp9Ss3O4YfLiQpbRqE7Tm5SxKjvvQoZZe\n"
    "zHorimOaChRL2it47iuWxzxSiRMv4c+j70GiWdxXnxe4UoECQQDzJB/0U58W7RZy\n"
    "6enGVj2kWF732CoWFZWzi1FicudrBFoy63QwcowpoCazKtvZGMNlPWnC7x/6o8Gc\n"
    "uSe0ga2xAkEA8C7PipPm1/1fTRQvj1o/dDmZp243044ZNyxjg+/OPN0oWCbXIGxy\n"
    "WvmZbXriOWoSALJTjExEgraHEgnXssuk7QJBALl5ICsYMu6hMxO73gnfNayNgPxd\n"
    "WFV6Z7ULnKyV7HSVYF0hgYOHjeYe9gaMtiJYoo0zGN+L3AAtNP9huqkWlzECQE1a\n"
    "licIeVlo1e+qJ6Mgqr0Q7Aa7falZ448ccbSFYEPD6oFxiOl9Y9se9iYHZKKfIcst\n"
    "o7DUw1/hz2Ck4N5JrgUCQQCyKveNvjzkkd8HjYs0SwM0fPjK16//5qDZ2UiDGnOe\n"
    "uEzxBDAr518Z8VFbR41in3W4Y3yCDgQlLlcETrS+zYcL\n"
    "-----END RSA PRIVATE KEY-----\n";

static const char testing_rsa_512[] __attribute__((unused)) =
    "-----BEGIN RSA PRIVATE KEY-----\n"
    "MIIBOwIBAAJBANRZb48VSSCwqrYImeJ6ffbx1CXdQ63fmyVe0a5RbjkUvEmZy8ht\n"
    "aHyCSP2XkOdEk5uXbrjhS4TENLQDqsvWHUMCAwEAAQJBAJ2uf9mW68N7jHg5sNNt\n"
    "NAZgkrE/OZduWI2KeFdiHmABPH33p9VazXvuS3Y3RhhOd1bHrRyj5IXR+eXRHjqh\n"
    "vdECIQDqYiVuZUmUKhpLaldcscYdP/L2gPyKKT80sSjzrB53awIhAOfvD3W2KDeq\n"
    "vwXOHIVJCJvmihbIVHBr8f+F5GZLBt+JAiA9bIEwwDybJrmDYBgLA8/OpI6wyTbl\n"
    "ok+dKHx593Z4hwIhAIuwwG71N2PPwx2L9kGQq066m5D9N14+pZJw4g96QLmBAiAP\n"
    "c14i8IhVDYrzNOmG39vqe8GDeBH1/1NL5wu+GstgBg==\n"
    "-----END RSA PRIVATE KEY-----\n";

static const char testing_ec[] __attribute__((unused)) =
    "-----BEGIN EC PRIVATE KEY-----\n"
    "MHcCAQEEIBo2zQRTpQfLQi4aX/OH3O31t18zPsYp0rJwetrFvFFDoAoGCCqGSM49\n"
    "AwEHoUQDQgAEvX1ahG2+fBjhvgf5WOdmXy8PFdJpu9EhyNSupAf4sBSxOeFBKMsD\n"
    "DCDJAHliSZ6S7kGlvMPOXZW/JTFngvfCpg==\n"
    "-----END EC PRIVATE KEY-----\n";

static const char testing_passphrase[] __attribute__((unused)) =
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
    "MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAiKWcY2LNkB6QICCAAw\n"
    "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEGL0m6UmtmD4HX1DiUn9HMwEQHS2\n"
    "J736MEJEdYhvz3dYgqkvUN4r9nD0AXETSc93ZxNQpZuQoMvmRCBbQWdw9L88ipIS\n"
    "LPvR7ba8o/Q0OYwmsl4=\n"
    "-----END ENCRYPTED PRIVATE KEY-----\n";

#endif
