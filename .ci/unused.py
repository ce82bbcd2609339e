"""Functions, objects and files of the tree that nothing uses. The compiler reports static ones; here are those with
external linkage, and files.

A name with external linkage has to be used by another file: if only its own uses it, it should be static. A test may be that other
file, as long as the program uses the name too. A file has to be reached from a main(), from what libwarp.so exports, or, if it is a test's, from a test: a header
by an include, a C file by the use of a name that it defines.

All of it is read from the text, so that lint needs no build. What macros make with ## is expanded: `verb_##name` uses
each verb_X whose X stands in that file or in a header.
"""
import os
import re

ROOT_FILE = re.compile(r"_main\.c$|/testprogs/")
TEST_FILE = re.compile(r"_test\.c$|_fuzz\.c$|^lib/testing/|/testprogs/|/testing\.h$")
# Names that no other file uses, apart from tests, with the reason.
EXCEPTIONS = {
    "main": "libc calls it",
    "scenario_load_text": "a fuzz target has no file",
}
EXPORTED = re.compile(r"^EXPORT\b|__attribute__\(\((?:constructor|destructor)")


DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.M)
ATTRIBUTE = re.compile(r"__attribute__\s*\(\((?:[^()]|\([^()]*\))*\)\)\s*")
BARE_MACRO = re.compile(r"^(?:[A-Z_]+\([^()]*\)\s*\n\s*)+")  # one that ends without a semicolon


class Source:
    """One file: what it includes, what it defines for others, and the names that it uses."""

    def __init__(self, path, text, code):
        self.path = path
        self.includes = re.findall(r'^\s*#\s*include\s*"([^"]+)"', text, re.M)
        self.defined = {}  # name -> (line, is a function); external linkage
        self.own = set()  # static names
        self.inline = {}  # static, in a header
        self.exports = False
        self.test = bool(TEST_FILE.search(path))
        macros = "\n".join(re.sub(r"^\s*#\s*define\s+\w+", "", found) for found in DIRECTIVE.findall(code)
                           if re.match(r"\s*#\s*define", found))
        self.pasted = re.findall(r"(\w*?)\s*##\s*\w+(?:\s*##\s*(\w+))?", macros)
        self.macro_words = set(re.findall(r"\w+", macros))
        plain = DIRECTIVE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), code)
        self.uses = count_names("\n".join([*self.definitions(plain), macros]))

    def definitions(self, code):
        """Those at file scope. Prototypes are left out: to declare a name is not to use it."""
        begin, depth, head = 0, 0, None
        for match in re.finditer(r"[{};]", code):
            depth += {"{": 1, "}": -1, ";": 0}[match[0]]
            if head is None and depth == (match[0] == "{"):
                head = code[begin:match.start()]
            if depth > 0 or match[0] == "}" and not is_function(head):
                continue  # inside, or at the end of a type or an initializer, whose semicolon follows
            line = code.count("\n", 0, begin + len(head) - len(head.lstrip())) + 1
            if self.take(head, line, match[0] == "}"):
                yield code[begin:match.end()]
            begin, head = match.end(), None

    def take(self, head, line, function):
        """The head of a declaration; False if it defines no name."""
        if EXPORTED.search(head.strip()):
            self.exports = True
            return True
        plain = plain_head(head)
        if function:
            name = re.search(r"(\w+)\s*\(", plain)
        elif re.match(r"(?:extern|typedef)\b", plain) or re.fullmatch(r"(?:struct|union|enum)\s*\w*", plain) or \
                re.match(r"[^=(]*\((?!\*)", plain):  # the last: a prototype
            return False
        else:
            name = re.search(r"\(\*(?:const )?(\w+)", plain) or re.search(r"(\w+)\s*(?:\[[^=]*\]\s*)?(?:=|$)", plain)
        if name is None:
            return False
        if not re.match(r"static\b", plain):
            self.defined.setdefault(name[1], (line, function))
            return True
        self.own.add(name[1])
        if self.path.endswith(".h"):
            self.inline[name[1]] = (line, function)
        return True


def plain_head(head):
    return BARE_MACRO.sub("", ATTRIBUTE.sub("", head).strip()).strip()


def is_function(head):
    plain = plain_head(head)
    return "=" not in plain and plain.endswith(")")


def count_names(code):
    """How often each name stands there; members of structs are other names."""
    counts = {}
    for name in re.findall(r"(?<![.>\w])[A-Za-z_]\w*|(?<=\.\.\.)[A-Za-z_]\w*", code):
        counts[name] = counts.get(name, 0) + 1
    return counts


def expand_pasted(files):
    """Names that macros make, as uses of the file with the macro."""
    in_headers = set()
    for file in files.values():
        if file.path.endswith(".h"):
            in_headers |= file.macro_words | set(file.uses)
    defined = {name for file in files.values() for name in file.defined}
    for file in files.values():
        for prefix, suffix in file.pasted:
            for name in defined if prefix or suffix else ():
                word = name[len(prefix):len(name) - len(suffix)]
                if name == prefix + word + suffix and word and (word in in_headers or word in file.uses):
                    file.uses[name] = file.uses.get(name, 0) + 1


def check_names(files, report):
    users = {}
    for file in files.values():
        for name in file.uses:
            if name not in file.own:
                users.setdefault(name, []).append(file)
    for file in files.values():
        if file.test:
            continue
        for name, (line, function) in {**file.defined, **file.inline}.items():
            others = [user for user in users.get(name, ()) if user is not file]
            itself = file.uses.get(name, 0) > 1  # the definition is one
            if name in EXCEPTIONS or any(not user.test for user in others) or itself and (others or name in file.inline):
                continue
            what = f"{name}()" if function else name
            if itself:
                report(file.path, line, f"{what} is used by this file alone; make it static")
            else:
                report(file.path, line, f"{what} is used by {'tests alone' if others else 'nothing'}; delete it")


def check_files(files, starters, report):
    homes = {}
    for file in files.values():
        for name in file.defined:
            homes.setdefault(name, []).append(file)

    def reach(roots):
        reached, todo = set(), list(roots)
        while todo:
            file = todo.pop()
            if file.path in reached:
                continue
            reached.add(file.path)
            todo += [files[path] for path in file.includes if path in files]
            todo += [home for name in file.uses if name not in file.own for home in homes.get(name, ())
                     if file.test or not home.test]
        return reached

    programs = reach(f for f in files.values() if f.exports or ROOT_FILE.search(f.path) and not f.test)
    tests = reach(f for f in files.values() if re.search(r"_test\.c$|_fuzz\.c$|_main\.c$|/testprogs/", f.path))
    for path, file in files.items():
        if file.test and path not in tests or not file.test and path not in programs | tests:
            report(path, 1, "dead file: nothing includes it" if path.endswith(".h") else "dead file: no program uses it")
        elif not file.test and path not in programs:
            report(path, 1, "dead file: only tests use it")
        elif "/testprogs/" in path and path.endswith(".c"):
            name = os.path.basename(path)[:-2]
            if not any(re.search(r'[/"\s]%s["\s\\]' % re.escape(name), text) for text in starters):
                report(path, 1, "dead file: no test starts this program")


def check(sources, starters, report):
    """sources: path -> (text, code without comments and strings). starters: the texts of what starts test programs."""
    files = {path: Source(path, text, code) for path, (text, code) in sources.items()}
    expand_pasted(files)
    check_names(files, report)
    check_files(files, starters, report)
