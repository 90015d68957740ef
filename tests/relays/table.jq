# Generates the table of relays from the files that tests/relays/measure writes.
def seconds: (. * 100 | round) | "\(. / 100 | floor).\(. % 100 + 100 | tostring | .[1:]) s";
def checks($name): [.verdict.checks[] | select(.name == $name)];
# What a time-out counts: silence, or the time since the FIN. The check with dripping data shows this.
def counts($name): checks($name + "-drip")[0].word |
  if . == "preserved" then " of silence" elif . == "cut-despite-data" then " since the FIN" else "" end;
# How often each result occurred, for example "data lost silently (13 of 20), preserved (7 of 20)".
def often:
  (map(add) | add) as $all |
  map(to_entries) | add | group_by(.key) | map({key: .[0].key, value: (map(.value) | add)}) |
  if length == 1 then .[0].key else sort_by(-.value) | map("\(.key) (\(.value) of \($all))") | join(", ") end;
# The effect of all checks with this name. If the result varies: how often each result occurred. Otherwise, a cut counts
# more than "preserved", and any other effect counts more than a cut. Of several cuts, the earliest counts.
def cell($name): . as $relay | checks($name) | map(select(.word != "preserved")) |
  if $relay.varies[$name] then [$relay.varies[$name]] | often
  elif . == [] then "preserved"
  elif all(.word == "cut") then
    "cut" + (map(.cutAfterSeconds // empty) | min | if . then " after \(seconds)" else "" end)
    + ($relay | counts($name))
  else (map(select(.word != "cut"))[0].verdict) end;
# The effect of both checks with a slow reader.
def slow: [.varies["client-first-slow-reader", "server-first-slow-reader"] // empty] as $varies |
  if $varies != [] then $varies | often else
  [checks("client-first-slow-reader")[0], checks("server-first-slow-reader")[0]] |
  map(select(. != null and .word != "preserved").verdict) | unique |
  if . == [] then "preserved" else join(", ") end end;
def reset($name): checks($name)[0] |
  if .word == "preserved" then "RST" elif .word == "rst-became-fin" then "FIN" else .verdict end;

"| relay | version | measured | client ends first | server ends first | full duplex | slow reader " +
"| client's RST arrives as | server's RST arrives as | remedy |",
"| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
(sort_by(.product | ascii_downcase)[] |
  "| \(.product) | \(.version) | \(.verdict.at[:10])\(if (.runs // 1) > 1 then ", \(.runs) runs" else "" end) " +
  "| \(cell("client-first")) | \(cell("server-first")) | \(cell("both-at-once")) | \(slow) " +
  "| \(reset("client-reset")) | \(reset("server-reset")) | \(.mend) |")
