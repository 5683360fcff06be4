/** Shells for which there is a script. */
export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** Scripts that ask `skiff __complete` for the words that may come next, and fall back to files. */
export const scripts: Readonly<Record<Shell, string>> = {
  bash: `# bash completion for skiff: source <(skiff completion bash)
_skiff() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do COMPREPLY+=("$line"); done < <(skiff __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _skiff skiff
`,
  zsh: `#compdef skiff
# zsh completion for skiff: source <(skiff completion zsh)
_skiff() {
  local -a found
  found=("\${(@f)$(skiff __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "\${found[1]}" ]]; then compadd -a found; else _files; fi
}
if [[ "\${funcstack[1]}" = _skiff ]]; then _skiff; else compdef _skiff skiff; fi
`,
  fish: `# fish completion for skiff: skiff completion fish | source
function __skiff_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l found (skiff __complete -- $words[2..-1] 2>/dev/null)
  if set -q found[1]
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c skiff -f -a '(__skiff_complete)'
`,
};
