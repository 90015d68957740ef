# Lists the differences between several results for one relay: different effects, or clearly different times of a cut.
# $varies names the checks that may differ.
def key: "\(.name) \(.holdSeconds // "")";
($varies | split(" ")) as $varying |
[.[].checks[] | select(.name | IN($varying[]) | not)] | group_by(key)[] |
  (map(.word) | group_by(.) | map("\(length) × \(.[0])")) as $words |
  (map(.cutAfterSeconds // empty) | {min: min, max: max}) as $cut |
  if ($words | length) > 1 then "\(.[0].check): \($words | join(", "))"
  elif $cut.min != null and $cut.max - $cut.min > ([0.05, $cut.min / 10] | max) then
    "\(.[0].check): cut after \($cut.min) to \($cut.max) s"
  else empty end
