# Sourced by the commands in this folder: finds a Maven that is new enough, and tells whether Jenkins' artifacts resolve.
MAVEN_VERSION=3.9.11

say() {
  printf '\n%s\n' "$*"
}

die() {
  printf '%s\n' "$*" >&2
  exit 1
}

command -v java >/dev/null || die "There is no java on the PATH: install a JDK 17 or newer."
command -v mvn >/dev/null || die "There is no mvn on the PATH: install Maven 3.6 or newer."

# Jenkins' parent POM wants Maven 3.9. An older one brings a newer one by its coordinates, once.
find_maven() {
  local version cache
  version=$(mvn -v 2>/dev/null | sed -n 's/^.*Apache Maven \([0-9][0-9.]*\).*$/\1/p' | head -n 1)
  if [ "$(printf '%s\n' 3.9.6 "$version" | sort -V | head -n 1)" = 3.9.6 ]; then
    MVN=mvn
    return
  fi
  cache="${XDG_CACHE_HOME:-$HOME/.cache}/servicenow-gate"
  MVN="$cache/apache-maven-$MAVEN_VERSION/bin/mvn"
  if [ ! -f "$MVN" ]; then
    say "Maven $version is older than Jenkins' parent POM wants: getting $MAVEN_VERSION." >&2
    mkdir -p "$cache"
    # Not in this folder: the older Maven can't even read pom.xml.
    (cd "$cache" && mvn -B -q org.apache.maven.plugins:maven-dependency-plugin:3.8.1:unpack \
      -Dartifact="org.apache.maven:apache-maven:$MAVEN_VERSION:zip:bin" -DoutputDirectory="$cache" >&2
      # Where the plugin marks what it unpacked, without a project.
      rm -rf '${project.basedir}')
  fi
  chmod +x "$MVN"
}

# False only where artifacts can't be had; any other trouble with the POM ends the command.
jenkins_resolves() {
  local log
  log=$(mktemp)
  if "$MVN" -B -ntp org.apache.maven.plugins:maven-dependency-plugin:3.8.1:resolve >"$log" 2>&1; then
    rm -f "$log"
    return 0
  fi
  if grep -qE "Non-resolvable|[Cc]ould not (be resolved|resolve|find|transfer)|Unresolveable|cannot be resolved|Failed to collect" "$log"; then
    rm -f "$log"
    return 1
  fi
  cat "$log"
  rm -f "$log"
  die "pom.xml can't be built, and not for want of artifacts: see above."
}

# Compiles the Jenkins-free core and the simulator, and sets the class path on which they run.
compile_core() {
  "$MVN" -B -ntp -q -f pom-core.xml test-compile \
    org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath \
    -Dmdep.outputFile=target/core/classpath -Dmdep.includeScope=test
  classpath="target/core/test-classes:target/core/classes:$(cat target/core/classpath)"
}

find_maven
