--- What shells offer for command lines, with the program's own completion loaded.
local shells = { names = { "bash", "zsh", "fish" } }

-- bash gives the function words that it took apart at = and : (COMP_WORDBREAKS).
local BASH = [=[
PATH=$(dirname "$L"):$PATH
source <(luamigrate completion bash)
while IFS= read -r COMP_LINE; do
  COMP_WORDS=() COMP_POINT=${#COMP_LINE} word=
  for ((at = 0; at < COMP_POINT; at++)); do
    case ${COMP_LINE:at:1} in
    ' ') [ -z "$word" ] || COMP_WORDS+=("$word"); word= ;;
    = | :) [ -z "$word" ] || COMP_WORDS+=("$word")
      COMP_WORDS+=("${COMP_LINE:at:1}") word= ;;
    *) word+=${COMP_LINE:at:1} ;;
    esac
  done
  case $word$COMP_LINE in *[=:]) ;; *) COMP_WORDS+=("$word") ;; esac
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
  _luamigrate
  for word in "${COMPREPLY[@]}"; do echo "$word"; done
  echo --
done <lines >offered
]=]

-- An interactive shell at a terminal of its own; what it hands to compadd is what it offers.
local ZSH_START = [=[
PROMPT=
autoload -Uz compinit
compinit -u -D
path=(${L:h} $path)
source <(luamigrate completion zsh)
zstyle ':completion:*' insert-tab false
compadd() {
  if [[ ${@[1,(i)(-|--)]} != *-(O|A|D)\ * ]]; then
    local -a hits
    builtin compadd -O hits "$@"
    (( $#hits )) && print -rl -- $hits >>offered
  fi
  builtin compadd "$@"
}
ask() {
  zle complete-word
  print -r -- -- >>offered
  BUFFER=
  print; print READY
}
zle -N ask
bindkey '^I' ask
zle-line-init() { print; print READY }
zle -N zle-line-init
]=]
local ZSH = [=[
zmodload zsh/zpty
ready() { while zpty -r shell line; do [[ $line == *READY* ]] && return; done; exit 1 }
: >offered
zpty shell 'exec zsh -f -i'
zpty -w shell 'source ./start.zsh'
ready
while IFS= read -r line; do
  asked=$line
  zpty -w -n shell "$asked"$'\t'
  ready
done <lines
zpty -d shell
]=]

local FISH = [=[
set -gx PATH (dirname $L) $PATH
luamigrate completion fish | source
while read --local --line line
  complete -C $line | string replace -r '\t.*' ''
  printf '%s\n' --
end <lines >offered
]=]

local commands = {
  bash = "bash ask.bash", zsh = "timeout 60 zsh -f ask.zsh", fish = "fish --no-config ask.fish",
}

--- The words that `shell` offers at the end of each of `lines`: a list of texts, each sorted and
-- without what stands before the = or : of a word, or nil when there is no such shell.
function shells.complete(project, shell, lines)
  if not os.execute("command -v " .. shell .. " >/dev/null") then
    return nil
  end
  project:write("ask.bash", BASH)
  project:write("start.zsh", ZSH_START)
  project:write("ask.zsh", ZSH)
  project:write("ask.fish", FISH)
  project:write("lines", table.concat(lines, "\n") .. "\n")
  local result = project:shell(commands[shell], { HOME = project.scratch, TERM = "xterm" })
  assert(result.code == 0 and result.err == "", result.err .. result.out)
  local answers, seen = {}, {}
  for line in project:read "offered":gmatch "([^\n]*)\n" do
    if line == "--" then
      local words = {}
      for word in pairs(seen) do words[#words + 1] = word end
      table.sort(words)
      answers[#answers + 1] = table.concat(words, " ")
      seen = {}
    else
      seen[line:gsub("^%-%-[%w-]+=", ""):gsub("^.*:", ""):gsub("/$", "")] = true
    end
  end
  return answers
end

return shells
