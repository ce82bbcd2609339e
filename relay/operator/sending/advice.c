#include "relay/operator/sending/advice.h"

struct writer {
    const struct advice_facts *facts;
    struct buf *out, *advice; /* findings, and what to do */
    bool unknown;
    bool dkim; /* a good signature aligns */
    bool spf;  /* each source passes */
};

/* ---- DKIM ---- */

static void write_key(struct writer *w, size_t i)
{
    const struct advice_facts *f = w->facts;
    const char *signer = f->keys[i].signer, *selector = f->keys[i].selector;
    bool aligns = dmarc_aligns(&f->dmarc, f->domain, signer, f->dmarc.strict_dkim);
    bool good = f->keys[i].published <= PUBLISHED_TEST;
    (void)buf_printf(w->out, "  %s._domainkey.%s: %s%s\n", selector, signer, good ? "good" : f->keys[i].words.text,
                     !good    ? ""
                     : aligns ? ", aligned"
                              : ", not aligned with From");
    w->dkim = w->dkim || (good && aligns);
    w->unknown = w->unknown || f->keys[i].published == PUBLISHED_UNKNOWN;
    if (f->keys[i].published == PUBLISHED_TEST)
        (void)buf_printf(w->advice,
                         "  - Remove t=y from the record of %s._domainkey.%s: it makes receivers ignore the "
                         "signatures.\n",
                         selector, signer);
    if (f->keys[i].published == PUBLISHED_BAD)
        (void)buf_printf(w->advice, "  - Correct the record of %s._domainkey.%s: `relaylab dkim dns` prints it.\n",
                         selector, signer);
}

static void write_dkim(struct writer *w)
{
    (void)buf_add_cstr(w->out, "DKIM\n");
    for (size_t i = 0; i < w->facts->key_count; i++)
        write_key(w, i);
    if (w->facts->key_count == 0)
        (void)buf_printf(w->out, "  no key signs mail from %s\n", w->facts->domain);
    bool aligned = false;
    for (size_t i = 0; i < w->facts->key_count; i++)
        aligned = aligned || dmarc_aligns(&w->facts->dmarc, w->facts->domain, w->facts->keys[i].signer,
                                          w->facts->dmarc.strict_dkim);
    if (!aligned)
        (void)buf_printf(w->advice, "  - Create a key of %s: `relaylab dkim keygen %s SELECTOR --key FILE`.\n",
                         w->facts->domain, w->facts->domain);
}

/* ---- SPF ---- */

static void advise_spf(struct writer *w, size_t i)
{
    const struct spf_verdict *spf = &w->facts->sources[i].spf;
    char address[IP_TEXT_MAX];
    (void)ip_format(w->facts->sources[i].address, address);
    const char *family = ip_is_v4(w->facts->sources[i].address) ? "ip4" : "ip6";
    switch (spf->result) {
    case SPF_PASS:
    case SPF_TEMPERROR:
        break;
    case SPF_NONE:
        (void)buf_printf(w->advice,
                         "  - Add a TXT record to %s: \"v=spf1 %s:%s -all\", with all other hosts that send "
                         "its mail.\n",
                         w->facts->domain, family, address);
        break;
    case SPF_PERMERROR:
        (void)buf_printf(w->advice, "  - Correct the SPF record of %s: receivers treat it as an error.\n",
                         w->facts->domain);
        break;
    default:
        (void)buf_printf(w->advice, "  - Add %s:%s to the SPF record of %s, before its `all`.\n", family, address,
                         w->facts->domain);
    }
}

static void write_spf(struct writer *w)
{
    (void)buf_add_cstr(w->out, "SPF\n");
    w->spf = w->facts->source_count > 0;
    for (size_t i = 0; i < w->facts->source_count; i++) {
        const struct spf_verdict *spf = &w->facts->sources[i].spf;
        char address[IP_TEXT_MAX];
        (void)buf_printf(w->out, "  %s: %s: %s%s\n", ip_format(w->facts->sources[i].address, address),
                         spf_result_name(spf->result), spf->words,
                         spf->skipped ? " (terms with macros, exists or ptr were not evaluated)" : "");
        w->spf = w->spf && spf->result == SPF_PASS;
        w->unknown = w->unknown || spf->result == SPF_TEMPERROR;
        advise_spf(w, i);
    }
    if (w->facts->source_count == 0)
        (void)buf_add_cstr(w->out, "  the addresses from which the relay sends are not known: give --address\n");
}

/* ---- DMARC ---- */

static void write_dmarc(struct writer *w)
{
    const struct dmarc *dmarc = &w->facts->dmarc;
    (void)buf_add_cstr(w->out, "DMARC\n");
    switch (dmarc->state) {
    case DMARC_FOUND:
        (void)buf_printf(w->out, "  _dmarc.%s: policy %s, %s alignment of DKIM, %s alignment of SPF%s\n", dmarc->domain,
                         dmarc->policy, dmarc->strict_dkim ? "strict" : "relaxed",
                         dmarc->strict_spf ? "strict" : "relaxed", dmarc->reports ? "" : ", no reports");
        if (!dmarc->reports)
            (void)buf_printf(w->advice,
                             "  - Add rua=mailto:… to the record of _dmarc.%s, to see what receivers "
                             "reject.\n",
                             dmarc->domain);
        break;
    case DMARC_NONE:
        (void)buf_printf(w->out, "  there is no record of _dmarc.%s\n", dmarc->domain);
        (void)buf_printf(w->advice,
                         "  - Add a TXT record to _dmarc.%s: \"v=DMARC1; p=none; rua=mailto:…\". Large "
                         "receivers want one from everybody who sends much mail.\n",
                         dmarc->domain);
        break;
    case DMARC_WRONG:
        (void)buf_printf(w->out, "  %s\n", dmarc->words);
        (void)buf_printf(w->advice, "  - Correct the record of _dmarc.%s.\n", dmarc->domain);
        break;
    case DMARC_UNKNOWN:
        (void)buf_printf(w->out, "  %s\n", dmarc->words);
        w->unknown = true;
        break;
    }
}

enum advice advice_write(const struct advice_facts *facts, struct buf *out)
{
    struct buf advice;
    buf_init(&advice, out->max);
    struct writer w = {.facts = facts, .out = out, .advice = &advice};
    write_dkim(&w);
    write_spf(&w);
    write_dmarc(&w);
    (void)buf_printf(out, "Mail from %s ", facts->domain);
    if (w.dkim || w.spf)
        (void)buf_printf(out, "passes DMARC by %s%s%s.\n", w.dkim ? "DKIM" : "", w.dkim && w.spf ? " and by " : "",
                         w.spf ? "SPF, if its reverse-path is in this domain" : "");
    else
        (void)buf_add_cstr(out, w.unknown ? "may fail DMARC: the DNS does not answer.\n" : "fails DMARC.\n");
    if (advice.len > 0)
        (void)buf_add_cstr(out, "What to do\n");
    (void)buf_add_slice(out, buf_slice(&advice));
    bool given = advice.len > 0 || !w.dkim || !w.spf;
    buf_fini(&advice);
    return w.unknown ? ADVICE_UNKNOWN : given ? ADVICE_GIVEN : ADVICE_NONE_NEEDED;
}
