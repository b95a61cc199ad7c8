# Reads the program's own help (completions.sh) and writes folder/bitloupe, _bitloupe and bitloupe.fish.
# One option a line: "  -h,--help  TEXT", "  --out FILE REQUIRED  TEXT", "  --scheme  TEXT (symmetric, affine)".

function trimmed(text) {
  gsub(/^ +| +$/, "", text)
  return text
}

# The values that a text names, as words; of "group:SIZE" what can be completed: "group:".
function values_in(text, parts, count, i, one, found) {
  gsub(/ or /, ", ", text)
  count = split(text, parts, /, */)
  found = ""
  for (i = 1; i <= count; ++i) {
    one = parts[i]
    sub(/[A-Z].*/, "", one)
    if (one ~ /^[a-z0-9^][-a-z0-9:^_.]*$/ && index(" " found " ", " " one " ") == 0)
      found = found (found == "" ? "" : " ") one
  }
  return found
}

/^@command / {
  command = trimmed(substr($0, 10))
  commands[++command_count] = command
  section = ""
  next
}
/^@formats / { formats = trimmed(substr($0, 10)); next }
/^@endings / { endings = trimmed(substr($0, 10)); next }
/^[A-Z][A-Za-z]*.*:$/ { section = $1; next }
section == "Subcommands" && /^  [a-z]/ {
  name = $1
  sub(/^  [a-z]+ +/, "")
  about[name] = $0
  next
}
section == "Positionals:" && /^  [A-Z]/ {
  if (positional[command] != "") next  # the first one only
  positional[command] = $1
  if (match($0, /: [a-z].*/)) positional_values[command] = values_in(substr($0, RSTART + 2))
  next
}
/^  -/ {
  split(trimmed($0), halves, /   */)
  left = halves[1]
  text = trimmed(substr(trimmed($0), length(left) + 1))
  option_count++
  split(left, words, / +/)
  of_command[option_count] = command
  gsub(/,/, " ", words[1])
  names[option_count] = words[1]
  metavar = words[2] == "REQUIRED" ? "" : words[2]
  listed = ""
  if (match(text, / \([^()]*(\([^()]*\)[^()]*)*\)$/)) {
    listed = substr(text, RSTART + 2, RLENGTH - 3)
    text = substr(text, 1, RSTART - 1)
    metavar = metavar == "" ? "VALUE" : metavar
  } else if (metavar == "NAME" && match(text, /: [a-z].*/)) {
    listed = substr(text, RSTART + 2)
  }
  takes[option_count] = metavar
  values[option_count] = names[option_count] == "--format" ? "FORMATS" : values_in(listed)
  texts[option_count] = text
}

