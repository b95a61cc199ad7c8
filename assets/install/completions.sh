#!/bin/sh
# Writes completions for bash, zsh and fish from what the program itself says: completions.sh PROGRAM FOLDER MIME.
# Options, their values and the subcommands come from --help, formats from `formats`, file names from the
# MIME types' globs.
set -eu
program=$1
folder=$2
here=$(dirname "$0")
mkdir -p "$folder"

{
  printf '@command \n'
  "$program" --help
  "$program" --help | sed -n '/^Subcommands/,$s/^  \([a-z]*\)  .*/\1/p' | while read -r name; do
    printf '@command %s\n' "$name"
    "$program" "$name" --help
  done
  printf '@formats %s\n' "$("$program" formats --json | grep -o '"name":"[^"]*"' | cut -d'"' -f4 | tr '\n' ' ')"
  printf '@endings %s\n' "$(sed -n 's/.*pattern="\*\.\([^"]*\)".*/\1/p' "$3" | tr '\n' ' ')"
} >"$folder/help.txt"
awk -v folder="$folder" -f "$here/completions.awk" "$folder/help.txt"
