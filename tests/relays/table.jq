# Generates the table of relays from the files that measure writes.
def seconds: (. * 100 | round) | "\(. / 100 | floor).\(. % 100 + 100 | tostring | .[1:]) s";
def checks($name): [.verdict.checks[] | select(.name == $name)];
# The effect of all checks with a name: the earliest cut with its time, unless a check has another effect.
def cell($name): checks($name) | map(select(.word != "preserved")) |
  if . == [] then "preserved"
  elif all(.word == "cut") then "cut after \(map(.cutAfterSeconds) | min | seconds)"
  else (map(select(.word != "cut"))[0].verdict) end;
def reset($name): checks($name)[0] |
  if .word == "preserved" then "RST" elif .word == "rst-became-fin" then "FIN" else .verdict end;

"| relay | version | measured | client ends first | server ends first | full duplex " +
"| client's RST arrives as | server's RST arrives as | remedy |",
"| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
(sort_by(.product | ascii_downcase)[] |
  "| \(.product) | \(.version) | \(.verdict.at[:10]) " +
  "| \(cell("client-first")) | \(cell("server-first")) | \(cell("both-at-once")) " +
  "| \(reset("client-reset")) | \(reset("server-reset")) | \(.mend) |")
