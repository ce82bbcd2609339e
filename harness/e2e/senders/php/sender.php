<?php
// sender.php NAME FROM RCPT... <MESSAGE: sends it, and tries again with back-off. It asks libc for a domain's hosts.
const LIFETIME = 5 * 86400, LONGEST = 4 * 3600;

function reply($socket): int
{
    while (($line = fgets($socket)) !== false)
        if (strlen($line) >= 4 && $line[3] !== '-')
            return (int)$line;
    return 421; // the connection is lost, or nothing came in time
}

function say($socket, string $line): int
{
    return @fwrite($socket, $line . "\r\n") === false ? 421 : reply($socket);
}

/** The code that tells what became of each recipient; null when the host is out of reach. */
function talk(string $address, string $name, string $from, array $recipients, string $message): ?array
{
    $socket = @stream_socket_client("tcp://$address:25", $errno, $error, 60);
    if ($socket === false)
        return null;
    stream_set_timeout($socket, 300);
    $code = reply($socket);
    if ($code < 400 && ($code = say($socket, "EHLO $name")) >= 500)
        $code = say($socket, "HELO $name");
    if ($code < 400)
        $code = say($socket, "MAIL FROM:<$from>");
    if ($code >= 400)
        return array_fill_keys($recipients, $code);
    $codes = [];
    foreach ($recipients as $to)
        $codes[$to] = say($socket, "RCPT TO:<$to>");
    $taken = array_filter($codes, fn($c) => $c < 400);
    if ($taken) {
        $code = say($socket, 'DATA');
        if ($code < 400)
            $code = say($socket, preg_replace('/^\./m', '..', str_replace("\n", "\r\n", $message)) . '.');
        $codes = array_fill_keys(array_keys($taken), $code) + $codes;
    }
    say($socket, 'QUIT');
    fclose($socket);
    return $codes;
}

function attempt(string $domain, string $name, string $from, array $recipients, string $message): array
{
    $hosts = $weights = [];
    getmxrr($domain, $hosts, $weights);
    array_multisort($weights, $hosts);
    foreach ($hosts ?: [$domain] as $host) {
        foreach (gethostbynamel($host) ?: [] as $address) {
            $codes = talk($address, $name, $from, $recipients, $message);
            if ($codes !== null)
                return array_values(array_filter($recipients, fn($to) => $codes[$to] >= 400 && $codes[$to] < 500));
        }
    }
    return $recipients;
}

[, $name, $from] = $argv;
$message = stream_get_contents(STDIN);
$waiting = [];
foreach (array_slice($argv, 3) as $to)
    $waiting[substr(strrchr($to, '@'), 1)][] = $to;
for ($began = time(), $wait = 300; $waiting && time() - $began < LIFETIME; $wait = min(2 * $wait, LONGEST)) {
    foreach ($waiting as $domain => $recipients)
        $waiting[$domain] = attempt($domain, $name, $from, $recipients, $message);
    $waiting = array_filter($waiting);
    if ($waiting)
        sleep($wait);
}
