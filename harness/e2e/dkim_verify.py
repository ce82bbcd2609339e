#!/usr/bin/env python3
"""Verifies the DKIM signatures of messages with two implementations that are not ours: dkimpy, and libopendkim.

Usage: dkim_verify.py RECORDS MESSAGE…
RECORDS has a line for each TXT record, its name, a blank, and its text. Prints a line for each signature of each message:
implementation, file, d=/s=, and pass or what is wrong. What is not installed says so in one line, "missing NAME".
"""
import ctypes
import ctypes.util
import os
import re
import sys

TXT = 16


def read_records(path):
    with open(path, encoding="ascii") as file:
        return dict(line.rstrip("\n").split(" ", 1) for line in file)


def tag(field, name):
    found = re.search(rb"(?:^|;)\s*" + name + rb"\s*=\s*([^;]*)", field)
    return re.sub(rb"\s+", b"", found.group(1)).decode("ascii") if found else ""


def by_dkimpy(records, files):
    try:
        import dkim
    except ImportError:
        print("missing dkimpy")
        return

    def ask(name, timeout=5):
        return records.get(name.decode("ascii").rstrip("."), "").encode("ascii") or None

    for path in files:
        with open(path, "rb") as file:
            message = file.read()
        try:
            checked = dkim.DKIM(message)
        except dkim.MessageFormatError:
            print("dkimpy", os.path.basename(path), "does not read it")
            continue
        fields = [value for name, value in checked.headers if name.lower() == b"dkim-signature"]
        for index, field in enumerate(fields):
            try:
                result = "pass" if dkim.DKIM(message).verify(idx=index, dnsfunc=ask) else "fail"
            except Exception as problem:  # pylint: disable=broad-except
                result = str(problem)
            print("dkimpy", os.path.basename(path), tag(field, b"d") + "/" + tag(field, b"s"), result)


def declare(lib):
    handle, text = ctypes.c_void_p, ctypes.c_char_p
    lookup = ctypes.CFUNCTYPE(ctypes.c_int, handle, handle, ctypes.POINTER(ctypes.c_char), ctypes.c_size_t)
    for name, result, arguments in (
            ("dkim_init", handle, [handle, handle]), ("dkim_set_key_lookup", ctypes.c_int, [handle, lookup]),
            ("dkim_verify", handle, [handle, text, handle, ctypes.POINTER(ctypes.c_int)]),
            ("dkim_chunk", ctypes.c_int, [handle, text, ctypes.c_size_t]),
            ("dkim_eom", ctypes.c_int, [handle, handle]), ("dkim_free", ctypes.c_int, [handle]),
            ("dkim_getsiglist", ctypes.c_int,
             [handle, ctypes.POINTER(ctypes.POINTER(handle)), ctypes.POINTER(ctypes.c_int)]),
            ("dkim_sig_process", ctypes.c_int, [handle, handle]), ("dkim_sig_getflags", ctypes.c_uint, [handle]),
            ("dkim_sig_getbh", ctypes.c_int, [handle]), ("dkim_sig_geterror", ctypes.c_int, [handle]),
            ("dkim_sig_getdomain", text, [handle]), ("dkim_sig_getselector", text, [handle])):
        function = getattr(lib, name)
        function.restype, function.argtypes = result, arguments
    return lookup


def by_opendkim(records, files):
    name = ctypes.util.find_library("opendkim")
    if name is None:
        print("missing libopendkim")
        return
    lib = ctypes.CDLL(name)
    lookup = declare(lib)

    def find(_dkim, sig, out, size):
        asked = lib.dkim_sig_getselector(sig).decode() + "._domainkey." + lib.dkim_sig_getdomain(sig).decode()
        text = records.get(asked, "").encode("ascii")
        if not text or len(text) >= size:
            return 1  # DKIM_CBSTAT_NOTFOUND
        ctypes.memmove(out, text + b"\0", len(text) + 1)
        return 0

    find_c = lookup(find)
    handle = lib.dkim_init(None, None)
    lib.dkim_set_key_lookup(handle, find_c)
    for path in files:
        with open(path, "rb") as file:
            message = file.read()
        status = ctypes.c_int()
        dkim = lib.dkim_verify(handle, b"message", None, ctypes.byref(status))
        lib.dkim_chunk(dkim, message, len(message))
        lib.dkim_chunk(dkim, None, 0)
        lib.dkim_eom(dkim, None)
        sigs, count = ctypes.POINTER(ctypes.c_void_p)(), ctypes.c_int()
        if lib.dkim_getsiglist(dkim, ctypes.byref(sigs), ctypes.byref(count)) == 0:
            for index in range(count.value):
                sig = sigs[index]
                lib.dkim_sig_process(dkim, sig)
                good = lib.dkim_sig_getflags(sig) & 4 and lib.dkim_sig_getbh(sig) == 0
                which = lib.dkim_sig_getdomain(sig).decode() + "/" + lib.dkim_sig_getselector(sig).decode()
                print("libopendkim", os.path.basename(path), which,
                      "pass" if good else f"error {lib.dkim_sig_geterror(sig)}, bh {lib.dkim_sig_getbh(sig)}")
        lib.dkim_free(dkim)


def main():
    records, files = read_records(sys.argv[1]), sys.argv[2:]
    by_dkimpy(records, files)
    by_opendkim(records, files)


main()
