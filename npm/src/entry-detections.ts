/**
 * Answers turned into boxes, points, polygons and masks, and these into drawings.
 *
 * @module gemini-vision-wasm/detections
 */

export { toCoco, toSvg } from "./detection-formats.js";
export { detectionPrompt, detectionSchema } from "./detection-prompt.js";
export { DetectionReader, parseDetections } from "./detections.js";
export { GeminiVisionError, InputError } from "./errors.js";
export { toStored } from "./stored-detection.js";
export type * from "./types/detections.js";
export { init } from "./wasm/load.js";
