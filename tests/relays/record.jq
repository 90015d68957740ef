# Makes the record of a relay: the report of its first run. For each check in $varies, it adds how often each result
# occurred.
($varies | split(" ")) as $varying |
{
  product: $product, version: $version, mend: $mend, runs: length,
  varies: ([.[].checks[] | select(.name | IN($varying[]))] | group_by(.name)
    | map({key: .[0].name, value: (group_by(.word) | map({key: .[0].verdict, value: length}) | from_entries)})
    | from_entries),
  verdict: .[0]
}
