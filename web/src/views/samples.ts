/** Pictures for those who have none at hand, made by make-samples.mjs when the page is built. */

import { find, make } from "../dom.js";
import { showProblem } from "./problem.js";

const samples = [
  { name: "sideways.jpg", label: "Sideways JPEG with GPS" },
  { name: "hills.jpg", label: "Upright JPEG" },
  { name: "sideways.png", label: "Sideways PNG" },
  { name: "hills.png", label: "Small PNG" },
] as const;

/** Samples go the way that dropped files go. */
export function setUpSamples(take: (files: File[]) => void): void {
  const problem = find("intake-problem", HTMLElement);
  const items = samples.map(({ name, label }) => {
    // Thumbnails show the pixels as they are stored: what lies on its side here stands upright once it is taken.
    const thumbnail = make("img", { src: `samples/thumbnails/${name}`, alt: "", width: 144, height: 96 });
    const button = make("button", { className: "sample", type: "button" }, thumbnail, make("span", {}, label));
    button.addEventListener("click", () => {
      load(name).then(
        (file) => take([file]),
        (error: unknown) => showProblem(problem, error),
      );
    });
    return make("li", {}, button);
  });
  find("samples", HTMLUListElement).replaceChildren(...items);
}

async function load(name: string): Promise<File> {
  const response = await fetch(`samples/${name}`);
  if (!response.ok) throw new Error(`${name} is not on this host (HTTP status ${response.status}).`);
  const blob = await response.blob();
  return new File([blob], name, { type: blob.type });
}
