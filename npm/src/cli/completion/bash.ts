import type { CompletedCommand, Values } from "./table.js";

/** An option takes the same values in every command. What has no words is left to bash, which offers files. */
export function bashScript(commands: readonly CompletedCommand[]): string {
  const flags = [...new Map(commands.flatMap((command) => command.flags.map((flag) => [flag.name, flag]))).values()];
  const valued = flags.filter(({ values }) => values !== undefined);
  const others = valued.flatMap((flag) => (typeof flag.values === "string" ? namesOf(flag) : []));
  return `_gemini_vision() {
  local word=\${COMP_WORDS[COMP_CWORD]} words=
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    words="${commands.map(({ name }) => name).join(" ")} --help --version"
  else
    case \${COMP_WORDS[COMP_CWORD-1]} in
${lines(valued.map((flag) => choice(namesOf(flag).join("|"), flag.values)))}
      ${others.join("|")}) ;;
      *) case \${COMP_WORDS[1]}/$((COMP_CWORD - 1))/$word in
${lines(commands.map(({ name, flags: own }) => choice(`${name}/*/-*`, own.flatMap(namesOf))))}
${lines(commands.flatMap(({ name, first, rest }) => [choice(`${name}/1/*`, first), choice(`${name}/*/*`, rest)]))}
      esac ;;
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _gemini_vision gemini-vision
`;
}

function namesOf({ name, short }: { name: string; short?: string }): string[] {
  return short === undefined ? [`--${name}`] : [`--${name}`, `-${short}`];
}

function choice(pattern: string, values: Values | undefined): string {
  return typeof values === "object" ? `      ${pattern}) words="${values.join(" ")}" ;;` : "";
}

function lines(choices: readonly string[]): string {
  return choices.filter(Boolean).join("\n");
}
