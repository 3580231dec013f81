/** Pictures, also those that the browser itself cannot show (HEIC in most): the package decodes them, if it can. */

import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { work } from "../work/index.js";

interface PictureProps {
  url: string;
  blob: Blob;
  alt: string;
  class?: string;
  /** Of what has to be decoded: a thumbnail need not hold megapixels. */
  maxEdge?: number;
  /** In the place of a picture that nobody here can decode. */
  otherwise: ComponentChildren;
}

export function Picture({ url, blob, alt, class: name, maxEdge, otherwise }: PictureProps) {
  const [state, setState] = useState<"shown" | "decoding" | "decoded" | "unknown">("shown");
  const canvas = useRef<HTMLCanvasElement>(null);
  async function decode(): Promise<void> {
    setState("decoding");
    try {
      const bitmap = await work("bitmap", { blob, maxEdge });
      if (canvas.current === null) return;
      canvas.current.width = bitmap.width;
      canvas.current.height = bitmap.height;
      canvas.current.getContext("bitmaprenderer")?.transferFromImageBitmap(bitmap);
      setState("decoded");
    } catch {
      setState("unknown");
    }
  }
  if (state === "shown") return <img class={name} src={url} alt={alt} onError={() => void decode()} />;
  if (state === "unknown") return otherwise;
  const described = alt === "" ? { "aria-hidden": true } : ({ role: "img", "aria-label": alt } as const);
  return <canvas ref={canvas} class={name} aria-busy={state === "decoding"} {...described} />;
}

/** @throws PageError when neither the browser nor the package can decode it */
export function bitmapOf(blob: Blob): Promise<ImageBitmap> {
  return createImageBitmap(blob).catch(() => work("bitmap", { blob }));
}
