import java.io.*;
import java.net.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.*;
import java.util.concurrent.*;
import javax.naming.*;
import javax.naming.directory.*;

/** Sender SPOOL DNS_SERVER NAME: sends each message that comes into the folder, a thread each, and tries again. */
public class Sender {
    static final long LIFETIME_S = 5 * 86400, LONGEST_S = 4 * 3600;
    static String server, name;

    static List<String> ask(String owner, String type) throws NamingException {
        Hashtable<String, String> settings = new Hashtable<>();
        settings.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
        settings.put(Context.PROVIDER_URL, "dns://" + server);
        DirContext context = new InitialDirContext(settings);
        List<String> found = new ArrayList<>();
        try {
            Attribute records = context.getAttributes(owner, new String[] {type}).get(type);
            for (int i = 0; records != null && i < records.size(); i++)
                found.add(records.get(i).toString());
        } catch (NameNotFoundException none) {
            // the list stays empty
        } finally {
            context.close();
        }
        return found;
    }

    static List<String> hostsOf(String domain) throws NamingException {
        List<String> records = ask(domain, "MX"), addresses = new ArrayList<>();
        records.sort(Comparator.comparingInt(record -> Integer.parseInt(record.split(" ")[0])));
        if (records.isEmpty())
            records.add("0 " + domain);
        for (String record : records)
            addresses.addAll(ask(record.split(" ")[1], "A"));
        return addresses;
    }

    static int reply(BufferedReader in) throws IOException {
        for (String line; (line = in.readLine()) != null;)
            if (line.length() < 4 || line.charAt(3) != '-')
                return Integer.parseInt(line.substring(0, 3));
        throw new EOFException();
    }

    static int say(Socket socket, BufferedReader in, String line) throws IOException {
        socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        return reply(in);
    }

    /* * The exit status that reports the outcome of each recipient. */
    static Map<String, Integer> talk(String address, String from, List<String> to, String text) throws IOException {
        Map<String, Integer> codes = new LinkedHashMap<>();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, 25), 60_000);
            socket.setSoTimeout(300_000);
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            int code = reply(in);
            if (code < 400 && (code = say(socket, in, "EHLO " + name)) >= 500)
                code = say(socket, in, "HELO " + name);
            if (code < 400)
                code = say(socket, in, "MAIL FROM:<" + from + ">");
            for (String one : to)
                codes.put(one, code < 400 ? say(socket, in, "RCPT TO:<" + one + ">") : code);
            if (codes.values().stream().noneMatch(c -> c < 400))
                return codes;
            int last = say(socket, in, "DATA");
            int end = last < 400 ? say(socket, in, text.replaceAll("(?m)^\\.", "..") + ".") : last;
            codes.replaceAll((one, c) -> c < 400 ? end : c);
            try {
                say(socket, in, "QUIT");
            } catch (IOException gone) {
                // what counts has been said
            }
        }
        return codes;
    }

    static List<String> attempt(String domain, String from, List<String> to, String text) throws NamingException {
        for (String address : hostsOf(domain)) {
            try {
                Map<String, Integer> codes = talk(address, from, to, text);
                return to.stream().filter(one -> codes.get(one) >= 400 && codes.get(one) < 500).toList();
            } catch (IOException unreachable) {
                // the next host
            }
        }
        return to;
    }

    static void send(Path file) {
        try {
            String[] parts = Files.readString(file, StandardCharsets.ISO_8859_1).split("\n", 3);
            String text = parts[2].replace("\n", "\r\n");
            Map<String, List<String>> waiting = new LinkedHashMap<>();
            for (String one : parts[1].split(" "))
                waiting.computeIfAbsent(one.substring(one.lastIndexOf('@') + 1), k -> new ArrayList<>()).add(one);
            long began = System.nanoTime(), wait = 300;
            while (!waiting.isEmpty() && System.nanoTime() - began < LIFETIME_S * 1_000_000_000L) {
                for (String domain : List.copyOf(waiting.keySet())) {
                    try {
                        waiting.put(domain, attempt(domain, parts[0], waiting.get(domain), text));
                    } catch (NamingException later) {
                        System.out.println(domain + ": " + later);
                    }
                    if (waiting.get(domain).isEmpty())
                        waiting.remove(domain);
                }
                if (!waiting.isEmpty())
                    TimeUnit.SECONDS.sleep(wait);
                wait = Math.min(2 * wait, LONGEST_S);
            }
            Files.delete(file);
        } catch (IOException | InterruptedException why) {
            System.out.println(file + ": " + why);
        }
    }

    public static void main(String[] args) throws Exception {
        Path spool = Path.of(args[0]);
        server = args[1];
        name = args[2];
        Files.createDirectories(spool);
        ExecutorService threads = Executors.newCachedThreadPool();
        WatchService watch = spool.getFileSystem().newWatchService();
        spool.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
        Set<Path> seen = new HashSet<>();
        for (WatchKey key = null;; key = watch.take()) {
            if (key != null) {
                key.pollEvents();
                key.reset();
            }
            try (DirectoryStream<Path> files = Files.newDirectoryStream(spool, "*.mail")) {
                for (Path file : files)
                    if (seen.add(file))
                        threads.submit(() -> send(file));
            }
        }
    }
}
