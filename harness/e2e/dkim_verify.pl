#!/usr/bin/perl
# Verifies the DKIM signatures of messages with Mail::DKIM, as dkim_verify.py does: dkim_verify.pl RECORDS MESSAGE…
use strict;
use warnings;

my ($records, @files) = @ARGV;
if (!eval { require Mail::DKIM::Verifier; require Net::DNS::RR; 1 }) {
    print "missing Mail::DKIM\n";
    exit 0;
}

my %text;
open(my $file, '<', $records) or die "$records: $!";
while (<$file>) {
    chomp;
    my ($name, $words) = split / /, $_, 2;
    $text{$name} = $words;
}
close $file;

no warnings qw(redefine once);
*Mail::DKIM::DNS::query = sub {
    my ($name) = @_;
    return () unless defined $text{$name};
    return (Net::DNS::RR->new(owner => $name, type => 'TXT', txtdata => [$text{$name} =~ /(.{1,255})/g]));
};

for my $path (@files) {
    my $dkim = Mail::DKIM::Verifier->new;
    local $/ = undef;
    open(my $message, '<:raw', $path) or die "$path: $!";
    $dkim->PRINT(<$message>);
    $dkim->CLOSE;
    close $message;
    (my $name = $path) =~ s|.*/||;
    print join(' ', 'Mail::DKIM', $name, $_->domain . '/' . $_->selector, $_->result_detail), "\n" for $dkim->signatures;
}
