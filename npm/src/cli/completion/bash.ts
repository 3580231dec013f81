import type { CompletedCommand, CompletedFlag, Values } from "./table.js";

/** An option takes the same values in every command. What has no words is left to bash, which offers files. */
export function bashScript(commands: readonly CompletedCommand[]): string {
  const flags = new Map(commands.flatMap((command) => command.flags.map((flag) => [flag.name, flag])));
  const valued = [...flags.values()].filter(({ values }) => values !== undefined);
  return `_gemini_vision() {
  local word=\${COMP_WORDS[COMP_CWORD]} words=
  COMPREPLY=()
  case \${COMP_WORDS[COMP_CWORD-1]} in
${valued.map((flag) => `    ${namesOf(flag)}) ${offer(flag.values)} return ;;`).join("\n")}
  esac
  if ((COMP_CWORD == 1)); then
    words="${commands.map(({ name }) => name).join(" ")} --help --version"
  elif [[ $word == -* ]]; then
    case \${COMP_WORDS[1]} in
${commands.map((command) => `      ${command.name}) words="${command.flags.map(({ name }) => `--${name}`).join(" ")}" ;;`).join("\n")}
    esac
  else
    case \${COMP_WORDS[1]} in
${commands.flatMap(({ name, operands }) => (typeof operands === "string" ? [] : [`      ${name}) words="${operands.join(" ")}" ;;`])).join("\n")}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _gemini_vision gemini-vision
`;
}

function namesOf({ name, short }: CompletedFlag): string {
  return short === undefined ? `--${name}` : `--${name}|-${short}`;
}

function offer(values: Values | undefined): string {
  return typeof values === "object" ? `COMPREPLY=($(compgen -W "${values.join(" ")}" -- "$word"));` : "";
}
