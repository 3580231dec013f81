import { useEffect, useRef, useState } from "preact/hooks";
import { take } from "../intake.js";
import { Icon, Problems } from "./parts.js";

const quality = 0.92;
const refusal = {
  code: "camera",
  message: "There is no camera, or it may not be used here. It wants https, and your permission.",
};

/** The camera of this machine. It runs only while the dialog is open. */
export function Camera({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const [state, setState] = useState<"starting" | "running" | "refused">("starting");
  useEffect(() => dialog.current?.showModal(), []);
  useEffect(() => startCamera(video.current, setState), []);
  async function shoot(): Promise<void> {
    const picture = await still(video.current);
    dialog.current?.close();
    if (picture !== null) await take([picture]);
  }
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="camera-title" onClose={onClose}>
      <div class="dialog-head">
        <h2 id="camera-title">Camera</h2>
        <button class="button small square" type="button" aria-label="Close" onClick={() => dialog.current?.close()}>
          <Icon name="close" />
        </button>
      </div>
      <video ref={video} class="camera" muted autoplay playsInline aria-label="What the camera sees" />
      <Problems problems={state === "refused" ? [refusal] : []} />
      <button class="button primary" type="button" disabled={state !== "running"} onClick={() => void shoot()}>
        <Icon name="camera" />
        Take the picture
      </button>
    </dialog>
  );
}

/** @returns what ends it */
function startCamera(video: HTMLVideoElement | null, report: (state: "running" | "refused") => void): () => void {
  let isOver = false;
  let stream: MediaStream | undefined;
  const stop = (): void => {
    for (const track of stream?.getTracks() ?? []) track.stop();
  };
  async function start(): Promise<void> {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: 1920 } });
      if (isOver || video === null) return stop();
      video.srcObject = stream;
      await video.play();
      report("running");
    } catch {
      if (!isOver) report("refused");
    }
  }
  void start();
  return () => {
    isOver = true;
    stop();
  };
}

async function still(video: HTMLVideoElement | null): Promise<File | null> {
  if (video === null || video.videoWidth === 0) return null;
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  canvas.getContext("2d")?.drawImage(video, 0, 0);
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality });
  return new File([blob], `camera-${new Date().toISOString().slice(11, 19).replaceAll(":", "")}.jpg`, {
    type: blob.type,
  });
}
