#!/usr/bin/perl
# Writes the database that names the outside networks of the samples. Their
# addresses are reserved for documentation, so no published database has them.
#
#   mmdb/make-mmdb.pl outside.mmdb

use strict;
use warnings;

# The writer stamps the file with the time; the same networks must give the
# same file, so it gets a fixed one, before the module is compiled.
BEGIN { *CORE::GLOBAL::time = sub { return 1_700_000_000 } }

use MaxMind::DB::Writer::Tree;

my %TYPE = (
    autonomous_system_number       => 'uint32',
    autonomous_system_organization => 'utf8_string',
    country                        => 'map',
    iso_code                       => 'utf8_string',
);

my @NETWORKS = (
    [ '203.0.113.0/24',  64500, 'Example Web Hosting', 'NL' ],
    [ '198.51.100.0/24', 64501, 'Example Transit',     'DE' ],
    [ '192.0.2.0/24',    64502, 'Example Access',      'FR' ],
    [ '2001:db8:80::/48', 64500, 'Example Web Hosting', 'NL' ],
    [ '2001:db8::/48',    64501, 'Example Transit',     'DE' ],
);

my $path = shift or die "usage: make-mmdb.pl FILE\n";

my $tree = MaxMind::DB::Writer::Tree->new(
    database_type            => 'Sample-ASN-Country',
    description              => { en => 'Networks outside the samples' },
    ip_version               => 6,
    record_size              => 24,
    remove_reserved_networks => 0,
    map_key_type_callback    => sub { $TYPE{ $_[0] } },
);

for my $network (@NETWORKS) {
    my ( $prefix, $number, $organisation, $country ) = @$network;
    $tree->insert_network(
        $prefix,
        {
            autonomous_system_number       => $number,
            autonomous_system_organization => $organisation,
            country                        => { iso_code => $country },
        }
    );
}

open my $file, '>:raw', $path or die "$path: $!\n";
$tree->write_tree($file);
close $file or die "$path: $!\n";
