# Images without a container runtime; sourced.

# The file system of an image in a folder of its own, so that what runs is what the image has.
unpack() { # ARCHIVE FOLDER
  local archive layer
  mkdir -p "$2/archive" "$2/root"
  tar -xf "$1" -C "$2/archive"
  for layer in $(sed 's/.*"Layers":\[\([^]]*\)\].*/\1/I; s/[",]/ /g' "$2/archive/manifest.json"); do
    tar -xf "$2/archive/$layer" -C "$2/root" --no-same-owner --warning=no-unknown-keyword
  done
  mv "$2/archive/$(sed 's/.*"Config":"\([^"]*\)".*/\1/I' "$2/archive/manifest.json")" "$2/config.json"
  rm -r "$2/archive"
  sed "s#/app/#$2/root/app/#g" "$2/root/app/jib-classpath-file" > "$2/class-path"
}

# The image's own command line, in its folder, with another choice for the cache.
launch() { # FOLDER FLAG...
  local folder=$1 java command
  shift
  java=$(find "$folder/root" -path '*/bin/java' -type f | head -n 1)
  command=$(sed 's/.*"Entrypoint":\["java","\([^]]*\)"\].*/\1/I; s/","/ /g' "$folder/config.json")
  command=$(sed "s#-XX:AOT[^ ]*##; s#@/app/jib-classpath-file#@$folder/class-path#" <<< "$command")
  # shellcheck disable=SC2086
  exec "$java" "$@" $command
}

await() { # SENTENCE FILE PROCESS
  until grep -qs "$1" "$2"; do
    kill -0 "$3" 2> /dev/null || { echo "It ended without \"$1\":" >&2; cat "$2" >&2; exit 1; }
    sleep 0.2
  done
}
