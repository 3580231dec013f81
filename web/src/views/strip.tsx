/** What is there, in the order in which it is sent. */

import { useLayoutEffect, useRef } from "preact/hooks";
import { move, remove } from "../intake.js";
import { type Item, items, selected, selectedId } from "../state.js";
import { Icon } from "./parts.js";
import { Picture } from "./picture.js";

const dragType = "application/x-item";

export function Strip() {
  const list = useRef<HTMLUListElement>(null);
  const chosen = selected.value?.id;
  const place = items.value.findIndex(({ id }) => id === chosen);
  useLayoutEffect(() => {
    if (list.current !== null) showChosen(list.current);
  }, [chosen, place]);
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

/** Scrolls the strip alone: scrollIntoView would move the page as well, whatever is being read there. */
function showChosen(strip: HTMLElement): void {
  const thumb = strip.querySelector(".is-selected")?.getBoundingClientRect();
  if (thumb === undefined) return;
  const { left, right } = strip.getBoundingClientRect();
  if (thumb.right > right) strip.scrollLeft += thumb.right - right;
  else if (thumb.left < left) strip.scrollLeft -= left - thumb.left;
}

interface ThumbProps {
  item: Item;
  index: number;
  onMove: (to: number) => void;
  onRemove: () => void;
}

function Thumb({ item, index, onMove, onRemove }: ThumbProps) {
  const isSelected = selected.value?.id === item.id;
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
      <ThumbTools {...{ item, index, onMove, onRemove }} />
    </li>
  );
}

function ThumbTools({ item, index, onMove, onRemove }: ThumbProps) {
  const last = items.value.length - 1;
  return (
    <div class="thumb-tools">
      <button class="remove" type="button" aria-label={`Remove ${item.name}`} onClick={onRemove}>
        <Icon name="close" />
      </button>
      <button
        type="button"
        disabled={index === 0}
        aria-label={`Move ${item.name} left`}
        onClick={() => onMove(index - 1)}
      >
        <Icon name="left" />
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
  );
}

/** Twice what a thumbnail measures, for dense screens. */
const thumbEdge = 192;

function ThumbPicture({ item: { facts, content } }: { item: Item }) {
  const kind = (
    <span class="thumb-kind">
      <Icon name="file" />
      {content?.prepared.info.format ?? "size"}
    </span>
  );
  if (facts.kind === "image" && content !== null) {
    const { blob } = content.prepared;
    return <Picture key={blob} url={content.sentUrl} blob={blob} alt="" maxEdge={thumbEdge} otherwise={kind} />;
  }
  if (facts.kind === "video" && content !== null) {
    return <video src={content.sentUrl} muted preload="metadata" />;
  }
  return kind;
}
