/** Puts the page together: one store, the views that show it, the work that keeps it true. */

import { mediaResolutions } from "./current-ask.js";
import { find } from "./dom.js";
import { defaultModel, offeredModels } from "./offered-models.js";
import { keepEstimates, keepRequest } from "./offline.js";
import { createStore } from "./state.js";
import { setUpAnswer } from "./views/answer.js";
import { setUpChosen } from "./views/chosen.js";
import { setUpCosts } from "./views/costs.js";
import { setUpIntake } from "./views/intake.js";
import { setUpPictures } from "./views/pictures.js";
import { setUpRequest } from "./views/request.js";
import { setUpSettings } from "./views/settings.js";

const store = createStore({
  pictures: [],
  // A browser that restores a page restores what was typed in it.
  prompt: find("prompt", HTMLTextAreaElement).value,
  model: defaultModel(offeredModels()),
  mediaResolution: mediaResolutions[0]?.value ?? "MEDIA_RESOLUTION_UNSPECIFIED",
  connection: null,
  apiKey: "",
  estimates: new Map(),
  request: null,
});

setUpIntake(store);
setUpPictures(store);
setUpSettings(store);
setUpChosen(store);
setUpCosts(store);
setUpRequest(store);
setUpAnswer(store);
keepEstimates(store, find("cost-problem", HTMLElement));
keepRequest(store, find("request-problem", HTMLElement));
