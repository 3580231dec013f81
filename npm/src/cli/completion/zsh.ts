import type { CompletedCommand, CompletedFlag, Values } from "./table.js";

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

export function zshScript(commands: readonly CompletedCommand[]): string {
  return `#compdef gemini-vision
_gemini_vision() {
  local -a commands=(
${commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`).join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  # From here on the command's own name is the first word.
  shift words
  (( CURRENT-- ))
  case $words[1] in
${commands.map(commandCase).join("\n")}
  esac
}
compdef _gemini_vision gemini-vision
`;
}

function commandCase({ name, first, rest, flags }: CompletedCommand): string {
  const operands = [quoted(`1:${name}:${action(first)}`), quoted(`*:${name}:${action(rest)}`)];
  return `    ${name}) _arguments ${[...flags.map(specification), ...operands].join(" ")} ;;`;
}

/** zshcompsys: '(-m --model)'{-m,--model}'[help]:value:action'. */
function specification({ name, short, help, values }: CompletedFlag): string {
  const rest = `[${help.replace(/[[\]:\\]/g, "\\$&")}]${values === undefined ? "" : `:${name}:${action(values)}`}`;
  if (short === undefined) return quoted(`--${name}${rest}`);
  return `'(-${short} --${name})'{-${short},--${name}}${quoted(rest)}`;
}

function action(values: Values): string {
  if (typeof values === "object") return `(${values.join(" ")})`;
  return { files: "_files", folders: "_files -/", anything: "" }[values];
}
