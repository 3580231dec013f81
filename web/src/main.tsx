/** Puts the page together. */

import "./page-evaluated.js";
import { effect } from "@preact/signals";
import { render } from "preact";
import { keepRefusal } from "./ask/asking.js";
import { resolutions } from "./ask/current-ask.js";
import { keepDetection } from "./ask/presets.js";
import { findConnection } from "./connection.js";
import { estimates, keepEstimates } from "./estimates.js";
import { keepPrepared } from "./intake.js";
import { offeredModels } from "./offered-models.js";
import { keepOffline } from "./offline.js";
import { takeShared } from "./share.js";
import { App } from "./views/app.js";
import { startWorker } from "./work/index.js";

takeShared({ models: offeredModels().map(({ id }) => id), resolutions: resolutions.map(({ value }) => value) });
keepEstimates();
keepPrepared();
keepDetection();
keepRefusal();

function draw(): void {
  const root = document.getElementById("app");
  if (root !== null) render(<App />, root);
  void findConnection();
}
// The module that counts is compiled elsewhere, while the page is drawn here.
setTimeout(draw);

/** What may be wanted next must not slow down what is wanted now. */
const stop = effect(() => {
  if (estimates.value === null) return;
  setTimeout(() => {
    stop();
    startWorker();
  });
});
keepOffline();