function resolved(list) {
  return list == "FORMATS" ? formats : list
}
function long_name(i, parts, count) {
  count = split(names[i], parts, / /)
  return parts[count]
}
function escaped(text, characters, i, out, one) {
  out = ""
  for (i = 1; i <= length(text); ++i) {
    one = substr(text, i, 1)
    out = out (index(characters, one) > 0 ? "\\" : "") one
  }
  return out
}
function single_quoted(text) {
  gsub(/'/, "'\\''", text)
  return "'" text "'"
}

# Values and files go by an option's name: it means the same in every command.
function write_bash(file, i, c, known, list, subcommands, parts, count) {
  file = folder "/bitloupe"
  for (c = 2; c <= command_count; ++c) subcommands = subcommands (c == 2 ? "" : " ") commands[c]
  print "# bash completion for bitloupe; made from its --help." >file
  print "_bitloupe() {" >file
  print "  local line=${COMP_LINE:0:COMP_POINT} command= options= values= files= cur= previous= word before" >file
  print "  local -a words" >file
  print "  read -ra words <<<\"$line\"" >file
  print "  [[ $line == *[[:space:]] ]] || { cur=${words[-1]}; unset 'words[-1]'; }" >file
  print "  previous=${words[-1]}" >file
  print "  [[ $cur == --*=* ]] && { previous=${cur%%=*}; cur=${cur#*=}; }" >file
  list = subcommands
  gsub(/ /, "|", list)
  print "  for word in \"${words[@]:1}\"; do" >file
  print "    case $word in " list ") command=$word; break ;; esac" >file
  print "  done" >file
  print "  case $previous in" >file
  for (i = 1; i <= option_count; ++i) {
    if (takes[i] == "" || long_name(i) in known) continue
    known[long_name(i)] = 1
    if (takes[i] == "FILE") print "    " long_name(i) ") files=all ;;" >file
    else print "    " long_name(i) ") values=\"" resolved(values[i]) "\" ;;" >file
  }
  print "    *)" >file
  print "      case $command in" >file
  for (c = 1; c <= command_count; ++c) {
    list = ""
    for (i = 1; i <= option_count; ++i)
      if (of_command[i] == commands[c]) list = list (list == "" ? "" : " ") names[i]
    print "        " single_quoted(commands[c]) ") options=\"" list "\"" >file
    if (commands[c] == "") print "          values=\"" subcommands "\" files=sources ;;" >file
    else if (positional[commands[c]] == "NAME") print "          values=\"" formats "\" ;;" >file
    else if (positional_values[commands[c]] != "")
      print "          values=\"" positional_values[commands[c]] "\" ;;" >file
    else print "          files=sources ;;" >file
  }
  print "      esac" >file
  print "      [[ $cur == -* ]] && values=$options files= ;;" >file
  print "  esac" >file
  print "  COMPREPLY=($(compgen -W \"$values\" -- \"$cur\"))" >file
  print "  local IFS=$'\\n'" >file
  print "  if [[ $files == all ]]; then" >file
  print "    COMPREPLY+=($(compgen -f -- \"$cur\"))" >file
  print "  elif [[ $files == sources ]]; then" >file
  count = split(endings, parts, / /)
  list = ""
  for (i = 1; i <= count; ++i) list = list "; compgen -f -X '!*." parts[i] "' -- \"$cur\""
  print "    COMPREPLY+=($(compgen -d -- \"$cur\"" list "))" >file
  print "  fi" >file
  print "  [[ -n $files ]] && compopt -o filenames 2>/dev/null" >file
  print "  [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *: ]] && compopt -o nospace 2>/dev/null" >file
  print "  # A colon begins a new word for bash: what stands before it is there already." >file
  print "  if [[ $cur == *:* && $COMP_WORDBREAKS == *:* ]]; then" >file
  print "    before=${cur%\"${cur##*:}\"}" >file
  print "    COMPREPLY=(\"${COMPREPLY[@]#\"$before\"}\")" >file
  print "  fi" >file
  print "}" >file
  print "complete -F _bitloupe bitloupe" >file
}

function zsh_argument(i, spec, text, action) {
  text = "[" escaped(texts[i], "[]\\:") "]"
  action = ""
  if (takes[i] == "FILE") action = ":file:_files"
  else if (takes[i] != "" && values[i] == "") action = ":" tolower(takes[i]) ": "
  else if (takes[i] != "") action = ":" tolower(takes[i]) ":(" escaped(resolved(values[i]), ":") ")"
  if (names[i] ~ / /) {
    spec = names[i]
    gsub(/ /, ",", spec)
    return "'(" names[i] ")'{" spec "}" single_quoted(text action)
  }
  return single_quoted(names[i] (takes[i] == "" ? "" : "=") text action)
}

function write_zsh(file, i, c, glob, rest) {
  file = folder "/_bitloupe"
  glob = endings
  gsub(/ /, "|", glob)
  print "#compdef bitloupe" >file
  print "# zsh completion for bitloupe; made from its --help." >file
  print "_bitloupe() {" >file
  print "  local -a commands" >file
  print "  commands=(" >file
  for (c = 2; c <= command_count; ++c)
    print "    " single_quoted(commands[c] ":" escaped(about[commands[c]], ":")) >file
  print "  )" >file
  print "  local command=" >file
  print "  if (( CURRENT > 2 )) && (( ${commands[(I)$words[2]:*]} )); then" >file
  print "    command=$words[2]" >file
  print "    shift words" >file
  print "    (( CURRENT-- ))" >file
  print "  fi" >file
  print "  case $command in" >file
  for (c = 1; c <= command_count; ++c) {
    print "    " single_quoted(commands[c]) ")" >file
    print "      _arguments \\" >file
    for (i = 1; i <= option_count; ++i)
      if (of_command[i] == commands[c]) print "        " zsh_argument(i) " \\" >file
    if (positional[commands[c]] == "NAME") rest = "1:format:(" escaped(formats, ":") ")"
    else if (positional_values[commands[c]] != "") rest = "1:kind:(" positional_values[commands[c]] ")"
    else rest = "*:source:_files -g \"*.(" glob ")\""
    if (commands[c] == "")
      rest = "1: :{ _describe subcommand commands; _files -g \"*.(" glob ")\" }"
    print "        " single_quoted(rest) " ;;" >file
  }
  print "  esac" >file
  print "}" >file
  print "_bitloupe \"$@\"" >file
}

function write_fish(file, i, c, all, when, line) {
  file = folder "/bitloupe.fish"
  print "# fish completion for bitloupe; made from its --help." >file
  for (c = 2; c <= command_count; ++c) all = all " " commands[c]
  for (c = 1; c <= command_count; ++c) {
    when = commands[c] == "" ? "not __fish_seen_subcommand_from" all \
                             : "__fish_seen_subcommand_from " commands[c]
    when = "complete -c bitloupe -n '" when "'"
    for (i = 1; i <= option_count; ++i) {
      if (of_command[i] != commands[c]) continue
      line = when " -l " substr(long_name(i), 3)
      if (names[i] ~ /^-[a-z] /) line = line " -s " substr(names[i], 2, 1)
      if (takes[i] == "FILE") line = line " -r -F"
      else if (takes[i] != "") line = line " -x" (values[i] == "" ? "" : " -a '" resolved(values[i]) "'")
      print line " -d " single_quoted(texts[i]) >file
    }
    if (positional[commands[c]] == "NAME") print when " -f -a '" formats "'" >file
    else if (positional_values[commands[c]] != "")
      print when " -f -a '" positional_values[commands[c]] "'" >file
  }
  for (c = 2; c <= command_count; ++c)
    print "complete -c bitloupe -n 'not __fish_seen_subcommand_from" all "' -a " commands[c] " -d " \
      single_quoted(about[commands[c]]) >file
}

END {
  write_bash()
  write_zsh()
  write_fish()
}
