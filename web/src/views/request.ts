/** The request as it would go out: exact but for the payloads, which are folded on screen and whole when copied. */

import type { BuiltRequest } from "gemini-vision-wasm";
import { find, make } from "../dom.js";
import { bytes, count } from "../format.js";
import type { Store } from "../state.js";
import { showProblem } from "./problem.js";

const shownCharacters = 24;
const copiedMs = 2000;

export function setUpRequest(store: Store): void {
  const line = find("request-line", HTMLElement);
  const code = find("request", HTMLElement);
  const copy = find("copy", HTMLButtonElement);
  store.watch(["request", "connection"], ({ request, connection }) => {
    copy.disabled = request === null;
    line.replaceChildren(...(request === null ? [] : requestLine(request, connection?.baseUrl ?? "")));
  });
  store.watch(["request"], ({ request }) => {
    if (request === null) code.textContent = "No request.";
    else code.replaceChildren(...highlight(fold(new TextDecoder().decode(request.body))));
  });
  setUpCopy(store, copy);
}

function setUpCopy(store: Store, button: HTMLButtonElement): void {
  const status = find("copy-status", HTMLElement);
  const problem = find("request-problem", HTMLElement);
  button.addEventListener("click", async () => {
    const { request } = store.state;
    if (request === null) return;
    try {
      await navigator.clipboard.writeText(new TextDecoder().decode(request.body));
      showProblem(problem, null);
      status.textContent = `${bytes(request.body.byteLength)} copied`;
      setTimeout(() => {
        status.textContent = "";
      }, copiedMs);
    } catch {
      const message = "The browser did not let this page write to the clipboard. It wants https, and your permission.";
      showProblem(problem, { code: "clipboard", message });
    }
  });
}

function requestLine({ path, body }: BuiltRequest, baseUrl: string): Node[] {
  return [
    make("strong", { textContent: "POST" }),
    make("span", { textContent: ` ${baseUrl}/v1beta/${path} ` }),
    make("span", { className: "chip", textContent: bytes(body.byteLength) }),
  ];
}

/** A quotation mark inside a string is escaped, so `"data":"` can only be a member of that name. */
const payload = /"data":"([A-Za-z0-9+/]+=*)"/g;

/** Readable JSON; folded before it is parsed, so that megabytes of base64 are never laid out or parsed. */
function fold(json: string): string {
  const folded = json.replace(payload, (whole, data: string) => {
    if (data.length <= shownCharacters) return whole;
    return `"data":"${data.slice(0, shownCharacters)}… ${count(data.length)} characters"`;
  });
  return JSON.stringify(JSON.parse(folded), null, 2);
}

const foldedPayload = /("data": ")([A-Za-z0-9+/]{24}… [\d,]+ characters)(")/;

/** Folded payloads stand back, so that nobody takes them for what is sent. */
function highlight(text: string): Node[] {
  return text
    .split(foldedPayload)
    .map((piece, i) =>
      i % 4 === 2 ? make("span", { className: "folded", textContent: piece }) : document.createTextNode(piece),
    );
}
