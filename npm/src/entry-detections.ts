/**
 * Answers turned into boxes, points, polygons and masks, and these into drawings.
 *
 * @module gemini-vision-wasm/detections
 */

export { detectionPrompt, detectionSchema, toCoco, toStored, toSvg } from "./detection-formats.js";
export { DetectionReader, parseDetections } from "./detections.js";
export { GeminiVisionError, InputError } from "./errors.js";
export type * from "./types/detections.js";
export { init } from "./wasm/load.js";
