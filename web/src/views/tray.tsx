/** What is to be sent: the ways in, and the strip of what is there, in order. */

import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { intakeProblems, intakeStatus, move, remove, removeAll, take } from "../intake.js";
import { toProblem } from "../problem.js";
import { samples, takeSamples } from "../samples.js";
import { type Item, items, selected, selectedId } from "../state.js";
import { Camera } from "./camera.js";
import { Icon, Problems } from "./parts.js";
import { UrlDialog } from "./url-dialog.js";

const dropping = signal(false);

/** The whole window takes drops: a picture let go beside the zone would otherwise replace the page. */
function useDropAndPaste(): void {
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

export function Tray() {
  useDropAndPaste();
  const isEmpty = items.value.length === 0;
  return (
    <section class={`card tray${isEmpty ? " is-empty" : ""}`} aria-labelledby="media-title">
      <h2 id="media-title" class="visually-hidden">
        Media
      </h2>
      <div id="drop-zone" class={`drop-zone${dropping.value ? " over" : ""}`}>
        {isEmpty && (
          <div class="invitation">
            <p class="invitation-title">Drop or paste anything Gemini can see</p>
            <p class="note">Pictures, PDFs, films, sound. They stay in this page.</p>
          </div>
        )}
        <WaysIn />
      </div>
      <p id="intake-status" class="visually-hidden" role="status">
        {intakeStatus}
      </p>
      <Problems problems={intakeProblems.value} />
      {isEmpty ? <Samples /> : <Strip />}
    </section>
  );
}

function WaysIn() {
  const [dialog, setDialog] = useState<"camera" | "url" | null>(null);
  const close = (): void => setDialog(null);
  return (
    <div class="ways-in">
      <label class="button small primary">
        <input
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

function Samples() {
  const [problem, setProblem] = useState<unknown>(null);
  return (
    <div class="samples">
      <p id="samples-title" class="note">
        Nothing at hand? Try one of these:
      </p>
      <ul aria-labelledby="samples-title">
        {samples.map(({ name, label }) => (
          <li key={name}>
            <button
              class="sample"
              type="button"
              onClick={() => {
                takeSamples([name]).catch(setProblem);
              }}
            >
              <img src={`samples/thumbnails/${name}.png`} alt="" width="144" height="96" />
              <span>{label}</span>
            </button>
          </li>
        ))}
      </ul>
      <Problems problems={problem === null ? [] : [toProblem(problem)]} />
    </div>
  );
}

const dragType = "application/x-item";

function Strip() {
  const list = useRef<HTMLUListElement>(null);
  function focusOn(id: number): void {
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>(`[data-id="${id}"] .thumb`)?.focus());
  }
  return (
    <ul ref={list} class="strip" aria-label="Media to send, in order">
      {items.value.map((item, index) => (
        <Thumb
          key={item.id}
          item={item}
          index={index}
          onMove={(to) => {
            move(item.id, to);
            focusOn(item.id);
          }}
          onRemove={() => {
            remove(item);
            const next = selected.value;
            if (next !== null) focusOn(next.id);
            else requestAnimationFrame(() => document.getElementById("files")?.focus());
          }}
        />
      ))}
    </ul>
  );
}

interface ThumbProps {
  item: Item;
  index: number;
  onMove: (to: number) => void;
  onRemove: () => void;
}

function Thumb({ item, index, onMove, onRemove }: ThumbProps) {
  const isSelected = selected.value?.id === item.id;
  const last = items.value.length - 1;
  function onKeyDown(event: KeyboardEvent): void {
    const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1 };
    const step = steps[event.key];
    if (event.key === "Delete") onRemove();
    else if (step !== undefined && event.altKey) onMove(index + step);
    else return;
    event.preventDefault();
  }
  return (
    <li
      class={`strip-item${isSelected ? " is-selected" : ""}`}
      data-id={item.id}
      draggable
      onDragStart={(event) => event.dataTransfer?.setData(dragType, String(item.id))}
      onDragOver={(event) => {
        if (event.dataTransfer?.types.includes(dragType)) event.preventDefault();
      }}
      onDrop={(event) => {
        const id = Number(event.dataTransfer?.getData(dragType));
        if (id > 0) move(id, index);
      }}
    >
      <button
        class="thumb"
        type="button"
        aria-pressed={isSelected}
        aria-label={`${index + 1}: ${item.name}`}
        title={`${item.name}. Alt and the arrow keys move it.`}
        onClick={() => {
          selectedId.value = item.id;
        }}
        onKeyDown={onKeyDown}
      >
        <ThumbPicture item={item} />
        <span class="thumb-number" aria-hidden="true">
          {index + 1}
        </span>
      </button>
      <div class="thumb-tools">
        <button
          type="button"
          disabled={index === 0}
          aria-label={`Move ${item.name} left`}
          onClick={() => onMove(index - 1)}
        >
          <Icon name="left" />
        </button>
        <button type="button" aria-label={`Remove ${item.name}`} onClick={onRemove}>
          <Icon name="close" />
        </button>
        <button
          type="button"
          disabled={index === last}
          aria-label={`Move ${item.name} right`}
          onClick={() => onMove(index + 1)}
        >
          <Icon name="right" />
        </button>
      </div>
    </li>
  );
}

function ThumbPicture({ item: { facts, content } }: { item: Item }) {
  const [isShown, setShown] = useState(true);
  if (facts.kind === "image" && content !== null && isShown) {
    return <img src={content.sentUrl} alt="" onError={() => setShown(false)} />;
  }
  if (facts.kind === "video" && content !== null) {
    return <video src={content.sentUrl} muted preload="metadata" />;
  }
  return (
    <span class="thumb-kind">
      <Icon name="file" />
      {content?.prepared.info.format ?? "size"}
    </span>
  );
}
