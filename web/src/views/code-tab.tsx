/** The question as others would ask it: the request itself, and programs that send it. */

import { computed, effect, signal } from "@preact/signals";
import type { Ask } from "gemini-vision-wasm";
import { useEffect } from "preact/hooks";
import { answer } from "../ask/asking.js";
import { currentAsk } from "../ask/current-ask.js";
import { route } from "../ask/transport.js";
import { type FilePart, uploadedPart } from "../ask/upload.js";
import { type Language, languages, snippet } from "../code/snippets.js";
import { checkedBaseUrl } from "../connection.js";
import { bytes, sentName } from "../format.js";
import { latest } from "../latest.js";
import { PageError, type Problem, toProblem } from "../problem.js";
import { items, preparation } from "../state.js";
import { whyNotTaken } from "../taken.js";
import { work } from "../work/index.js";
import type { FoldedRequest, Prepared, RequestOrder } from "../work/protocol.js";
import { assign } from "./assign.js";
import { CopyButton } from "./copy-button.js";
import { CodeBox, Problems, Segmented } from "./parts.js";

const language = signal<Language>("package");
const request = signal<FoldedRequest | null>(null);
const requestProblem = signal<Problem | null>(null);

/** Long enough not to work on every letter, short enough not to be noticed. */
const typingPauseMs = 120;

/** @throws PageError what keeps it from being sent */
function currentOrder(): RequestOrder | null {
  const media = items.value.map(({ name, content }) => {
    if (content === null) {
      throw new PageError("no-bytes", `${name} is a size only. Add the file to see the request.`);
    }
    const reason = whyNotTaken(content.prepared);
    if (reason !== null) throw new PageError("unsupported", `${name}: ${reason}`);
    return content.prepared;
  });
  const baseUrl = checkedBaseUrl.value ?? "";
  const isUploaded = route.value.via === "files";
  // Once an answer is there, so are the addresses of what was uploaded for it.
  void answer.value;
  const ask = currentAsk((_, place) => (isUploaded ? filePart(media[place] as Prepared, baseUrl) : { place }));
  return ask && { ask, media: isUploaded ? [] : media };
}

/** Before the upload nobody knows the address that a file will have. */
function filePart(prepared: Prepared, baseUrl: string): FilePart {
  const fileUri = `${baseUrl}/v1beta/files/…`;
  return uploadedPart(prepared, baseUrl) ?? { fileData: { fileUri, mimeType: prepared.info.mimeType } };
}

/** While the tab is open, the request follows what is asked. */
function keepRequest(): () => void {
  const run = latest(
    async (order: RequestOrder | null, signal) => (order === null ? null : work("fold", order, signal)),
    (outcome) => {
      requestProblem.value = "error" in outcome ? toProblem(outcome.error) : null;
      request.value = "result" in outcome ? outcome.result : null;
    },
  );
  let isFirst = true;
  return effect(() => {
    try {
      run.run(currentOrder(), isFirst ? 0 : typingPauseMs);
    } catch (error) {
      request.value = null;
      requestProblem.value = toProblem(error);
    }
    isFirst = false;
  });
}

const code = computed(() => {
  try {
    const ask = currentAsk((_, place) => ({ place })) as Ask | null;
    const media = items.value.map(({ name, content }) => ({
      source: name,
      name: content === null ? name : sentName(name, content.prepared),
      mimeType: content?.prepared.info.mimeType ?? "image/jpeg",
      crop: content?.crop ?? null,
    }));
    return ask && snippet(language.value, { ask, media, prepare: preparation.value, via: route.value.via });
  } catch {
    return null; // what is wrong stands beside the request
  }
});

export function CodeTab() {
  useEffect(keepRequest, []);
  return (
    <>
      <Program />
      <Request />
    </>
  );
}

function Program() {
  const { note } = languages.find(({ value }) => value === language.value) ?? { note: "" };
  return (
    <section class="code-section" aria-labelledby="program-title">
      <div class="card-head">
        <h3 id="program-title">Program</h3>
        <CopyButton label="Copy code" text={() => code.value ?? ""} />
      </div>
      <Segmented
        label="Language"
        name="language"
        choices={languages}
        value={language.value}
        onChange={assign(language)}
      />
      <CodeBox id="program" label="Program to copy">
        {code.value ?? "Nothing to send."}
      </CodeBox>
      <p class="note">{note}</p>
    </section>
  );
}

async function wholeBody(): Promise<string> {
  const order = currentOrder();
  return order === null ? "" : new TextDecoder().decode(await work("body", order));
}

function Request() {
  const shown = request.value;
  const problem = requestProblem.value;
  return (
    <section class="code-section" aria-labelledby="request-title">
      <div class="card-head">
        <h3 id="request-title">Request</h3>
        {shown !== null && <CopyButton label="Copy JSON" text={wholeBody} />}
      </div>
      <Problems problems={problem === null ? [] : [problem]} />
      {shown !== null && (
        <p id="request-line" class="request-line">
          <strong>POST</strong> {checkedBaseUrl.value ?? ""}/v1beta/{shown.path}{" "}
          <span class="chip">{bytes(shown.byteLength)}</span>
        </p>
      )}
      <CodeBox id="request" label="Request JSON, payloads folded">
        {shown === null ? "No request." : <Folded text={shown.text} />}
      </CodeBox>
      <p class="note route">{route.value.reason}</p>
    </section>
  );
}

const foldedPayload = /("data": ")([A-Za-z0-9+/]{24}… [\d,]+ characters)(")/;

/** Folded payloads stand back, so that nobody takes them for what is sent. */
function Folded({ text }: { text: string }) {
  const pieces = text.split(foldedPayload);
  return (
    <>
      {pieces.map((piece, i) =>
        i % 4 === 2 ? (
          <span key={i} class="folded">
            {piece}
          </span>
        ) : (
          piece
        ),
      )}
    </>
  );
}
