/** The ways in: the file dialog, drop and paste anywhere, the camera, an address. */

import { signal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { refusal } from "../ask/asking.js";
import { removeAll, take } from "../intake.js";
import { items } from "../state.js";
import { Camera } from "./camera.js";
import { Icon } from "./parts.js";
import { UrlDialog } from "./url-dialog.js";

/** Files are held over the window. */
export const dropping = signal(false);

/** The whole window takes drops: a picture let go beside the zone would otherwise replace the page. */
export function useDropAndPaste(): void {
  useEffect(() => {
    const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
    const over = (event: DragEvent): void => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      dropping.value = true;
    };
    const leave = (event: DragEvent): void => {
      // Within the page one element's leaving is another's entering; only the window has nothing beyond.
      if (event.relatedTarget === null) dropping.value = false;
    };
    const drop = (event: DragEvent): void => {
      dropping.value = false;
      if (!carriesFiles(event)) return;
      event.preventDefault();
      void take([...(event.dataTransfer?.files ?? [])]);
    };
    const paste = (event: ClipboardEvent): void => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      void take(files);
    };
    document.addEventListener("dragover", over);
    document.addEventListener("dragleave", leave);
    document.addEventListener("drop", drop);
    document.addEventListener("paste", paste);
    return () => {
      document.removeEventListener("dragover", over);
      document.removeEventListener("dragleave", leave);
      document.removeEventListener("drop", drop);
      document.removeEventListener("paste", paste);
    };
  }, []);
}

export function WaysIn() {
  const [dialog, setDialog] = useState<"camera" | "url" | null>(null);
  const close = (): void => setDialog(null);
  const files = useRef<HTMLInputElement>(null);
  useSignalEffect(() => {
    if (refusal.value?.code === "no-media") files.current?.focus();
  });
  return (
    <div class="ways-in">
      <label class="button small primary">
        <input
          ref={files}
          id="files"
          class="visually-hidden"
          type="file"
          accept="image/*,application/pdf,video/*,audio/*,.heic,.heif"
          multiple
          onChange={({ currentTarget }) => {
            void take([...(currentTarget.files ?? [])]);
            currentTarget.value = ""; // so that choosing the same file again is a change
          }}
        />
        <Icon name="add" />
        Choose files
      </label>
      <button class="button small" type="button" onClick={() => setDialog("camera")}>
        <Icon name="camera" />
        Camera
      </button>
      <button class="button small" type="button" onClick={() => setDialog("url")}>
        <Icon name="link" />
        Address
      </button>
      {items.value.length > 1 && (
        <button class="button small quiet" type="button" onClick={removeAll}>
          Remove all
        </button>
      )}
      {dialog === "camera" && <Camera onClose={close} />}
      {dialog === "url" && <UrlDialog onClose={close} />}
    </div>
  );
}
