/** The way in: drop, paste or choose. Every picture is prepared once, here; all else works with the result. */

import { prepare } from "gemini-vision-wasm";
import { find } from "../dom.js";
import { plural } from "../format.js";
import type { Picture, Store } from "../state.js";
import { type Problem, showProblem, toProblem } from "./problem.js";
import { setUpSamples } from "./samples.js";

let lastId = 0;

export function setUpIntake(store: Store): void {
  const zone = find("drop-zone", HTMLElement);
  const input = find("files", HTMLInputElement);
  const take = takePictures(store);
  setUpSamples(take);
  input.addEventListener("change", () => {
    take([...(input.files ?? [])]);
    input.value = ""; // so that choosing the same file again is a change
  });
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    take(files);
  });
  setUpDrop(zone, take);
}

/** The whole window takes drops: a picture let go beside the zone would otherwise replace the page. */
function setUpDrop(zone: HTMLElement, take: (files: File[]) => void): void {
  const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
  document.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    zone.classList.add("over");
  });
  document.addEventListener("dragleave", (event) => {
    // Within the page one element's leaving is another's entering; only the window has nothing beyond.
    if (event.relatedTarget === null) zone.classList.remove("over");
  });
  document.addEventListener("drop", (event) => {
    zone.classList.remove("over");
    if (!carriesFiles(event)) return;
    event.preventDefault();
    take([...(event.dataTransfer?.files ?? [])]);
  });
}

function takePictures(store: Store): (files: File[]) => void {
  const status = find("intake-status", HTMLElement);
  const problem = find("intake-problem", HTMLElement);
  let waiting: File[] = [];
  let problems: Problem[] = [];
  let busy = false;

  async function work(): Promise<void> {
    busy = true;
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      status.textContent = `Preparing ${file.name}…`;
      await painted();
      try {
        const picture = await toPicture(file);
        store.set({ pictures: [...store.state.pictures, picture] });
      } catch (error) {
        problems.push(named(toProblem(error), file.name));
        showProblem(problem, problems);
      }
    }
    busy = false;
    status.textContent = `${plural(store.state.pictures.length, "picture")} ready.`;
  }

  return (files) => {
    if (!busy) problems = [];
    showProblem(problem, problems);
    waiting = [...waiting, ...files];
    if (!busy && files.length > 0) void work();
  };
}

/** Most messages name the file themselves. */
function named({ code, message }: Problem, name: string): Problem {
  return { code, message: message.includes(name) ? message : `${name}: ${message}` };
}

async function toPicture(file: File): Promise<Picture> {
  const media = await prepare(file);
  return { id: ++lastId, name: file.name, media, previewUrl: URL.createObjectURL(media.toBlob()) };
}

/** Turning a large picture keeps the page busy for a moment; what it is busy with should be on screen before. */
function painted(): Promise<void> {
  // A page in the background paints nothing and must not wait for it.
  if (document.hidden) return Promise.resolve();
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}
