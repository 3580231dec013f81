/** What behaviour.mjs is given: small files as data: addresses. */
import { heic } from "../node/heic-files.mjs";
import { orientedJpeg, orientedPng, scene } from "../node/pictures.mjs";
import { wav } from "../support/media-files.mjs";

const dataUrl = (type, bytes) => `data:${type};base64,${Buffer.from(bytes).toString("base64")}`;

/** @param baseUrl the emulator's */
export function given(baseUrl) {
  return {
    baseUrl,
    jpeg: dataUrl("image/jpeg", orientedJpeg(6, scene(96, 64))),
    png: dataUrl("image/png", orientedPng(8, scene(96, 64))),
    heic: dataUrl("image/heic", heic()),
    wav: dataUrl("audio/wav", wav({ seconds: 2 })),
    /** Whether there are threads to be had. */
    threads: true,
  };
}
