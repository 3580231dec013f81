/** Puts the page together. */

import "./page-evaluated.js";
import { render } from "preact";
import { resolutions } from "./ask/current-ask.js";
import { keepDetection } from "./ask/presets.js";
import { findConnection } from "./connection.js";
import { keepEstimates } from "./estimates.js";
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
const root = document.getElementById("app");
if (root !== null) render(<App />, root);
void findConnection();
// After the first paint: what is on screen must not wait for what may be wanted next.
requestAnimationFrame(() => setTimeout(startWorker));
keepOffline();
