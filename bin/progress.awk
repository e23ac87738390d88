# Reads Maven's output and passes it on, with how far the tests are at each class that begins: bin/verify.
#   total    how many test classes there are; 0 where that is not known
#   results  the file to which the sums of Surefire's last "Tests run:" lines are written
BEGIN { begun = ended = tests = failures = errors = skipped = 0 }

function number(name, line) {
  return match(line, name ": [0-9]+") ? substr(line, RSTART + length(name) + 2, RLENGTH - length(name) - 2) + 0 : 0
}

# A class whose tests belong to two engines begins twice.
/^\[INFO\] Running [A-Za-z0-9_.$]+$/ {
  if (!($3 in known)) begun++
  known[$3]
  left = total > begun ? total - begun : 0
  print $0 "  (" begun (total > 0 ? " of " total ", " left " more to begin" : "") ", " ended " done)"
  fflush()
  next
}

/Tests run: .* Time elapsed: / {
  if (!($NF in over)) ended++
  over[$NF]
}

# The sum that Surefire gives at its end, once for each of its executions.
/^\[[A-Z]+\] Tests run: [0-9]+, Failures: [0-9]+, Errors: [0-9]+, Skipped: [0-9]+ *$/ {
  tests += number("Tests run", $0)
  failures += number("Failures", $0)
  errors += number("Errors", $0)
  skipped += number("Skipped", $0)
}

{ print; fflush() }

END {
  if (tests > 0) {
    print "Tests run: " tests ", Failures: " failures ", Errors: " errors ", Skipped: " skipped > results
  }
}
