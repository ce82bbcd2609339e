'use strict';
// sender.js SPOOL DNS_SERVER NAME: sends each message that comes into the folder, and tries again with back-off.
const dns = require('dns'), fs = require('fs'), net = require('net'), path = require('path');
const [spool, server, name] = process.argv.slice(2);
const LIFETIME = 5 * 86400e3, LONGEST = 4 * 3600e3;

const resolver = new dns.promises.Resolver();
resolver.setServers([server]);

const pause = ms => new Promise(done => setTimeout(done, ms));

// A reply of several lines ends with one that has a space after its code.
class Session {
  constructor(address) {
    this.text = '';
    this.socket = net.connect({ host: address, port: 25 });
    this.socket.setEncoding('latin1').setTimeout(300e3, () => this.socket.destroy(new Error('timeout')));
    this.socket.on('data', part => { this.text += part; this.look(); });
    for (const event of ['error', 'close'])
      this.socket.on(event, why => { this.ended = why || new Error('closed'); this.look(); });
  }
  look() {
    const whole = /^(?:\d{3}-.*\r\n)*(\d{3})(?: .*)?\r\n/.exec(this.text);
    if (whole && this.take) {
      this.text = this.text.slice(whole[0].length);
      this.take(Number(whole[1]));
    } else if (this.ended && this.fail) this.fail(this.ended);
  }
  reply() {
    return new Promise((take, fail) => { Object.assign(this, { take, fail }); this.look(); });
  }
  async say(line) {
    this.socket.write(line + '\r\n', 'latin1');
    return this.reply();
  }
}

const kindOf = code => code < 400 ? 'sent' : code < 500 ? 'later' : 'refused';

// The exit status that reports the outcome of each recipient.
async function talk(address, mail, recipients) {
  const s = new Session(address), all = code => new Map(recipients.map(to => [to, code])), codes = new Map();
  try {
    let code = await s.reply();
    if (code < 400 && (code = await s.say('EHLO ' + name)) >= 500) code = await s.say('HELO ' + name);
    if (code < 400) code = await s.say(`MAIL FROM:<${mail.from}>`);
    if (code >= 400) return all(code);
    for (const to of recipients) codes.set(to, await s.say(`RCPT TO:<${to}>`));
    if ([...codes.values()].some(c => c < 400)) {
      code = await s.say('DATA');
      if (code < 400) code = await s.say(mail.text.replace(/^\./gm, '..') + '.');
      for (const [to, c] of codes) if (c < 400) codes.set(to, code);
    }
    await s.say('QUIT').catch(() => 0);
    return codes;
  } finally {
    s.socket.destroy();
  }
}

async function hostsOf(domain) {
  const none = e => { if (e.code === 'ENODATA' || e.code === 'ENOTFOUND') return []; throw e; };
  const mx = (await resolver.resolveMx(domain).catch(none)).sort((a, b) => a.priority - b.priority);
  const names = mx.length > 0 ? mx.map(record => record.exchange) : [domain];
  return (await Promise.all(names.map(host => resolver.resolve4(host).catch(() => [])))).flat();
}

async function attempt(mail, domain) {
  const recipients = mail.waiting.get(domain);
  for (const address of await hostsOf(domain)) {
    const codes = await talk(address, mail, recipients).catch(() => null);
    if (codes === null) continue;
    return recipients.filter(to => kindOf(codes.get(to)) === 'later');
  }
  return recipients;
}

async function send(file) {
  const [from, to, ...lines] = fs.readFileSync(file, 'latin1').split('\n');
  const mail = { from, waiting: new Map(), text: lines.join('\r\n') };
  for (const one of to.split(' ')) {
    const domain = one.slice(one.lastIndexOf('@') + 1);
    mail.waiting.set(domain, [...(mail.waiting.get(domain) || []), one]);
  }
  const began = Date.now();
  for (let wait = 300e3; Date.now() - began < LIFETIME; wait = Math.min(2 * wait, LONGEST)) {
    for (const domain of [...mail.waiting.keys()]) {
      const left = await attempt(mail, domain).catch(() => mail.waiting.get(domain));
      if (left.length > 0) mail.waiting.set(domain, left);
      else mail.waiting.delete(domain);
    }
    if (mail.waiting.size === 0) break;
    await pause(wait);
  }
  fs.unlinkSync(file);
}

const seen = new Set();
function look() {
  for (const entry of fs.readdirSync(spool).sort()) {
    if (!entry.endsWith('.mail') || seen.has(entry)) continue;
    seen.add(entry);
    send(path.join(spool, entry));
  }
}
fs.mkdirSync(spool, { recursive: true });
fs.watch(spool, look);
look();
