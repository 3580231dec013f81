/** What is to be sent: an invitation while there is nothing, then the chosen medium, and the strip of them all. */

import { useState } from "preact/hooks";
import { refusal } from "../ask/asking.js";
import { intakeProblems, intakeStatus } from "../intake.js";
import { toProblem } from "../problem.js";
import { samples, takeSamples } from "../samples.js";
import { items } from "../state.js";
import { Problems } from "./parts.js";
import { Strip } from "./strip.js";
import { Example, Viewer } from "./viewer.js";
import { dropping, useDropAndPaste, WaysIn } from "./ways-in.js";

export function Tray() {
  useDropAndPaste();
  const isEmpty = items.value.length === 0;
  const wanted = refusal.value?.code === "no-media" ? [refusal.value] : [];
  return (
    <section
      id="drop-zone"
      class={`card tray${isEmpty ? " is-empty" : ""}${dropping.value ? " over" : ""}`}
      aria-labelledby="media-title"
    >
      <h2 id="media-title" class="visually-hidden">
        Media
      </h2>
      {isEmpty ? <Invitation /> : <Viewer />}
      <div class="tray-body">
        <p id="intake-status" class="visually-hidden" role="status">
          {intakeStatus}
        </p>
        <Problems problems={[...wanted, ...intakeProblems.value]} />
        {isEmpty ? (
          <Samples />
        ) : (
          <>
            <Strip />
            <WaysIn />
          </>
        )}
      </div>
    </section>
  );
}

/** Laid over the example, so that the first thing a visitor sees is what is counted. */
function Invitation() {
  return (
    <div class="invitation">
      <Example />
      <div class="invitation-words">
        <p class="invitation-title">Drop or paste anything Gemini can see</p>
        <p class="note">Pictures, PDFs, films, sound. They stay in this page.</p>
        <WaysIn />
      </div>
    </div>
  );
}

function Samples() {
  const [problem, setProblem] = useState<unknown>(null);
  return (
    <div class="samples">
      <p id="samples-title" class="note">
        Nothing at hand? Try one of these:
      </p>
      <ul aria-labelledby="samples-title">
        {samples.map(({ name, label }) => (
          <li key={name}>
            <button
              class="sample"
              type="button"
              onClick={() => {
                takeSamples([name]).catch(setProblem);
              }}
            >
              <img src={`samples/thumbnails/${name}.png`} alt="" width="144" height="96" />
              <span>{label}</span>
            </button>
          </li>
        ))}
      </ul>
      <Problems problems={problem === null ? [] : [toProblem(problem)]} />
    </div>
  );
}
